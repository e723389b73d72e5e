"""What stands between a person and their session: one table, in order.

A further step is one entry here and one page, which calls `login.done` and `login.advance`.
"""

import uuid
from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.conf import settings

from accounts import second_factors
from accounts.acr import has_held, has_known
from accounts.actions.sign_in import password_state
from accounts.authentication import is_fresh
from accounts.models import PendingLogin, RecoveryCode, Session, TrustedBrowser, User


class Step(NamedTuple):
    """One thing between a person and their session. `page`: the name of its URL."""

    name: str
    needed: Callable[[PendingLogin], bool]
    page: str


def _unknown(pending: PendingLogin) -> bool:
    return pending.user is None


def _must_confirm(pending: PendingLogin) -> bool:
    """The password, where nothing else says that it is them, or where only it is missing."""
    if pending.user is None or "confirm" in pending.steps_done:
        return False
    if pending.kind == PendingLogin.Kind.CONFIRM:
        # A second factor proves more than the password that opened the session.
        return not second_factors.offered(pending.user)
    if "mfa" in pending.amr or _must_show_factor(pending):
        return False
    return _lacks_secret(pending) or _is_left_alone(pending)


def _lacks_secret(pending: PendingLogin) -> bool:
    """Two factors are demanded, and none was shown that only the person knows: they came in by a
    code in their mailbox."""
    return second_factors.MFA in pending.demands and not has_known(pending.amr)


def _is_left_alone(pending: PendingLogin) -> bool:
    """An unlocked screen must not be enough to add a factor of one's own."""
    return (
        pending.kind == PendingLogin.Kind.STEP_UP
        and "second_factor" not in pending.steps_done
        and pending.session is not None
        and not is_fresh(pending.session)
    )


def _is_trusted(pending: PendingLogin) -> bool:
    if pending.user is None or pending.kind != PendingLogin.Kind.SIGN_IN:
        return False
    return _trusts(pending.user, pending.browser_id)


def _trusts(user: User, browser: uuid.UUID) -> bool:
    found = TrustedBrowser.objects.living().filter(user=user, browser=browser)
    return found.filter(password_state=password_state(user)).exists()


def _must_show_factor(pending: PendingLogin) -> bool:
    if pending.user is None or "second_factor" in pending.steps_done or "mfa" in pending.amr:
        return False
    if pending.kind == PendingLogin.Kind.STEP_UP and has_held(pending.amr):
        return False  # only the password is missing
    if not second_factors.offered(pending.user, pending.demands, pending.amr):
        return False
    return second_factors.MFA in pending.demands or not _is_trusted(pending)


def _is_kept_out(pending: PendingLogin) -> bool:
    """Only whoever proved who they are learns how their request stands."""
    return pending.user is not None and pending.user.approval != ""


def _must_accept_terms(pending: PendingLogin) -> bool:
    version = settings.SIGNET.terms_version
    return (
        version != ""
        and pending.kind == PendingLogin.Kind.SIGN_IN
        and pending.user is not None
        and pending.user.terms_version != version
    )


def _is_leaving(pending: PendingLogin) -> bool:
    return pending.user is not None and pending.user.delete_after is not None


def _must_choose_password(pending: PendingLogin) -> bool:
    return pending.user is not None and pending.user.must_reset_password


def _must_set_up_factor(pending: PendingLogin) -> bool:
    """Somebody who has one was asked for it above."""
    if (
        pending.user is None
        or pending.kind == PendingLogin.Kind.CONFIRM
        or "mfa" in pending.amr
        or not second_factors.is_required(pending.user, pending.demands)
    ):
        return False
    if second_factors.MFA in pending.demands:
        return not second_factors.has_strong(pending.user)
    return "second_factor" not in pending.steps_done and not second_factors.offered(
        pending.user, pending.demands, pending.amr
    )


def _must_save_codes(pending: PendingLogin) -> bool:
    """Whoever sets up a factor here also gets the way out for the day it is lost."""
    return (
        "set_up_factor" in pending.steps_done
        and "recovery_codes" not in pending.steps_done
        and not RecoveryCode.objects.filter(user=pending.user_id, used_at=None).exists()
    )


STEPS = (
    Step("password", _unknown, "accounts:login"),
    Step("confirm", _must_confirm, "accounts:confirm"),
    Step("second_factor", _must_show_factor, "accounts:second_factor"),
    Step("approval", _is_kept_out, "accounts:approval"),
    Step("keep_account", _is_leaving, "accounts:keep_account"),
    Step("new_password", _must_choose_password, "accounts:new_password"),
    Step("terms", _must_accept_terms, "accounts:terms"),
    Step("set_up_factor", _must_set_up_factor, "accounts:set_up_factor"),
    Step("recovery_codes", _must_save_codes, "accounts:recovery_codes"),
)


def lacks_factor(session: Session) -> bool:
    """Whether a role or the deployment demands a second factor that this session never showed.

    For whoever came under the rule after they signed in: they are asked for what a login would ask
    them for now, no more and no less, so that a step-up always mends it.
    """
    return falls_short(session.user, session.amr, session.browser_id)


def falls_short(user: User, amr: Sequence[str], browser: uuid.UUID | None) -> bool:
    """As `lacks_factor`, for what a sign-in with these methods, in this browser, left behind."""
    if has_held(amr) or not second_factors.is_required(user) or second_factors.was_shown(user, amr):
        return False
    if browser is None or not second_factors.offered(user, shown=amr):
        return True
    return not _trusts(user, browser)


def next_step(pending: PendingLogin) -> Step | None:
    """The first step that is still needed; None: the person may come in."""
    return next((step for step in STEPS if step.needed(pending)), None)
