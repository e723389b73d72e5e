"""Each test breaks servers of its own."""

from collections.abc import Iterator

import pytest

from tests.faults.outage import Outage, begin, end


@pytest.fixture
def outage(request: pytest.FixtureRequest) -> Iterator[Outage]:
    failures = request.session.testsfailed
    found = begin()
    yield found
    end(found, keep=request.session.testsfailed > failures)
