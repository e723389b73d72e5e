"""People in a file."""

import pytest

from accounts.models import AuditEvent, User
from oauth.declaration.kinds.user_entry import COLUMNS, UserEntry
from tests.factories import make_session, make_user
from tests.oauth.declaration.conftest import Apply, apply

__all__ = ["apply"]


def test_defaults_of_a_file_are_those_of_the_model() -> None:
    person = User()
    for name in COLUMNS:
        field = UserEntry.model_fields[name]
        if not field.is_required():
            assert getattr(person, name) == field.default, name


def test_disabling_in_a_file_ends_all_access(apply: Apply) -> None:
    session = make_session(make_user("bob"))
    apply("users: [{username: bob, is_active: false}]\n")
    session.refresh_from_db()
    assert session.end_reason == "disabled"
    assert AuditEvent.objects.filter(name="access_ended", subject=session.user).exists()


def test_another_address_is_not_proven(apply: Apply) -> None:
    make_user("bob", email="old@people.test", email_verified=True)
    apply("users: [{username: bob, email: new@people.test}]\n")
    assert not User.objects.get().email_verified
    apply("users: [{username: bob, email: third@people.test, email_verified: true}]\n")
    assert User.objects.get().email_verified


def test_a_password_counts_for_new_people_only(
    apply: Apply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("P", "eleven pink tractors")
    make_user("bob")
    assert apply('users: [{username: bob, password: "${P}"}]\n') == "nothing to change\n"
    assert not User.objects.get().has_usable_password()


def test_the_policy_always_sets_it_once_and_ends_sessions(
    apply: Apply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("P", "eleven pink tractors")
    text = 'users: [{username: bob, password: "${P}", password_policy: always}]\n'
    apply(text)
    session = make_session(User.objects.get())
    assert apply(text) == "nothing to change\n"
    session.refresh_from_db()
    assert session.ended_at is None
    monkeypatch.setenv("P", "twelve green tractors")
    assert "password: replaced (hidden)" in apply(text)
    session.refresh_from_db()
    assert session.ended_at is not None
    assert User.objects.get().check_password("twelve green tractors")


def test_the_password_policy_holds_for_files(apply: Apply, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("P", "short")
    said = apply('users: [{username: bob, password: "${P}"}]\n')
    assert "users[0].password: is refused: short" in said


def test_a_username_is_found_in_any_spelling(apply: Apply) -> None:
    person = make_user("Bob")
    apply("users: [{username: BOB, name: Bob B}]\n")
    person.refresh_from_db()
    assert (person.username, person.name) == ("BOB", "Bob B")


@pytest.mark.parametrize(
    "member",
    [
        "birthdate: 1.1.2000",
        "zoneinfo: Mars/Olympus",
        "phone_number: '030 123'",
        "profile: javascript:alert(1)",
        "email: nonsense",
        "address: {planet: Earth}",
        "locale: 'de DE'",
    ],
)
def test_a_claim_has_its_form(apply: Apply, member: str) -> None:
    field = member.split(":")[0]
    assert f"users[0].{field}" in apply(f"users: [{{username: bob, {member}}}]\n")
    assert not User.objects.exists()
