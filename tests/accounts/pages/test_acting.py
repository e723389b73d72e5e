"""A page made for one person never acts on another one's account (finding H7)."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.end_access import end_access
from accounts.models import ContactChange, OutboxMessage, Passkey, Session, User
from tests.accounts import letters
from tests.accounts.in_one_browser import session_of, together
from tests.accounts.surfer import Surfer, Tab
from tests.support.security_key import Authenticator

pytestmark = pytest.mark.django_db
TEMPLATES = Path(settings.BASE_DIR) / "templates"
NOW_BOB = "You are signed in as bob in this browser now. Nothing was saved."


def ended_elsewhere() -> None:
    end_access(session=session_of("eve"), reason="ended_by_person")


def idle_for_too_long() -> None:
    Session.objects.filter(user__username="eve").update(
        last_used_at=timezone.now() - timedelta(seconds=settings.SIGNET.session_idle + 1)
    )


def switched_in_another_tab() -> None:
    Session.objects.filter(user__username="eve").update(is_default=False)
    Session.objects.filter(user__username="bob").update(is_default=True)


@pytest.fixture(params=[ended_elsewhere, idle_for_too_long, switched_in_another_tab])
def over(request: pytest.FixtureRequest) -> Callable[[], None]:
    """How it came that Eve is not the one any more and Bob is."""
    found: Callable[[], None] = request.param
    return found


@pytest.fixture
def shared() -> Surfer:
    """Bob's and Eve's browser; Eve is the default."""
    return together("bob", "eve")


def person(name: str) -> User:
    return User.objects.get(username=name)


def told(answer: Tab) -> bool:
    return answer.status == 200 and NOW_BOB in answer.text


def test_an_open_profile_page(shared: Surfer, over: Callable[[], None]) -> None:
    page = shared.open("/account/profile")
    over()
    answer = page.send(name="Eve Evans")
    assert told(answer) and answer.url == "/account/profile"
    assert not User.objects.filter(name="Eve Evans").exists()


def test_an_open_page_for_a_new_address(shared: Surfer, over: Callable[[], None]) -> None:
    page = shared.open("/account/email")
    over()
    before = OutboxMessage.objects.count()
    assert told(page.send(email="eve-new@example.com"))
    assert OutboxMessage.objects.count() == before and not ContactChange.objects.exists()


def test_a_code_typed_when_another_person_is_the_one(
    shared: Surfer, over: Callable[[], None]
) -> None:
    page = shared.open("/account/email").send(email="eve-new@example.com")
    assert page.shows("submit-verify")
    over()
    answer = page.send(otp_token=letters.code_to("eve-new@example.com"))
    assert told(answer) and answer.url == "/account/email"
    assert person("bob").email == "bob@example.com" and person("eve").email == "eve@example.com"


def test_a_passkey_made_when_another_person_is_the_one(
    shared: Surfer, over: Callable[[], None]
) -> None:
    page = shared.open("/account/factors/passkey")
    made = Authenticator().create(page)
    over()
    assert told(page.send(passkey=made, name="Eve's"))
    assert not Passkey.objects.exists()


def test_an_open_page_whose_next_person_has_to_prove_themselves(
    shared: Surfer, over: Callable[[], None]
) -> None:
    page = shared.open("/account/username")
    over()
    Session.objects.filter(user__username="bob").update(confirmed_at=timezone.now() - timedelta(1))
    assert NOW_BOB in page.send(username="eve-evans").text
    assert User.objects.filter(username="bob").exists()


def test_a_form_that_names_nobody_changes_nothing(shared: Surfer) -> None:
    page = shared.open("/account/profile")
    fields = {name: value for name, value in page.hidden.items() if name != "acting"}
    for acting in ({}, {"acting": ""}, {"acting": "x"}, {"acting": str(person("bob").pk)}):
        answer = shared.post(page.url, {**fields, **acting, "name": "Eve Evans"})
        assert "Nothing was saved." in answer.text
    assert page.send(name="Eve Evans").url == "/account/profile"
    assert person("eve").name == "Eve Evans"


def test_a_page_about_one_thing_leads_to_the_overview(shared: Surfer) -> None:
    """Whose app it was need not be known to the one who is left."""
    page = shared.open("/account/profile")
    ended_elsewhere()
    answer = shared.post(f"/apps/{person('bob').pk}", page.hidden | {"withdraw": "scope:email"})
    assert told(answer) and answer.url == "/"


def _account_templates() -> Iterator[str]:
    """Every template that can be a page behind `signed_in`, and the pieces it includes."""
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        if re.search(r'{% extends ("account_base.html"|"admin/page.html"|base) %}', text):
            yield str(path.relative_to(TEMPLATES))
            yield from re.findall(r'{% include "([^"]+)"', text)


def test_every_form_of_the_account_pages_names_its_person() -> None:
    with_form = []
    for name in sorted(set(_account_templates())):
        text = (TEMPLATES / name).read_text()
        forms = re.findall(r'<form method="post".*?</form>', text, re.DOTALL)
        assert len(forms) == text.count('method="post"'), name
        assert all("{% csrf_token %}{% acting %}" in form for form in forms), name
        with_form += [name] if forms else []
    assert len(with_form) > 20 and "accounts/profile.html" in with_form
    assert "admin/oauth/rotate_keys.html" in with_form
