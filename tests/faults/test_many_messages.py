"""A thousand mails and two hundred SMS while the queue is away and workers die.

A hundred of the mails and fifty of the SMS are asked for by pages, each by a browser of a network of
its own; the others are written in bulk, for the pages would take minutes over them.
"""

import math
import secrets
import time

import pytest

from accounts.notifications.nudge import QUIET
from tests.faults.outage import Outage, eventually

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.xdist_group("faults")]

_MAILS, _SMS, _STALE = 1_000, 200, 20
_RESETS_BEFORE, _RESETS, _PHONES = 20, 80, 50
_QUEUE = """
from datetime import timedelta
from django.utils import timezone
from accounts.notifications import outbox
hour, past = timezone.now() + timedelta(hours=1), timezone.now() + timedelta(milliseconds=1)
for at in range({mails}):
    outbox.queue(channel="email", purpose="password_reset_unknown", not_after=hour,
                 recipient=f"person-{{at}}@people.test", context={{"minutes": 60}})
for at in range({sms}):
    outbox.queue(channel="sms", purpose="code", not_after=past if at < {stale} else hour,
                 recipient=f"+49151{{at:08}}", context={{"code": "123456", "minutes": 10}})
"""
# However slow the machine: what pages asked for is not too old by the time the workers come.
_STILL_GOOD = "UPDATE accounts_outboxmessage SET not_after = now() + interval '1 hour'"


def _ask_resets(outage: Outage, count: int) -> float:
    """Ask for links by the page; the time of the middle one, in seconds."""
    times = []
    for _ in range(count):
        person = outage.signet.person()
        began = time.monotonic()
        outage.ask_reset(person)
        times.append(time.monotonic() - began)
    return sorted(times)[count // 2]


def _ask_codes(outage: Outage, count: int) -> None:
    """People who set up codes by SMS, each of a phone in a block of its own."""
    for _ in range(count):
        outage.ask_sms(outage.signet.person(), f"+49151{secrets.randbelow(10**8):08}")


def _tries(outage: Outage) -> int:
    """How often a page of the web process waited for the queue that is away."""
    return outage.signet.log.read_text().count('"event": "nudge_failed"')


def _finished(outage: Outage) -> int:
    ((count,),) = outage.signet.sql(
        "SELECT count(*) FROM accounts_outboxmessage WHERE status NOT IN ('queued', 'sending')"
    )
    return int(count)


def _die(outage: Outage) -> None:
    outage.workers[-1].popen.kill()
    outage.workers[-1].popen.wait()
    # What the dead one had in its hands is taken for stale at once, not after three minutes.
    outage.signet.sql(
        "UPDATE accounts_outboxmessage SET claimed_at = claimed_at - interval '10 minutes'"
    )


def test_no_message_is_lost_or_sent_stale_and_pages_leave_the_dead_queue_alone(
    outage: Outage, capsys: pytest.CaptureFixture[str]
) -> None:
    """How long a page took is printed and not judged: what it must not do is counted."""
    outage.sms.silent = False
    before = _ask_resets(outage, _RESETS_BEFORE)
    assert _tries(outage) == 0
    outage.kill_valkey()
    began = time.monotonic()
    meanwhile = _ask_resets(outage, _RESETS)
    _ask_codes(outage, _PHONES)
    lasted = time.monotonic() - began
    # The first page tries, and then one every few seconds; all others do not even connect.
    tries = _tries(outage)
    assert 1 <= tries <= 1 + math.ceil(lasted / QUIET)
    asked = _RESETS_BEFORE + _RESETS + _PHONES
    assert outage.messages("status") == [("queued",)] * asked
    outage.signet.sql(_STILL_GOOD)
    script = _QUEUE.format(
        mails=_MAILS - _RESETS_BEFORE - _RESETS, sms=_SMS - _PHONES, stale=_STALE
    )
    outage.signet.manage("shell", "-v", "0", "-c", script)
    assert outage.mail.mails == []

    kills = 0
    for share in (0.15, 0.3, 0.45, 0.6):  # the first two with the queue still away
        outage.start_worker()
        wanted = int(share * (_MAILS + _SMS))
        eventually(lambda wanted=wanted: _finished(outage) >= wanted, f"{wanted} messages done")
        _die(outage)
        kills += 1
        if kills == 2:
            outage.servers.restart_valkey()
    outage.start_worker(beat=True)
    eventually(lambda: _finished(outage) == _MAILS + _SMS, "every message done")

    counts = {
        (channel, status): count
        for channel, status, count in outage.signet.sql(
            "SELECT channel, status, count(*) FROM accounts_outboxmessage GROUP BY 1, 2"
        )
    }
    mails = [mail.message_id for mail in outage.mail.mails]
    twice, unknown = len(mails) - len(set(mails)), counts.get(("sms", "unknown"), 0)
    with capsys.disabled():
        print(
            f"\n{counts}; {kills} kills: {twice} mails twice, {unknown} SMS unknown; "
            f"{tries} tries of the dead queue by {_RESETS + _PHONES} pages in {lasted:.0f} s; "
            f"a page took {before * 1000:.0f} ms, without the queue {meanwhile * 1000:.0f} ms"
        )
    assert counts["email", "sent"] == len(set(mails)) == _MAILS
    assert twice <= kills
    assert counts["sms", "expired"] == _STALE
    assert counts["sms", "sent"] + unknown == _SMS - _STALE
    assert unknown <= kills
    # Each arrived once, and those that were too late never.
    taken = set(outage.sms.taken)
    assert len(taken) == len(outage.sms.taken)
    rows = outage.signet.sql("SELECT id, status FROM accounts_outboxmessage WHERE channel = 'sms'")
    sent = {str(key) for key, status in rows if status == "sent"}
    assert sent <= taken <= {str(key) for key, status in rows if status in ("sent", "unknown")}
