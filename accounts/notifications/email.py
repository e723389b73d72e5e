"""One e-mail: text first, HTML beside it, in the person's language."""

from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import override

from accounts.models import OutboxMessage


def compose(message: OutboxMessage) -> EmailMultiAlternatives:
    """The mail. Its Message-ID depends on the row, so a mail sent twice is recognised."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "signet"
    context = {**message.context, "issuer": settings.SIGNET.issuer, "user": message.user}
    with override(message.language):
        subject = render_to_string(f"email/{message.purpose}.subject.txt", context)
        text = render_to_string(f"email/{message.purpose}.txt", context)
        html = render_to_string(f"email/{message.purpose}.html", context)
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=text,
        to=[message.recipient],
        headers={
            "Message-ID": f"<{message.pk}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(html, "text/html")
    return mail


def send(message: OutboxMessage) -> str:
    """Hand it to the SMTP server; its answer. Raises what the connection raises."""
    compose(message).send()
    return "accepted by the mail server"
