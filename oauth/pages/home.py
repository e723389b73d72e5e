"""The home page: who is signed in, and the apps they may open."""

from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.advice import advice
from accounts.models import Session, User
from accounts.pages.access import signed_in
from oauth.consent import destination
from oauth.models import Authorization, Client, Consent, logo_url_of

_MOST = 200


class App(NamedTuple):
    key: UUID
    name: str
    url: str
    host: str
    logo_url: str


def _url(client: Client) -> str:
    """Where the app begins a sign-in by itself (OIDC Core §4), else its own first page."""
    if not client.initiate_login_uri:
        return client.client_uri
    joint = "&" if "?" in client.initiate_login_uri else "?"
    return f"{client.initiate_login_uri}{joint}{urlencode({'iss': settings.SIGNET.issuer})}"


def _apps(user: User) -> list[App]:
    """Apps an administrator vouches for, and those this person already uses.

    Nothing bars anybody from a client as such: roles say what they may do there, so that an app
    with roles of its own is listed for everybody too.
    """
    used = Consent.objects.filter(user=user).values("client")
    found = Client.objects.enabled().filter(
        Q(trusted=True) | Q(first_party=True) | Q(pk__in=used),
        grant_types__contains=["authorization_code"],
    )
    openable = found.exclude(client_uri="", initiate_login_uri="")
    return [
        App(one.pk, one.client_name, _url(one), destination(_url(one)), logo_url_of(one))
        for one in openable.select_related("logo").defer("logo__content")[:_MOST]
    ]


def _connected(user: User, listed: list[App]) -> list[Client]:
    """Apps that may use the account and are not among those that can be opened from here."""
    living = Authorization.objects.living().filter(user=user, code_redeemed_at__isnull=False)
    found = Client.objects.filter(
        Q(pk__in=Consent.objects.filter(user=user).values("client"))
        | Q(pk__in=living.values("client"))
    )
    others = found.exclude(pk__in=[one.key for one in listed])
    return list(others.order_by("client_name").defer("jwks")[:_MOST])


@require_safe
@signed_in
def view(request: HttpRequest, session: Session) -> HttpResponse:
    apps = _apps(session.user)
    context = {
        "session": session,
        "advice": advice(session.user),
        "tab": "home",
        "apps": apps,
        "connected": _connected(session.user, apps),
        "owns": session.user.owned_clients.exists(),
    }
    return render(request, "oauth/home.html", context)
