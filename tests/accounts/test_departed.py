"""Names and mailboxes of people whose accounts are gone."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.test import RequestFactory
from django.utils import timezone

from accounts import audit, departed, tasks
from accounts.actions.administer_person import delete_person
from accounts.changes import described
from accounts.departed import stands_for
from accounts.models import AuditEvent, Invitation, OutboxMessage, User
from accounts.notifications import outbox
from tests.accounts.joining import allow, ask, join
from tests.accounts.letters import to
from tests.accounts.surfer import NEW, Surfer, make_person

pytestmark = pytest.mark.django_db
ADDRESS = "quintus.special@example.com"
_DAYS = timedelta(days=2)


def _leave(surfer: Surfer, user: User) -> None:
    surfer.open("/account/delete").send(confirmation=user.username)
    User.objects.update(delete_after=timezone.now())
    assert tasks.delete_accounts() == 1


def _sent() -> None:
    OutboxMessage.objects.update(status="sent")


def _prune_later() -> None:
    with time_machine.travel(timezone.now() + _DAYS):
        tasks.prune()


def _with_the_name() -> list[str]:
    found = []
    for model in apps.get_models():
        for row in model._default_manager.all():
            values = [str(getattr(row, one.attname)) for one in model._meta.concrete_fields]
            if any("quintus" in one.lower() for one in values):
                found.append(model.__name__)
    return found


def test_after_the_farewell_no_row_names_who_left(settings: Any) -> None:
    allow(settings)
    here = Surfer()
    join(here, ADDRESS, name="Quintus Special")
    user = User.objects.get()
    audit.record(
        audit.OBJECT_CHANGED, subject=user, data=described("user", str(user.pk), str(user), {})
    )
    Invitation.objects.create(email=ADDRESS, expires_at=timezone.now(), accepted_by=user)
    assert set(_with_the_name()) >= {"AuditEvent", "Invitation", "OutboxMessage"}
    _leave(here, user)
    _sent()
    _prune_later()
    assert _with_the_name() == []
    told = AuditEvent.objects.filter(subject_label=stands_for(user.pk))
    assert {"registered", "login", "account_deleted"} <= {one.name for one in told}


def test_the_name_of_somebody_else_stays(settings: Any) -> None:
    make_person("eve")
    Surfer().sign_in("eve")
    make_person("bob")
    here = Surfer()
    here.sign_in("bob")
    here.open("/account/delete").send(confirmation="bob")
    User.objects.filter(username="bob").update(delete_after=timezone.now())
    tasks.delete_accounts()
    assert AuditEvent.objects.get(name="login", subject_label="eve").actor_label == "eve"


def test_an_administrators_deletion_unnames_as_well() -> None:
    bob = make_person("bob")
    audit.record(audit.LOGIN, actor=bob, subject=bob)
    delete_person(person=bob, request=RequestFactory().post("/"), actor=make_person("ada"))
    assert not AuditEvent.objects.filter(subject_label="bob").exists()
    assert AuditEvent.objects.get(name="access_ended").actor_label == "ada"


def test_a_farewell_that_still_waits_is_sent_first(settings: Any) -> None:
    allow(settings)
    here = Surfer()
    join(here, ADDRESS)
    _leave(here, User.objects.get())
    _prune_later()
    assert [one.status for one in to(ADDRESS, "account_deleted")] == ["queued"]


def test_the_farewell_is_shown_for_a_day() -> None:
    make_person("bob")
    here = Surfer()
    here.sign_in()
    _leave(here, User.objects.get())
    _sent()
    tasks.prune()
    assert to("bob@example.com", "account_deleted")


def test_whoever_has_the_address_since_keeps_what_was_written_to_it(settings: Any) -> None:
    allow(settings)
    make_person("bob")
    here = Surfer()
    here.sign_in()
    _leave(here, User.objects.get())
    _sent()
    with time_machine.travel(timezone.now() + _DAYS, tick=True):
        ask(Surfer(), "bob@example.com", new_password=NEW)
        tasks.prune()
    assert [one.purpose for one in to("bob@example.com")] == ["registration"]


def test_messages_to_others_and_those_of_people_stay() -> None:
    eve = make_person("eve")
    for user in (None, eve):
        outbox.queue(
            channel="email",
            purpose="magic_code_unknown",
            recipient="eve@example.com",
            user=user,
            not_after=timezone.now() + timedelta(days=9),
        )
    make_person("bob")
    here = Surfer()
    here.sign_in()
    here.open("/account/delete").send(confirmation="bob")
    User.objects.filter(username="bob").update(delete_after=timezone.now())
    tasks.delete_accounts()
    OutboxMessage.objects.filter(purpose=departed.FAREWELL).update(status="sent")
    _prune_later()
    assert len(to("eve@example.com")) == 2
