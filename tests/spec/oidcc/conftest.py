"""Every module of the Basic plan runs again as the Form Post plan demands."""

import pytest

from tests.spec.oidcc.plan import Plan
from tests.support.deployment import Deployment


@pytest.fixture(params=["", "form_post"], ids=["basic", "formpost_basic"])
def plan(request: pytest.FixtureRequest, signet: Deployment) -> Plan:
    return Plan(signet, request.param)
