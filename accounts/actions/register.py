"""Ask for an account: what was typed waits until its address is proven."""

import hmac
import secrets
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import authentication
from accounts.actions.one_time_code import Purpose, send
from accounts.errors import AddressNotAdmitted, TooManyAttempts
from accounts.models import Browser, Invitation, Registration, User
from accounts.password_policy import check
from idp.ground.canonical import NotCanonical, email_key

NEW = Purpose("registration", "registration")
# The same code is made and sent to nobody: its mail says that there is an account.
KNOWN = Purpose("registration", "registration_known")
# A page may be left open for a day.
_LIFETIME = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Details:
    """What was typed. `terms_version` is that of the terms that were shown and accepted."""

    email: str
    name: str = ""
    locale: str = ""
    terms_version: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the registration was begun and is to lead back to. `login`: id of a pending login."""

    next_url: str = "/"
    login: str = ""
    branding: dict[str, Any] = field(default_factory=dict)


def admits(address: str) -> bool:
    """Whether somebody with this address may join without an invitation. Raises `NotCanonical`."""
    mode = settings.SIGNET.registration
    domain = _domain(address)
    if mode == "domains":
        return any(_is(domain, one) for one in settings.SIGNET.registration_domains)
    return mode in ("open", "approval")


def _is(domain: str, configured: str) -> bool:
    try:
        return domain == _domain(f"x@{configured}")
    except NotCanonical:
        return False


def _domain(address: str) -> str:
    """In the form in which domains are compared: `bücher.example` is its punycode."""
    return email_key(address).rpartition("@")[2]


def details_of(registration: Registration) -> Details:
    """What was typed for it."""
    return Details(**{key: registration.details[key] for key in Details.__dataclass_fields__})


def check_password(password: str, *, email: str, name: str) -> str:
    """The password in the form that is hashed. Raises `PasswordRefused` with every reason."""
    return check(password, User(username=email.partition("@")[0], email=email, name=name))


def register(
    *,
    request: HttpRequest,
    details: Details,
    password: str,
    origin: Origin,
    invitation: Invitation | None = None,
) -> Registration:
    """Keep what was typed and mail a code and a link; no account exists before one is used.

    An address that has an account already takes the same path and time; only the mail differs.
    The same form sent twice is one registration. Raises `PasswordRefused`, `NotCanonical` and
    `AddressNotAdmitted`.
    """
    if invitation is None and not admits(details.email):
        raise AddressNotAdmitted
    encoded = make_password(check_password(password, email=details.email, name=details.name))
    browser = authentication.ensure_browser(request)
    with transaction.atomic():
        Browser.objects.select_for_update().get(pk=browser.pk)
        row = _row(browser, details, encoded, origin, invitation)
    if invitation is None:
        send_code(request=request, registration=row)
    return row


def _row(
    browser: Browser,
    details: Details,
    encoded: str,
    origin: Origin,
    invitation: Invitation | None,
) -> Registration:
    """A new row, or that of the same address in this browser, which forgets what it held."""
    now = timezone.now()
    mine = Registration.objects.filter(
        browser=browser, proven_at=None, expires_at__gt=now, invitation=invitation
    )
    key = email_key(details.email)
    for row in mine.order_by("-created_at"):
        if email_key(row.details["email"]) == key:
            break
    else:
        row = Registration(browser=browser, invitation=invitation)
        row.details = {"link": secrets.token_urlsafe(32)}
        row.link_digest = digest(row.details["link"])
    row.details = {**row.details, **asdict(details), "login": origin.login}
    row.password = encoded
    row.next_url = origin.next_url
    row.branding = origin.branding
    row.created_at = now
    row.expires_at = now + _LIFETIME
    row.save()
    return row


def speak(browser: Browser | None, language: str) -> None:
    """Whoever is registering in this browser chose another language meanwhile."""
    with transaction.atomic():
        mine = Registration.objects.select_for_update().filter(
            browser=browser, proven_at=None, expires_at__gt=timezone.now()
        )
        for row in mine if browser else ():
            row.details = {**row.details, "locale": language}
            row.save(update_fields=["details"])


def send_code(*, request: HttpRequest, registration: Registration) -> None:
    """Mail the code and the link (once more), to the address alone.

    Past the budgets nothing is sent, and nothing tells so.
    """
    # Every spelling of an address is one mailbox, and one budget.
    address = email_key(details_of(registration).email)
    known = User.objects.filter(email_key=address).exists()
    query = urlencode({"token": registration.details["link"]})
    link = f"{settings.SIGNET.issuer}{reverse('accounts:register_link')}?{query}"
    try:
        send(
            request=request,
            purpose=KNOWN if known else NEW,
            subject=registration.pk,
            channel="email",
            destination=address,
            context={
                "link": _account_links() if known else link,
                "brand": registration.branding.get("name", ""),
            },
        )
    except TooManyAttempts:
        return


def _account_links() -> str:
    return f"{settings.SIGNET.issuer}{reverse('accounts:forgot_password')}"


def joined_at(browser: Browser | None, next_url: str) -> User | None:
    """Who made an account in this browser on the way to that page, if somebody did."""
    if browser is None:
        return None
    mine = Registration.objects.filter(browser=browser, next_url=next_url, user__isnull=False)
    found = mine.select_related("user").order_by("-created_at").first()
    return found.user if found else None


def digest(secret: str) -> str:
    """What is kept of a link's 256 random bits."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


def by_link(secret: str) -> Registration | None:
    """The registration whose link this is; opening it changes nothing."""
    found = (
        Registration.objects.select_related("user", "browser")
        .filter(link_digest=digest(secret), expires_at__gt=timezone.now())
        .first()
    )
    same = found is not None and hmac.compare_digest(found.details["link"], secret)
    return found if same else None
