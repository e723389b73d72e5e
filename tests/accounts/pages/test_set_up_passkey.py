"""Adding a passkey from the account pages and within a login."""

import pytest
import time_machine
from django.utils import timezone
from django_otp_webauthn.models import WebAuthnUserHandle

from accounts.actions.passkey_challenge import LIFETIME
from accounts.models import AuditEvent, EnrolmentChallenge, OutboxMessage, Passkey, User
from tests.accounts.surfer import Surfer, enrol, make_person
from tests.support.security_key import (
    BACKED_UP,
    ELIGIBLE,
    PRESENT,
    VERIFIED,
    Authenticator,
    options_of,
)

PAGE = "/account/factors/passkey"


@pytest.fixture
def here(surfer: Surfer) -> Surfer:
    surfer.sign_in()
    return surfer


def test_it_is_listed_under_the_name_it_was_given(here: Surfer, bob: User) -> None:
    done = enrol(here, Authenticator(), name="Blue key")
    assert done.url == "/account/factors/recovery-codes"  # the first factor comes with a way out
    passkey = Passkey.objects.get(user=bob)
    assert passkey.name == "Blue key" and not passkey.backup_eligible
    assert "Saved. From now on you can sign in with this passkey alone." in done.text
    assert 'dir="auto">Blue key</bdi></b> · Passkey' in here.open("/account/sign-in").text
    event = AuditEvent.objects.get(name="factor_added")
    assert event.data == {"factor": "passkey", "device": "Blue key"}
    assert OutboxMessage.objects.get(purpose="factor_added").user == bob


def test_the_name_is_the_browsers_where_none_is_given(bob: User) -> None:
    surfer = Surfer(agent="Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0")
    surfer.sign_in()
    assert 'value="Firefox on Linux"' in surfer.open(PAGE).text
    enrol(surfer, Authenticator())
    assert Passkey.objects.get().name == "Firefox on Linux"


def test_a_synced_passkey_is_known_as_one(here: Surfer) -> None:
    enrol(here, Authenticator(flags=PRESENT | VERIFIED | ELIGIBLE | BACKED_UP))
    passkey = Passkey.objects.get()
    assert passkey.backup_eligible and passkey.backup_state


def test_rename_and_remove(here: Surfer) -> None:
    enrol(here, Authenticator(), name="Blue key")
    key = f"passkey/{Passkey.objects.get().pk}"
    here.open("/account/sign-in").send(rename=key, name="Red key")
    assert Passkey.objects.get().name == "Red key"
    page = here.open("/account/sign-in").send(remove=key, sure="1")
    assert not Passkey.objects.exists() and "Red key" not in page.text


def test_the_handle_is_random_and_the_same_for_the_next_one(here: Surfer, bob: User) -> None:
    first, second = Authenticator(), Authenticator()
    enrol(here, first)
    enrol(here, second)
    handle = WebAuthnUserHandle.get_handle_for_user(bob)
    assert first.handle == second.handle == handle and len(handle) == 64
    excluded = options_of(here.open(PAGE))["excludeCredentials"]
    assert len(excluded) == 2


def test_an_answer_counts_once(here: Surfer) -> None:
    tab = here.open(PAGE)
    answer = Authenticator().create(tab)
    tab.send(passkey=answer)
    Passkey.objects.all().delete()
    again = tab.send(passkey=answer)
    assert again.status == 400 and again.shows("passkey-refused")
    assert not Passkey.objects.exists()


def test_a_page_that_lay_open_too_long_offers_a_new_try(here: Surfer) -> None:
    tab = here.open(PAGE)
    answer = Authenticator().create(tab)
    with time_machine.travel(timezone.now() + LIFETIME * 1.1, tick=True):
        late = tab.send(passkey=answer)
        assert late.status == 400 and not Passkey.objects.exists()
        late.send(passkey=Authenticator().create(late))
    assert Passkey.objects.count() == 1


def test_the_challenge_of_another_session_is_worth_nothing(here: Surfer, bob: User) -> None:
    stranger = Surfer()
    make_person("eve")
    stranger.sign_in("eve")
    theirs = stranger.open(PAGE)
    mine = here.open(PAGE)
    assert mine.send(passkey=Authenticator().create(theirs)).status == 400
    assert not Passkey.objects.exists() and EnrolmentChallenge.objects.count() == 2


@pytest.mark.parametrize(
    "over",
    [
        {"origin": "https://evil.test"},
        {"origin": "http://localhost.evil.test"},
        {"type": "webauthn.get"},
        {"challenge": "AAAA"},
        {"challenge": 5},
        {"origin": None},
    ],
    ids=str,
)
def test_client_data_that_is_not_ours_is_refused(here: Surfer, over: dict[str, object]) -> None:
    tab = here.open(PAGE)
    refused = tab.send(passkey=Authenticator().create(tab, **over))
    assert refused.status == 400 and refused.shows("passkey-refused")
    assert not Passkey.objects.exists()


def test_a_credential_of_somebody_else_does_not_become_mine(here: Surfer, bob: User) -> None:
    mine = Authenticator()
    enrol(here, mine)
    stranger = Surfer()
    eve = make_person("eve")
    stranger.sign_in("eve")
    same = Authenticator(credential_id=mine.credential_id)
    assert enrol(stranger, same).status == 400
    assert not Passkey.objects.filter(user=eve).exists()


def test_there_is_an_end_to_how_many(here: Surfer, bob: User) -> None:
    Passkey.objects.bulk_create(
        Passkey(
            user=bob, name=str(n), credential_id_sha256=str(n), credential_id=b"", public_key=b""
        )
        for n in range(30)
    )
    assert here.open(PAGE).url == "/account/sign-in"
    assert here.post(PAGE, {}, follow=False).status != 500


def test_the_largest_counter_fits(here: Surfer) -> None:
    enrol(here, Authenticator(count=2**32 - 1))
    assert Passkey.objects.count() == 1
