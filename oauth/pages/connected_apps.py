"""Connected apps: who has access in this person's name, and the way to end it."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Session, User
from accounts.pages.access import signed_in
from oauth import clients, consent_words
from oauth.consent_words import Line
from oauth.end_access import end_access
from oauth.flow import see_other
from oauth.models import Authorization, Client, Consent, LedgerEntry, logo_url_of
from oauth.tokens_out import may_still_work

_MOST = 100
_MOST_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class App:
    client: Client
    logo_url: str
    lines: tuple[Line, ...]
    offline: bool
    has_access: bool
    since: datetime | None
    last_used: datetime | None
    last_told: datetime | None


def _words(client: Client, scopes: list[str], user: User) -> tuple[Line, ...]:
    facts = clients.find(client.client_id)
    if facts is None:
        return ()
    known = consent_words.known_scopes(facts)
    return tuple(consent_words.scope_line(facts, one, user) for one in scopes if one in known)


def _apps(user: User) -> list[App]:
    """Clients with a consent, with living access, or that received something; newest first."""
    consents = {one.client_id: one for one in Consent.objects.filter(user=user)[:_MOST]}
    living = Authorization.objects.living().filter(user=user, code_redeemed_at__isnull=False)
    used: dict[uuid.UUID, list[Authorization]] = {}
    for row in living.order_by("-created_at")[:_MOST_ROWS]:
        used.setdefault(row.client_id, []).append(row)
    found = []
    listed = Client.objects.select_related("logo").defer("logo__content")
    entries = LedgerEntry.objects.filter(user=user)[:_MOST]
    told = {one.client_id: one.last for one in entries}
    for client in listed.filter(pk__in={*consents, *used, *told}):
        kept, access = consents.get(client.pk), used.get(client.pk, [])
        found.append(
            App(
                client,
                logo_url_of(client),
                _words(client, kept.scopes if kept else [], user),
                any(row.offline for row in access),
                bool(kept or access),
                kept.granted_at if kept else access[-1].created_at if access else None,
                max((row.last_used_at for row in access if row.last_used_at), default=None),
                told.get(client.pk),
            )
        )
    first = datetime.min.replace(tzinfo=UTC)
    return sorted(found, key=lambda app: app.since or first, reverse=True)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def view(request: HttpRequest, session: Session) -> HttpResponse:
    """List them; removing one ends its access at once and makes it ask again."""
    if request.method == "POST":
        try:
            key = uuid.UUID(request.POST.get("client", ""))
        except ValueError:
            key = uuid.UUID(int=0)
        client = get_object_or_404(Client, pk=key)
        had = Consent.objects.filter(user=session.user, client=client).exists()
        ended = end_access(
            client=client,
            user=session.user,
            reason="removed_by_person",
            request=request,
            actor=session.user,
        )
        if had or ended:
            words = _("%(app)s may not use your account any more.") % {"app": client.client_name}
            messages.success(request, f"{words} {may_still_work(client)}")
        return see_other(reverse("oauth:connected_apps"))
    apps = _apps(session.user)
    context = {
        "session": session,
        "tab": "apps",
        "apps": [one for one in apps if one.has_access],
        "earlier": [one for one in apps if not one.has_access],
    }
    return render(request, "oauth/connected_apps.html", context)
