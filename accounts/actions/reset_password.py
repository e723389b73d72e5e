"""A forgotten password: ask for a link, open it, choose a new one."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import audit, authentication
from accounts.actions.address_proven import address_proven
from accounts.actions.change_password import set_password
from accounts.errors import LinkNotValid, TooManyAttempts
from accounts.models import Browser, Session, User
from accounts.notifications import outbox
from accounts.notifications.stale import withdraw_reset_links
from accounts.throttling import Limit, claim, subnet
from idp.ground.canonical import NotCanonical, email_key

_SALT = "accounts.reset_password"


def _state(user: User) -> str:
    """What the link stands on: address, password and the latest request. Any change voids it."""
    text = f"{user.email_key}/{user.password}/{user.reset_generation}/{user.is_active}"
    return sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that works: whose it is, and the login (an id) it is to lead back to."""

    user: User
    login: str


def make_link(user: User, login: str = "", asked_in: str = "") -> str:
    """A link for the person's mailbox; a hundred of them are worth one.

    `asked_in`: id of the browser whose person asked for it, if it was one of theirs.
    """
    value = {
        "user": str(user.pk),
        "state": _state(user),
        "at": timezone.now().timestamp(),
        "login": login,
        "asked_in": asked_in,
    }
    query = urlencode({"token": signing.dumps(value, salt=_SALT)})
    return f"{settings.SIGNET.issuer}{reverse('accounts:reset_password')}?{query}"


def request_reset(request: HttpRequest, address: str, login: str = "", brand: str = "") -> None:
    """Send a link, or, to an address without an account, a mail that says so.

    `brand`: name of the app on the way to which the password was missed.
    Both are the same work, so neither words nor time tell whether there is an account. Past a
    budget nothing is sent, and the page says the same; strangers to Signet share one of a hundred
    mails an hour.
    """
    try:
        key = email_key(address)
    except NotCanonical:
        return
    mark = sha256(key.encode()).hexdigest()[:32]
    try:
        claim(
            [
                Limit(f"reset/address/{mark}", burst=3, every=900),
                Limit(f"reset/net/{subnet(request.META['REMOTE_ADDR'])}", burst=20, every=60),
            ]
        )
        user = User.objects.filter(email_key=key, is_active=True).first()
        # From many networks at once Signet must not write to strangers by the thousand. The claim
        # of an address with an account bites nobody: it is there for the same time.
        claim([Limit(f"reset/known/{mark}" if user else "reset/unknown", burst=100, every=36)])
        here = authentication.ensure_browser(request)
    except TooManyAttempts:
        return
    with transaction.atomic():
        recipient = user.email if user else key
        send_link(request, user, recipient, login=login, brand=brand, asked_in=here)


def send_link(
    request: HttpRequest,
    user: User | None,
    recipient: str,
    actor: User | None = None,
    login: str = "",
    brand: str = "",
    was_shut: bool = False,
    words: dict[str, Any] | None = None,
    asked_in: Browser | None = None,
) -> None:
    """Queue the mail. Also what an administrator does instead of choosing a password.

    `was_shut`: the account was, and the same mail says so, with `words`. `asked_in`: the person's
    own browser, where a sign-in voids the link.
    """
    context = {"minutes": settings.SIGNET.reset_lifetime // 60, **(words or {})}
    if brand:
        context["brand"] = brand
    if asked_in is not None:
        context["asked_in"] = str(asked_in.pk)
    # For nobody the same statements run, and find no row: their time would tell.
    person = user or User()
    User.objects.filter(pk=person.pk).update(reset_generation=F("reset_generation") + 1)
    with suppress(User.DoesNotExist):
        person.refresh_from_db(fields=["reset_generation"])
    withdraw_reset_links(person)
    link = make_link(person, login, str(asked_in.pk) if asked_in else "")
    if user is not None:
        context["link"] = link
    outbox.queue(
        channel="email",
        purpose=("locked_down" if was_shut else "password_reset")
        if user
        else "password_reset_unknown",
        recipient=recipient,
        user=user,
        context=context,
        not_after=timezone.now() + timedelta(seconds=settings.SIGNET.reset_lifetime),
    )
    audit.record(audit.PASSWORD_RESET_REQUESTED, request=request, subject=user, actor=actor)


def open_link(token: str) -> Opened:
    """Whose link it is. Changes nothing: mail scanners open links too. Raises `LinkNotValid`."""
    try:
        value = signing.loads(token, salt=_SALT, max_age=settings.SIGNET.reset_lifetime)
        user = User.objects.get(pk=value["user"], is_active=True)
    except (signing.BadSignature, User.DoesNotExist):
        raise LinkNotValid from None
    if value["state"] != _state(user):
        raise LinkNotValid
    if _is_remembered(user, value):
        raise LinkNotValid
    return Opened(user, value["login"])


def _is_remembered(user: User, value: dict[str, Any]) -> bool:
    """Whether whoever asked has signed in since, where they asked: then the link in the mailbox is
    over (NIST SP 800-63B-4 §4.2.1.2). Not by a sign-in elsewhere: a thief who knows the password
    must not be able to void each link that the owner is sent."""
    if not value.get("asked_in"):
        return False
    asked_at = datetime.fromtimestamp(value["at"], tz=UTC)
    here = Session.objects.filter(user=user, browser=value["asked_in"])
    return here.filter(auth_time__gt=asked_at).exists()


def complete(request: HttpRequest, token: str, new: str) -> Opened:
    """Set the new password; every session and every app's access ends. Once only.

    Raises `LinkNotValid` and `PasswordRefused`.
    """
    opened = open_link(token)
    user = opened.user
    with transaction.atomic():
        if not set_password(
            user=user, new=new, reason="password_reset", request=request, keep_session=None
        ):
            raise LinkNotValid
        address_proven(user, user.email_key or "")
    return opened
