"""The launcher: what was written is there again, and a killed run is cleaned up."""

import os
import signal
import socket
from pathlib import Path

import psycopg
import pytest
import redis

from idp.embedded import home, servers, valkey
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
        assert first.programs == [first.postgres, first.valkey]
        first.valkey.popen.kill()
        first.valkey.popen.wait(10)
        assert [one.name for one in first.programs if not one.running] == ["Valkey"]
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


def test_what_a_killed_one_left_working_is_waited_for(folder: Path) -> None:
    """PostgreSQL takes no second server beside a child of the first, which ends when it looks up
    from its work."""
    first = servers.start(folder, forgetful=True)
    busy = psycopg.connect(first.database_url())
    first.valkey.stop()
    busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 12000000)")
    first.postgres.popen.kill()
    first.postgres.popen.wait(10)
    second = servers.start(folder, forgetful=True)
    try:
        busy.close()
        with psycopg.connect(second.database_url()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        second.stop()


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


def test_a_port_that_somebody_took_meanwhile_is_left_to_him(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = [valkey.free_port(), taken.getsockname()[1]]
        monkeypatch.setattr(valkey, "free_port", found.pop)
        running = servers.start(folder, forgetful=True)
    try:
        assert found == []
        assert redis.from_url(running.valkey_url()).ping()
    finally:
        running.stop()


def test_no_link_is_followed_where_the_configuration_is_written(
    folder: Path, tmp_path: Path
) -> None:
    servers.start(folder, forgetful=True).stop()
    victim = tmp_path / "victim"
    victim.write_text("as it was")
    for place in (folder / "valkey.conf", folder / "valkey" / "valkey.conf"):
        place.unlink(missing_ok=True)
        place.symlink_to(victim)
    running = servers.start(folder, forgetful=True)
    try:
        assert victim.read_text() == "as it was"
        assert victim.stat().st_uid == os.geteuid()
        assert redis.from_url(running.valkey_url()).ping()
    finally:
        running.stop()


def test_a_link_in_place_of_a_folder_gives_nothing_away(tmp_path: Path) -> None:
    victim, link = tmp_path / "victim", tmp_path / "link"
    victim.mkdir(mode=0o755)
    link.symlink_to(victim)
    with pytest.raises(NotADirectoryError):
        home._hand_over(link, None)
    assert victim.stat().st_mode & 0o777 == 0o755


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder of somebody else's")
def test_a_folder_that_a_stranger_made_first_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    os.chown(place, 63_999, 63_999)
    with pytest.raises(RuntimeError, match="not ours"):
        home._hand_over(place, 61_000)
    assert place.stat().st_uid == 63_999


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the servers to another uid")
def test_after_a_killed_initdb_the_servers_do_not_stay_with_its_user(folder: Path) -> None:
    (folder / "postgres").mkdir(parents=True)
    os.chown(folder / "postgres", home.named_uid(), -1)
    running = servers.start(folder, forgetful=True)
    try:
        assert running.home.uid not in (0, home.named_uid())
        assert (folder / "postgres" / "data").stat().st_uid == running.home.uid
    finally:
        running.stop()
