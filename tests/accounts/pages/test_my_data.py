"""accounts/pages/my_data.py: everything about oneself, nothing that opens a door."""

import json
from typing import Any

import pytest
from django.utils import timezone

from accounts import audit
from accounts.models import (
    AuditEvent,
    Invitation,
    MessageDevice,
    SelfRecovery,
    Session,
    TOTPDevice,
    User,
)
from accounts.notifications.letter import letter
from oauth import audit_events
from tests.accounts.letters import to
from tests.accounts.surfer import Surfer, make_person
from tests.factories import make_authorization, make_client

SEED = "a1" * 20


@pytest.fixture
def home(bob: User) -> Surfer:
    User.objects.update(attributes={"shoe": 43}, name="Bob “B” Ünal </script>")
    surfer = Surfer(agent="Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
    surfer.sign_in()
    return surfer


def download(surfer: Surfer) -> Any:
    return surfer.client.post("/account/data", surfer.open("/account/data").hidden)


def text_of(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def test_it_is_one_json_file_that_nobody_keeps(home: Surfer, bob: User) -> None:
    make_authorization(make_client(client_name="Shop"), bob, redeemed=True)
    TOTPDevice.objects.create(user=bob, name="Phone app", key=SEED, confirmed=True)
    answer = download(home)
    assert answer.streaming
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Content-Type"] == "application/json"
    found = json.loads(text_of(answer))
    assert found["profile"]["name"] == "Bob “B” Ünal </script>"
    assert found["profile"]["attributes"] == {"shoe": 43}
    assert found["second_factors"][0]["name"] == "Phone app"
    assert any("Firefox" in one["browser"] for one in found["sessions"])
    assert found["consents"][0]["client_name"] == "Shop"
    assert found["access_of_apps"][0]["scopes"] == ["openid", "profile"]
    assert found["known_to_apps_as"][0]["sub"].startswith("u_")
    assert found["sessions"][0]["by"] == ["pwd"] and found["sessions"][0]["by_words"] == "Password"
    assert "Password" in [one["details"] for one in found["activity"]]
    (notice,) = to(bob.email, "data_exported")
    assert "Firefox on Linux" in letter(notice).text
    assert {"login", "data_exported"} <= {one["event"] for one in found["activity"]}


def test_what_the_floor_above_recorded_is_in_it_in_words(home: Surfer, bob: User) -> None:
    audit.record(audit_events.CODE_REPLAYED, subject=bob, client_id="shop")
    (told,) = [
        one
        for one in json.loads(text_of(download(home)))["activity"]
        if one["event"] == "code_replayed"
    ]
    assert told["words"] == "An app’s code was used twice: its access was ended"
    assert told["app"] == "shop"


# What no person has: keys, and what would open a door.
_NOT_TOLD = {"username_key", "email_key", "password", "voided_password", "reset_generation"}


def test_every_fact_of_the_account_is_in_it(home: Surfer, bob: User) -> None:
    found = json.loads(text_of(download(home)))["profile"]
    assert {one.name for one in User._meta.fields} - set(found) == _NOT_TOLD
    assert {"groups", "roles"} <= set(found)


def test_recoveries_and_the_invitation_are_in_it(home: Surfer, bob: User) -> None:
    now = timezone.now()
    SelfRecovery.objects.create(
        user=bob, cancel_digest="c0ffee", ready_at=now, expires_at=now, cancelled_at=now
    )
    Invitation.objects.create(
        email=bob.email, note="Welcome", expires_at=now, accepted_at=now, accepted_by=bob
    )
    text = text_of(download(home))
    found = json.loads(text)
    assert found["recoveries"][0]["stopped_at"] and found["recoveries"][0]["told_at"] is None
    assert (found["invitations"][0]["to"], found["invitations"][0]["message"]) == (
        bob.email,
        "Welcome",
    )
    assert "c0ffee" not in text


def test_no_secret_is_in_it(home: Surfer, bob: User) -> None:
    TOTPDevice.objects.create(user=bob, name="app", key=SEED, confirmed=True)
    Surfer().open("/password/forgot").send(email=bob.email)
    text = text_of(download(home))
    assert SEED not in text and "argon2" not in text and "token=" not in text
    assert '"purpose": "password_reset"' in text


def test_somebody_elses_rows_are_not_in_it(home: Surfer, bob: User) -> None:
    carol = make_person("carol")
    make_authorization(make_client(client_name="Carols app"), carol, redeemed=True)
    audit.record(audit.PASSWORD_CHANGED, subject=carol)
    MessageDevice.objects.create(
        user=carol, channel="sms", destination="+4915112345678", confirmed=True, name="c"
    )
    assert "carol" not in text_of(download(home)).lower()


def test_an_administrators_address_stays_theirs(home: Surfer, bob: User) -> None:
    admin = make_person("admin")
    event = audit.record(audit.OBJECT_CHANGED, actor=admin, subject=bob)
    AuditEvent.objects.filter(pk=event.pk).update(address="203.0.113.77", user_agent="AdminUA")
    text = text_of(download(home))
    assert "203.0.113.77" not in text and "AdminUA" not in text
    assert '"event": "object_changed"' in text


def test_looking_at_the_page_downloads_nothing_and_an_old_sign_in_is_confirmed(
    home: Surfer, bob: User
) -> None:
    home.open("/account/data")
    assert not AuditEvent.objects.filter(name="data_exported").exists()
    page = home.open("/account/data")
    Session.objects.update(confirmed_at="2020-01-01T00:00:00Z")
    assert page.send().shows("submit-confirm")
    assert not AuditEvent.objects.filter(name="data_exported").exists()


def test_a_machine_cannot_ask_for_it_for_ever(home: Surfer) -> None:
    assert [download(home).status_code for _ in range(6)] == [200] * 5 + [429]
