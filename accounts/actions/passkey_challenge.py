"""The challenge of a passkey ceremony: kept on our side, good once and for five minutes.

WebAuthn Level 3 §15.1 recommends at least five: a phone has to be fetched, a code to be scanned.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.actions.holder import Holder
from accounts.errors import PasskeyNotRight
from accounts.models import EnrolmentChallenge, PendingLogin, Session

LIFETIME = timedelta(minutes=5)


class Ceremony(StrEnum):
    """What the challenge was made for; an answer counts for nothing else."""

    ENROL = "enrol"
    SECOND_FACTOR = "second_factor"
    ALONE = "alone"


def keep(holder: Holder, ceremony: Ceremony, state: dict[str, Any]) -> None:
    """Remember it; the one before, if any, is worth nothing any more."""
    if isinstance(holder, Session):
        EnrolmentChallenge.objects.get_or_create(session=holder)
    until = int((timezone.now() + LIFETIME).timestamp())
    _rows(holder).update(challenge={**state, "ceremony": ceremony, "until": until})


def take(holder: Holder, ceremony: Ceremony) -> dict[str, Any]:
    """Use it up. Raises `PasskeyNotRight`: none there, for something else, or too old.

    Of a hundred answers to one challenge exactly one gets it: the UPDATE names what it was.
    """
    kept = _rows(holder).values_list("challenge", flat=True).first()
    if kept is None or not _rows(holder).filter(challenge=kept).update(challenge=None):
        raise PasskeyNotRight("no_challenge")
    if kept["ceremony"] != ceremony or kept["until"] < timezone.now().timestamp():
        raise PasskeyNotRight("other_challenge")
    state: dict[str, Any] = kept
    return state


def _rows(holder: Holder) -> "QuerySet[PendingLogin] | QuerySet[EnrolmentChallenge]":
    if isinstance(holder, Session):
        return EnrolmentChallenge.objects.filter(session=holder)
    return PendingLogin.objects.filter(pk=holder.pk, completed_at=None)
