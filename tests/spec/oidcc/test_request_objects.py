"""Request objects are not built: refused by name, in agreement with the metadata."""

import hashlib
import json

import pytest

from tests.spec.oidcc.plan import Plan
from tests.support import expect, jose
from tests.support.rp import OMIT


def _object(plan: Plan, **over: object) -> str:
    claims = {
        **plan.ask().params,
        "iss": plan.rp.client.client_id,
        "aud": plan.rp.op.issuer,
        **over,
    }
    return jose.sign(claims, None, "none")


def test_oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(
    plan: Plan,
) -> None:
    assert plan.rp.op.metadata["request_uri_parameter_supported"] is False
    digest = hashlib.sha256(_object(plan).encode()).hexdigest()
    asked, stop = plan.start(request_uri=f"https://rp.test/request.jwt#{digest}")
    expect.red(plan.rp, plan.browser, asked, stop, "request_uri_not_supported")
    plan.run()


@pytest.mark.spec(
    "OpenID Connect Core 1.0",
    "3.1.2.6",
    "request_not_supported: the OP does not support use of the request parameter.",
)
def test_oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(
    plan: Plan,
) -> None:
    metadata = plan.rp.op.metadata
    assert metadata["request_parameter_supported"] is False
    assert "request_object_signing_alg_values_supported" not in metadata
    asked, stop = plan.start(request=_object(plan))
    expect.red(plan.rp, plan.browser, asked, stop, "request_not_supported")
    plan.run()


def test_oidcc_ensure_request_object_with_redirect_uri(plan: Plan) -> None:
    """The address in the object wins or nothing does: never a default one instead."""
    inside = _object(plan, redirect_uri=plan.rp.client.redirect_uri)
    _, stop = plan.start(redirect_uri="https://evil.test/cb", request=inside)
    expect.page_4xx(plan.browser, stop)
    _, stop = plan.start(redirect_uri=OMIT, request=inside)
    expect.page_4xx(plan.browser, stop)
    asked, stop = plan.start(request=inside)
    expect.red(plan.rp, plan.browser, asked, stop, "request_not_supported")
    assert json.dumps(plan.run().claims)
