"""Valkey may vanish at any moment: nothing that must be right depends on it."""

import os
import signal

import pytest

from tests.faults.outage import Outage, eventually
from tests.faults.tour import all_is_well
from tests.support.page import Page

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.xdist_group("faults")]


@pytest.mark.parametrize("how", ["killed", "frozen"])
def test_pages_and_endpoints_answer_and_guesses_stay_bounded(outage: Outage, how: str) -> None:
    person, rp = outage.signet.person(), outage.signet.rp()
    all_is_well(outage, person, rp)
    if how == "killed":
        outage.kill_valkey()
    else:
        # Worse than dead: it takes connections and never answers.
        os.kill(outage.servers.valkey.popen.pid, signal.SIGSTOP)
    try:
        all_is_well(outage, outage.signet.person(), rp)
        browser, guessed = outage.signet.op.browser(), outage.signet.person()
        statuses = []
        _, page = rp.start(browser)
        for number in range(9):
            assert isinstance(page, Page)
            page = browser.log_in(page, guessed, password=f"a wrong guess, number {number}")
            statuses.append(page.status)
        assert statuses == [400] * 6 + [429] * 3
        assert browser.log_in(page, guessed).status == 429, "the right password, past the budget"
        outage.ask_reset(person)
    finally:
        if how == "frozen":
            os.kill(outage.servers.valkey.popen.pid, signal.SIGCONT)


def test_a_mail_asked_for_without_valkey_is_sent_by_the_workers_own_sweeper(
    outage: Outage,
) -> None:
    outage.start_worker()
    outage.worker_is_ready()
    person = outage.signet.person()
    outage.kill_valkey()
    outage.ask_reset(person)
    eventually(lambda: len(outage.mail.mails) == 1, "the mail")
    assert outage.mail.mails[0].recipient == person.email
    assert outage.opens(outage.mail.mails[0].link)
    eventually(lambda: outage.messages("status") == [("sent",)], "noted as sent")

    outage.servers.restart_valkey()
    # The queue works again: a nudge is there long before the sweeper's turn, and none is doubled.
    outage.ask_reset(outage.signet.person())
    eventually(lambda: len(outage.mail.mails) == 2, "the second mail")
    eventually(lambda: outage.messages("status, attempts") == [("sent", 1)] * 2, "both sent once")
    assert len({mail.message_id for mail in outage.mail.mails}) == 2
