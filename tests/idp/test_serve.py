"""The web server starts with the configured numbers, or says why it does not."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

from idp import serve
from tests.support.live import ROOT


def test_granian_gets_what_the_configuration_says(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[Any] = []
    monkeypatch.setenv("SIGNET_WEB_PROCESSES", "3")
    monkeypatch.setenv("SIGNET_WEB_THREADS", "5")
    monkeypatch.setattr(serve.os, "execv", lambda program, command: became.append(command))
    serve.main(["--port", "1"])
    (command,) = became
    assert command[command.index("--workers") + 1] == "3"
    assert command[command.index("--blocking-threads") + 1] == "5"
    assert command[-2:] == ["--port", "1"]


def test_a_start_that_would_need_too_many_connections_is_refused() -> None:
    env = {**os.environ, "SIGNET_WEB_PROCESSES": "400"}
    done = subprocess.run(
        [sys.executable, "-m", "idp.serve", "--port", "1"],
        cwd=ROOT, env=env, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert "connections may be needed" in done.stderr
    assert "SIGNET_WEB_PROCESSES" in done.stderr


def test_without_a_database_the_server_starts_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    became: list[Any] = []
    monkeypatch.setenv("SIGNET_WEB_PROCESSES", "400")
    monkeypatch.setenv("SIGNET_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setattr(serve.os, "execv", lambda program, command: became.append(command))
    serve.main([])
    assert became
    assert settings.SIGNET.web_processes < 400
