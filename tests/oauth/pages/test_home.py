from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from tests.oauth.visitor import Visitor, make_client

pytestmark = pytest.mark.django_db


def test_it_shows_who_is_signed_in_and_the_way_out(visitor: Visitor) -> None:
    visitor.signed_in()
    visitor.get("/")
    assert "anna@example.com" in visitor.text
    assert 'href="/sign-out"' in visitor.text
    assert visitor.shows("no-apps")


def test_it_lists_apps_that_can_be_opened_and_are_vouched_for(visitor: Visitor) -> None:
    make_client(client_name="Vouched", trusted=True, client_uri="https://vouched.example/")
    make_client(
        client_name="Ours", first_party=True, initiate_login_uri="https://ours.example/in?a=b"
    )
    make_client(client_name="Unknown", client_uri="https://unknown.example/")
    make_client(client_name="Without", trusted=True)
    make_client(client_name="Off", trusted=True, enabled=False, client_uri="https://off.example/")
    visitor.signed_in()
    visitor.get("/")
    assert 'href="https://vouched.example/"' in visitor.text
    issuer = settings.SIGNET.issuer.replace(":", "%3A").replace("/", "%2F")
    assert f'href="https://ours.example/in?a=b&amp;iss={issuer}"' in visitor.text
    for name in ("Unknown", "Without", "Off"):
        assert name not in visitor.text


def test_an_unknown_app_appears_once_it_is_used(visitor: Visitor) -> None:
    app = make_client(client_name="Handy", client_uri="https://handy.example/")
    visitor.signed_in()
    visitor.ask(app)
    visitor.allow()
    visitor.get("/")
    assert "Handy" in visitor.text


def test_an_app_without_an_address_is_named_with_what_it_may_do(visitor: Visitor) -> None:
    app = make_client(client_name="Faceless")
    visitor.signed_in()
    visitor.ask(app)
    visitor.allow()
    visitor.get("/")
    assert "Faceless" in visitor.text and f'href="/apps/{app.pk}"' in visitor.text
    assert visitor.shows("connected") and not visitor.shows("no-apps")


def _named(name: str, **over: Any) -> str:
    """A vouched-for app; its `client_id`."""
    app = make_client(client_name=name, trusted=True, client_uri="https://a.example/", **over)
    return app.client_id


def test_an_app_with_roles_of_its_own_is_listed_for_everybody(visitor: Visitor) -> None:
    """Roles say what people may do there; nothing bars anybody from opening it."""
    Role.objects.create(name="writer", audience=_named("App guarded"))
    visitor.signed_in()
    visitor.get("/")
    assert "App guarded" in visitor.text


def test_its_queries_do_not_grow_with_apps_and_roles(visitor: Visitor, person: User) -> None:
    visitor.signed_in()

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            visitor.get("/")
        return len(seen)

    person.roles.add(Role.objects.create(name="first", audience=_named("App first")))
    queries()
    few = queries()
    for number in range(20):
        audience = _named(f"App {number}")
        person.roles.add(Role.objects.create(name="user", audience=audience))
        Role.objects.create(name="admin", audience=audience)
    assert queries() == few
    assert few <= 16


def test_strangers_are_asked_to_sign_in(db: None) -> None:
    visitor = Visitor()
    visitor.get("/")
    assert visitor.shows("submit-login")


@pytest.mark.parametrize("path", ["/", "/apps", "/apps/refused"])
def test_head_is_answered_like_get(visitor: Visitor, path: str) -> None:
    visitor.signed_in()
    answer = visitor.browser.head(path)
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("is_staff", [True, False])
def test_whoever_may_open_the_administration_finds_it(visitor: Visitor, is_staff: bool) -> None:
    User.objects.update(is_staff=is_staff)
    visitor.signed_in()
    visitor.get("/")
    assert visitor.shows("administration") is is_staff
