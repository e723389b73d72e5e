"""Codes used twice, refresh tokens, and whose they are."""

import re
import time

from tests.spec.oidcc.plan import Plan
from tests.support import expect
from tests.support.ride_along import assert_entropy, assert_id_token, assert_token_response


def test_oidcc_codereuse(plan: Plan) -> None:
    flow = plan.run()
    expect.t400(plan.rp.redeem(flow.asked, flow.callback), "invalid_grant")


def test_oidcc_codereuse_30seconds(plan: Plan) -> None:
    flow = plan.run()
    assert plan.rp.userinfo(flow.access_token).status_code == 200
    plan.signet.sql(
        "UPDATE oauth_authorization SET created_at = created_at - interval '30 s', "
        "code_expires_at = code_expires_at - interval '30 s', "
        "code_redeemed_at = code_redeemed_at - interval '30 s' WHERE nonce = %s",
        flow.asked.params["nonce"],
    )
    expect.t400(plan.rp.redeem(flow.asked, flow.callback), "invalid_grant")
    expect.b401(plan.rp.userinfo(flow.access_token))


def test_oidcc_refresh_token(plan: Plan) -> None:
    metadata = plan.rp.op.metadata
    assert "refresh_token" in metadata["grant_types_supported"]
    assert "offline_access" in metadata["scopes_supported"]
    second = Plan(plan.signet, plan.mode)
    for one in (plan, second):
        one.flow = one.run("openid offline_access", prompt="consent")  # type: ignore[attr-defined]
    flow, other = plan.flow, second.flow  # type: ignore[attr-defined]
    token = flow.answer["refresh_token"]
    assert_entropy(token)
    assert re.fullmatch(r"[\x20-\x7e]+", token)
    time.sleep(1.1)
    answer = assert_token_response(plan.rp.refresh(token))
    assert answer["access_token"] != flow.access_token
    fresh = assert_id_token(
        plan.rp, answer["id_token"], nonce=None, access_token=answer["access_token"]
    )
    for name in ("iss", "sub", "aud", "azp", "auth_time"):
        assert fresh.get(name) == flow.claims.get(name), name
    assert fresh["iat"] > flow.claims["iat"]
    assert plan.rp.userinfo(answer["access_token"]).status_code == 200
    # The other client's token, in both directions; it stays good for its owner.
    expect.t400(plan.rp.refresh(other.answer["refresh_token"]), "invalid_grant")
    expect.t400(second.rp.refresh(answer["refresh_token"]), "invalid_grant")
    assert second.rp.refresh(other.answer["refresh_token"]).status_code == 200
    assert plan.rp.refresh(answer["refresh_token"]).status_code == 200
