"""One message to one app: what is sent, what its answer means, when it goes again."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from idp.ground.fetch import FetchRefused
from oauth import backchannel, tokens
from oauth.models import Client, LogoutNotice
from tests.factories import make_client
from tests.oauth import wire
from tests.support import jose, logout_token

URI = "https://rp.test/told?app=1"
Sent = list[tuple[str, bytes, dict[str, Any]]]
Fails = Callable[[Exception], None]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    found: Sent = []

    def post(url: str, body: bytes, headers: Any, **more: Any) -> bytes:
        found.append((url, body, {**headers, **more}))
        return b""

    monkeypatch.setattr(backchannel, "post", post)
    return found


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> Fails:
    def fail(error: Exception) -> None:
        def post(*args: Any, **kwargs: Any) -> bytes:
            raise error

        monkeypatch.setattr(backchannel, "post", post)

    return fail


def _notice(client: Client | None = None, **over: Any) -> LogoutNotice:
    client = client or make_client(backchannel_logout_uri=URI)
    return LogoutNotice.objects.create(client=client, sub="u_1", sid="s1", **over)


def _deliver() -> LogoutNotice:
    notice = backchannel.claim()
    assert notice is not None
    backchannel.deliver(notice)
    notice.refresh_from_db()
    return notice


def _tokens(sent: Sent) -> list[str]:
    return [dict(parse_qsl(body.decode("ascii")))["logout_token"] for _, body, _ in sent]


@pytest.mark.spec(
    "OpenID Connect Back-Channel Logout 1.0",
    "2.4",
    "A Logout Token MUST be signed. The same keys are used to sign Logout Tokens as are used for ID Tokens.",
)
@pytest.mark.django_db
@pytest.mark.parametrize("alg", ["RS256", "ES256", "PS256", "EdDSA"])
def test_the_token_is_signed_as_the_clients_id_tokens_are(alg: str, sent: Sent) -> None:
    client = make_client(backchannel_logout_uri=URI, id_token_signed_response_alg=alg)
    _notice(client)
    assert _deliver().status == "sent"
    ((url, body, more),) = sent
    assert url == URI
    assert more["Content-Type"] == "application/x-www-form-urlencoded"
    assert (more["timeout"], more["max_bytes"], more["vouched"]) == (5.0, 65_536, False)
    ((name, token),) = parse_qsl(body.decode("ascii"), strict_parsing=True)
    assert name == "logout_token"
    claims = logout_token.check(
        token,
        wire.published_keys(),
        issuer=settings.SIGNET.issuer,
        client_id=client.client_id,
        alg=alg,
    )
    assert (claims["sub"], claims["sid"]) == ("u_1", "s1")


@pytest.mark.django_db
def test_a_repetition_is_a_token_of_its_own(sent: Sent) -> None:
    """§2.6: an app may refuse a `jti` it has seen, also if it fell over that time."""
    notice = _notice()
    for _ in range(2):
        _deliver()
        LogoutNotice.objects.filter(pk=notice.pk).update(status="queued")
    assert len({jose.parts(token)[1]["jti"] for token in _tokens(sent)}) == 2


@pytest.mark.spec(
    "OpenID Connect Back-Channel Logout 1.0",
    "4.1",
    "Use explicit typing and keep nonce out of Logout Tokens, so that they are not confused with other kinds of JWT.",
)
@pytest.mark.django_db
def test_a_logout_token_is_no_other_kind_of_token(sent: Sent) -> None:
    """Neither a hint that signs somebody out, nor a key to anything."""
    _notice()
    _deliver()
    (token,) = _tokens(sent)
    assert tokens.open_id_token_hint(token) is None
    assert tokens.open_access_token(token, timezone.now()) is None


@pytest.mark.spec(
    "OpenID Connect Back-Channel Logout 1.0",
    "2.4",
    "A Logout Token MUST contain either a sub or a sid Claim, and MAY contain both.",
)
@pytest.mark.django_db
def test_without_a_subject_the_session_alone_is_named(sent: Sent) -> None:
    notice = _notice()
    LogoutNotice.objects.filter(pk=notice.pk).update(sub="")
    _deliver()
    (token,) = _tokens(sent)
    claims = jose.parts(token)[1]
    assert claims["sid"] == "s1"
    assert "sub" not in claims


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("status_400", "refused"), ("status_500", "queued"), ("status_302", "queued"),
        ("status_404", "queued"), ("too_slow", "queued"), ("too_large", "queued"),
        ("unreachable", "queued"), ("private_address", "queued"),
    ],
)  # fmt: skip
def test_what_an_answer_means(reason: str, status: str, fails: Fails) -> None:
    fails(FetchRefused(reason, sent=True))
    _notice()
    found = _deliver()
    assert (found.status, found.error, found.attempts) == (status, reason, 1)
    assert backchannel.claim() is None, "it is not its time"


@pytest.mark.django_db
def test_a_fault_of_our_own_loses_no_message(fails: Fails) -> None:
    fails(ZeroDivisionError())
    _notice()
    found = _deliver()
    assert (found.status, found.error) == ("queued", "ZeroDivisionError")


@pytest.mark.django_db
def test_it_is_tried_at_growing_intervals_for_a_day(
    fails: Fails, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails(FetchRefused("unreachable"))
    clock = SimpleNamespace(now=timezone.now())
    monkeypatch.setattr(backchannel, "timezone", SimpleNamespace(now=lambda: clock.now))
    _notice(created_at=clock.now, next_try_at=clock.now)
    waited = []
    while (found := _deliver()).status == "queued":
        waited.append(int((found.next_try_at - clock.now).total_seconds()))
        assert backchannel.claim() is None, "before its time"
        clock.now = found.next_try_at
    assert found.status == "failed"
    assert waited[:6] == [60, 300, 900, 3_600, 3_600, 3_600]
    assert sum(waited) <= 86_400 < sum(waited) + 3_600
    assert backchannel.claim() is None


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"enabled": False}, {"backchannel_logout_uri": ""}])
def test_who_does_not_want_it_any_more_is_not_told(change: dict[str, Any], sent: Sent) -> None:
    notice = _notice()
    Client.objects.filter(pk=notice.client_id).update(**change)
    assert _deliver().status == "withdrawn"
    assert sent == []


@pytest.mark.django_db
def test_a_deleted_client_takes_its_messages_along() -> None:
    notice = _notice()
    notice.client.delete()
    assert not LogoutNotice.objects.exists()


@pytest.mark.django_db
def test_an_app_is_told_one_thing_at_a_time_and_others_do_not_wait() -> None:
    slow = make_client(backchannel_logout_uri=URI)
    first = _notice(slow, next_try_at=timezone.now() - timedelta(seconds=9))
    _notice(slow, next_try_at=timezone.now() - timedelta(seconds=8))
    other = _notice()
    assert backchannel.claim() == first
    assert backchannel.claim() == other
    assert backchannel.claim() is None


@pytest.mark.django_db
def test_what_a_dead_worker_held_goes_on_and_the_dead_one_changes_nothing(sent: Sent) -> None:
    _notice()
    held = backchannel.claim()
    assert held is not None
    assert backchannel.claim() is None, "its worker may live"
    long_ago = timezone.now() - backchannel.STALE_AFTER - timedelta(seconds=1)
    LogoutNotice.objects.update(claimed_at=long_ago)
    found = backchannel.claim()
    assert found is not None
    # It was not dead after all, only very slow.
    backchannel._change(held, status="failed", error="late")
    backchannel.deliver(found)
    backchannel._change(held, status="failed", error="later")
    found.refresh_from_db()
    assert (found.status, found.attempts, found.error) == ("sent", 2, "")


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_exactly_one_gets_a_message() -> None:
    many, clients = 16, [make_client(backchannel_logout_uri=URI) for _ in range(3)]
    for client in clients:
        _notice(client)
    barrier = Barrier(many)

    def one(_: int) -> LogoutNotice | None:
        try:
            barrier.wait(30)
            return backchannel.claim()
        finally:
            connection.close()

    with ThreadPoolExecutor(many) as pool:
        got = [found.pk for found in pool.map(one, range(many)) if found]
    assert len(got) == len(set(got)) == 3


@pytest.mark.django_db
def test_neither_token_nor_subject_is_in_the_log(
    sent: Sent, fails: Fails, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        notice = _notice()
        _deliver()
        (token,) = _tokens(sent)
        LogoutNotice.objects.filter(pk=notice.pk).update(status="queued")
        fails(FetchRefused("status_500", sent=True, body=token.encode()))
        _deliver()
    said = caplog.text + repr([record.__dict__ for record in caplog.records])
    assert "logout_notice_sent" in said
    assert "status_500" in said
    for secret in (token, token.split(".")[1], "u_1", "'s1'"):
        assert secret not in said
