"""Rows for tests: each function makes one that is good, and takes what a test wants different."""

import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import Browser, Session, User
from idp.ground.keyring import key_ids
from oauth import clients, opaque
from oauth.models import Authorization, Client, ClientSecret, Consent, Resource, Scope, Subject

SECRET = "sgs_" + "5" * 64
CALLBACK = "https://rp.test/cb"
OIDC = ["openid", "profile", "email", "address", "phone", "offline_access", "roles", "groups"]


def make_user(username: str = "", **over: Any) -> User:
    """A person without a usable password: nobody signs in through pages with it."""
    username = username or f"person{secrets.token_hex(4)}"
    values = {"email": f"{username}@people.test", "password": make_password(None), **over}
    user = User(username=username, **values)
    user.save()
    return user


def make_resource(identifier: str = "https://orders.test/api", **over: Any) -> Resource:
    """An API; `scopes=("orders.read",)` gives it scopes."""
    scopes = over.pop("scopes", ("orders.read", "orders.write"))
    found = Resource.objects.create(identifier=identifier, name="Orders", **over)
    for name in scopes:
        Scope.objects.create(resource=found, name=name, title=f"{name} in words")
    return found


def make_client(secret: str | None = SECRET, **over: Any) -> Client:
    """A confidential web client with `SECRET`; `token_endpoint_auth_method="none"` has none."""
    values: dict[str, Any] = {
        "client_name": "Shop",
        "redirect_uris": [CALLBACK],
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "scopes": [*OIDC, "orders.read", "orders.write"],
        **over,
    }
    client = Client.objects.create(**values)
    if secret and client.token_endpoint_auth_method.startswith("client_secret"):
        add_secret(client, secret)
    clients.forget()
    return client


def make_public_client(**over: Any) -> Client:
    return make_client(profile="spa", token_endpoint_auth_method="none", **over)


def add_secret(client: Client, secret: str, **over: Any) -> ClientSecret:
    clients.forget()
    return ClientSecret.objects.create(client=client, digest=ClientSecret.hash(secret), **over)


def make_session(user: User, **over: Any) -> Session:
    now = timezone.now()
    values = {
        "browser": Browser.objects.create(),
        "auth_time": now - timedelta(minutes=3),
        "amr": ["pwd"],
        "acr": "urn:signet:acr:single-factor",
        "expires_at": now + timedelta(days=1),
        **over,
    }
    return Session.objects.create(user=user, **values)


def make_authorization(
    client: Client, user: User | None = None, *, redeemed: bool = False, **over: Any
) -> Authorization:
    """A yes with its consent, living session and an unspent code; `redeemed` spends the code."""
    now = timezone.now()
    user = user or make_user()
    session = over.pop("session", None) or make_session(user)
    subject, _ = Subject.objects.get_or_create(user=user, sector="")
    scopes = over.setdefault("scopes", ["openid", "profile"])
    Consent.objects.get_or_create(user=user, client=client, defaults={"scopes": scopes})
    values = {
        "request_id": secrets.token_hex(16),
        "subject": subject,
        "session": session,
        "refreshable": True,
        "redirect_uri": client.redirect_uris[0],
        "auth_time": session.auth_time,
        "acr": session.acr,
        "amr": session.amr,
        "sid": secrets.token_hex(8),
        "token_key": key_ids()[0],
        "code_expires_at": now + timedelta(seconds=60),
        "expires_at": now + timedelta(days=1),
        **over,
    }
    if redeemed:
        values |= {"code_redeemed_at": now, "last_used_at": now}
    return Authorization.objects.create(client=client, user=user, **values)


def code_of(row: Authorization) -> str:
    return opaque.derive(opaque.CODE, row.pk, 0, bytes(row.secret), row.token_key)


def refresh_token_of(row: Authorization, generation: int | None = None) -> str:
    """The refresh token of a generation, by default the present one."""
    number = row.generation if generation is None else generation
    return opaque.derive(opaque.REFRESH, row.pk, number, bytes(row.secret), row.token_key)
