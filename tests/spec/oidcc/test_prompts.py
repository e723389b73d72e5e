"""prompt, max_age and id_token_hint: when a person is asked, and when not."""

import time

import pytest

from tests.spec.oidcc.plan import Plan
from tests.support import expect
from tests.support.callback import Callback
from tests.support.page import Page

_SILENT = (
    "login_required",
    "interaction_required",
    "consent_required",
    "account_selection_required",
)


@pytest.mark.spec(
    "OpenID Connect Core 1.0",
    "3.1.2.1",
    "login: the Authorization Server SHOULD prompt the End-User for reauthentication.",
)
def test_oidcc_prompt_login(plan: Plan) -> None:
    first = plan.run()
    time.sleep(1.1)
    plan.pages()
    asked, stop = plan.start(prompt="login")
    assert isinstance(stop, Page)
    assert stop.kind == "login"
    second = plan.finish(asked, stop)
    assert second.claims["auth_time"] > first.claims["auth_time"]
    assert second.sub == first.sub
    plan.pages()
    plan.run()
    assert plan.pages() == [], "without prompt nobody is asked"


@pytest.mark.spec(
    "OpenID Connect Core 1.0",
    "3.1.2.1",
    "none: an error is returned if an End-User is not already Authenticated.",
)
def test_oidcc_prompt_none_not_logged_in(plan: Plan) -> None:
    asked, stop = plan.start(prompt="none")
    assert isinstance(stop, Callback), "a page was shown"
    expect.red(plan.rp, plan.browser, asked, stop, *_SILENT)
    plan.run()


@pytest.mark.spec(
    "OpenID Connect Core 1.0",
    "3.1.2.1",
    "none: the Authorization Server MUST NOT display any authentication or consent user interface pages.",
)
def test_oidcc_prompt_none_logged_in(plan: Plan) -> None:
    first = plan.run()
    plan.pages()
    time.sleep(1.1)
    asked, stop = plan.start(prompt="none")
    second = plan.finish(asked, stop)
    assert plan.pages() == []
    assert second.sub == first.sub
    assert second.claims["auth_time"] == first.claims["auth_time"]


@pytest.mark.spec(
    "OpenID Connect Core 1.0",
    "3.1.2.1",
    "max_age: if the elapsed time is greater than this value, the OP MUST attempt to actively re-authenticate the End-User.",
)
def test_oidcc_max_age_1(plan: Plan) -> None:
    first = plan.run()
    time.sleep(2.1)
    plan.pages()
    asked, stop = plan.start(max_age="1")
    assert isinstance(stop, Page)
    assert stop.kind == "login"
    second = plan.finish(asked, stop)
    assert plan.pages() == ["login"]
    assert second.sub == first.sub
    assert second.claims["auth_time"] > first.claims["auth_time"]
    assert time.time() - second.claims["auth_time"] < 10


def test_oidcc_max_age_10000(plan: Plan) -> None:
    first = plan.run(max_age="10000")
    plan.pages()
    second = plan.run(max_age="10000")
    assert plan.pages() == []
    assert first.claims["auth_time"] == second.claims["auth_time"]
    assert first.sub == second.sub


def test_oidcc_id_token_hint(plan: Plan) -> None:
    first = plan.run()
    plan.pages()
    asked, stop = plan.start(prompt="none", id_token_hint=first.id_token)
    assert plan.finish(asked, stop).sub == first.sub
    assert plan.pages() == []
    # The hint counts: somebody else's is not answered for the person who is here.
    other = Plan(plan.signet, plan.mode)
    other.rp = plan.rp
    foreign = other.run().id_token
    asked, stop = plan.start(prompt="none", id_token_hint=foreign)
    expect.red(plan.rp, plan.browser, asked, stop, "login_required")
