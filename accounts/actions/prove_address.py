"""The address of a registration is proven, by the code or by the link; then it is an account."""

from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.actions.make_account import make_account
from accounts.actions.one_time_code import check
from accounts.actions.register import NEW, admits, details_of
from accounts.errors import CodeNotRight, LinkNotValid
from accounts.models import OneTimeCode, Registration, User
from accounts.notifications.stale import void_codes
from accounts.throttling import Limit, claim, subnet

# So long the password counts as typed just now, in the browser that it was typed in.
_JUST_TYPED = timedelta(hours=1)


def by_code(*, request: HttpRequest, registration: Registration, code: str) -> User:
    """By the six digits, in the browser that asked for them.

    Raises `TooManyAttempts` before the guess is looked at, `CodeNotRight` and what `prove` raises.
    """
    claim(
        [
            Limit(f"register/guess/{registration.pk}", burst=10, every=60),
            Limit(f"register/net/{subnet(request.META['REMOTE_ADDR'])}", burst=60, every=10),
        ]
    )
    with transaction.atomic():
        # One press at a time: the second of a double one finds the account made.
        locked = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
        right = locked.user_id is not None or _is_right(request, registration, code)
        if right:
            return prove(request=request, registration=registration)
    # Raised out here: the guess is counted.
    raise CodeNotRight


def _is_right(request: HttpRequest, registration: Registration, code: str) -> bool:
    try:
        check(request=request, purpose=NEW, subject=registration.pk, code=code)
    except CodeNotRight:
        return False
    return True


def prove(*, request: HttpRequest, registration: Registration) -> User:
    """Make the account. Of many proofs at once one makes it, and the others find it made.

    Raises `NameTaken` when the address has an account by now, `LinkNotValid` when nobody may join
    any more or the registration or its invitation has ended.
    """
    details = details_of(registration)
    with transaction.atomic():
        mine = Registration.objects.filter(pk=registration.pk)
        now = timezone.now()
        if mine.filter(proven_at=None, expires_at__gt=now).update(proven_at=now):
            if registration.invitation is None and not admits(details.email):
                raise LinkNotValid
            user = make_account(
                request=request,
                details=details,
                password=registration.password,
                invitation=registration.invitation,
            )
            mine.update(user=user, password="")
            void_codes(OneTimeCode.objects.filter(purpose=NEW.name, subject=registration.pk))
    registration.refresh_from_db()
    if registration.user is None:
        raise LinkNotValid
    return registration.user


def take_up(registration: Registration) -> User | None:
    """The new person, who may go on in the browser of the registration without the login page.

    Once only, and only while the password that was typed there counts as just typed: whoever
    comes to the page later, by Back perhaps, signs in like everybody.
    """
    now = timezone.now()
    taken = Registration.objects.filter(
        pk=registration.pk,
        user__isnull=False,
        completed_at=None,
        created_at__gt=now - _JUST_TYPED,
    ).update(completed_at=now)
    return registration.user if taken else None
