"""Sessions and messages: looked at, ended, never read."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, OutboxMessage, Role, User
from accounts.notifications import outbox
from tests.factories import make_authorization, make_client, make_session, make_user
from tests.support.administration import administration

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/session/"


def test_ending_a_session_ends_what_hangs_on_it(admin: Client, administrator: User) -> None:
    session, other = make_session(make_user("anna")), make_session(make_user("bert"))
    authorization = make_authorization(make_client(), session.user, session=session)
    admin.post(LIST, {"action": "end", "_selected_action": [str(session.pk)]})
    for row in (session, other, authorization):
        row.refresh_from_db()
    assert session.end_reason == "ended_by_administrator"
    assert authorization.revoked_at is not None
    assert other.ended_at is None
    event = AuditEvent.objects.get(name="session_ended")
    assert (event.actor, event.subject) == (administrator, session.user)


def test_who_may_only_look_ends_nothing() -> None:
    viewer = Role.objects.create(name="viewer")
    viewer.permissions.set(
        Permission.objects.filter(codename="view_session", content_type__app_label="accounts")
    )
    person = make_user(is_staff=True)
    person.roles.add(viewer)
    session = make_session(make_user("anna"))
    client = administration(person)
    assert client.get(LIST).status_code == 200
    client.post(LIST, {"action": "end", "_selected_action": [str(session.pk)]})
    session.refresh_from_db()
    assert session.ended_at is None


def test_a_message_shows_its_fate_and_nothing_of_its_content(admin: Client) -> None:
    message = outbox.queue(
        channel="email",
        purpose="password_reset",
        recipient="hidden@people.test",
        context={"link": "https://signet.test/secret-link"},
        not_after=timezone.now() + timedelta(hours=1),
    )
    OutboxMessage.objects.filter(pk=message.pk).update(
        status="failed", answer="SMTPServerDisconnected"
    )
    path = "/admin/accounts/outboxmessage/"
    page = admin.get(path, {"trouble": "yes"}).content.decode()
    assert "SMTPServerDisconnected" in page
    assert "hidden@" not in page
    assert "secret-link" not in page
    assert admin.get(f"{path}{message.pk}/change/").status_code in (302, 403)


def test_a_message_that_was_overtaken_is_no_trouble_and_says_so(admin: Client) -> None:
    outbox.queue(
        channel="email",
        purpose="password_reset",
        recipient="hidden@people.test",
        not_after=timezone.now() + timedelta(hours=1),
    )
    outbox.withdraw(OutboxMessage.objects.all())
    path = "/admin/accounts/outboxmessage/"
    assert "no longer needed, not sent" in admin.get(path).content.decode()
    assert not admin.get(path, {"trouble": "yes"}).context["cl"].result_count
