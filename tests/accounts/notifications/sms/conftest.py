"""One SMS, and a deployment configured for it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import OutboxMessage
from tests.support.provider_wire import ProviderWire


@pytest.fixture
def message(db: None) -> OutboxMessage:
    return OutboxMessage.objects.create(
        channel="sms",
        purpose="code",
        recipient="+15555550100",
        context={"code": "123456", "minutes": 10},
        not_after=timezone.now() + timedelta(minutes=10),
    )


@pytest.fixture
def configured(settings: Any) -> Callable[..., None]:
    def configure(**values: Any) -> None:
        settings.SIGNET = settings.SIGNET.model_copy(update=values)

    return configure


@pytest.fixture
def wire() -> Iterator[ProviderWire]:
    """A provider whose answers the test chooses."""
    found = ProviderWire()
    yield found
    found.stop()
