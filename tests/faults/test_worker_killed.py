"""A worker may die between handing a message over and noting it."""

import time

import pytest

from tests.faults.outage import Outage, eventually

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.xdist_group("faults")]

_LONG_AGO = "UPDATE accounts_outboxmessage SET claimed_at = claimed_at - interval '10 minutes'"
_QUEUE_SMS = """
from datetime import timedelta
from django.utils import timezone
from accounts.notifications import outbox
outbox.queue(channel="sms", purpose="fault", recipient="+4930123456", context={"words": "hello"},
             not_after=timezone.now() + timedelta(hours=1))
"""


def _kill(outage: Outage) -> None:
    outage.workers[-1].popen.kill()
    outage.workers[-1].popen.wait()


def test_a_mail_interrupted_in_mid_send_goes_again_under_the_same_message_id(
    outage: Outage,
) -> None:
    outage.start_worker()
    outage.worker_is_ready()
    outage.mail.mode = "hang"
    person = outage.signet.person()
    outage.ask_reset(person)
    eventually(lambda: len(outage.mail.mails) == 1, "a mail handed over, not acknowledged")
    _kill(outage)
    assert outage.messages("status, attempts") == [("sending", 1)]

    outage.mail.mode = "take"
    outage.start_worker()
    outage.worker_is_ready()
    time.sleep(11)  # a round of the sweeper: the claim of a worker that may live is respected
    assert len(outage.mail.mails) == 1
    outage.signet.sql(_LONG_AGO)
    eventually(lambda: len(outage.mail.mails) == 2, "the same mail again")
    eventually(lambda: outage.messages("status, attempts") == [("sent", 2)], "noted as sent")
    first, second = outage.mail.mails
    assert (first.accepted, second.accepted) == (False, True)
    assert first.message_id == second.message_id
    assert first.link == second.link
    assert outage.opens(second.link)


def test_an_interrupted_sms_becomes_unknown_and_is_not_sent_twice(outage: Outage) -> None:
    outage.start_worker()
    outage.worker_is_ready()
    outage.signet.manage("shell", "-v", "0", "-c", _QUEUE_SMS)
    eventually(lambda: len(outage.sms.taken) == 1, "an SMS handed over, not acknowledged")
    _kill(outage)
    assert outage.messages("status") == [("sending",)]

    outage.signet.sql(_LONG_AGO)
    outage.start_worker()
    eventually(lambda: outage.messages("status") == [("unknown",)], "given up as unknown")
    time.sleep(11)
    assert len(outage.sms.taken) == 1
    assert outage.messages("status, attempts") == [("unknown", 1)]
