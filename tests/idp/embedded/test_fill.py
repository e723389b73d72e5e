"""`make run` again, on other ports: the folder was filled before."""

import subprocess
from pathlib import Path

import pytest

from idp.embedded import fill, run
from idp.embedded.demo import AUDIENCE, ROOT
from oauth.models import Client, Resource, Scope

pytestmark = pytest.mark.django_db
DEMO = ROOT / "examples" / "demo.yaml"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ALICE", "BOB", "ADMIN"):
        monkeypatch.setenv(f"DEMO_PASSWORD_{name}", f"{name} rides eleven tractors")
    for name in ("CLIENT_SECRET", "CLIENT_SECRET_2", "MACHINE_SECRET"):
        monkeypatch.setenv(f"DEMO_{name}", name * 4)
    monkeypatch.setattr("django.setup", lambda: None)


def _fill(monkeypatch: pytest.MonkeyPatch, port: int, file: Path = DEMO) -> None:
    for offset, name in enumerate(("DEMO_URL", "API_URL", "DEMO_URL_2")):
        monkeypatch.setenv(name, f"http://localhost:{port + offset}")
    monkeypatch.setattr("sys.argv", ["fill", str(file)])
    fill.main()


def test_other_ports_move_the_apps_and_not_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    for port in (8001, 8101, 8001):
        _fill(monkeypatch, port)
        assert Client.objects.get(client_id="demo-app").redirect_uris == [
            f"http://localhost:{port}/callback"
        ]
        assert Resource.objects.get().identifier == AUDIENCE


def test_an_api_called_by_its_address_is_renamed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As an earlier version filled the folder."""
    before = tmp_path / "demo.yaml"
    before.write_text(DEMO.read_text().replace(AUDIENCE, "${API_URL}"))
    _fill(monkeypatch, 8001, before)
    old = Resource.objects.get()
    assert old.identifier == "http://localhost:8002"
    _fill(monkeypatch, 8101)
    assert Resource.objects.get() == old
    assert Resource.objects.get().identifier == AUDIENCE
    assert Client.objects.get(client_id="demo-machine").default_resource == old
    _fill(monkeypatch, 8201)


def test_an_api_of_somebody_else_keeps_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = Resource.objects.create(identifier="http://localhost:9999", name="Theirs")
    Scope.objects.create(resource=theirs, name="theirs:read", title="Read")
    _fill(monkeypatch, 8001)
    theirs.refresh_from_db()
    assert theirs.identifier == "http://localhost:9999"


def test_a_misspelt_setting_is_named_before_what_came_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = "SIGNET_RECOVERY_DELY is no setting; did you mean SIGNET_RECOVERY_DELAY?\n"
    done = subprocess.CompletedProcess([], 1, stdout="", stderr=said)
    monkeypatch.setattr(subprocess, "run", lambda *args, **more: done)
    with pytest.raises(RuntimeError, match=r"^SIGNET_RECOVERY_DELY is no setting"):
        run._fill({})
