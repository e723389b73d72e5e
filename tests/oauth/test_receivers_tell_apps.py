"""Which apps are told when sessions end: written where it is made true, once each."""

from typing import Any

import pytest
from django.db import transaction

from accounts.end_access import end_access
from accounts.models import Session, User
from oauth import receivers
from oauth.models import Authorization, Client, LogoutNotice, Participation, Subject
from tests.factories import make_authorization, make_client, make_session
from tests.oauth.queries import counted

pytestmark = pytest.mark.django_db
URI = "https://rp.test/told"


@pytest.fixture
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(receivers, "nudge", found.append)
    return found


def _wants(**over: Any) -> Client:
    return make_client(backchannel_logout_uri=URI, **over)


def _used(client: Client, session: Session, *, sub: bool = True, **over: Any) -> Authorization:
    """A yes in this session, with its participation as the pages write it."""
    row = make_authorization(client, session.user, session=session, redeemed=True, **over)
    taken_part, _ = Participation.objects.get_or_create(session=session, client=client)
    Participation.objects.filter(pk=taken_part.pk).update(subject=row.subject if sub else None)
    row.sid = taken_part.sid
    row.save(update_fields=["sid"])
    return row


def _told() -> set[tuple[str, str, str]]:
    rows = LogoutNotice.objects.values_list("client__client_id", "sub", "sid", "status")
    assert all(status == "queued" for *_, status in rows)
    found = {(client, sub, sid) for client, sub, sid, _ in rows}
    assert len(found) == len(rows), "told twice"
    return found


def _of(*rows: Authorization) -> set[tuple[str, str, str]]:
    return {(row.client.client_id, row.subject.sub, row.sid) for row in rows}


@pytest.mark.spec(
    "OpenID Connect Back-Channel Logout 1.0",
    "2.3",
    "OPs supporting back-channel logout need to keep track of the set of logged-in RPs so that they know what RPs to contact to cause them to log out.",
)
def test_each_app_of_the_session_that_wants_it_is_told_and_no_other(person: User) -> None:
    session, other = make_session(person), make_session(person)
    one, two = _used(_wants(), session), _used(_wants(), session)
    _used(make_client(), session)
    _used(_wants(enabled=False), session)
    _used(_wants(), other)
    end_access(session=session, reason="logout")
    assert _told() == _of(one, two)


def test_a_session_that_is_over_already_tells_nobody(person: User) -> None:
    session = make_session(person)
    _used(_wants(), session)
    end_access(session=session, reason="logout")
    end_access(session=session, reason="logout")
    assert LogoutNotice.objects.count() == 1


def test_an_app_knows_people_by_its_own_name_for_them(person: User) -> None:
    session = make_session(person)
    pairwise = Subject.objects.create(user=person, sector="rp.test")
    one = _used(_wants(), session)
    two = _used(_wants(subject_type="pairwise"), session, subject=pairwise)
    assert one.subject != pairwise
    end_access(session=session, reason="ended_by_person")
    assert _told() == _of(one, two)


def test_a_participation_from_before_the_upgrade_is_told_by_sid_alone(person: User) -> None:
    session = make_session(person)
    row = _used(_wants(), session, sub=False)
    end_access(session=session, reason="logout")
    assert _told() == {(row.client.client_id, "", row.sid)}


@pytest.mark.parametrize(
    "reason", ["password_reset", "disabled", "deleted", "reset_forced", "recovery", "not_me"]
)
def test_the_end_of_everything_tells_the_apps_of_all_sessions(person: User, reason: str) -> None:
    client = _wants()
    rows = [_used(client, make_session(person)) for _ in range(3)]
    stranger = make_client(backchannel_logout_uri=URI)
    make_authorization(stranger)
    end_access(user=person, reason=reason)
    assert _told() == _of(*rows)


def test_an_app_whose_session_here_ran_out_is_told_while_it_has_offline_access(
    person: User,
) -> None:
    row = _used(_wants(), make_session(person), offline=True)
    Participation.objects.all().delete()
    Session.objects.all().delete()
    row.refresh_from_db()
    assert row.session is None
    end_access(user=person, reason="disabled")
    assert _told() == _of(row)


def test_the_kept_session_goes_on_after_a_new_password(person: User) -> None:
    here, there = make_session(person), make_session(person)
    _used(_wants(), here)
    _used(_wants(), here, offline=True)
    row = _used(_wants(), there)
    end_access(user=person, reason="password_changed", keep_session=here)
    assert _told() == _of(row)


def test_that_was_not_me_also_tells_the_apps_of_the_kept_session(person: User) -> None:
    here, there = make_session(person), make_session(person)
    rows = [_used(_wants(), here), _used(_wants(), here, offline=True), _used(_wants(), there)]
    end_access(user=person, reason="not_me", keep_session=here)
    assert _told() == _of(*rows)


def test_ending_other_sessions_tells_nothing_of_offline_access_elsewhere(person: User) -> None:
    here, there, gone = (make_session(person) for _ in range(3))
    row = _used(_wants(), there)
    _used(_wants(), gone, offline=True)
    end_access(session=gone, reason="logout")
    LogoutNotice.objects.all().delete()
    end_access(user=person, reason="ended_by_person", keep_session=here)
    assert _told() == _of(row)


def test_what_is_rolled_back_tells_nobody(person: User, nudged: list[str]) -> None:
    session = make_session(person)
    _used(_wants(), session)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        end_access(session=session, reason="logout")
        raise ZeroDivisionError
    assert not LogoutNotice.objects.exists()
    assert nudged == []


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_woken_after_the_commit_and_only_if_there_is_something(
    person: User, nudged: list[str]
) -> None:
    here, there = make_session(person), make_session(person)
    _used(make_client(), here)
    end_access(session=here, reason="logout")
    assert nudged == []
    _used(_wants(), there)
    with transaction.atomic():
        end_access(session=there, reason="logout")
        assert nudged == []
    assert nudged == ["oauth.tasks.tell_apps"]


def test_where_nobody_wants_to_be_told_it_costs_one_query(person: User) -> None:
    session = make_session(person)
    for _ in range(3):
        _used(make_client(), session)
    with counted() as found:
        receivers.on_session_ended(session, "logout")
    assert found == {"SELECT": 1, "UPDATE": 1}
