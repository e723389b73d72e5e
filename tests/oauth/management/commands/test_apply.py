"""The commands themselves: exit by error, repeat without effect."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import User
from oauth.models import Client

pytestmark = pytest.mark.django_db
DEMO = Path(settings.BASE_DIR) / "examples" / "demo.yaml"


def said(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.yaml:1: cannot be read"):
        said("apply", str(tmp_path / "none.yaml"))


def test_the_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("roles: [{}]\n")
    with pytest.raises(CommandError) as caught:
        said("apply", str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"))
    assert "a.yaml:1: roles[0].name" in str(caught.value)
    assert "b.yaml:1: roles[0].name" in str(caught.value)


def test_one_file_may_name_what_another_declares(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("groups: [{name: staff, roles: [editor]}]\n")
    (tmp_path / "b.yaml").write_text("roles: [{name: editor}]\n")
    assert "2 changed" in said("apply", str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"))


def test_the_demo_can_be_applied_and_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ALICE", "BOB", "ADMIN"):
        monkeypatch.setenv(f"DEMO_PASSWORD_{name}", f"{name} rides eleven tractors")
    for name in ("CLIENT_SECRET", "CLIENT_SECRET_2", "MACHINE_SECRET"):
        monkeypatch.setenv(f"DEMO_{name}", name * 4)
    assert "15 changed" in said("apply", str(DEMO))
    assert said("apply", str(DEMO)) == "nothing to change\n"
    assert Client.objects.get(client_id="demo-app").redirect_uris == [
        "http://localhost:8001/callback"
    ]
    alice = User.objects.get(username="alice")
    assert "orders-editor" in {role.name for role in alice.effective_roles()}
    monkeypatch.setenv("DEMO_URL", "http://localhost:9001")
    assert "http://localhost:9001/callback" in said("apply", str(DEMO), "--plan")


def test_the_readmes_example_can_be_applied(tmp_path: Path) -> None:
    readme = (Path(settings.BASE_DIR) / "README.md").read_text()
    (tmp_path / "orders.yaml").write_text(readme.split("```yaml\n")[1].split("```")[0])
    assert "1 changed" in said("apply", str(tmp_path / "orders.yaml"))
    assert Client.objects.get(client_id="orders").trusted
