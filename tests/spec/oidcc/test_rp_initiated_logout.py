"""The RP-Initiated Logout plan (conformance §2.5): eleven modules."""

import json
import secrets
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.spec.oidcc.plan import Plan
from tests.support import jose
from tests.support.callback import Callback
from tests.support.deployment import Deployment
from tests.support.page import Page
from tests.support.ride_along import Flow
from tests.support.seeded import POST_LOGOUT_URI


@pytest.fixture
def plan(signet: Deployment) -> Plan:
    return Plan(signet, "")


@pytest.fixture
def flow(plan: Plan) -> Flow:
    return plan.run()


def _logout(plan: Plan, **params: str) -> Page | Callback:
    return plan.browser.open(plan.rp.op.url("end_session"), params)


def _is_signed_in(plan: Plan) -> bool:
    asked, stop = plan.start(prompt="none")
    assert isinstance(stop, Callback)
    plan.rp.check_callback(asked, stop)
    if "code" in stop.params:
        return True
    assert stop.error in ("login_required", "interaction_required", "account_selection_required")
    return False


def _assert_not_sent_back(plan: Plan, stop: Page | Callback) -> Page:
    """A page of the provider that leads to no app, and the session lives until somebody says so."""
    assert isinstance(stop, Page), f"sent to {stop.url}"
    assert stop.kind in ("error", "logout")
    for element in stop.document.iter("a", "form"):
        target = element.get("href") or element.get("action") or ""
        assert not target.startswith("http") or plan.browser.is_own(target)
    assert _is_signed_in(plan)
    return stop


def test_oidcc_rp_initiated_logout_discovery_endpoint_verification(plan: Plan) -> None:
    found = urlsplit(plan.rp.op.metadata["end_session_endpoint"])
    assert found.scheme == "https"


def test_oidcc_rp_initiated_logout(plan: Plan, flow: Flow) -> None:
    assert _is_signed_in(plan)
    state = secrets.token_hex(64)
    assert len(state) == 128
    stop = _logout(
        plan, id_token_hint=flow.id_token, post_logout_redirect_uri=POST_LOGOUT_URI, state=state
    )
    assert isinstance(stop, Callback)
    assert stop.address == POST_LOGOUT_URI
    assert stop.pairs == [("state", state)]
    assert not _is_signed_in(plan)


def test_oidcc_rp_initiated_logout_no_state(plan: Plan, flow: Flow) -> None:
    stop = _logout(plan, id_token_hint=flow.id_token, post_logout_redirect_uri=POST_LOGOUT_URI)
    assert isinstance(stop, Callback)
    assert stop.url == POST_LOGOUT_URI, "parameters nobody asked for"
    assert not _is_signed_in(plan)


def test_oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(plan: Plan, flow: Flow) -> None:
    stop = _logout(
        plan, id_token_hint=flow.id_token, post_logout_redirect_uri="https://evil.test/", state="x"
    )
    _assert_not_sent_back(plan, stop)


def test_oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(
    plan: Plan, flow: Flow
) -> None:
    stop = _logout(
        plan, id_token_hint=flow.id_token, post_logout_redirect_uri=f"{POST_LOGOUT_URI}?a=b"
    )
    _assert_not_sent_back(plan, stop)


def test_oidcc_rp_initiated_logout_modified_id_token_hint(plan: Plan, flow: Flow) -> None:
    unsigned = jose.sign(json.dumps(flow.claims), None, "none")
    stop = _logout(plan, id_token_hint=unsigned, post_logout_redirect_uri=POST_LOGOUT_URI)
    _assert_not_sent_back(plan, stop)


def test_oidcc_rp_initiated_logout_bad_id_token_hint(plan: Plan, flow: Flow) -> None:
    head, _ = jose.parts(flow.id_token)
    foreign = jose.sign(flow.claims, jose.new_key(), "RS256", kid=head["kid"], typ="JWT")
    stop = _logout(plan, id_token_hint=foreign, post_logout_redirect_uri=POST_LOGOUT_URI)
    _assert_not_sent_back(plan, stop)


def test_oidcc_rp_initiated_logout_no_id_token_hint(plan: Plan, flow: Flow) -> None:
    stop = _logout(plan, post_logout_redirect_uri=POST_LOGOUT_URI, state="x")
    page = _assert_not_sent_back(plan, stop)
    done = plan.browser.send(page.press("logout-confirm"))
    assert isinstance(done, Page), "sent back without a hint"
    assert done.kind == "signed_out"


def _assert_asked_and_signed_out(plan: Plan, **params: str) -> None:
    page = _assert_not_sent_back(plan, _logout(plan, **params))
    done = plan.browser.send(page.press("logout-confirm"))
    assert isinstance(done, Page)
    assert done.find("signed-out") is not None
    assert "state" not in parse_qs(urlsplit(done.url).query)
    assert not _is_signed_in(plan)


def test_oidcc_rp_initiated_logout_no_params(plan: Plan, flow: Flow) -> None:
    _assert_asked_and_signed_out(plan)


def test_oidcc_rp_initiated_logout_only_state(plan: Plan, flow: Flow) -> None:
    _assert_asked_and_signed_out(plan, state="x")


def test_oidcc_rp_initiated_logout_no_post_logout_redirect_uri(plan: Plan, flow: Flow) -> None:
    stop = _logout(plan, id_token_hint=flow.id_token)
    assert isinstance(stop, Page)
    assert stop.find("signed-out") is not None
    assert not _is_signed_in(plan)
