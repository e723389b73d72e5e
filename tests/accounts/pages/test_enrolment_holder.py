"""What one session or login has begun to enrol is no other's: a thief would plant his own seed."""

import base64
from typing import Any

import pytest

from accounts.models import MessageDevice, TOTPDevice, User
from tests.accounts.surfer import Surfer, Tab, make_person

pytestmark = pytest.mark.django_db
_TOTP, _SMS = "/account/factors/authenticator", "/account/factors/sms"


@pytest.fixture
def bob(db: None) -> User:
    return make_person("bob")


def _seed(page: Tab) -> str:
    (found,) = [
        one
        for one in TOTPDevice.objects.filter(confirmed=False)
        if one.holder is not None and one.key and _shown(one) in page.text
    ]
    return str(found.key)


def _shown(device: TOTPDevice) -> str:
    from_hex = bytes.fromhex(device.key)
    text = base64.b32encode(from_hex).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def test_two_sessions_have_two_seeds_and_each_keeps_its_own_at_a_reload(bob: User) -> None:
    one, other = Surfer(), Surfer()
    one.sign_in()
    other.sign_in()
    first = _seed(one.open(_TOTP))
    assert _seed(other.open(_TOTP)) != first
    assert _seed(one.open(_TOTP)) == first


def test_a_half_finished_login_learns_no_seed_of_another(bob: User, settings: Any) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"second_factor": "everybody"})
    thief, owner = Surfer(), Surfer()
    step = thief.sign_in()
    his = _seed(thief.open(step.link("set-up-totp")))
    step = owner.sign_in()
    assert _seed(owner.open(step.link("set-up-totp"))) != his


def test_a_number_begun_elsewhere_is_not_asked_about(bob: User) -> None:
    thief, owner = Surfer(), Surfer()
    thief.sign_in()
    owner.sign_in()
    thief.open(_SMS).send(phone_number="+4915187654321")
    assert MessageDevice.objects.get().holder is not None
    page = owner.open(_SMS)
    assert "87654321" not in page.text
    assert 'name="phone_number"' in page.text
