"""The audit log can be read and searched, and in no way altered."""

import pytest
from django.test import Client

from accounts import audit
from accounts.models import AuditEvent
from oauth import audit_events
from tests.factories import make_client, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/auditevent/"


def found(admin: Client, **query: str) -> list[AuditEvent]:
    return list(admin.get(LIST, query).context["cl"].result_list)


def test_events_are_found_by_person_client_object_and_name(admin: Client) -> None:
    anna = make_user("anna")
    login = audit.record(audit.LOGIN, actor=anna, subject=anna)
    secret = audit.record(audit_events.SECRET_CREATED, client_id="shop")
    key = "3f0c9d3e-0000-4000-8000-000000000001"
    made = audit.record(audit.OBJECT_CREATED, data={"key": key})
    assert found(admin, q="ANNA") == [login]
    assert found(admin, q="anna@people.test") == [login]
    assert found(admin, q="shop") == [secret]
    assert found(admin, q=key) == [made]
    assert found(admin, event="secret_created") == [secret]


def test_an_event_shows_its_details(admin: Client) -> None:
    event = audit.record(audit.LOGIN, data={"text": "<script>alert(1)</script>"})
    page = admin.get(f"{LIST}{event.pk}/change/").content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_nothing_alters_the_log_case_315(admin: Client) -> None:
    event = audit.record(audit.LOGIN, reason="as it was")
    assert admin.post(f"{LIST}{event.pk}/change/", {"reason": "other"}).status_code == 403
    assert admin.post(f"{LIST}{event.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin.post(f"{LIST}add/", {"name": "login"}).status_code == 403
    admin.post(LIST, {"action": "delete_selected", "_selected_action": [str(event.pk)]})
    event.refresh_from_db()
    assert event.reason == "as it was"
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()


def test_every_kind_of_write_has_one_entry_with_its_actor_case_315(admin: Client) -> None:
    client = make_client()
    before = AuditEvent.objects.count()
    admin.post("/admin/accounts/group/add/", {"name": "staff"})
    admin.post("/admin/accounts/role/add/", {"name": "editor"})
    admin.post(f"/admin/oauth/client/{client.pk}/secrets/add/", {"label": "new"})
    admin.post("/admin/oauth/signingkey/rotate/", {"when": "at_once"})
    admin.post("/admin/accounts/user/add/", {"username": "anna"})
    events = AuditEvent.objects.order_by("id")[before:]
    assert [(event.name, event.actor_label) for event in events] == [
        ("object_created", "ada"),
        ("object_created", "ada"),
        ("secret_created", "ada"),
        ("key_rotated", "ada"),
        ("object_created", "ada"),
    ]
    assert all(event.address == "127.0.0.1" for event in events)


def test_the_list_says_events_in_words(admin: Client) -> None:
    audit.record(audit.LOGIN)
    audit.record(audit_events.SECRET_CREATED)
    audit.record(audit_events.CONSENT_GRANTED)
    page = admin.get(LIST).content.decode()
    assert "Signed in" in page and "secret created" in page
    assert "An app was allowed to use the account" in page
    assert "secret_created<" not in page


def test_the_filter_offers_the_events_of_both_floors(admin: Client) -> None:
    page = admin.get(LIST).content.decode()
    for name in (audit.LOGIN, audit_events.KEY_ROTATED, audit_events.CODE_REPLAYED):
        assert f"?event={name}" in page
