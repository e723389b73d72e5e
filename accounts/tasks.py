"""What the worker does for people: deliver, sweep, prune. Tasks carry ids, never contents."""

import threading
import time
from datetime import timedelta
from typing import Any

from celery import shared_task
from celery.signals import celeryd_after_setup, worker_shutdown
from django.conf import settings
from django.contrib.sessions.models import Session as CookieRow
from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from accounts import departed, departures
from accounts.actions import guessing_notice, recovery_notices, recovery_ready
from accounts.errors import MessageFailed, MessageRefused, MessageUncertain
from accounts.models import (
    Browser,
    Budget,
    ContactChange,
    Invitation,
    MessageDevice,
    OneTimeCode,
    OutboxMessage,
    PendingLogin,
    Registration,
    SelfRecovery,
    Session,
)
from accounts.models.contact_change import KEPT
from accounts.notifications import email, outbox, sms
from accounts.pruning import delete_in_batches

_SWEEP_EVERY = 10  # seconds
_SWEEP_LONGEST = 60.0
_CHANNELS = {"email": email.send, "sms": sms.send}


@shared_task(name="accounts.tasks.deliver")
def deliver(message_id: str) -> None:
    """Send one message, if nobody else has it."""
    message = outbox.claim(message_id)
    if message is None:
        return
    try:
        answer = _CHANNELS[message.channel](message)
    except MessageRefused as error:
        outbox.refused(message, error.answer)
    except MessageUncertain as error:
        outbox.uncertain(message, error.answer)
    except MessageFailed as error:
        outbox.postponed(message, error.answer)
    except Exception as error:  # whatever the provider's side raises, the message stays ours
        outbox.postponed(message, type(error).__name__)
    else:
        with transaction.atomic():
            outbox.sent(message, answer)
            recovery_notices.left(message)


@shared_task(name="accounts.tasks.sweep_outbox")
def sweep_outbox() -> int:
    """Send what is due and was not nudged, or whose worker died; how many were looked at."""
    end = time.monotonic() + _SWEEP_LONGEST
    count = 0
    for message_id in outbox.due():
        if time.monotonic() > end:
            break  # a slow provider; the next round goes on
        deliver(message_id)
        count += 1
    return count


@shared_task(name="accounts.tasks.delete_accounts")
def delete_accounts() -> int:
    """Delete the accounts whose time of grace is over; how many it were."""
    return departures.delete_due()


@shared_task(name="accounts.tasks.tell_guessed")
def tell_guessed() -> int:
    """Write to people whose password is being guessed; how many it were."""
    return guessing_notice.tell()


@shared_task(name="accounts.tasks.tell_recoverable")
def tell_recoverable() -> int:
    """Write to people whose recovery can be finished now; how many it were."""
    return recovery_ready.tell()


@shared_task(name="accounts.tasks.prune")
def prune() -> int:
    """Forget what nothing needs any more; the number of rows."""
    now = timezone.now()
    month = now - KEPT
    day = timedelta(days=1)
    # Whoever never signed in leaves a row behind only as long as a request may be finished.
    strangers = now - day - max(day, timedelta(seconds=settings.SIGNET.request_lifetime))
    # Or as long as they wait there to be let in without a second factor.
    waiting = SelfRecovery.objects.filter(
        cancelled_at=None, completed_at=None, browser__isnull=False
    ).values("browser")
    return sum(
        (
            delete_in_batches(CookieRow.objects.filter(expire_date__lt=now)),
            delete_in_batches(PendingLogin.objects.filter(expires_at__lt=now - day)),
            delete_in_batches(Registration.objects.filter(expires_at__lt=now - day)),
            delete_in_batches(OneTimeCode.objects.filter(expires_at__lt=now - day)),
            delete_in_batches(
                MessageDevice.objects.filter(confirmed=False, created_at__lt=now - day)
            ),
            delete_in_batches(Invitation.objects.filter(expires_at__lt=now - 400 * day)),
            delete_in_batches(SelfRecovery.objects.filter(expires_at__lt=month)),
            delete_in_batches(Budget.objects.filter(arrival_at__lt=now - day)),
            delete_in_batches(
                OutboxMessage.objects.filter(created_at__lt=month).exclude(status="queued")
            ),
            departed.forget_messages(now),
            # Long after the last token and request of the session have ended.
            delete_in_batches(Session.objects.filter(ended_at__lt=month)),
            delete_in_batches(Session.objects.filter(expires_at__lt=month)),
            delete_in_batches(
                ContactChange.objects.filter(completed_at=None, expires_at__lt=now - day)
            ),
            delete_in_batches(ContactChange.objects.filter(completed_at__lt=month)),
            delete_in_batches(
                Browser.objects.filter(last_seen_at__lt=strangers, sessions=None).exclude(
                    pk__in=waiting
                )
            ),
            delete_in_batches(Browser.objects.filter(last_seen_at__lt=now - 400 * day)),
        )
    )


# The queue itself may be lost, and beat's ticks with it. The worker therefore also sweeps on a
# timer of its own, and from before it first reaches the queue (`worker_ready` never comes while
# the queue is down): what is in PostgreSQL gets sent.
_stop = threading.Event()


def _sweep_on_and_on() -> None:
    pause = 0.0  # what a worker before this one left behind has waited long enough
    while not _stop.wait(pause):
        pause = _SWEEP_EVERY
        try:
            sweep_outbox()
        except Exception:  # PostgreSQL is restarting; the next round finds it
            close_old_connections()
        finally:
            connection.close()


@celeryd_after_setup.connect
def _start_sweeper(**kwargs: Any) -> None:
    threading.Thread(target=_sweep_on_and_on, name="outbox-sweeper", daemon=True).start()


@worker_shutdown.connect
def _stop_sweeper(**kwargs: Any) -> None:
    _stop.set()
