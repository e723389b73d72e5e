"""The launcher: what was written is there again, and a killed run is cleaned up."""

import os
import signal
from pathlib import Path

import psycopg
import pytest
import redis

from idp.embedded import servers
from idp.embedded.process import start_time

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("run")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for part in (tmp_path, *tmp_path.parents[:3]):
        part.chmod(part.stat().st_mode | 0o711)
    return tmp_path / "home"


def test_a_second_start_finds_what_the_first_wrote(folder: Path) -> None:
    first = servers.start(folder, forgetful=True)
    try:
        with psycopg.connect(first.database_url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (n int)")
        assert redis.from_url(first.valkey_url()).ping()
    finally:
        first.stop()
    second = servers.start(folder, forgetful=True)
    try:
        with psycopg.connect(second.database_url()) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    finally:
        second.stop()


def test_servers_of_a_killed_run_are_ended_by_the_next(folder: Path) -> None:
    first = servers.start(folder, forgetful=True)
    born = start_time(first.postgres.popen.pid)
    second = servers.start(folder, forgetful=True)
    try:
        first.postgres.popen.wait(10)
        assert start_time(first.postgres.popen.pid) != born
        with psycopg.connect(second.database_url()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        second.stop()
        first.valkey.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the servers to another uid")
def test_as_root_the_servers_run_as_a_uid_nothing_else_has(folder: Path) -> None:
    running = servers.start(folder, forgetful=True)
    try:
        uid = running.home.uid
        assert uid
        assert Path(f"/proc/{running.postgres.popen.pid}").stat().st_uid == uid
        owners = [
            path.name
            for path in Path("/proc").glob("[0-9]*")
            if path.exists() and path.stat().st_uid == uid
        ]
        mine = {str(running.postgres.popen.pid), str(running.valkey.popen.pid)}
        assert mine <= set(owners)
        assert (folder / "s").stat().st_mode & 0o777 == 0o700
        os.kill(running.postgres.popen.pid, signal.SIGINT)
        running.postgres.popen.wait(20)
    finally:
        running.stop()
