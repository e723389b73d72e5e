"""PostgreSQL restarts under load: a few 503 right then, and nothing that stays."""

import threading
import time
from collections import Counter

import pytest

from tests.faults.outage import Outage, eventually
from tests.faults.tour import all_is_well, machine, machine_token
from tests.support.provider import Provider
from tests.support.rp import RelyingParty
from tests.support.transport import transport

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.xdist_group("faults")]


def _ask_on_and_on(outage: Outage, stop: threading.Event, seen: list[tuple[str, int]]) -> None:
    """The bare mount and a Django page in turn; what was answered, 5xx included."""
    issuer = outage.signet.issuer
    client = RelyingParty(Provider(issuer, ""), machine(outage).client)
    assert client.op.metadata["issuer"] == issuer
    visitor = transport("")
    for http in (client.op.http, visitor):
        http.hooks["response"].clear()
    while not stop.is_set():
        seen.append(("token", machine_token(client)))
        for path in ("/password/forgot", "/login?p=unknown", "/readyz"):
            answer = visitor.get(f"{issuer}{path}", allow_redirects=False)
            seen.append((path, answer.status_code))


def test_after_a_restart_of_postgresql_everything_answers_as_before(outage: Outage) -> None:
    outage.start_worker()
    outage.worker_is_ready()
    person, rp = outage.signet.person(), outage.signet.rp()
    all_is_well(outage, person, rp)

    stop = threading.Event()
    seen: list[list[tuple[str, int]]] = [[] for _ in range(4)]
    threads = [
        threading.Thread(target=_ask_on_and_on, args=(outage, stop, mine), daemon=True)
        for mine in seen
    ]
    for thread in threads:
        thread.start()
    eventually(lambda: all(len(mine) > 10 for mine in seen), "load")
    outage.servers.restart_postgres()
    back = [len(mine) for mine in seen]
    eventually(lambda: all(len(m) > b + 40 for m, b in zip(seen, back, strict=True)), "load again")
    stop.set()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()

    answers = Counter(one for mine in seen for one in mine)
    assert any(status >= 500 for _, status in answers), f"nobody noticed the restart: {answers}"
    # Endpoints and pages know one way to say it.
    assert {status for _, status in answers if status >= 500} == {503}, answers
    # One round of a thread may still come from the moment of the restart; then no more.
    late = Counter(one for mine, b in zip(seen, back, strict=True) for one in mine[b + 4 :])
    assert all(status < 500 for _, status in late), (late, answers)

    all_is_well(outage, person, rp)
    all_is_well(outage, outage.signet.person(), outage.signet.rp())
    outage.ask_reset(person)
    # Others tell of sign-ins in a new browser.
    reset = ("password_reset", "sent")
    eventually(
        lambda: reset in outage.messages("purpose, status"),
        "mail from a worker that outlived the restart",
    )
    eventually(lambda: len(outage.mail.mails) == len(outage.messages("id")), "every mail")


def test_a_worker_in_an_outage_of_postgresql_goes_on_afterwards(outage: Outage) -> None:
    outage.start_worker()
    outage.worker_is_ready()
    outage.ask_reset(outage.signet.person())
    eventually(lambda: outage.messages("status") == [("sent",)], "the first mail")
    outage.servers.postgres.stop()
    time.sleep(12)  # at least one round of the sweeper finds nothing there
    assert outage.workers[0].running
    outage.servers.restart_postgres()
    outage.kill_valkey()  # so that the sweeper alone can do it
    outage.ask_reset(outage.signet.person())
    eventually(lambda: len(outage.mail.mails) == 2, "the second mail, by the sweeper")
    eventually(lambda: outage.messages("status") == [("sent",)] * 2, "noted as sent")
