"""The health checks of docker-compose.yml tell the truth about processes that live and die."""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from idp.embedded.process import start, wait_until
from tests.deploy.compose import is_healthy, services
from tests.support.live import ROOT
from tests.support.nginx import start_proxied
from tests.support.tools import need

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("compose")]
_LONG_AGO = (1_000_000_000.0, 1_000_000_000.0)


def test_every_service_that_stays_up_has_one() -> None:
    lasting = {
        name for name, one in services().items()
        if one.get("restart") != "no" and "dev" not in one.get("profiles", ())
    }  # fmt: skip
    assert lasting == {"postgres", "cache", "queue", "web", "worker", "beat", "proxy"}
    assert all(services()[name].get("healthcheck") for name in lasting)


def _command(service: str, folder: Path) -> list[str]:
    """As compose starts it, but for the interpreter, the schedule's place and the threads."""
    words = ["4" if "SIGNET_WORKER_THREADS" in str(one) else one for one in _written(service)]
    places = {"/tmp/beat-schedule": str(folder / "schedule")}
    return [sys.executable, "-m", *(places.get(word, word) for word in words)]


def _written(service: str) -> list[str]:
    found: list[str] = services()[service]["command"]
    return found


@pytest.mark.parametrize("service", ["worker", "beat"])
def test_a_process_is_healthy_while_it_serves_the_queue(service: str, tmp_path: Path) -> None:
    assert services()[service]["environment"]["SIGNET_HEARTBEAT"] == "/tmp/alive"
    alive = tmp_path / "alive"
    env = {
        **os.environ,
        "SIGNET_HEARTBEAT": str(alive),
        # Apart from what other tests put into their queue.
        "SIGNET_QUEUE_URL": urlsplit(os.environ["SIGNET_QUEUE_URL"])._replace(path="/9").geturl(),
    }

    def healthy() -> bool:
        return is_healthy(service, env)

    assert not healthy()
    child = start(service, _command(service, tmp_path), env=env, cwd=ROOT, log=tmp_path / "log")
    try:
        wait_until(healthy, child, timeout=60)
        os.utime(alive, _LONG_AGO)
        assert not healthy()
        wait_until(healthy, child, timeout=60)
    finally:
        child.stop()
    os.utime(alive, _LONG_AGO)
    assert not healthy()


def test_the_proxy_is_healthy_while_signet_answers_behind_it() -> None:
    os.environ["PATH"] += ":/usr/sbin"
    need("nginx", "curl")
    proxied = start_proxied(f"healthy_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    port = str(urlsplit(proxied.signet.issuer).port)

    def healthy() -> bool:
        return is_healthy("proxy", {"SIGNET_HOST": "localhost"}, port=port)

    try:
        assert healthy()
        proxied.signet.stop()
        assert proxied.nginx.running
        assert not healthy()
    finally:
        proxied.stop()
