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


def test_what_is_no_setting_is_a_fault_told_with_the_others() -> None:
    done = _start(
        **_variables(issuer="id.example.com"), SIGNET_FOO="1", SIGNET_TRUSTED_PROXYS="10.0.0.1"
    )
    assert done.returncode == 1
    assert "SIGNET_ISSUER must be" in done.stderr
    assert "  SIGNET_FOO is no setting\n" in done.stderr
    assert (
        "SIGNET_TRUSTED_PROXYS is no setting; did you mean SIGNET_TRUSTED_PROXIES?" in done.stderr
    )
    assert "10.0.0.1" not in done.stderr
    assert _start(**_variables(), SIGNET_FOO="1").returncode == 1


def test_variables_that_others_read_are_none_of_our_business() -> None:
    done = _start(
        **_variables(),
        SIGNET_CA_FILE="",
        SIGNET_VAR="var",
        SIGNET_HOST="id.example.com",
        SIGNET_WORKER="1",
        SIGNET_HEARTBEAT="/tmp/alive",
        SIGNET_TEST_DATABASE_URL="postgresql:///tests",
    )
    assert (done.stdout, done.stderr) == ("fine\n", "")


def test_what_kubernetes_sets_for_services_of_this_name_is_no_fault() -> None:
    services = {
        "SIGNET_SERVICE_HOST": "10.0.0.1",
        "SIGNET_SERVICE_PORT": "80",
        "SIGNET_SERVICE_PORT_HTTP": "80",
        "SIGNET_PORT": "tcp://10.0.0.1:80",
        "SIGNET_PORT_80_TCP_ADDR": "10.0.0.1",
        "SIGNET_WEB_SERVICE_HOST": "10.0.0.2",
        "SIGNET_WEB_PORT": "tcp://10.0.0.2:80",
    }
    done = _start(**_variables(), **services)
    assert (done.stdout, done.stderr) == ("fine\n", "")
    del services["SIGNET_SERVICE_HOST"]
    assert "SIGNET_PORT is no setting" in _start(**_variables(), **services).stderr
