"""A mail server that stumbles at each stage in turn, and what is told of it."""

import base64
from typing import Any

import pytest

from accounts.notifications.email_probe import STAGES, probe
from tests.support.relay import PASSWORD, Relay


def _probe(each: float = 2.0, whole: float = 10.0) -> dict[str, tuple[bool | None, str]]:
    found = probe("ada@people.test", "A test.", each=each, whole=whole)
    assert [one.stage for one in found] == list(STAGES[: len(found)])
    return {one.stage: (one.is_good, one.words) for one in found}


def test_all_stages_are_good_and_a_mail_is_there(relay: Relay) -> None:
    found = _probe()
    assert [good for good, _words in found.values()] == [True, True, None, True, True, True, True]
    assert found["recipient"][1] == "250 2.1.5 recipient fine"
    assert "A test." in relay.data
    assert "From: Signet <signet@op.test>" in relay.data


@pytest.mark.parametrize(
    ("verb", "answer", "stage"),
    [
        ("", "554 go away", "tcp"),
        ("EHLO", "550 who are you", "tcp"),
        ("AUTH", "535 5.7.8 wrong password", "auth"),
        ("MAIL", "553 5.1.8 not your address", "sender"),
        ("RCPT", "550 5.7.1 relaying denied", "recipient"),
        (".", "554 5.6.0 spam", "message"),
    ],
)
def test_the_first_stage_that_fails_is_the_last_and_speaks(
    relay: Relay, verb: str, answer: str, stage: str
) -> None:
    relay.answers[verb] = answer
    found = _probe()
    assert list(found)[-1] == stage
    assert found[stage] == (False, answer)
    assert all(good is not False for name, (good, _words) in found.items() if name != stage)


def test_an_unknown_name_is_the_first_stage(relay: Relay, settings: Any) -> None:
    settings.EMAIL_HOST = "relay.invalid"
    assert _probe() == {"dns": (False, "the name has no address")}


def test_a_closed_port_is_the_second(relay: Relay, settings: Any) -> None:
    relay.shutdown()
    relay.server_close()
    assert list(_probe()) == ["dns", "tcp"]


def test_a_server_without_starttls_fails_where_it_is_wanted(relay: Relay, settings: Any) -> None:
    settings.EMAIL_USE_TLS = True
    found = _probe()
    assert found["tls"][0] is False
    assert "STARTTLS" in found["tls"][1]
    assert not any(line.startswith("AUTH") for line in relay.heard)


def test_no_password_goes_to_a_server_whose_tls_is_broken(relay: Relay, settings: Any) -> None:
    settings.EMAIL_USE_TLS = True
    relay.answers["EHLO"] = "250-relay.test\r\n250 STARTTLS"
    relay.answers["STARTTLS"] = "220 go\r\nno handshake"
    assert _probe()["tls"][0] is False
    assert not any(line.startswith("AUTH") for line in relay.heard)


def test_plain_words_where_tls_is_spoken_at_once(relay: Relay, settings: Any) -> None:
    settings.EMAIL_USE_SSL = True
    found = _probe()
    assert found["tcp"][0] is True
    assert found["tls"][0] is False


def test_without_a_user_nobody_signs_in(relay: Relay, settings: Any) -> None:
    settings.EMAIL_HOST_USER = ""
    assert _probe()["auth"] == (None, "")
    assert not any(line.startswith("AUTH") for line in relay.heard)


@pytest.mark.parametrize("shape", [PASSWORD, base64.b64encode(PASSWORD.encode()).decode()])
def test_a_server_that_repeats_the_password_does_not_get_it_shown_case_366(
    relay: Relay, shape: str
) -> None:
    relay.answers["AUTH"] = f"535 I got {shape} from you"
    assert _probe()["auth"] == (False, "535 I got ••• from you")


def test_words_are_one_bounded_line_without_control_characters(relay: Relay) -> None:
    relay.answers["MAIL"] = "550-a\r\n550 \x1b[31m" + "b" * 900
    words = _probe()["sender"][1]
    assert words.startswith("550 a [31mbbb")
    assert len(words) == 300


def test_a_silent_server_is_left_after_a_while_case_336(relay: Relay) -> None:
    relay.answers["MAIL"] = "250-never finished"
    good, words = _probe(each=0.2)["sender"]
    assert good is False
    assert "timed out" in words


def test_the_whole_is_bounded_whatever_the_server_does(relay: Relay) -> None:
    relay.answers["MAIL"] = "250-never finished"
    assert _probe(each=30, whole=0.5)["sender"] == (False, "the server took too long")
