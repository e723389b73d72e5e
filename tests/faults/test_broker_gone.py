"""A dead queue delays mail; it loses and doubles none."""

import time

import pytest

from tests.faults.outage import Outage, eventually

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.xdist_group("faults")]


@pytest.mark.parametrize("back", [True, False], ids=["broker back", "broker still dead"])
def test_twenty_resets_asked_without_a_broker_all_arrive_exactly_once(
    outage: Outage, back: bool
) -> None:
    people = [outage.signet.person() for _ in range(20)]
    outage.kill_valkey()
    for person in people:
        outage.ask_reset(person)
    assert outage.mail.mails == []
    assert outage.messages("status") == [("queued",)] * 20
    if back:
        outage.servers.restart_valkey()
    # Two workers, one with beat: whoever looks first, a mail leaves once.
    outage.start_worker(beat=True)
    outage.start_worker()
    eventually(lambda: len(outage.mail.mails) >= 20, "twenty mails")
    eventually(lambda: outage.messages("status") == [("sent",)] * 20, "all noted as sent")
    time.sleep(11)  # one more round of every sweeper
    mails = outage.mail.mails
    assert sorted(mail.recipient for mail in mails) == sorted(person.email for person in people)
    assert len({mail.message_id for mail in mails}) == 20
    assert all(outage.opens(mail.link) for mail in mails)


def test_a_mail_server_that_refuses_gets_the_mail_later(outage: Outage) -> None:
    outage.mail.mode = "refuse"
    outage.start_worker()
    outage.worker_is_ready()
    outage.ask_reset(outage.signet.person())
    eventually(
        lambda: outage.messages("status, attempts") == [("queued", 1)], "put back after a refusal"
    )
    assert outage.mail.mails == []
    outage.mail.mode = "take"
    eventually(lambda: len(outage.mail.mails) == 1, "the mail, at the second attempt")
    eventually(lambda: outage.messages("status, attempts") == [("sent", 2)], "noted as sent")
