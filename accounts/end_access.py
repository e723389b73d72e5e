"""The one way to end what is open in a person's name."""

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit, signals
from accounts.models import PendingLogin, Session, TrustedBrowser, User

# A thief may have made a browser trusted, or the password it was trusted under is gone.
_ALL_BROWSERS = ("not_me", "password_changed")


def end_access(
    *,
    reason: str,
    user: User | None = None,
    session: Session | None = None,
    keep_session: Session | None = None,
    request: HttpRequest | None = None,
    actor: User | None = None,
) -> None:
    """End one session, or every session of a person except `keep_session`.

    The floor above hears of it by signal inside this transaction and ends the authorizations,
    so either all of it is over or nothing is.
    """
    now = timezone.now()
    with transaction.atomic():
        if session is not None:
            if Session.objects.filter(pk=session.pk).close(reason, now):
                signals.session_ended.send(Session, session=session, reason=reason)
                audit.record(
                    audit.LOGOUT if reason == "logout" else audit.SESSION_ENDED,
                    request=request,
                    actor=actor,
                    subject=session.user,
                    reason=reason,
                    data={"session": str(session.pk)},
                )
        elif user is not None:
            open_ones = Session.objects.filter(user=user)
            if keep_session is not None:
                open_ones = open_ones.exclude(pk=keep_session.pk)
            ended = open_ones.close(reason, now)
            if reason != "password_changed":  # that voids them by itself
                # Whoever is thrown out must not be let in by halves either.
                PendingLogin.objects.filter(user=user, completed_at=None).delete()
            if keep_session is None or reason in _ALL_BROWSERS:
                TrustedBrowser.objects.filter(user=user).delete()
            signals.access_ended.send(User, user=user, reason=reason, keep_session=keep_session)
            audit.record(
                audit.ACCESS_ENDED,
                request=request,
                actor=actor,
                subject=user,
                reason=reason,
                data={"sessions": ended},
            )
