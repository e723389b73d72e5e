"""UserInfo by every road, and the claims of every scope."""

import json

import pytest

from tests.spec.oidcc.plan import Plan
from tests.support.ride_along import PROFILE, assert_userinfo

CLAIMS = {
    "profile": set(PROFILE),
    "email": {"email", "email_verified"},
    "address": {"address"},
    "phone": {"phone_number", "phone_number_verified"},
}


def test_oidcc_userinfo_get(plan: Plan) -> None:
    flow = plan.run("openid profile")
    assert_userinfo(plan.rp.userinfo(flow.access_token), flow.sub)


def test_oidcc_userinfo_post_header(plan: Plan) -> None:
    flow = plan.run("openid profile")
    assert_userinfo(plan.rp.userinfo(flow.access_token, "POST"), flow.sub)


def test_oidcc_userinfo_post_body(plan: Plan) -> None:
    flow = plan.run("openid profile")
    op = plan.rp.op
    answer = op.http.post(op.url("userinfo"), data={"access_token": flow.access_token})
    assert_userinfo(answer, flow.sub)
    wrong = op.http.post(op.url("userinfo"), data={"access_token": flow.access_token + "A"})
    assert wrong.status_code == 401


def scope_module(plan: Plan, *scopes: str) -> None:
    """Exactly the claims of these scopes: none missing, none of another one."""
    supported = plan.rp.op.metadata["scopes_supported"]
    assert set(scopes) <= set(supported), "an S: never skipped here"
    flow = plan.run(" ".join(["openid", *scopes]))
    wanted = set().union(*(CLAIMS[scope] for scope in scopes))
    assert set(flow.userinfo()) == {"sub"} | wanted
    assert not wanted & set(flow.claims), "claims of scopes belong into UserInfo"


def test_oidcc_scope_profile(plan: Plan) -> None:
    assert len(PROFILE) == 14
    scope_module(plan, "profile")


def test_oidcc_scope_email(plan: Plan) -> None:
    scope_module(plan, "email")


def test_oidcc_scope_address(plan: Plan) -> None:
    scope_module(plan, "address")


def test_oidcc_scope_phone(plan: Plan) -> None:
    scope_module(plan, "phone")


def test_oidcc_scope_all(plan: Plan) -> None:
    scope_module(plan, *CLAIMS)


def test_oidcc_claims_essential(plan: Plan) -> None:
    wanted = {"userinfo": {"name": {"essential": True}}}
    flow = plan.run("openid", claims=json.dumps(wanted))
    assert set(flow.userinfo()) == {"sub", "name"}
    assert "name" not in flow.claims


@pytest.mark.parametrize("empty", ["nickname", "website", "birthdate", "address"])
def test_userinfo_omits_what_is_empty(plan: Plan, empty: str) -> None:
    """Positive control of the typed claims: an empty string or object never appears."""
    value = "{}" if empty == "address" else ""
    plan.signet.sql(f"UPDATE accounts_user SET {empty} = %s WHERE id = %s", value, plan.person.id)
    flow = plan.run("openid profile address")
    assert empty not in flow.userinfo()
