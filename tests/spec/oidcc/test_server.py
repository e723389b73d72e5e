"""oidcc-server and what is nearest to it: ID tokens and the shape of a request."""

from dataclasses import replace

import pytest

from tests.spec.oidcc.plan import Plan
from tests.support import expect, jose
from tests.support.callback import Callback
from tests.support.pkce import challenge, new_verifier
from tests.support.ride_along import PROFILE, Flow
from tests.support.rp import OMIT, RelyingParty


def test_oidcc_server(plan: Plan) -> None:
    flow = plan.run("openid")
    assert plan.pages() == ["login", "consent"]
    assert flow.claims["at_hash"] == jose.half_hash("RS256", flow.access_token)
    assert "c_hash" not in flow.claims
    assert not (set(PROFILE) | {"email", "address", "phone_number"}) & set(flow.claims)
    assert flow.answer["expires_in"] > 0
    # What nobody asked for is not in UserInfo either.
    assert set(flow.userinfo()) == {"sub"}


def test_oidcc_response_type_missing(plan: Plan) -> None:
    asked, stop = plan.start(response_type=OMIT)
    expect.red(plan.rp, plan.browser, asked, stop, "invalid_request", "unsupported_response_type")
    plan.run()


def test_oidcc_idtoken_signature(plan: Plan) -> None:
    """A client that registered no algorithm gets RS256 with a kid (OIDC Registration §2)."""
    flow = plan.run()
    head, _ = jose.parts(flow.id_token)
    assert head["alg"] == "RS256"
    assert head["kid"]
    assert jose.key_of(plan.rp.op.jwks(), head["kid"])["kty"] == "RSA"


def test_oidcc_idtoken_unsigned(plan: Plan) -> None:
    """Not advertised, hence never given."""
    metadata = plan.rp.op.metadata
    assert "none" not in metadata["id_token_signing_alg_values_supported"]
    head, _ = jose.parts(plan.run().id_token)
    assert head["alg"] != "none"


def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(plan: Plan) -> None:
    flow = plan.run(nonce=OMIT)
    assert "nonce" not in flow.claims
    assert "nonce" in plan.run().claims


def test_oidcc_alternate_happy_flow(plan: Plan) -> None:
    """Scope values and parameters in another order."""
    asked = plan.ask("email profile openid")
    parameters = list(reversed(list(asked.params.items())))
    stop = plan.browser.open(plan.rp.op.url("authorization"), parameters)
    flow = plan.finish(asked, stop)
    assert {"email", "name"} <= set(flow.userinfo())


@pytest.mark.spec(
    "RFC 6749", "3.1", "The authorization server MUST ignore unrecognized request parameters."
)
def test_oidcc_ensure_request_with_unknown_parameter_succeeds(plan: Plan) -> None:
    flow = plan.run(extra="foobar", prompt_create="1")
    assert "extra" not in flow.callback.params


def test_oidcc_ensure_request_with_valid_pkce_succeeds(plan: Plan) -> None:
    verifier = new_verifier()
    asked, callback = plan.authorize(
        code_challenge=challenge(verifier), code_challenge_method="S256"
    )
    answer = plan.rp.redeem(asked, callback, code_verifier=verifier)
    assert answer.status_code == 200
    # The verifier was not merely ignored.
    asked, callback = plan.authorize(
        code_challenge=challenge(verifier), code_challenge_method="S256"
    )
    expect.t400(plan.rp.redeem(asked, callback), "invalid_grant")


def test_oidcc_ensure_post_request_succeeds(plan: Plan) -> None:
    """An authorization request by a form on another site; a session survives it."""
    asked = plan.ask()
    stop = plan.browser.cross_site_post(plan.rp.op.url("authorization"), asked.params)
    flow = plan.finish(asked, stop)
    assert plan.pages() == ["login", "consent"]
    asked = plan.ask()
    stop = plan.browser.cross_site_post(plan.rp.op.url("authorization"), asked.params)
    assert isinstance(stop, Callback), "the session was lost on the way"
    assert plan.finish(asked, stop).sub == flow.sub


def test_oidcc_server_client_secret_post(plan: Plan) -> None:
    plan.rp = plan.signet.rp("oidc_post")
    assert plan.run().userinfo()
    # The method is the registered one: the same secret by Basic is refused.
    asked, callback = plan.authorize()
    client = plan.rp.client
    by_basic = RelyingParty(plan.rp.op, replace(client, method="client_secret_basic"))
    expect.t401(by_basic.redeem(asked, callback))
    # It burned nothing: the code is still good for the client that proves itself.
    assert isinstance(Flow(plan.rp, asked, callback).sub, str)


def test_oidcc_ensure_registered_redirect_uri(plan: Plan) -> None:
    uri = plan.rp.client.redirect_uri
    for wrong in (f"{uri}x", f"{uri}/", f"{uri}?a=b", "https://evil.test/cb"):
        _, stop = plan.start(redirect_uri=wrong)
        page = expect.page_4xx(plan.browser, stop)
        assert "redirect_uri" in page.words("error-description")
    plan.pages()
    plan.run()
