"""Export: the same words, no secrets, and the way back."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accounts.models import Group, Role, User
from oauth.declaration import export
from oauth.declaration.document import read
from oauth.declaration.export import lines
from oauth.declaration.kinds import BY_SECTION
from oauth.models import Client, Resource
from tests.oauth.declaration.conftest import Apply
from tests.oauth.declaration.test_plan import SECRET, WHOLE


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_SECRET", SECRET)
    monkeypatch.setenv("ALICE_PASSWORD", "eleven pink tractors")


def exported() -> str:
    return "".join(lines(list(BY_SECTION)))


def test_what_is_exported_changes_nothing_when_applied(apply: Apply) -> None:
    apply(WHOLE)
    assert apply(exported()) == "nothing to change\n"


def test_what_is_exported_makes_the_same_deployment_elsewhere(apply: Apply) -> None:
    apply(WHOLE)
    text = exported()
    for model in (Client, Resource, Group, Role, User):
        model.objects.all().delete()
    apply(text)
    assert exported() == text


def test_no_secret_leaves(apply: Apply) -> None:
    apply(WHOLE)
    text = exported()
    for secret in (SECRET, "argon2", "digest", "password", "secrets"):
        assert secret not in text


@pytest.mark.parametrize(
    "text",
    ["yes", "012", "1.5", "null", "~", "2000-01-01", "a: b", "${HOME}", "$$", "", "09", "ä\nb"],
)
def test_any_text_survives_the_way_there_and_back(apply: Apply, text: str) -> None:
    Role.objects.create(name="r", description=text, declared=True)
    again = exported()
    Role.objects.all().delete()
    apply(again)
    assert Role.objects.get().description == text
    assert Role.objects.get().name == "r"


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
@example("a\x85b")
@example("a\u2028 \n b")
@example("\ufeff${HOME}$")
@example("<<")
def test_any_text_survives_as_key_and_as_value(tmp_path_factory: Any, text: str) -> None:
    file: Path = tmp_path_factory.getbasetemp() / "any.yaml"
    entry = {"attributes": {text: text, "a": [text, {text: 1}]}}
    file.write_text(export.dumped(entry))
    found = read(file, {})
    assert found.faults == []
    assert found.value == [entry]


@pytest.mark.django_db
def test_keys_with_a_dollar_stay_as_they_are(apply: Apply) -> None:
    User.objects.create(username="alice", attributes={"$a": "$1", "b": [{"$$": "x\x85y"}]})
    text = exported()
    User.objects.all().delete()
    apply(text)
    assert exported() == text
    assert User.objects.get().attributes == {"$a": "$1", "b": [{"$$": "x\x85y"}]}


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_makes_no_other_wrong(tmp_path: Path) -> None:
    (tmp_path / "roles.yaml").write_text("roles: [{name: editor}\n")
    (tmp_path / "groups.yaml").write_text("groups: [{name: staff, roles: [editor]}]\n")
    with pytest.raises(CommandError) as caught:
        call_command("apply", str(tmp_path / "roles.yaml"), str(tmp_path / "groups.yaml"))
    assert "roles.yaml:" in str(caught.value)
    assert "groups.yaml" not in str(caught.value)


@pytest.mark.django_db(transaction=True)
def test_more_than_a_file_may_hold_is_told_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    Role.objects.create(name="editor")
    out, err = StringIO(), StringIO()
    monkeypatch.setattr("oauth.management.commands.export.LARGEST", 22)
    call_command("export", "--section", "roles", stdout=out, stderr=err)
    assert err.getvalue() == ""
    monkeypatch.setattr("oauth.management.commands.export.LARGEST", 21)
    call_command("export", "--section", "roles", stdout=out, stderr=err)
    assert "larger" in err.getvalue()
    assert out.getvalue() == "roles:\n- name: editor\n" * 2


@pytest.mark.django_db(transaction=True)
def test_the_command_exports_chosen_sections() -> None:
    Role.objects.create(name="editor")
    out = StringIO()
    call_command("export", "--section", "roles", stdout=out)
    assert out.getvalue() == "roles:\n- name: editor\n"
