"""The consent page: what it shows, and what a button on it is worth."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import AuditEvent, Role, User
from oauth import clients
from oauth.models import Answer, Authorization, Client, Consent, Resource, Scope
from tests.oauth.visitor import Visitor, answer_of, make_client, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(db: None) -> Client:
    api = Resource.objects.create(identifier="https://orders.example/api", name="Orders API")
    Scope.objects.create(
        resource=api, name="orders.read", title="Read your orders", detail="of the last year"
    )
    Scope.objects.create(resource=api, name="orders.write", title="Change your orders")
    return make_client(
        scopes=["openid", "profile", "email", "orders.read", "orders.write"],
        policy_uri="https://orders.acme.example/privacy",
        tos_uri="https://orders.acme.example/terms",
        redirect_uris=["https://orders.acme.example/cb", "https://other.acme.example/cb"],
    )


def test_it_says_who_asks_for_what_in_whose_name_case_299(visitor: Visitor, orders: Client) -> None:
    visitor.signed_in()
    visitor.ask(orders, scope="openid email orders.read")
    for words in (
        "<bdi>Acme Orders</bdi> wants to use your account",
        "orders.acme.example",
        "anna@example.com",
        "See your e-mail address",
        "Read your orders",
        "of the last year · from \u2068Orders API\u2069",
        "https://orders.acme.example/privacy",
        "https://orders.acme.example/terms",
        "not verified",
    ):
        assert words in visitor.text
    assert visitor.shows("switch-account")


@pytest.mark.parametrize("scope", ["orders.read", "openid orders.read"])
def test_what_is_allowed_of_an_api_is_allowed_at_that_api_though_nobody_named_it(
    visitor: Visitor, orders: Client, scope: str
) -> None:
    visitor.signed_in()
    visitor.ask(orders, scope=scope)
    visitor.allow()
    assert Authorization.objects.get().resources == ["https://orders.example/api"]


def test_a_vouched_for_client_has_no_warning(visitor: Visitor, trusted: Client) -> None:
    visitor.signed_in()
    visitor.ask(trusted)
    assert visitor.shows("consent-allow")
    assert not visitor.shows("unverified")


@pytest.mark.parametrize("scope", ["openid", "", None])
def test_even_a_request_for_next_to_nothing_is_asked_for_case_300(
    visitor: Visitor, app: Client, scope: str | None
) -> None:
    visitor.signed_in()
    visitor.ask(app, scope=scope)
    assert visitor.shows("consent-allow")
    assert "code" in answer_of(visitor.allow())


def test_deny_is_final_case_296(visitor: Visitor, app: Client) -> None:
    visitor.signed_in()
    visitor.ask(app)
    page, text = visitor.url, visitor.text
    answer = answer_of(visitor.press(decision="deny"))
    assert (answer["error"], answer["state"]) == ("access_denied", "s/1 &=")
    assert not Consent.objects.exists()
    assert Authorization.objects.get().refused_at is not None
    assert AuditEvent.objects.filter(name="consent_refused").count() == 1
    Authorization.objects.update(created_at=timezone.now() - timedelta(seconds=11))
    visitor.url, visitor.page = page, _Page(text)
    visitor.allow()
    assert visitor.page.status_code == 400
    assert visitor.shows("already-answered")
    assert Authorization.objects.count() == 1


def test_deny_twice_in_a_row_gets_the_same_answer(visitor: Visitor, app: Client) -> None:
    visitor.signed_in()
    visitor.ask(app)
    page, text = visitor.url, visitor.text
    first = answer_of(visitor.press(decision="deny"))
    visitor.url, visitor.page = page, _Page(text)
    assert answer_of(visitor.press(decision="deny")) == first


def test_allow_twice_in_a_row_gets_one_code(visitor: Visitor, app: Client) -> None:
    visitor.signed_in()
    visitor.ask(app)
    page, text = visitor.url, visitor.text
    first = answer_of(visitor.allow())
    visitor.url, visitor.page = page, _Page(text)
    assert answer_of(visitor.allow()) == first
    assert Authorization.objects.count() == 1


@pytest.mark.parametrize("token", ["", "k1.00", "x"])
def test_a_wrong_form_token_grants_nothing_and_shows_the_page_case_291(
    visitor: Visitor, app: Client, token: str
) -> None:
    visitor.signed_in()
    visitor.ask(app)
    visitor.post(visitor.url, {"decision": "allow", "form_token": token})
    assert visitor.page.status_code == 403
    assert visitor.shows("consent-allow")
    assert not Answer.objects.filter(consented_at__isnull=False).exists()
    assert "code" in answer_of(visitor.allow())


def test_another_persons_form_token_is_worth_nothing_case_291(
    visitor: Visitor, app: Client
) -> None:
    make_person("bob")
    visitor.signed_in()
    visitor.ask(app)
    page = visitor.url
    bob = Visitor().signed_in("bob")
    bob.get(page)
    assert bob.shows("consent-allow")
    visitor.url, visitor.page = page, bob.page
    visitor.allow()
    assert visitor.page.status_code == 403


def test_a_post_of_another_site_is_refused_case_291(visitor: Visitor, app: Client) -> None:
    visitor.signed_in()
    visitor.ask(app)
    strict = Browser(enforce_csrf_checks=True, HTTP_HOST="localhost")
    strict.cookies = visitor.browser.cookies
    for headers in ({}, {"Origin": "https://evil.test"}, {"Origin": "null"}):
        response = strict.post(visitor.url, {"decision": "allow"}, headers=headers)
        assert response.status_code == 403
    assert not Authorization.objects.exists()


def _new_words(client: Client) -> None:
    Scope.objects.filter(name="orders.read").update(title="Read everything")


def _nothing(client: Client) -> None:
    pass


@pytest.mark.parametrize(
    ("change", "more", "asked"),
    [
        (_nothing, {}, False),
        (_nothing, {"scope": "openid orders.read orders.write"}, True),
        (_nothing, {"scope": "openid"}, False),
        (_nothing, {"claims": '{"userinfo": {"email": null}}'}, True),
        (_nothing, {"resource": "https://orders.example/api"}, True),
        (_nothing, {"redirect_uri": "https://other.acme.example/cb"}, True),
        (_nothing, {"prompt": "consent"}, True),
        (_new_words, {}, True),
    ],
)
def test_a_remembered_consent_covers_what_was_on_the_page_case_294(
    visitor: Visitor,
    orders: Client,
    change: Callable[[Client], None],
    more: dict[str, str],
    asked: bool,
) -> None:
    visitor.signed_in()
    first = {"scope": "openid orders.read"}
    visitor.ask(orders, **first)
    visitor.allow()
    change(orders)
    clients.forget()
    visitor.ask(orders, **(first | more))
    assert visitor.shows("consent-allow") == asked


def test_what_changed_while_the_page_was_open_is_shown_before_it_counts(
    visitor: Visitor, orders: Client
) -> None:
    visitor.signed_in()
    visitor.ask(orders, scope="openid orders.read")
    _new_words(orders)
    clients.forget()
    visitor.allow()
    assert visitor.page.status_code == 403
    assert "Read everything" in visitor.text
    assert not Authorization.objects.exists()


def test_scopes_that_need_a_role_are_neither_shown_nor_granted(
    visitor: Visitor, orders: Client, person: User
) -> None:
    clerk = Role.objects.create(name="clerk")
    Scope.objects.get(name="orders.write").roles.add(clerk)
    clients.forget()
    visitor.signed_in()
    visitor.ask(orders, scope="openid orders.read orders.write")
    assert "Change your orders" not in visitor.text
    visitor.allow()
    assert Authorization.objects.get().scopes == ["openid", "orders.read"]
    person.roles.add(clerk)
    visitor.ask(orders, scope="openid orders.read orders.write")
    assert "Change your orders" in visitor.text


def test_a_request_of_which_no_scope_is_left_is_denied(visitor: Visitor, orders: Client) -> None:
    Scope.objects.get(name="orders.write").roles.add(Role.objects.create(name="clerk"))
    clients.forget()
    visitor.signed_in()
    visitor.ask(orders, scope="orders.write")
    assert answer_of(visitor.allow())["error"] == "access_denied"
    assert not Authorization.objects.exists()


def test_a_consent_withdrawn_meanwhile_is_asked_for_again(visitor: Visitor, app: Client) -> None:
    visitor.signed_in()
    visitor.ask(app)
    visitor.allow()
    Consent.objects.all().delete()
    visitor.ask(app)
    assert visitor.shows("consent-allow")


def test_what_was_allowed_before_and_is_asked_again_says_so(visitor: Visitor, app: Client) -> None:
    visitor.signed_in()
    visitor.ask(app)
    assert not visitor.shows("allowed-before")
    visitor.allow()
    visitor.ask(app, prompt="consent")
    assert "You allowed all of this before." in visitor.text
    visitor.ask(app, prompt="consent", scope="openid profile email")
    assert visitor.shows("consent-allow") and not visitor.shows("allowed-before")


def test_the_page_of_a_finished_login_in_another_account_is_not_answered(
    visitor: Visitor, app: Client
) -> None:
    make_person("bob")
    visitor.signed_in()
    visitor.ask(app)
    page, text = visitor.url, visitor.text
    visitor.get(visitor.link("switch-account"))
    visitor.press(account="another")
    visitor.sign_in("bob")
    assert "bob@example.com" in visitor.text
    visitor.url, visitor.page = page, _Page(text)
    visitor.allow()
    assert visitor.page.status_code == 403
    assert not Authorization.objects.exists()


class _Page:
    """A page that is still open although others followed it."""

    def __init__(self, text: str) -> None:
        self.content = text.encode()
