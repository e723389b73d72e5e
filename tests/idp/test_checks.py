"""What `check --deploy` and `migrate` find, each with its remedy."""

from typing import Any

import pytest

from idp import checks

Configured = Any


@pytest.fixture
def configured(settings: Any) -> Configured:
    """A good deployment, and what a test wants different."""

    def configure(**over: Any) -> None:
        good = {
            "issuer": "https://id.example.test",
            "embedded": False,
            "proxy_secret": "s" * 32,
            "trusted_proxies": ("10.0.0.0/8",),
            "email_host": "mail.example.test",
            "email_security": "starttls",
            "sms_sender": "webhook",
            "queue_url": "redis://127.0.0.1:1/1",
            "valkey_url": "redis://127.0.0.1:1/0",
        }
        settings.SIGNET = settings.SIGNET.model_copy(update={**good, **over})

    configure()
    return configure


def _ids() -> list[str]:
    found = [*checks.network(None), *checks.messages(None), *checks.queue(None)]
    assert all(message.hint for message in found)
    return [str(message.id) for message in found]


def test_a_good_deployment_has_no_findings(configured: Configured) -> None:
    assert _ids() == []


@pytest.mark.parametrize(
    ("over", "found"),
    [
        ({"trusted_proxies": ("10.0.0.1", "0.0.0.0/0")}, "signet.E001"),
        ({"trusted_proxies": ("::/0",)}, "signet.E001"),
        ({"proxy_secret": ""}, "signet.W001"),
        ({"email_security": "none"}, "signet.W002"),
        ({"sms_sender": "console"}, "signet.W003"),
        ({"queue_url": "redis://127.0.0.1:1/0"}, "signet.E002"),
    ],
)
def test_each_fault_is_found(over: dict[str, Any], found: str, configured: Configured) -> None:
    configured(**over)
    assert _ids() == [found]


def test_a_mail_catcher_on_this_machine_needs_no_tls(configured: Configured) -> None:
    configured(email_security="none", email_host="localhost")
    assert _ids() == []


def test_the_embedded_setup_is_as_it_should_be(configured: Configured) -> None:
    configured(embedded=True, issuer="http://localhost:8000", sms_sender="console", email_host="")
    assert _ids() == []


@pytest.mark.parametrize(
    ("policy", "found"), [("noeviction", []), ("allkeys-lru", ["signet.W004"])]
)
def test_a_queue_that_may_drop_keys_is_told(
    policy: str, found: list[str], configured: Configured, settings: Any
) -> None:
    class Server:
        def config_get(self, name: str) -> dict[str, str]:
            return {name: policy}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks.redis.Redis, "from_url", lambda *args, **kwargs: Server())
        assert _ids() == found


@pytest.mark.django_db
@pytest.mark.parametrize(("processes", "threads", "good"), [(2, 4, True), (40, 4, False)])
def test_more_processes_than_connections_are_refused_before_the_start(
    processes: int, threads: int, good: bool, configured: Configured
) -> None:
    configured(web_processes=processes, web_threads=threads)
    found = checks.connection_count(None, databases=["default"])
    assert [message.id for message in found] == ([] if good else ["signet.E003"])
    assert checks.connection_count(None) == []
