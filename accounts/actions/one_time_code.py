"""A six-digit code by mail or SMS: sent, and typed back in the browser that asked for it."""

import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts import authentication
from accounts.actions import sms_budget
from accounts.errors import CodeNotRight, SmsRefused
from accounts.models import Browser, OneTimeCode, OutboxMessage, Session, User
from accounts.notifications import outbox
from accounts.notifications.stale import void_codes
from accounts.throttling import Limit, claim, one_at_a_time, subnet
from idp.ground.canonical import email_key, phone_key
from idp.ground.keyring import subkey

LIFETIME = timedelta(minutes=10)  # NIST SP 800-63B-4 §3.1.3.2
# Guesses that are compared with one code: one chance in 200 000 for a stranger.
MOST_GUESSES = 5
# A second press within this time sends nothing again, unless the first message is known to be lost.
RESEND_AFTER = timedelta(seconds=40)
_SENT_TWICE = timedelta(seconds=60)
NOT_SENT = ("failed", "expired", "withdrawn")


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a code is for. `name` is kept in the row; `message` names the templates."""

    name: str
    message: str


def send(
    *,
    request: HttpRequest,
    purpose: Purpose,
    subject: uuid.UUID,
    channel: str,
    destination: str,
    user: User | None = None,
    asked_by: User | None = None,
    context: dict[str, Any] | None = None,
) -> OneTimeCode:
    """Send a code to `destination`, unless the last one is still young.

    `subject` is what the code is bound to within its purpose. `user`: whose the destination is,
    whom the message may name; `asked_by`: who asks for a message that must not name them. A new
    code voids older ones, but no counter of guesses. Raises `TooManyAttempts` when a budget of
    messages is spent, and `SmsRefused` for a number, or on a day, that no SMS goes out for.
    """
    browser = authentication.ensure_browser(request)
    if channel == "sms":
        sms_budget.refuse_number(destination)
    young = _young(request, purpose, subject, destination)
    if young is not None:
        return young
    _claim_message(request, purpose, channel, destination, user, asked_by)
    code = f"{secrets.randbelow(1_000_000):06}"
    now = timezone.now()
    row = OneTimeCode(
        purpose=purpose.name,
        subject=subject,
        browser=browser,
        user=user,
        destination=destination,
        expires_at=now + LIFETIME,
    )
    row.digest = _digest(row, code)
    try:
        return _queue(request, purpose, row, code, channel, context)
    except SmsRefused:
        sms_budget.tell_operators(request)
        raise


def _queue(
    request: HttpRequest,
    purpose: Purpose,
    row: OneTimeCode,
    code: str,
    channel: str,
    context: dict[str, Any] | None,
) -> OneTimeCode:
    with transaction.atomic():
        # Two presses at once, or a page and its prefetch: one message.
        one_at_a_time(f"one_time_code/{row.subject}")
        young = _young(request, purpose, row.subject, row.destination)
        if young is not None:
            return young
        if channel == "sms":
            sms_budget.claim_day()
        void_codes(_open(purpose, row.subject))
        row.message = outbox.queue(
            channel=channel,
            purpose=purpose.message,
            recipient=row.destination,
            user=row.user,
            context={"code": code, "minutes": LIFETIME.seconds // 60, **(context or {})},
            not_after=row.expires_at,
        )
        row.save(force_insert=True)
    return row


def _young(
    request: HttpRequest, purpose: Purpose, subject: uuid.UUID, destination: str
) -> OneTimeCode | None:
    row = latest(purpose=purpose, subject=subject, request=request)
    if row is None or row.destination != destination:
        return None
    if row.message is not None and row.message.status in NOT_SENT:
        return None
    return row if row.created_at > timezone.now() - RESEND_AFTER else None


def latest(*, purpose: Purpose, subject: uuid.UUID, request: HttpRequest) -> OneTimeCode | None:
    """The code that was sent last and can still be typed in this browser, if there is one."""
    browser = authentication.browser(request)
    return (
        _open(purpose, subject)
        .filter(browser=browser, expires_at__gt=timezone.now())
        .select_related("message")
        .order_by("-created_at")
        .first()
    )


def check(*, request: HttpRequest, purpose: Purpose, subject: uuid.UUID, code: str) -> OneTimeCode:
    """Use the code up; the row says what was proven (`destination`, `user`).

    The guess is counted before it is compared, and of a hundred right ones exactly one is
    accepted. The caller claims the account's budget first. Raises `CodeNotRight`.
    """
    row = latest(purpose=purpose, subject=subject, request=request)
    typed = "".join(code.split())
    if row is None or len(typed) != 6 or not typed.isascii() or not typed.isdigit():
        raise CodeNotRight
    mine = OneTimeCode.objects.filter(pk=row.pk, used_at=None, expires_at__gt=timezone.now())
    if not mine.filter(guesses__lt=MOST_GUESSES).update(guesses=F("guesses") + 1):
        raise CodeNotRight
    if not hmac.compare_digest(row.digest, _digest(row, typed)):
        raise CodeNotRight
    if not mine.update(used_at=timezone.now()):
        raise CodeNotRight
    if row.message is not None:
        # A provider that took it and did not say so would be given it once more.
        outbox.withdraw(OutboxMessage.objects.filter(pk=row.message.pk))
    return row


def was_used(*, request: HttpRequest, purpose: Purpose, subject: uuid.UUID, code: str) -> bool:
    """The same form sent twice: this very code was used up a moment ago, in this browser."""
    row = (
        OneTimeCode.objects.filter(purpose=purpose.name, subject=subject)
        .filter(browser=authentication.browser(request))
        .filter(used_at__gt=timezone.now() - _SENT_TWICE)
        .first()
    )
    return row is not None and hmac.compare_digest(row.digest, _digest(row, "".join(code.split())))


def _open(purpose: Purpose, subject: uuid.UUID) -> "models.QuerySet[OneTimeCode]":
    return OneTimeCode.objects.filter(purpose=purpose.name, subject=subject, used_at=None)


def _digest(row: OneTimeCode, code: str) -> str:
    """Keyed and bound to the row: six digits under a plain hash could be read out of a dump."""
    key_id, key = subkey("one_time_code", row.digest.partition(".")[0] or None)
    mac = hmac.new(key, f"{row.pk}/{code}".encode(), sha256).hexdigest()
    return f"{key_id}.{mac[:40]}"


def _claim_message(
    request: HttpRequest,
    purpose: Purpose,
    channel: str,
    destination: str,
    user: User | None,
    asked_by: User | None,
) -> None:
    """Budgets of messages, so that nobody's mailbox or bill is filled in their name.

    A browser in which the owner was before has a budget of its own, so that strangers who ask in
    their name cannot keep them out. All spellings of one address are one mailbox.
    """
    key = email_key(destination) if channel == "email" else phone_key(destination)
    mark, network = sha256(key.encode()).hexdigest()[:32], subnet(request.META["REMOTE_ADDR"])
    mails = f"code/{channel}/{mark}" if user else f"code/{channel}/{purpose.name}/{mark}"
    limits = [Limit(f"code/net/{network}", burst=20, every=60)]
    account = user or asked_by
    here = _owners_browser(request, user, key) if channel == "email" and not asked_by else None
    if here is not None:
        limits.append(Limit(f"code/known/{here.pk}/{mark}", burst=6, every=300))
    elif account is None and channel == "email":
        limits.append(Limit(f"{mails}/{network}", burst=4, every=300))
        limits.append(Limit(mails, burst=12, every=900))
    else:
        limits.append(Limit(mails, burst=4, every=300))
    if account is not None and here is None:
        limits.append(Limit(f"code/account/{account.pk}", burst=6, every=300))
    if channel == "sms":
        limits += sms_budget.limits(destination)
    claim(limits)


def _owners_browser(request: HttpRequest, user: User | None, key: str) -> Browser | None:
    """This browser, if whoever the message is for was signed in here before.

    Found by the address where no account may be named: the same work whether there is one.
    """
    here = authentication.browser(request)
    if here is None:
        return None
    mine = Session.objects.by_the_person().filter(browser=here)
    known = mine.filter(user=user) if user is not None else mine.filter(user__email_key=key)
    return here if known.exists() else None
