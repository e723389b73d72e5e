"""People in the administration."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.departed import stands_for
from accounts.models import AuditEvent, Group, OutboxMessage, Role, Session, User
from accounts.notifications.moment import stamped
from tests.factories import make_authorization, make_client, make_session, make_user
from tests.support import authenticator
from tests.support.administration import administration, filled

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/user/"


def page(person: User) -> str:
    return f"{LIST}{person.pk}/change/"


def save(client: Client, person: User, **over: Any) -> Any:
    response = client.post(page(person), filled(client, page(person), **over))
    person.refresh_from_db()
    return response


def delegate(*codenames: str) -> User:
    role = Role.objects.create(name="delegate")
    role.permissions.set(Permission.objects.filter(codename__in=codenames))
    person = make_user("dele", is_staff=True)
    person.roles.add(role)
    return person


@pytest.mark.parametrize("term", ["AnNa", "ann", "anna@PEOPLE.test", "anna@p"])
def test_a_person_is_found_by_how_the_name_begins(admin: Client, term: str) -> None:
    make_user("Anna")
    make_user("bert")
    found = admin.get(LIST, {"q": term}).context["cl"].result_list
    assert [one.username for one in found] == ["Anna"]


def test_a_person_is_found_by_id(admin: Client) -> None:
    person = make_user("anna")
    found = admin.get(LIST, {"q": str(person.pk)}).context["cl"].result_list
    assert list(found) == [person]


@pytest.mark.parametrize("term", ["x\0y", "%", "a" * 400, "\u202e", "' OR 1=1 --", "@"])
def test_a_strange_search_finds_nobody_and_breaks_nothing(admin: Client, term: str) -> None:
    assert admin.get(LIST, {"q": term}).status_code in (200, 400)


def test_saving_tells_who_changed_what_without_personal_values_case_315(
    admin: Client, administrator: User
) -> None:
    person = make_user("anna", name="Anna Old")
    save(admin, person, name="Anna New", must_reset_password="on")
    event = AuditEvent.objects.get(name="object_changed")
    assert (event.actor, event.subject) == (administrator, person)
    assert event.data["fields"] == {"name": None, "must_reset_password": [False, True]}
    assert event.data["key"] == str(person.pk)
    assert "Anna New" not in str(event.data)


def test_saving_without_a_change_tells_nothing(admin: Client) -> None:
    person = make_user("anna")
    save(admin, person)
    assert not AuditEvent.objects.filter(name="object_changed").exists()


def test_disabling_ends_everything_at_once(admin: Client, administrator: User) -> None:
    person = make_user("anna")
    session = make_session(person)
    authorization = make_authorization(make_client(), person, session=session)
    data = filled(admin, page(person))
    del data["is_active"]
    admin.post(page(person), data)
    session.refresh_from_db()
    authorization.refresh_from_db()
    assert session.end_reason == "disabled"
    assert authorization.revoked_at is not None
    assert AuditEvent.objects.get(name="access_ended").actor == administrator


def test_another_address_is_not_proven(admin: Client) -> None:
    person = make_user("anna", email_verified=True)
    save(admin, person, email="new@people.test")
    assert (person.email, person.email_verified) == ("new@people.test", False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "BERT"),
        ("username", "a@b"),
        ("username", "a\u200bb"),
        ("email", "Bert@PEOPLE.test"),
        ("phone_number", "12"),
        ("address", "[1]"),
        ("attributes", '{"a": "\\u0000"}'),
        ("attributes", "{"),
        ("attributes", "[" * 900),
        ("attributes", "9" * 5_000),
        ("address", '{"region": "\\ud800"}'),
    ],
)
def test_what_cannot_be_is_an_error_at_its_field(admin: Client, field: str, value: str) -> None:
    make_user("bert")
    person = make_user("anna")
    response = save(admin, person, **{field: value})
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == [field]


def test_nobody_chooses_anothers_password_case_317(admin: Client) -> None:
    person = make_user("anna")
    response = admin.get(page(person))
    assert not [name for name in response.context["adminform"].form.fields if "password" in name][
        1:
    ]
    before = person.password
    save(admin, person, password="eleven pink tractors")
    assert person.password == before
    admin.post(f"{LIST}add/", {"username": "new", "password": "eleven pink tractors"})
    assert not User.objects.get(username="new").has_usable_password()
    assert admin.get(f"{LIST}{person.pk}/password/").status_code in (302, 404)


def test_a_link_goes_to_the_person_and_is_never_shown_case_317(
    admin: Client, administrator: User
) -> None:
    person = make_user("anna")
    response = admin.post(
        LIST, {"action": "send_password_link", "_selected_action": [str(person.pk)]}, follow=True
    )
    message = OutboxMessage.objects.get()
    assert (message.purpose, message.recipient) == ("password_reset", "anna@people.test")
    assert message.context["link"] not in response.content.decode()
    event = AuditEvent.objects.get(name="password_reset_requested")
    assert (event.actor, event.subject) == (administrator, person)


def test_no_link_goes_to_the_disabled_or_to_nowhere(admin: Client) -> None:
    people = [make_user("off", is_active=False), make_user("nomail", email="")]
    chosen = [str(person.pk) for person in people]
    admin.post(LIST, {"action": "send_password_link", "_selected_action": chosen})
    assert not OutboxMessage.objects.exists()


def test_ending_all_access_is_one_action(admin: Client) -> None:
    session = make_session(make_user("anna"))
    admin.post(LIST, {"action": "end_sessions", "_selected_action": [str(session.user_id)]})
    session.refresh_from_db()
    assert session.end_reason == "ended_by_administrator"


def test_deleting_ends_access_and_leaves_a_record(admin: Client, administrator: User) -> None:
    person = make_user("anna")
    make_authorization(make_client(), person)
    admin.post(f"{LIST}{person.pk}/delete/", {"post": "yes"})
    assert not User.objects.filter(pk=person.pk).exists()
    event = AuditEvent.objects.get(name="object_deleted")
    assert (event.actor, event.data["key"]) == (administrator, str(person.pk))
    # Who it was is not kept for ever.
    assert event.data["label"] == stands_for(person.pk)


def test_many_at_once_cannot_be_deleted(admin: Client) -> None:
    person = make_user("anna")
    admin.post(LIST, {"action": "delete_selected", "_selected_action": [str(person.pk)]})
    assert User.objects.filter(pk=person.pk).exists()


def test_nobody_locks_themselves_out(admin: Client, administrator: User) -> None:
    for name in ("is_active", "is_staff", "is_superuser"):
        data = filled(admin, page(administrator))
        del data[name]
        assert admin.post(page(administrator), data).status_code == 200
    administrator.refresh_from_db()
    assert administrator.is_superuser
    assert admin.post(f"{LIST}{administrator.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_stale_page_overwrites_nothing_case_314(admin: Client) -> None:
    person = make_user("anna", name="Old")
    data = filled(admin, page(person), name="Mine")
    User.objects.filter(pk=person.pk).update(nickname="theirs")
    response = admin.post(page(person), data)
    assert "Somebody else changed this" in response.content.decode()
    person.refresh_from_db()
    assert (person.name, person.nickname) == ("Old", "theirs")


def test_a_page_without_its_version_saves_nothing_case_314(admin: Client) -> None:
    person = make_user("anna", name="Old")
    assert save(admin, person, name="New", version="").status_code == 200
    assert person.name == "Old"


def test_a_delegate_neither_sees_nor_gives_the_great_rights() -> None:
    actor = delegate("view_user", "change_user", "add_user")
    person = make_user("anna")
    client = administration(actor)
    save(client, person, is_superuser="on", is_staff="on", nickname="x")
    assert (person.nickname, person.is_superuser, person.is_staff) == ("x", False, False)


def test_a_delegate_cannot_hand_out_more_than_they_have() -> None:
    actor = delegate("view_user", "change_user", "view_role", "view_group")
    strong = Role.objects.create(name="strong")
    strong.permissions.set(Permission.objects.filter(codename="delete_client"))
    outer = Role.objects.create(name="outer")
    outer.includes.add(strong)
    group = Group.objects.create(name="bosses")
    group.roles.add(outer)
    harmless = Role.objects.create(name="harmless")
    person, client = make_user("anna"), administration(actor)
    for over in ({"roles": [strong.pk]}, {"roles": [outer.pk]}, {"groups": [group.pk]}):
        assert save(client, person, **over).status_code == 200
    assert not person.roles.exists()
    assert not person.groups.exists()
    save(client, person, roles=[str(harmless.pk)])
    assert list(person.roles.all()) == [harmless]


def test_a_delegate_cannot_take_over_somebody_stronger(administrator: User) -> None:
    actor = delegate("view_user", "change_user", "delete_user")
    client = administration(actor)
    before = administrator.email
    client.post(page(administrator), {"username": "ada", "email": "mine@people.test"})
    client.post(f"{LIST}{administrator.pk}/delete/", {"post": "yes"})
    for action in ("send_password_link", "end_sessions"):
        client.post(LIST, {"action": action, "_selected_action": [str(administrator.pk)]})
    administrator.refresh_from_db()
    assert administrator.email == before
    assert not OutboxMessage.objects.exists()


def test_the_history_is_the_audit_log(admin: Client) -> None:
    person = make_user("anna")
    response = admin.get(f"{LIST}{person.pk}/history/")
    assert response["Location"] == "/admin/accounts/auditevent/?q=anna"


def test_an_id_that_is_none_leads_back(admin: Client) -> None:
    assert admin.get(f"{LIST}nonsense/change/").status_code == 302
    assert admin.get(f"{LIST}nonsense/history/").status_code == 302


def test_sessions_of_an_ended_person_stay_listed(admin: Client) -> None:
    session = make_session(make_user("anna"))
    Session.objects.filter(pk=session.pk).close("disabled")
    response = admin.get("/admin/accounts/session/", {"q": "anna"})
    assert list(response.context["cl"].result_list) == [session]


def test_the_page_tells_how_they_sign_in_and_when_they_leave(admin: Client) -> None:
    person = make_user("Anna")
    text = admin.get(page(person)).content.decode()
    assert "None that is kept" in text
    authenticator.enrolled(person)
    signed_in = make_session(person)
    person.delete_after = timezone.now() + timedelta(days=3)
    person.save()
    text = admin.get(page(person)).content.decode()
    assert "Authenticator app (" in text and authenticator.SEED not in text
    assert stamped(signed_in.auth_time) in text and stamped(person.delete_after) in text


def test_a_list_of_people_reads_none_of_it(admin: Client) -> None:
    with CaptureQueriesContext(connection) as seen:
        admin.get(LIST)
    assert not [one for one in seen.captured_queries if "totpdevice" in one["sql"].lower()]
