"""The one way to end what is open in a person's name."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit, signals
from accounts.models import PendingLogin, Session, TrustedBrowser, User
from accounts.notifications.stale import void_codes_of

# A thief may have made a browser trusted, or the password it was trusted under is gone.
_ALL_BROWSERS = ("not_me", "password_changed")


@dataclass(frozen=True, slots=True)
class Ended:
    """How much one call ended; `grants`: what the floor above says it ended."""

    sessions: int = 0
    grants: int = 0
    browsers: int = 0
    logins: int = 0


def end_access(
    *,
    reason: str,
    user: User | None = None,
    session: Session | None = None,
    keep_session: Session | None = None,
    request: HttpRequest | None = None,
    actor: User | None = None,
) -> Ended:
    """End one session, or every session of a person except `keep_session`; says how much it was.

    The floor above hears of it by signal inside this transaction and ends the authorizations,
    so either all of it is over or nothing is.
    """
    now = timezone.now()
    sessions = grants = browsers = logins = 0
    with transaction.atomic():
        if session is not None:
            sessions = Session.objects.filter(pk=session.pk).close(reason, now)
            void_codes_of(PendingLogin.objects.filter(session=session, completed_at=None))
            if sessions:
                answers = signals.session_ended.send(Session, session=session, reason=reason)
                grants = _counted(answers)
                audit.record(
                    audit.LOGOUT if reason == "logout" else audit.SESSION_ENDED,
                    request=request,
                    actor=actor,
                    subject=session.user,
                    reason=reason,
                    data={"session": str(session.pk)},
                )
        elif user is not None:
            # A login that is just finishing holds this lock: its session is seen below, or it sees
            # what has changed.
            User.objects.select_for_update(no_key=True).filter(pk=user.pk).first()
            if keep_session is None:
                # What is being issued at this moment is over as well.
                User.objects.filter(pk=user.pk).update(access_not_before=now)
                user.access_not_before = now
            open_ones = Session.objects.filter(user=user)
            if keep_session is not None:
                open_ones = open_ones.exclude(pk=keep_session.pk)
            sessions = open_ones.close(reason, now)
            begun = PendingLogin.objects.filter(user=user, completed_at=None)
            void_codes_of(begun)
            if reason != "password_changed":  # that voids them by itself
                # Whoever is thrown out must not be let in by halves either.
                logins, _ = begun.delete()
            trusted = TrustedBrowser.objects.filter(user=user)
            if keep_session is not None and reason not in _ALL_BROWSERS:
                # Where somebody else was signed in, the password alone must not be enough.
                trusted = trusted.exclude(browser=keep_session.browser_id)
            browsers, _ = trusted.delete()
            answers = signals.access_ended.send(
                User, user=user, reason=reason, keep_session=keep_session, ended_at=now
            )
            grants = _counted(answers)
            audit.record(
                audit.ACCESS_ENDED,
                request=request,
                actor=actor,
                subject=user,
                reason=reason,
                data={"sessions": sessions},
            )
    return Ended(sessions, grants, browsers, logins)


def _counted(answers: list[tuple[Any, Any]]) -> int:
    return sum(count for _receiver, count in answers if isinstance(count, int))
