"""Messages on the screen, for trying Signet out. Exists in embedded mode only."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import OutboxMessage
from accounts.notifications.email import compose
from accounts.notifications.sms import text_of


@require_safe
def view(request: HttpRequest) -> HttpResponse:
    """The last 50 messages with their text."""
    if not (settings.SIGNET.embedded and settings.SIGNET.outbox_visible):
        raise Http404
    shown = []
    for message in OutboxMessage.objects.select_related("user").order_by("-created_at")[:50]:
        if message.channel == "email":
            mail = compose(message)
            shown.append((message, str(mail.subject), str(mail.body)))
        else:
            shown.append((message, "SMS", text_of(message)))
    return render(request, "accounts/outbox.html", {"messages_shown": shown})
