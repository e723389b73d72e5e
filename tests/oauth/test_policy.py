"""The policy table: each situation and the one prompt it leads to."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.acr import MULTI_FACTOR, SINGLE_FACTOR
from accounts.models import Session, User
from oauth.answers import Answers
from oauth.authorization_request import read
from oauth.models import Client
from oauth.policy import (
    CONSENT,
    LOGIN,
    POLICY,
    SECOND_FACTOR,
    SELECT_ACCOUNT,
    Prompt,
    Situation,
    dead_end,
    next_prompt,
)
from tests.oauth.visitor import make_client, question

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PARTS = frozenset({"host:orders.acme.example", "scope:openid"})
SOMEBODY_ELSE = frozenset({uuid.uuid4()})


def situation(client: Client, *, given: Any = None, age: int = 10, **over: Any) -> Situation:
    """Signed in 10 s ago with one factor, everything consented before."""
    request = read(tuple(question(client, prompt=over.pop("prompt", None)).items()))
    request = replace(request, max_age=over.pop("max_age", None))
    request = replace(request, acr_values=over.pop("acr", ()))
    user = User(must_reset_password=over.pop("must_reset_password", False))
    reached = over.pop("reached", SINGLE_FACTOR)
    session = Session(user=user, auth_time=NOW - timedelta(seconds=age), acr=reached)
    values: dict[str, Any] = {"meant": None, "parts": PARTS, "remembered": PARTS, **over}
    return Situation(request, session, Answers(**(given or {})), now=NOW, **values)


SIGNED_IN = {"authenticated": True, "account_chosen": True}
CASES: list[tuple[str, dict[str, Any], Prompt | None]] = [
    ("everything is remembered", {}, None),
    ("select_account asks", {"prompt": "select_account"}, SELECT_ACCOUNT),
    ("a choice meets it", {"prompt": "select_account", "given": {"account_chosen": True}}, None),
    ("a login for this request meets it", {"prompt": "select_account", "given": SIGNED_IN}, None),
    ("another person is meant", {"meant": SOMEBODY_ELSE}, LOGIN),
    ("a new password is due", {"must_reset_password": True}, LOGIN),
    ("login asks however fresh the session", {"prompt": "login", "age": 0}, LOGIN),
    ("a login for this request meets it", {"prompt": "login", "given": SIGNED_IN}, None),
    ("a chosen account does not", {"prompt": "login", "given": {"account_chosen": True}}, LOGIN),
    ("max_age not reached", {"max_age": 10}, None),
    ("max_age passed", {"max_age": 9}, LOGIN),
    ("max_age=0 is prompt=login", {"max_age": 0, "age": 0}, LOGIN),
    ("max_age=0 with a clock behind", {"max_age": 0, "age": -5}, LOGIN),
    ("a login for this request meets max_age", {"max_age": 1, "given": SIGNED_IN}, None),
    ("acr reached", {"acr": (SINGLE_FACTOR,)}, None),
    ("acr too low", {"acr": (MULTI_FACTOR,)}, SECOND_FACTOR),
    ("the lesser of two classes will do", {"acr": (MULTI_FACTOR, SINGLE_FACTOR)}, None),
    ("more than asked", {"acr": (SINGLE_FACTOR,), "reached": MULTI_FACTOR}, None),
    ("a second factor meets it", {"acr": (MULTI_FACTOR,), "reached": MULTI_FACTOR}, None),
    ("consent asks", {"prompt": "consent"}, CONSENT),
    (
        "a consent to this request meets it",
        {"prompt": "consent", "given": {"consented": True, "consented_parts": PARTS}},
        None,
    ),
    ("nothing remembered", {"remembered": frozenset()}, CONSENT),
    ("a new part", {"parts": PARTS | {"claim:email"}}, CONSENT),
    (
        "the page showed less than is asked now",
        {"given": {"consented": True, "consented_parts": {"scope:openid"}}},
        CONSENT,
    ),
    ("login comes before consent", {"prompt": "login consent"}, LOGIN),
    ("the account comes before login", {"prompt": "login select_account"}, SELECT_ACCOUNT),
]


@pytest.mark.parametrize(("name", "over", "prompt"), CASES, ids=[name for name, _, _ in CASES])
def test_each_situation_has_its_prompt(
    app: Client, name: str, over: dict[str, Any], prompt: Prompt | None
) -> None:
    assert next_prompt(situation(app, **over)) is prompt


def test_nobody_signed_in_means_login() -> None:
    assert next_prompt(None) is LOGIN


def test_every_row_of_the_table_is_needed_by_some_case(app: Client) -> None:
    found = [situation(app, **over) for _, over, _ in CASES]
    assert all(any(check.needed(one) for one in found) for check in POLICY)


def test_first_party_clients_skip_consent_but_not_a_demanded_one() -> None:
    ours = make_client(first_party=True)
    assert next_prompt(situation(ours, remembered=frozenset())) is None
    assert next_prompt(situation(ours, prompt="consent")) is CONSENT


@pytest.mark.parametrize("first_party", [False, True])
@pytest.mark.parametrize(
    ("address", "prompt"),
    [
        ("http://127.0.0.1/cb", CONSENT),
        ("com.example.app:/cb", CONSENT),
        ("https://app.example/cb", None),
    ],
)
def test_a_public_client_that_others_can_pose_as_is_asked_for_each_time(
    first_party: bool, address: str, prompt: Prompt | None
) -> None:
    native = make_client(
        profile="native",
        token_endpoint_auth_method="none",
        first_party=first_party,
        redirect_uris=[address],
    )
    assert next_prompt(situation(native)) is prompt


def test_a_confidential_client_on_loopback_is_remembered() -> None:
    assert next_prompt(situation(make_client(redirect_uris=["http://127.0.0.1:4000/cb"]))) is None


def test_the_same_value_names_page_and_error() -> None:
    assert (LOGIN.page, LOGIN.refusal().error) == ("accounts:login", "login_required")
    assert (CONSENT.page, CONSENT.refusal().error) == ("oauth:consent", "consent_required")
    assert SELECT_ACCOUNT.refusal().error == "account_selection_required"
    assert SECOND_FACTOR.refusal().error == "interaction_required"


def test_what_a_sign_in_did_not_mend_ends_the_request(app: Client) -> None:
    wrong = situation(app, meant=SOMEBODY_ELSE)
    assert dead_end(wrong) is None
    found = dead_end(replace(wrong, answers=Answers(authenticated=True)))
    assert found is not None
    assert found.error == "login_required"
    assert dead_end(situation(app, given=SIGNED_IN)) is None


def test_a_client_can_be_content_with_nothing_less_than_two_factors() -> None:
    strict = make_client(require_second_factor=True)
    assert next_prompt(situation(strict)) is SECOND_FACTOR
    assert next_prompt(situation(strict, reached=MULTI_FACTOR)) is None
