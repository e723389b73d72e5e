"""A passkey as the second factor of a login."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Passkey, Session, User
from tests.accounts.surfer import Surfer, enrol, make_person
from tests.support.security_key import (
    BACKED_UP,
    ELIGIBLE,
    PRESENT,
    VERIFIED,
    Authenticator,
    options_of,
)

SYNCED = PRESENT | VERIFIED | ELIGIBLE | BACKED_UP


def enrolled(**over: int) -> Authenticator:
    """Bob's, added in a browser of its own."""
    surfer = Surfer()
    surfer.sign_in()
    found = Authenticator(**over)
    enrol(surfer, found)
    Session.objects.all().delete()
    return found


@pytest.mark.parametrize(
    ("flags", "amr"),
    [
        (PRESENT | VERIFIED, ["pwd", "hwk", "user", "mfa"]),
        (PRESENT, ["pwd", "hwk", "user", "mfa"]),
        (SYNCED, ["pwd", "swk", "user", "mfa"]),
    ],
)
def test_after_the_password_it_opens_the_account(
    surfer: Surfer, flags: int, amr: list[str]
) -> None:
    key = enrolled(flags=flags)
    step = surfer.sign_in()
    assert step.url.startswith("/login/passkey?") and not surfer.is_signed_in()
    assert step.send(passkey=key.get(step)).url == "/account/sessions"
    session = Session.objects.get()
    assert sorted(session.amr) == sorted(amr)
    assert session.acr == "urn:signet:acr:multi-factor"
    assert Passkey.objects.get().last_used_at is not None


def test_the_page_names_the_persons_own_passkeys_alone(surfer: Surfer) -> None:
    key = enrolled()
    options = options_of(surfer.sign_in())
    assert len(options["allowCredentials"]) == 1 and options["userVerification"] == "preferred"
    assert options["rpId"] == key.rp_id


def test_an_answer_counts_once_also_after_a_restart(surfer: Surfer) -> None:
    key = enrolled(flags=SYNCED)
    step = surfer.sign_in()
    answer = key.get(step)
    step.send(passkey=answer)
    other = Surfer()
    again = other.sign_in()
    assert again.send(passkey=answer).status == 400
    assert not other.is_signed_in()


def test_somebody_elses_passkey_is_no_second_factor(surfer: Surfer) -> None:
    enrolled()
    make_person("eve")
    eve = Surfer()
    eve.sign_in("eve")
    theirs = Authenticator()
    enrol(eve, theirs)
    step = surfer.sign_in()
    refused = step.send(passkey=theirs.get(step))
    assert refused.status == 400 and not surfer.is_signed_in()
    assert AuditEvent.objects.filter(name="second_factor_failed").count() == 1


def test_a_counter_that_goes_backwards_is_a_copy(surfer: Surfer, bob: User) -> None:
    key = enrolled(count=50)
    step = surfer.sign_in()
    key.count = 10
    refused = step.send(passkey=key.get(step))
    assert refused.status == 400
    assert AuditEvent.objects.get(name="passkey_copied").subject == bob
    key.count = 60
    assert refused.send(passkey=key.get(refused)).url == "/account/sessions"


def test_nobody_makes_a_good_passkey_look_copied_without_its_key(surfer: Surfer) -> None:
    key = enrolled(count=50)
    forger = Authenticator(credential_id=key.credential_id, handle=key.handle, count=3)
    step = surfer.sign_in()
    assert step.send(passkey=forger.get(step)).status == 400
    assert not AuditEvent.objects.filter(name="passkey_copied").exists()


def test_copies_of_a_synced_passkey_do_not_count_together(surfer: Surfer) -> None:
    key = enrolled(flags=SYNCED, count=50)
    step = surfer.sign_in()
    key.count = 10
    assert step.send(passkey=key.get(step)).url == "/account/sessions"


def test_a_passkey_that_says_it_is_synced_all_of_a_sudden_is_refused(surfer: Surfer) -> None:
    key = enrolled()
    step = surfer.sign_in()
    key.flags = SYNCED
    assert step.send(passkey=key.get(step)).status == 400


def test_it_confirms_that_the_person_is_still_there(surfer: Surfer) -> None:
    key = enrolled()
    step = surfer.sign_in()
    step.send(passkey=key.get(step))
    Session.objects.update(confirmed_at=timezone.now() - timedelta(hours=1))
    step = surfer.open("/account/factors/passkey")
    assert step.url.startswith("/login/passkey?")
    assert step.send(passkey=key.get(step)).url == "/account/factors/passkey"


def test_wrong_answers_draw_on_the_budget_of_all_factors(surfer: Surfer) -> None:
    enrolled()
    step = surfer.sign_in()
    statuses = []
    for _ in range(8):
        step = step.send(passkey="{}")
        statuses.append(step.status)
    assert statuses[-1] == 429 and "Too many attempts" in step.text


def test_the_page_says_what_to_do_without_javascript(surfer: Surfer) -> None:
    enrolled()
    step = surfer.sign_in()
    assert step.shows("passkey-unsupported") and "<div data-passkey-needs hidden>" in step.text
