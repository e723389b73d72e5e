"""The queue of people who wait for approval."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import AuditEvent, OutboxMessage, Role, User
from accounts.notifications.email import compose
from tests.factories import make_user
from tests.support.administration import administration, make_administrator

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/user/"


def decide(admin: Client, action: str, *people: User, **more: Any) -> str:
    chosen = [str(one.pk) for one in people]
    data = {"action": action, "_selected_action": chosen, **more}
    page = admin.post(LIST, data, follow=True)
    assert page.status_code == 200
    return str(page.content.decode())


def test_the_filter_shows_who_waits(admin: Client) -> None:
    waiting = make_user("cleo", approval="waiting")
    make_user("rex", approval="refused")
    found = admin.get(LIST, {"approval__exact": "waiting"}).context["cl"].result_list
    assert list(found) == [waiting]


def test_a_note_is_asked_for_first_and_goes_into_the_mail(
    admin: Client, administrator: User
) -> None:
    cleo = make_user("cleo", approval="waiting")
    assert 'name="note"' in decide(admin, "approve", cleo)
    cleo.refresh_from_db()
    assert cleo.approval == "waiting"
    decide(admin, "approve", cleo, note="Welcome to\r\nus")
    cleo.refresh_from_db()
    assert cleo.approval == ""
    message = OutboxMessage.objects.get()
    assert message.purpose == "approval_granted"
    assert "Welcome to us" in str(compose(message).body)
    event = AuditEvent.objects.get(name="approved")
    assert (event.actor, event.subject, event.reason) == (administrator, cleo, "Welcome to us")


def test_a_refusal_is_told_politely_and_can_be_reversed(admin: Client) -> None:
    cleo = make_user("cleo", approval="waiting")
    decide(admin, "refuse", cleo, note="")
    cleo.refresh_from_db()
    assert cleo.approval == "refused"
    assert "thank you" in str(compose(OutboxMessage.objects.get()).body)
    # Somebody else decided meanwhile: nothing happens twice.
    assert "0 decisions" in decide(admin, "refuse", cleo, note="")
    assert OutboxMessage.objects.count() == 1
    decide(admin, "approve", cleo, note="")
    cleo.refresh_from_db()
    assert cleo.approval == ""
    assert "None of them waits" in decide(admin, "approve", cleo)


def test_nobody_decides_about_somebody_with_more_rights() -> None:
    role = Role.objects.create(name="delegate")
    role.permissions.set(Permission.objects.filter(codename__in=["change_user", "view_user"]))
    dele = make_user("dele", is_staff=True)
    dele.roles.add(role)
    boss = make_administrator("boss", approval="waiting")
    assert "You may not change boss" in decide(administration(dele), "approve", boss, note="")
    boss.refresh_from_db()
    assert boss.approval == "waiting"


def test_a_viewer_has_no_such_actions() -> None:
    role = Role.objects.create(name="viewer")
    role.permissions.set(Permission.objects.filter(codename="view_user"))
    viewer = make_user("viv", is_staff=True)
    viewer.roles.add(role)
    cleo = make_user("cleo", approval="waiting")
    decide(administration(viewer), "approve", cleo, note="")
    cleo.refresh_from_db()
    assert cleo.approval == "waiting"
