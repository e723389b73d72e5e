"""One path ends everything: what the floor below ends, ends here in the same transaction."""

import pytest

from accounts.end_access import end_access
from accounts.models import Session, User
from oauth.models import Authorization
from tests.factories import make_authorization, make_client, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(person: User) -> dict[str, Authorization]:
    client, here, there = make_client(), make_session(person), make_session(person)
    return {
        "here": make_authorization(client, person, session=here),
        "there": make_authorization(client, person, session=there),
        "offline": make_authorization(client, person, session=here, offline=True),
    }


def living(rows: dict[str, Authorization]) -> set[str]:
    open_ones = set(Authorization.objects.filter(revoked_at=None).values_list("pk", flat=True))
    return {name for name, row in rows.items() if row.pk in open_ones}


def kept(rows: dict[str, Authorization]) -> Session:
    session = rows["here"].session
    assert session is not None
    return session


@pytest.mark.spec(
    "OpenID Connect Back-Channel Logout 1.0",
    "2.7",
    "Refresh tokens issued without the offline_access property to a session being logged out SHOULD be revoked; those issued with it normally SHOULD NOT.",
)
def test_the_end_of_a_session_ends_what_was_bound_to_it(rows: dict[str, Authorization]) -> None:
    end_access(session=kept(rows), reason="logout")
    assert living(rows) == {"there", "offline"}


def test_a_reset_or_a_disabled_person_ends_everything_case_078(
    rows: dict[str, Authorization], person: User
) -> None:
    end_access(user=person, reason="password_reset")
    assert living(rows) == set()
    assert set(Authorization.objects.values_list("revoke_reason", flat=True)) == {"password_reset"}


def test_a_new_password_keeps_what_the_kept_session_holds(
    rows: dict[str, Authorization], person: User
) -> None:
    end_access(user=person, reason="password_changed", keep_session=kept(rows))
    assert living(rows) == {"here"}


def test_ending_other_sessions_by_hand_leaves_offline_access(
    rows: dict[str, Authorization], person: User
) -> None:
    end_access(user=person, reason="ended_by_person", keep_session=kept(rows))
    assert living(rows) == {"here", "offline"}
