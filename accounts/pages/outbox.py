"""Messages on the screen, for trying Signet out. Exists in embedded mode only."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import OutboxMessage
from accounts.notifications.email import compose
from accounts.notifications.sms import text_of
from accounts.pages.access import public


def _as_text(rendered: str) -> str:
    """Templates call what they made safe, which here is plain text with people's names in it.

    Adding to it makes an ordinary string again, that the page escapes.
    """
    return rendered + ""


@public
@require_safe
def view(request: HttpRequest) -> HttpResponse:
    """The last 50 messages with their text."""
    if not (settings.SIGNET.embedded and settings.SIGNET.outbox_visible):
        raise Http404
    shown = []
    for message in OutboxMessage.objects.select_related("user").order_by("-created_at")[:50]:
        if message.channel == "email":
            mail = compose(message)
            shown.append((message, _as_text(str(mail.subject)), _as_text(str(mail.body))))
        else:
            shown.append((message, "SMS", _as_text(text_of(message))))
    return render(request, "accounts/outbox.html", {"messages_shown": shown})
