"""One connected app: what it may do, what it received and when, and taking some of it back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.models import Session, User
from accounts.pages.access import signed_in
from oauth import clients, consent_words
from oauth.claims import SCOPE_OF
from oauth.consent_words import Line
from oauth.flow import see_other
from oauth.models import Authorization, Client, Consent, LedgerEntry, logo_url_of
from oauth.tokens_out import may_still_work
from oauth.withdraw import withdraw

_MOST = 50
# How the ledger calls a claim; others by their own name.
_NAMES = {
    "sub": _("an identifier for you"), "name": _("full name"), "given_name": _("given name"),
    "family_name": _("family name"), "middle_name": _("middle name"), "nickname": _("nickname"),
    "preferred_username": _("username"), "profile": _("profile page"), "picture": _("picture"),
    "website": _("website"), "gender": _("gender"), "birthdate": _("birth date"),
    "zoneinfo": _("time zone"), "locale": _("language"), "updated_at": _("time of last change"),
    "email": _("e-mail address"), "email_verified": _("whether the e-mail address is proven"),
    "phone_number": _("phone number"),
    "phone_number_verified": _("whether the phone number is proven"),
    "address": _("postal address"), "roles": _("your roles there"), "groups": _("your groups"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Permission:
    """`part` names it in the form; empty where it cannot be taken back alone."""

    line: Line
    part: str


@dataclass(frozen=True, slots=True)
class Told:
    what: str
    first: datetime
    last: datetime


def _permissions(client: Client, kept: Consent | None, user: User) -> list[Permission]:
    facts = clients.find(client.client_id)
    if kept is None or facts is None:
        return []
    known = consent_words.known_scopes(facts)
    found = [
        Permission(
            consent_words.scope_line(facts, name, user),
            "" if name == "openid" else f"scope:{name}",
        )
        for name in kept.scopes
        if name in known
    ]
    shown = [name for name in kept.claims if SCOPE_OF.get(name) not in kept.scopes]
    return [*found, *(Permission(consent_words.claim_line(one), f"claim:{one}") for one in shown)]


def _told(user: User, client: Client) -> list[Told]:
    entry = LedgerEntry.objects.filter(user=user, client=client).first()
    pairs = sorted((entry.claims if entry else {}).items(), key=lambda one: -one[1][1])
    return [
        Told(str(_NAMES.get(name, name)), *(datetime.fromtimestamp(at, UTC) for at in times))
        for name, times in pairs
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def view(request: HttpRequest, client_pk: UUID, session: Session) -> HttpResponse:
    """Only of apps this person has to do with; another's is as unknown as none."""
    client = get_object_or_404(
        Client.objects.select_related("logo").defer("logo__content"), pk=client_pk
    )
    user = session.user
    kept = Consent.objects.filter(user=user, client=client).first()
    told = _told(user, client)
    mine = Authorization.objects.filter(user=user, client=client, code_redeemed_at__isnull=False)
    if kept is None and not told and not mine.exists():
        raise Http404
    if request.method == "POST":
        part = request.POST.get("withdraw", "")[:200]
        if withdraw(request=request, session=session, client=client, part=part):
            words = _("Taken back. The app must ask you before it gets it again.")
            messages.success(request, f"{words} {may_still_work(client)}")
        return see_other(reverse("oauth:app_access", args=[client.pk]))
    context: dict[str, Any] = {
        "session": session,
        "tab": "apps",
        "client": client,
        "logo_url": logo_url_of(client),
        "consent": kept,
        "permissions": _permissions(client, kept, user),
        "told": told,
        "accesses": mine.living()
        .select_related("session__browser")
        .order_by("-created_at")[:_MOST],
    }
    return render(request, "oauth/app_access.html", context)
