import pytest

from accounts.models import AuditEvent, User
from oauth.end_access import end_access
from oauth.models import Authorization, Consent
from tests.factories import make_authorization, make_client, make_user

pytestmark = pytest.mark.django_db


def living() -> int:
    return Authorization.objects.filter(revoked_at=None).count()


def test_one_authorization_ends_alone(person: User) -> None:
    first, _ = (make_authorization(make_client(), person) for _ in range(2))
    assert end_access(authorization=first.pk, reason="by_administrator") == 1
    assert living() == 1
    assert end_access(authorization=first.pk, reason="by_administrator") == 0
    assert AuditEvent.objects.filter(name="authorization_revoked").count() == 1


def test_a_client_loses_everybodys(person: User) -> None:
    client = make_client()
    for user in (person, make_user()):
        make_authorization(client, user)
    make_authorization(make_client(), person)
    assert end_access(client=client, reason="client_disabled") == 2
    assert living() == 1


def test_a_person_at_a_client_loses_the_consent_too(person: User) -> None:
    client, other = make_client(), make_user()
    for user in (person, other):
        make_authorization(client, user)
    end_access(client=client, user=person, reason="removed_by_person")
    assert [one.user for one in Consent.objects.filter(client=client)] == [other]
    assert living() == 1


def test_nothing_named_is_a_mistake_and_not_everything(db: None) -> None:
    with pytest.raises(TypeError):
        end_access(reason="oops")
