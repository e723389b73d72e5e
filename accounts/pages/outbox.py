"""Messages on the screen, for trying Signet out. Exists in embedded mode only."""

import uuid

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import OutboxMessage
from accounts.notifications.email import compose
from accounts.notifications.letter import letter
from accounts.notifications.sms import text_of
from accounts.pages.access import public


def _as_text(rendered: str) -> str:
    """Templates call what they made safe, which here is plain text with people's names in it.

    Adding to it makes an ordinary string again, that the page escapes.
    """
    return rendered + ""


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
            shown.append((message, _as_text(str(mail.subject)), _as_text(str(mail.body))))
        else:
            shown.append((message, "SMS", _as_text(text_of(message))))
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
