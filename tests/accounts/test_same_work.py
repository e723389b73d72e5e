"""No page does more work for an address that has an account than for one that has none.

Milliseconds are no test's to judge on a busy machine. What they are made of is: the statements of
each form are the same ones in the same order, whoever it is about.
"""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.foreign_hashes import slowest_in_use
from accounts.models import OneTimeCode, OutboxMessage, User
from tests.accounts.codes import wrong
from tests.accounts.joining import NEW, allow
from tests.accounts.statements import recorded
from tests.accounts.surfer import Surfer, Tab, make_person

pytestmark = pytest.mark.django_db

_WHO = ("bob@example.com", "off@example.com", "bare@example.com", "nobody@example.com")


@pytest.fixture(autouse=True)
def _house(settings: Any, bob: User) -> None:
    """Everybody may join and sign in by mail; an account that is shut, and one without password."""
    allow(settings, "open", magic_codes=True)
    make_person("off", is_active=False)
    make_person("bare", password="!none")
    # What a process remembers is remembered before anybody is compared.
    slowest_in_use()
    for path in ("/account/sessions", "/register", "/password/forgot"):
        Surfer().open(path)


def _waiting() -> Tab:
    """The login page, in a browser of its own."""
    return Surfer().open("/account/sessions")


def _delivered() -> None:
    """As the worker does meanwhile, whatever the message says."""
    OutboxMessage.objects.update(status="sent")
    OneTimeCode.objects.update(created_at="2020-01-01T00:00:00Z")


def _log_in(address: str) -> list[str]:
    page = _waiting()
    with recorded() as found:
        assert page.sign_in(address, "not the password at all").status == 400
    return found


def _log_in_until_limited(address: str) -> list[str]:
    page = _waiting()
    for _ in range(6):
        page.sign_in(address, "not the password at all")
    with recorded() as found:
        assert page.sign_in(address, "not the password at all").status == 429
    return found


def _register(address: str) -> list[str]:
    page = Surfer().open("/register")
    with recorded() as found:
        assert page.send(email=address, new_password=NEW).shows("register-code")
    return found


def _register_again(address: str) -> list[str]:
    page = Surfer().open("/register").send(email=address, new_password=NEW)
    _delivered()
    with recorded() as found:
        assert page.send(again="1").shows("register-code")
    assert any('INSERT INTO "accounts_outboxmessage"' in text for text in found)
    return found


def _register_guess(address: str) -> list[str]:
    page = Surfer().open("/register").send(email=address, new_password=NEW)
    code = OutboxMessage.objects.latest("created_at").context["code"]
    with recorded() as found:
        assert page.send(otp_token=wrong(code)).status == 400
    return found


def _forget(address: str) -> list[str]:
    page = Surfer().open("/password/forgot")
    with recorded() as found:
        assert page.send(email=address).shows("reset-sent")
    assert any('INSERT INTO "accounts_outboxmessage"' in text for text in found)
    return found


def _forget_again(address: str) -> list[str]:
    Surfer().open("/password/forgot").send(email=address)
    _delivered()
    return _forget(address)


def _magic() -> Tab:
    page = _waiting()
    return page.surfer.open(page.link("magic-code"))


def _ask_magic_code(address: str) -> list[str]:
    page = _magic()
    with recorded() as found:
        assert page.send(email=address).shows("code-status")
    return found


def _ask_magic_code_again(address: str) -> list[str]:
    page = _magic().send(email=address)
    _delivered()
    with recorded() as found:
        assert page.send(again="1").shows("code-status")
    assert any('INSERT INTO "accounts_outboxmessage"' in text for text in found)
    return found


def _guess_magic_code(address: str) -> list[str]:
    page = _magic().send(email=address)
    code = OutboxMessage.objects.latest("created_at").context["code"]
    with recorded() as found:
        assert page.send(otp_token=wrong(code)).status == 400
    return found


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(_log_in, id="login"),
        pytest.param(_log_in_until_limited, id="login, once it is limited"),
        pytest.param(_register, id="registration"),
        pytest.param(_register_again, id="registration, send again"),
        pytest.param(_register_guess, id="registration, a wrong code"),
        pytest.param(_forget, id="forgotten password"),
        pytest.param(_forget_again, id="forgotten password, once more"),
        pytest.param(_ask_magic_code, id="code by mail"),
        pytest.param(_ask_magic_code_again, id="code by mail, send again"),
        pytest.param(_guess_magic_code, id="code by mail, a wrong code"),
    ],
)
def test_a_form_runs_the_same_statements_for_everybody_case_258(
    form: Callable[[str], list[str]],
) -> None:
    known = form(_WHO[0])
    assert len(known) > 3, "nothing was recorded"
    for address in _WHO[1:]:
        assert form(address) == known, address
