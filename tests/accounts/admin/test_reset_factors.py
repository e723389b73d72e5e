"""An administrator removes somebody's second factors: with rights, freshly proven, and a reason."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import (
    AuditEvent,
    OutboxMessage,
    RecoveryCode,
    Role,
    SelfRecovery,
    Session,
    TOTPDevice,
    User,
)
from accounts.notifications.letter import letter
from tests.factories import make_authorization, make_client, make_session, make_user
from tests.support.administration import administration, make_administrator
from tests.support.authenticator import enrolled, with_recovery_code

pytestmark = pytest.mark.django_db
_REASON = "Called back at the desk, badge 7"


@pytest.fixture
def anna() -> User:
    person = make_user("anna")
    enrolled(person)
    with_recovery_code(person)
    return person


def _path(person: User) -> str:
    return f"/admin/accounts/user/{person.pk}/factors/"


def _delegate(*codenames: str) -> User:
    role = Role.objects.create(name="delegate")
    role.permissions.set(Permission.objects.filter(codename__in=codenames))
    person = make_user("dele", is_staff=True)
    person.roles.add(role)
    return person


def test_all_of_it_goes_and_the_person_reads_why_case_246(
    admin: Client, administrator: User, anna: User
) -> None:
    session = make_session(anna)
    row = make_authorization(make_client(), anna, session=session)
    assert "Phone" in admin.get(_path(anna)).content.decode()
    response = admin.post(_path(anna), {"reason": _REASON})
    assert response.status_code == 302
    assert not TOTPDevice.objects.filter(user=anna).exists()
    assert not RecoveryCode.objects.filter(user=anna).exists()
    session.refresh_from_db()
    row.refresh_from_db()
    assert session.ended_at is not None
    assert row.revoked_at is not None
    event = AuditEvent.objects.get(name="factors_reset")
    assert (event.actor, event.subject, event.reason) == (administrator, anna, _REASON)
    assert event.data == {"factors": ["totp"]}
    notice = OutboxMessage.objects.get(purpose="factors_reset")
    assert notice.recipient == anna.email
    assert _REASON in letter(notice).text


@pytest.mark.parametrize("reason", ["", "   ", "x", "a" * 201, "lost\0phone"])
def test_without_a_reason_nothing_happens(admin: Client, anna: User, reason: str) -> None:
    assert admin.post(_path(anna), {"reason": reason}).status_code == 200
    assert TOTPDevice.objects.filter(user=anna).exists()
    assert not OutboxMessage.objects.exists()


def test_looking_changes_nothing(admin: Client, anna: User) -> None:
    assert admin.get(_path(anna)).status_code == 200
    assert TOTPDevice.objects.filter(user=anna).exists()


def test_pressed_twice_it_is_told_once(admin: Client, anna: User) -> None:
    admin.post(_path(anna), {"reason": _REASON})
    admin.post(_path(anna), {"reason": _REASON})
    assert OutboxMessage.objects.filter(purpose="factors_reset").count() == 1
    assert "no-factors" in admin.get(_path(anna)).content.decode()


def test_a_stale_session_proves_itself_first_case_246(
    admin: Client, administrator: User, anna: User
) -> None:
    Session.objects.filter(user=administrator).update(
        confirmed_at=timezone.now() - timedelta(hours=1)
    )
    for response in (admin.get(_path(anna)), admin.post(_path(anna), {"reason": _REASON})):
        assert response.headers["Location"].startswith("/login/confirm?")
    assert TOTPDevice.objects.filter(user=anna).exists()


def test_only_who_may_change_people_and_no_mightier_ones_case_306(anna: User) -> None:
    viewer = _delegate("view_user")
    assert administration(viewer).post(_path(anna), {"reason": _REASON}).status_code == 403
    viewer.roles.get().permissions.set(Permission.objects.filter(codename="change_user"))
    boss = make_administrator("boss")
    enrolled(boss)
    delegate = administration(viewer)
    assert delegate.post(_path(boss), {"reason": _REASON}).status_code == 403
    assert delegate.post(_path(anna), {"reason": _REASON}).status_code == 302
    assert TOTPDevice.objects.filter(user=boss).exists()


def test_nobody_sheds_their_own_here(admin: Client, administrator: User) -> None:
    enrolled(administrator)
    assert admin.post(_path(administrator), {"reason": _REASON}).status_code == 403
    assert "reset-factors" not in _own_page(admin, administrator)


def _own_page(admin: Client, person: User) -> str:
    response: Any = admin.get(f"/admin/accounts/user/{person.pk}/change/")
    return str(response.content.decode())


def test_the_persons_page_leads_to_it(admin: Client, anna: User) -> None:
    assert _path(anna) in _own_page(admin, anna)


def test_a_recovery_under_way_is_over(admin: Client, anna: User) -> None:
    now = timezone.now()
    SelfRecovery.objects.create(
        user=anna, cancel_digest="x", password_state="x", ready_at=now, expires_at=now
    )
    admin.post(_path(anna), {"reason": _REASON})
    assert not SelfRecovery.objects.exists()


def test_strangers_come_to_the_login() -> None:
    assert Client().get(_path(make_user())).status_code == 302
