"""What an administrator does to an account."""

import pytest

from accounts.actions.administer_person import delete_person, save_person
from accounts.models import AuditEvent, Session, User
from oauth.models import Authorization, Subject
from tests.factories import make_authorization, make_client, make_session, make_user

pytestmark = pytest.mark.django_db


def test_enabling_again_brings_no_session_back() -> None:
    person = make_user()
    session = make_session(person)
    for active in (False, True):
        person.is_active = active
        save_person(person=person, changed={"is_active"}, created=False)
    assert not Session.objects.living().filter(pk=session.pk).exists()


def test_another_number_is_not_proven() -> None:
    person = make_user(phone_number="+493012345", phone_number_verified=True)
    person.phone_number = "+493012346"
    save_person(person=person, changed={"phone_number"}, created=False)
    person.refresh_from_db()
    assert not person.phone_number_verified


def test_the_subject_of_a_deleted_person_is_never_given_again() -> None:
    row = make_authorization(make_client(), make_user())
    sub = row.subject.sub
    delete_person(person=row.user)
    assert not User.objects.exists()
    assert not Authorization.objects.exists()
    assert Subject.objects.get(sub=sub).user is None
    assert AuditEvent.objects.get(name="access_ended").reason == "deleted"
