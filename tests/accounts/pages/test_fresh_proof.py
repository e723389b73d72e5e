"""What counts as a fresh proof, and what a shown factor ends."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import RecoveryCode, SelfRecovery, Session, TOTPDevice, User
from tests.accounts.codes import code, with_mailbox
from tests.accounts.surfer import Surfer, Tab
from tests.support import authenticator

pytestmark = pytest.mark.django_db


def test_a_trusted_browser_signs_in_without_the_factor_and_changes_nothing_without(
    bob: User,
) -> None:
    authenticator.enrolled(bob)
    home = Surfer()
    home.sign_in().send(otp_token=authenticator.code(), trust_browser="on")
    assert home.open("/account/email").url == "/account/email"
    home.open("/sign-out").send()
    authenticator.forget_use(bob)
    assert home.sign_in().url == "/account/sessions"
    assert Session.objects.living().get().amr == ["pwd"]
    page = home.open("/account/email")
    assert page.shows("submit-verify")
    assert page.send(otp_token=authenticator.code()).url == "/account/email"


def _codes_page(surfer: Surfer) -> tuple[Tab, list[str], dict[str, str]]:
    page = surfer.open("/account/factors/recovery-codes")
    codes = re.findall(r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}", page.text)
    sealed = re.search(r'name="sealed" value="([^"]+)"', page.text)
    assert sealed
    return page, codes, {"sealed": sealed[1], "recovery_code": codes[0]}


def test_an_old_page_brings_no_codes_back_case_244(bob: User) -> None:
    authenticator.enrolled(bob)
    home = Surfer()
    home.sign_in().send(otp_token=authenticator.code())
    old, old_codes, old_fields = _codes_page(home)
    assert old.send(**old_fields).url == "/account/sign-in"
    with_code = Surfer()
    step = with_code.sign_in()
    assert with_code.open(step.link("use-recovery-code")).send(otp_token=old_codes[1]).status == 200
    page, codes, fields = _codes_page(home)
    other, _, other_fields = _codes_page(home)
    assert page.send(**fields).url == "/account/sign-in"
    assert page.send(**fields).url == "/account/sign-in"  # pressed twice
    for late, values in ((old, old_fields), (other, other_fields)):
        answer = late.send(**values)
        assert answer.status == 409
        assert "out of date" in answer.text
    kept = set(RecoveryCode.objects.filter(user=bob).values_list("digest", flat=True))
    assert kept == {RecoveryCode.hash(one) for one in codes}


def _begin_recovery(step: Tab) -> None:
    page = step.surfer.open(step.link("lost-factor"))
    page.send(begin="1")
    assert SelfRecovery.objects.count() == 1


def test_a_code_from_the_mailbox_stops_a_recovery(bob: User) -> None:
    with_mailbox(bob)
    _begin_recovery(Surfer().sign_in())
    step = Surfer().sign_in()
    step.send(otp_token=code())
    assert not SelfRecovery.objects.exists()


def test_so_does_a_factor_shown_to_confirm(bob: User) -> None:
    authenticator.enrolled(bob)
    home = Surfer()
    home.sign_in().send(otp_token=authenticator.code())
    _begin_recovery(Surfer().sign_in())
    authenticator.forget_use(bob)
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        home.open("/account/email").send(otp_token=authenticator.code())
        assert not SelfRecovery.objects.exists()


def test_names_of_the_house_are_nobodys(bob: User) -> None:
    home = Surfer()
    home.sign_in()
    page = home.open("/account/username")
    assert page.send(username="Support").status in (400, 409)
    bob.refresh_from_db()
    assert bob.username == "bob"


def test_a_session_from_before_a_factor_does_not_remove_it_without_it(bob: User) -> None:
    """The owner protects himself while a thief is signed in."""
    home, thief = Surfer(), Surfer()
    home.sign_in()
    thief.sign_in()
    page = home.open("/account/factors/authenticator")
    seed = TOTPDevice.objects.get(confirmed=False).key
    page.send(otp_token=authenticator.code(seed), name="Phone")
    key = f"totp/{TOTPDevice.objects.get().pk}"
    asked = thief.open(f"/account/sign-in?remove={key}")
    assert asked.send(remove=key, sure="1").shows("submit-verify")
    assert thief.open("/account/email").shows("submit-verify")
    assert TOTPDevice.objects.filter(confirmed=True).count() == 1
    assert home.open("/account/email").url == "/account/email"
