"""Sign in by a code sent to the address, in place of the password (a deployment's choice)."""

from hashlib import sha256

from django.http import HttpRequest

from accounts import audit, authentication
from accounts.actions import one_time_code
from accounts.actions.address_proven import address_proven
from accounts.actions.one_time_code import Purpose
from accounts.errors import CodeNotRight
from accounts.models import OneTimeCode, PendingLogin, Session, User
from accounts.throttling import Limit, claim, forget, subnet

# One name, or a page could tell by the code that waits for it whether there is an account.
_KNOWN = Purpose("magic", "magic_code")
_UNKNOWN = Purpose("magic", "magic_code_unknown")


def send(request: HttpRequest, pending: PendingLogin, key: str) -> OneTimeCode:
    """Send a code to an address (in canonical form), or a mail that says there is no account.

    Both are the same work and the same budgets. Raises `TooManyAttempts`, for both alike.
    """
    user = User.objects.filter(email_key=key, is_active=True).first()
    # The account itself stays out of it: its language, its name and its own budgets would tell.
    return one_time_code.send(
        request=request,
        purpose=_KNOWN if user else _UNKNOWN,
        subject=pending.pk,
        channel="email",
        destination=key,
        context={"brand": pending.branding.get("name", "")},
    )


def latest(request: HttpRequest, pending: PendingLogin) -> OneTimeCode | None:
    """The code of this login that can still be typed here."""
    return one_time_code.latest(purpose=_KNOWN, subject=pending.pk, request=request)


def _limits(request: HttpRequest, key: str, user: User | None) -> list[Limit]:
    """Budgets of guesses, of an address whether it has an account or not.

    A browser in which the person signed in before has one of its own, as for passwords.
    """
    here = authentication.browser(request)
    # Nobody is looked up as anybody is: a statement less would tell.
    mine = Session.objects.by_the_person().filter(browser=here, user=user or User())
    known = here and mine.exists()
    if user and here and known:
        return [Limit(f"magic/known/{here.pk}/{user.pk}", burst=6, every=30)]
    mark, network = sha256(key.encode()).hexdigest()[:32], subnet(request.META["REMOTE_ADDR"])
    return [
        Limit(f"magic/pair/{mark}/{network}", burst=6, every=60),
        Limit(f"magic/account/{mark}", burst=20, every=900),
        Limit(f"magic/net/{network}", burst=60, every=10),
    ]


def _is_over(user: User, code: OneTimeCode) -> bool:
    """All that was open in the person's name was ended since it was asked for.

    Its row names nobody, so that it tells nothing; whoever ends access does not find it.
    """
    ends = (user.access_not_before, user.password_changed_at)
    return any(code.created_at < moment for moment in ends if moment is not None)


def use(request: HttpRequest, pending: PendingLogin, code: str) -> User:
    """Whose mailbox it was. Raises `CodeNotRight`, and `TooManyAttempts` before it is looked at."""
    row = latest(request, pending)
    if row is None:
        raise CodeNotRight
    user = User.objects.filter(email_key=row.destination, is_active=True).first()
    limits = _limits(request, row.destination, user)
    claim(limits)
    try:
        used = one_time_code.check(request=request, purpose=_KNOWN, subject=pending.pk, code=code)
        # Nobody's code, also if it was guessed; or overtaken by one to another address.
        if user is None or used.destination != row.destination or _is_over(user, used):
            raise CodeNotRight
    except CodeNotRight:
        audit.record(audit.LOGIN_FAILED, request=request, subject=user, data={"by": "magic_code"})
        raise
    forget([limit.key for limit in limits if not limit.key.startswith("magic/net/")])
    address_proven(user, used.destination)
    return user
