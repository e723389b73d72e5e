"""accounts/pages/recovery_codes.py: shown once, kept by the person, working once one came back."""

import re

import pytest

from accounts.models import RecoveryCode, User
from tests.accounts.surfer import Surfer, Tab
from tests.support import authenticator

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(bob: User) -> Tab:
    authenticator.enrolled(bob)
    surfer = Surfer()
    surfer.sign_in().send(otp_token=authenticator.code())
    return surfer.open("/account/factors/recovery-codes")


def _codes(text: str) -> list[str]:
    return re.findall(r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}", text)


def _sealed(page: Tab) -> str:
    found = re.search(r'name="sealed" value="([^"]+)"', page.text)
    assert found
    return found[1]


def test_the_page_says_that_they_do_not_work_yet(page: Tab) -> None:
    assert 'id="id_recovery_code_helptext">Only then do they work.' in page.text
    assert not RecoveryCode.objects.exists()


def test_the_file_holds_the_codes_of_the_page_and_stays_in_no_cache(page: Tab) -> None:
    file = page.send(sealed=_sealed(page), download="1")
    assert _codes(file.text) == _codes(page.text)
    assert len(_codes(file.text)) == 10
    headers = file.response.headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    # Saved is not typed back: none of them works, and the page's own form goes on as before.
    assert not RecoveryCode.objects.exists()
    typed = _codes(page.text)[4]
    assert page.send(sealed=_sealed(page), recovery_code=typed).url == "/account/sign-in"
    assert RecoveryCode.objects.count() == 10


def test_a_seal_that_is_not_ours_gives_no_file(page: Tab) -> None:
    answer = page.send(sealed=_sealed(page)[:-4] + "AAAA", download="1")
    assert "Content-Disposition" not in answer.response.headers
    assert not set(_codes(answer.text)) & set(_codes(page.text))


def test_the_app_is_set_up_on_the_device_that_shows_the_page(bob: User) -> None:
    surfer = Surfer()
    surfer.sign_in()
    page = surfer.open("/account/factors/authenticator")
    assert page.link("open-app").startswith("otpauth://totp/Signet:bob@example.com?secret=")
    assert "Name of this app (optional)" in page.text
    wrong = page.send(otp_token="000000")
    assert "Check the time of your phone, or scan the picture again." in wrong.text
