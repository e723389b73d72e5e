"""Export: the same words, no secrets, and the way back."""

from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import Group, Role, User
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


@pytest.mark.django_db(transaction=True)
def test_the_command_exports_chosen_sections() -> None:
    Role.objects.create(name="editor")
    out = StringIO()
    call_command("export", "--section", "roles", stdout=out)
    assert out.getvalue() == "roles:\n- name: editor\n"
