"""What a person did for one authorization request: account chosen, signed in, consented.

Rows keyed (browser, request id), changed by conditional UPDATE. Nothing here is believed from a
URL or a form, and no rule compares the clocks of two machines.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction

from accounts.models import Browser, PendingLogin, Session
from oauth.models import Answer

_KEPT = 20  # requests a browser


@dataclass(frozen=True, slots=True)
class Answers:
    """`session`: the account picked for this request. The others hold for that account alone."""

    session: uuid.UUID | None = None
    account_chosen: bool = False
    authenticated: bool = False
    consented: bool = False
    consented_parts: frozenset[str] = frozenset()


def read(browser: Browser | None, request_id: uuid.UUID) -> Answers:
    """The answers given so far in this browser."""
    row = Answer.objects.filter(browser=browser, request_id=request_id).first() if browser else None
    if row is None:
        return Answers()
    return Answers(
        row.session_id,
        row.account_chosen_at is not None,
        row.authenticated_at is not None,
        row.consented_at is not None,
        frozenset(row.consented_parts),
    )


def choose(browser: Browser, request_id: uuid.UUID, session: Session, now: datetime) -> None:
    """The person picked an account; what another account answered no longer counts."""
    row = _row(browser, request_id)
    row.exclude(session=session).update(
        session=session, authenticated_at=None, consented_at=None, consented_parts=[]
    )
    row.filter(session=session).update(account_chosen_at=now)


def consent(
    browser: Browser, request_id: uuid.UUID, session: Session, parts: frozenset[str], now: datetime
) -> None:
    """The person allowed these parts as this account, unless another tab picked another one."""
    row = _row(browser, request_id)
    row.filter(session=None).update(session=session)
    row.filter(session=session).update(consented_at=now, consented_parts=sorted(parts))


def take_login(browser: Browser, request_id: uuid.UUID, next_url: str, now: datetime) -> None:
    """Note a login that was begun for this very request and is complete; each counts once.

    A second factor alone is no sign-in: `prompt=login` asks for more.

    `next_url` names the request: it is where that login was told to lead.
    """
    mine = PendingLogin.objects.filter(
        browser=browser, next_url=next_url, completed_at__isnull=False
    )
    if not mine.exists():
        return
    with transaction.atomic():
        done = list(mine.select_for_update().order_by("completed_at"))
        person = done[-1].user_id if done else None
        session = Session.objects.living(now).filter(browser=browser, user=person).first()
        if session is not None:
            choose(browser, request_id, session, now)
            if any(one.kind == PendingLogin.Kind.SIGN_IN for one in done):
                _row(browser, request_id).filter(session=session).update(authenticated_at=now)
        PendingLogin.objects.filter(pk__in=[one.pk for one in done]).delete()


def _row(browser: Browser, request_id: uuid.UUID) -> "models.QuerySet[Answer]":
    """A query for the one row, which exists from here on."""
    row, made = Answer.objects.get_or_create(browser=browser, request_id=request_id)
    if made:
        old = Answer.objects.filter(browser=browser).order_by("-created_at")[_KEPT:]
        Answer.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    return Answer.objects.filter(pk=row.pk)
