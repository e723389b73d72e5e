"""Messages on the screen, for trying Signet out. Exists in embedded mode only."""

import re
import uuid

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.models import OutboxMessage
from accounts.notifications.email import compose
from accounts.notifications.letter import letter
from accounts.notifications.sms import text_of
from accounts.pages.access import public

# A link ends before the sign that ends its sentence, or closes the bracket around it.
_LINK = re.compile(r"(https?://[^\s<>()\"]*[^\s<>()\".,:;!?])")


def _as_text(rendered: str) -> str:
    """Templates call what they made safe, which here is plain text with people's names in it.

    Adding to it makes an ordinary string again, that the page escapes.
    """
    return rendered + ""


def _with_links(text: str) -> SafeString:
    """Django's own `urlize` loses the full stop after a link in brackets."""
    pieces = enumerate(_LINK.split(text))
    return format_html_join(
        "",
        "{}",
        ((format_html('<a href="{0}">{0}</a>', one) if at % 2 else one,) for at, one in pieces),
    )


def _only_embedded() -> None:
    """Nobody may read other people's mail where mail is really sent."""
    if not (settings.SIGNET.embedded and settings.SIGNET.outbox_visible):
        raise Http404


@public
@require_safe
def view(request: HttpRequest) -> HttpResponse:
    """The last 50 messages with their text."""
    _only_embedded()
    shown = []
    for message in OutboxMessage.objects.select_related("user").order_by("-created_at")[:50]:
        if message.channel == "email":
            mail = compose(message)
            subject, text = _as_text(str(mail.subject)), _as_text(str(mail.body))
        else:
            subject, text = "SMS", _as_text(text_of(message))
        shown.append((message, subject, _with_links(text)))
    return render(request, "accounts/outbox.html", {"messages_shown": shown})


@public
@require_safe
def as_html(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One mail as a mail program shows it: with its own styles, without scripts or our cookies."""
    _only_embedded()
    message = get_object_or_404(OutboxMessage, pk=key, channel="email")
    response = HttpResponse(letter(message).html)
    response.signet_csp = {"style-src": "'unsafe-inline'", "script-src": "'none'", "sandbox": ""}  # type: ignore[attr-defined]
    return response
