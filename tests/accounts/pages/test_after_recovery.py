"""What a person reads after they came in without their second factor, or were kept from it."""

import html
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import PendingLogin, SelfRecovery, User
from tests.accounts.letters import link_to
from tests.accounts.surfer import NEW, Surfer, Tab, make_person
from tests.support.authenticator import code, enrolled, with_recovery_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> User:
    person = make_person()
    enrolled(person)
    return person


def _lost(surfer: Surfer) -> Tab:
    asked = surfer.open("/account/profile").sign_in()
    return surfer.open(asked.link("lost-factor"))


def _wait_over() -> None:
    now = timezone.now()
    SelfRecovery.objects.update(told_at=now - timedelta(hours=9), ready_at=now)


def test_a_recovery_code_leads_to_the_lost_device(bob: User) -> None:
    codes = [with_recovery_code(bob, f"AAAA-BBBB-CCCC-DDD{n}") for n in (2, 3)]
    surfer = Surfer()
    asked = surfer.open("/account/profile").sign_in()
    page = surfer.open(asked.link("use-recovery-code")).send(otp_token=codes[0])
    assert page.url == "/account/profile"
    assert "You have 1 recovery code left. Lost your device?" in page.text
    assert '<a href="/account/sign-in">Remove it and add another</a>' in page.text


def test_no_link_leads_out_of_a_login_with_steps_to_come(bob: User) -> None:
    with_recovery_code(bob)
    User.objects.update(must_reset_password=True)
    surfer = Surfer()
    asked = surfer.open("/account/profile").sign_in()
    page = surfer.open(asked.link("use-recovery-code")).send(otp_token="AAAA-BBBB-CCCC-DDDD")
    assert page.url.startswith("/login/new-password")
    assert "You have 0 recovery codes left." in page.text
    assert "/account/sign-in" not in page.text


def test_a_wrong_recovery_code_is_not_told_to_be_too_old(bob: User) -> None:
    with_recovery_code(bob)
    surfer = Surfer()
    asked = surfer.open("/account/profile").sign_in()
    page = surfer.open(asked.link("use-recovery-code")).send(otp_token="AAAA-AAAA-AAAA-AAAA")
    assert "It may be used already: try another." in page.text


def test_the_finished_recovery_leads_to_a_new_factor(bob: User) -> None:
    surfer = Surfer()
    waiting = _lost(surfer).send(start="1")
    assert "choose “I have none of these any more” again" in waiting.text
    _wait_over()
    page = waiting.reload().send(finish="1")
    assert page.url == "/account/profile"
    assert "Your account has no second factor now." in page.text
    assert '<a href="/account/factors/add">Add a second factor</a>' in page.text


def test_after_a_stopped_one_the_new_password_leads_back_to_where_the_login_was_to_lead(
    bob: User,
) -> None:
    surfer = Surfer()
    page = _lost(surfer).send(start="1")
    SelfRecovery.objects.update(cancelled_at=timezone.now())
    PendingLogin.objects.update(branding={"name": "Demo app"})
    page = page.reload()
    forgot = surfer.open(page.link("forgot-password"))
    assert "Demo app" in forgot.text
    assert 'value="bob@example.com"' in forgot.text
    forgot.send(email="bob@example.com")
    done = surfer.open(link_to("bob@example.com", "password_reset")).send(new_password=NEW)
    assert "Demo app" in done.text
    assert "the app you came from will ask for it too" in done.text
    found = re.search(r'class="button primary" href="([^"]+)"', done.text)
    assert found
    asked = surfer.open(html.unescape(found[1])).sign_in(password=NEW)
    assert asked.send(otp_token=code()).url == "/account/profile"
