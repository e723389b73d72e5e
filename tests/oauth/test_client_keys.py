"""Public keys of clients, inline or behind their jwks_uri."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from idp.ground.fetch import FetchRefused
from oauth import client_keys, clients
from oauth.clients import ClientFacts
from tests.factories import make_client
from tests.support import jose

pytestmark = pytest.mark.django_db
URI = "https://rp.test/jwks"
ONE, TWO = jose.new_key("EC", kid="one"), jose.new_key("EC", kid="two")


def _facts(**over: Any) -> ClientFacts:
    made = make_client(token_endpoint_auth_method="private_key_jwt", **over)
    found = clients.find(made.client_id)
    assert found is not None
    return found


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A client's server: what it serves, how often it was asked, and our clock."""
    server = SimpleNamespace(document=jose.public_set(ONE), asked=0, now=time.monotonic())

    def get_json(uri: str) -> Any:
        server.asked += 1
        if server.document is None:
            raise FetchRefused("unreachable")
        return server.document

    monkeypatch.setattr(client_keys, "get_json", get_json)
    monkeypatch.setattr(client_keys, "time", SimpleNamespace(monotonic=lambda: server.now))
    monkeypatch.setattr(client_keys, "_fetched", {})
    return server


def _kid(facts: ClientFacts, kid: str | None, alg: str = "ES256") -> str | None:
    found = client_keys.find(facts, kid, alg)
    return found.kid if found is not None else None


def test_the_kid_picks_the_key() -> None:
    facts = _facts(jwks=jose.public_set(ONE, TWO))
    assert _kid(facts, "one") == "one"
    assert _kid(facts, "two") == "two"
    assert _kid(facts, "three") is None


def test_without_a_kid_only_a_single_fitting_key_will_do() -> None:
    assert _kid(_facts(jwks=jose.public_set(ONE)), None) == "one"
    assert _kid(_facts(jwks=jose.public_set(ONE, TWO)), None) is None
    assert _kid(_facts(jwks=jose.public_set(ONE)), None, "RS256") is None


def _without(name: str) -> dict[str, Any]:
    return {key: value for key, value in ONE.export_public(as_dict=True).items() if key != name}


def test_what_is_no_usable_public_key_is_left_out_case_148() -> None:
    public = ONE.export_public(as_dict=True)
    odd: list[Any] = [
        json.loads(ONE.export_private()),
        {"kty": "oct", "k": "AAAA", "kid": "secret"},
        jose.new_key("RSA", size=1024).export_public(as_dict=True),
        {**public, "x": public["y"]},
        {**public, "use": "enc"},
        {**public, "kty": "unknown"},
        {**public, "crv": "P-999"},
        _without("kty"),
        _without("x"),
        None,
        7,
        "key",
        [],
        {},
    ]
    assert client_keys.parse({"keys": odd}) == ()
    assert [key.kid for key in client_keys.parse({"keys": [*odd, public]})] == ["one"]
    for document in (None, [], "x", {}, {"keys": None}, {"keys": {}}):
        assert client_keys.parse(document) == ()


def test_a_document_is_fetched_once_in_ten_minutes(remote: SimpleNamespace) -> None:
    facts = _facts(jwks_uri=URI)
    for _ in range(3):
        assert _kid(facts, "one") == "one"
    assert remote.asked == 1
    remote.now += 601
    _kid(facts, "one")
    assert remote.asked == 2


def test_a_new_kid_fetches_again_at_most_once_a_minute_case_090(remote: SimpleNamespace) -> None:
    facts = _facts(jwks_uri=URI)
    assert _kid(facts, "one") == "one"
    for number in range(100):
        assert _kid(facts, f"unknown-{number}") is None
    assert remote.asked == 1
    remote.document = jose.public_set(ONE, TWO)
    remote.now += 61
    assert _kid(facts, "two") == "two"
    assert remote.asked == 2


@pytest.fixture
def slow(remote: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The same server, which answers when `answers` is set. `arrived`: somebody asks or waits."""
    remote.answers, remote.arrived = threading.Event(), threading.Semaphore(0)
    at_once = client_keys.get_json

    def get_json(uri: str) -> Any:
        found = at_once(uri)
        remote.arrived.release()
        assert remote.answers.wait(20)
        return found

    class Watched(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            remote.arrived.release()
            return super().wait(timeout)

    monkeypatch.setattr(client_keys, "get_json", get_json)
    monkeypatch.setattr(client_keys, "threading", SimpleNamespace(Event=Watched))
    with ThreadPoolExecutor(8) as pool:
        remote.pool = pool
        yield remote
        remote.answers.set()


def test_a_burst_of_unknown_kids_is_one_fetch_and_holds_one_thread_case_090(
    slow: SimpleNamespace,
) -> None:
    facts = _facts(jwks_uri=URI)
    slow.answers.set()
    assert _kid(facts, "one") == "one"
    slow.answers.clear()
    slow.now += 61
    slow.arrived.acquire()
    first = slow.pool.submit(_kid, facts, "unknown")
    assert slow.arrived.acquire(timeout=20)
    burst = [slow.pool.submit(_kid, facts, f"unknown-{number}") for number in range(7)]
    assert [one.result(20) for one in burst] == [None] * 7
    assert _kid(facts, "one") == "one"
    assert not first.done()
    slow.answers.set()
    assert first.result(20) is None
    assert slow.asked == 2


def test_whoever_comes_before_the_first_answer_waits_for_it_case_387(slow: SimpleNamespace) -> None:
    facts = _facts(jwks_uri=URI)
    burst = [slow.pool.submit(_kid, facts, "one") for _ in range(8)]
    for _ in burst:
        assert slow.arrived.acquire(timeout=20)
    slow.answers.set()
    assert [one.result(20) for one in burst] == ["one"] * 8
    assert slow.asked == 1


def test_keys_that_worked_go_on_working_while_the_clients_server_is_away(
    remote: SimpleNamespace,
) -> None:
    facts = _facts(jwks_uri=URI)
    assert _kid(facts, "one") == "one"
    remote.document = None
    remote.now += 601
    assert _kid(facts, "one") == "one"


@pytest.mark.parametrize("document", [None, [], {"keys": 7}])
def test_a_document_that_cannot_be_had_gives_no_key(
    remote: SimpleNamespace, document: Callable[[], Any] | None
) -> None:
    remote.document = document
    assert _kid(_facts(jwks_uri=URI), "one") is None
