"""Configuration: every fault at once, never a value."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from idp.config import Config

GOOD = {
    "issuer": "https://id.example.com",
    "secret_key": "s" * 40,
    "keys": "k1:" + "A" * 43,
    "database_url": "postgresql://signet@db/signet",
    "valkey_url": "redis://cache/0",
    "queue_url": "redis://queue/0",
    "email_host": "mail.example.com",
}


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SIGNET_")]:
        monkeypatch.delenv(name)


def _start(**variables: str) -> "subprocess.CompletedProcess[str]":
    env = {k: v for k, v in os.environ.items() if not k.startswith("SIGNET_")}
    return subprocess.run(
        [sys.executable, "-c", "from idp.config import load; load(); print('fine')"],
        env=env | variables, capture_output=True, text=True, check=False,
    )  # fmt: skip


def _variables(**over: str) -> dict[str, str]:
    return {f"SIGNET_{name.upper()}": value for name, value in (GOOD | over).items()}


def test_a_whole_configuration_is_accepted() -> None:
    assert Config(**GOOD).issuer == "https://id.example.com"
    assert _start(**_variables()).stdout == "fine\n"


@pytest.mark.parametrize(
    "issuer",
    [
        "http://id.example.com",
        "https://id.example.com/",
        "https://id.example.com/path",
        "https://ID.example.com",
        "https://user@id.example.com",
        "id.example.com",
        "",
    ],
)
def test_the_issuer_is_a_bare_https_origin(issuer: str) -> None:
    with pytest.raises(ValidationError):
        Config(**GOOD | {"issuer": issuer})


def test_every_fault_is_told_at_once_and_no_value_with_it() -> None:
    done = _start(
        SIGNET_ISSUER="https://x.example/path",
        SIGNET_KEYS="k1:sooooosecret",
        SIGNET_SECRET_KEY="tooshortsecret",
        SIGNET_DATABASE_URL_FILE="/does/not/exist",
    )
    assert done.returncode == 1
    for name in ("ISSUER", "KEYS", "SECRET_KEY", "DATABASE_URL_FILE", "VALKEY_URL", "QUEUE_URL"):
        assert f"SIGNET_{name} " in done.stderr
    # Also what only shows when everything is looked at together.
    assert "email_host is needed" in done.stderr
    assert "sooooosecret" not in done.stderr
    assert "tooshortsecret" not in done.stderr


def test_a_file_stands_for_a_value_and_both_together_are_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("f" * 40 + "\n")
    variables = _variables()
    both = _start(**variables, SIGNET_SECRET_KEY_FILE=str(file))
    assert "SIGNET_SECRET_KEY and SIGNET_SECRET_KEY_FILE are both set" in both.stderr
    del variables["SIGNET_SECRET_KEY"]
    assert _start(**variables, SIGNET_SECRET_KEY_FILE=str(file)).stdout == "fine\n"


@pytest.mark.parametrize(
    "over",
    [
        {"embedded": "true"},
        {"outbox_visible": "true"},
        {"email_host": ""},
        {"registration": "domains"},
        {"registration": "domains", "registration_domains": "@example.com"},
        {"terms_version": "2"},
        {"sms_sender": "webhook"},
        {"sms_sender": "file"},
        {"keys": ""},
        {"keys": f"k1:{'A' * 43},k1:{'B' * 43}"},
        {"trusted_proxies": "not-a-network"},
        {"issuer": "https://id.example.com:abc"},
        {"database_url": "foo"},
        {"database_url": "postgresql://db:notaport/signet"},
        {"database_url": "postgresql://db"},
        {"valkey_url": "bar"},
        {"queue_url": "http://queue"},
        {"ca_file": "/does/not/exist"},
        {"password_block_list": "/does/not/exist"},
        {"languages": "en,xx"},
        {"privacy_url": "javascript:alert(1)"},
        {"sms_sender": "twilio"},
        {"sms_sender": "file", "sms_file": "/tmp/x", "sms_fallback": "file"},
    ],
)
def test_settings_that_contradict_each_other_are_refused(over: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Config(**GOOD | over)


def test_a_misspelt_setting_is_told_of() -> None:
    done = _start(**_variables(), SIGNET_TRUSTED_PROXYS="10.0.0.1", SIGNET_CA_FILE="")
    assert done.stdout == "fine\n"
    assert done.stderr == "Signet knows no setting SIGNET_TRUSTED_PROXYS; is it misspelt?\n"
