"""What SMS may cost."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import RequestFactory

from accounts.actions import one_time_code, sms_budget
from accounts.actions.one_time_code import Purpose
from accounts.errors import SmsRefused, TooManyAttempts
from accounts.models import AuditEvent, OutboxMessage
from tests.accounts.surfer import make_person

PURPOSE = Purpose("test", "code")


@pytest.fixture
def configured(settings: Any) -> Callable[..., None]:
    def configure(**values: Any) -> None:
        settings.SIGNET = settings.SIGNET.model_copy(update=values)

    return configure


def _send(number: str, address: str = "192.0.2.1", **more: Any) -> None:
    request = RequestFactory().post("/", REMOTE_ADDR=address)
    request.session = _Session()  # type: ignore[assignment]
    one_time_code.send(
        request=request,
        purpose=PURPOSE,
        subject=uuid.uuid4(),
        channel="sms",
        destination=number,
        **more,
    )


class _Session(dict[str, Any]):
    def cycle_key(self) -> None:
        """A browser that has none yet."""


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("+19002345678", "premium"),
        ("+448712345678", "premium"),
        ("+491801234567", "shared cost"),
        ("+498001234567", "nobody reads there"),
        ("+447011234567", "personal"),
        ("+8816123456789", "satellite"),
        ("+870773123456", "satellite"),
        ("+882161234567", "no country's"),
        ("+97912345678", "international premium"),
    ],
)
def test_numbers_that_pay_somebody_get_nothing(number: str, kind: str) -> None:
    with pytest.raises(SmsRefused) as told:
        sms_budget.refuse_number(number)
    assert told.value.reason == "kind", kind


@pytest.mark.parametrize("number", ["+4915112345678", "+12025550142", "+15555550100"])
def test_ordinary_numbers_get_one(number: str) -> None:
    sms_budget.refuse_number(number)


def test_other_countries_than_the_deployments_get_nothing(configured: Callable[..., None]) -> None:
    configured(sms_countries=("de", "US"))
    sms_budget.refuse_number("+4915112345678")
    sms_budget.refuse_number("+12025550142")
    # France; Jamaica and an unknown one, both under the country code of the United States.
    for number in ("+33612345678", "+18762101234", "+15555550100"):
        with pytest.raises(SmsRefused) as told:
            sms_budget.refuse_number(number)
        assert told.value.reason == "country"


def _sent_until_refused(numbers: list[str], **more: Any) -> int:
    for count, number in enumerate(numbers):
        try:
            _send(number, f"10.{count // 250}.{count % 250}.1", **more)
        except TooManyAttempts:
            return count
    return len(numbers)


@pytest.mark.django_db(transaction=True)
def test_a_number_has_one_budget_whoever_asks() -> None:
    people = [make_person(f"p{at}") for at in range(8)]
    count = 0
    with pytest.raises(TooManyAttempts):
        for at, person in enumerate(people):
            _send("+4915112345678", f"10.1.{at}.1", user=person)
            count += 1
    assert count == 4


@pytest.mark.django_db(transaction=True)
def test_neighbours_share_one() -> None:
    assert _sent_until_refused([f"+49151123456{at:02}" for at in range(30)]) == 10


@pytest.mark.django_db(transaction=True)
def test_a_country_does_not_get_the_whole_day_at_once(configured: Callable[..., None]) -> None:
    configured(sms_per_day=100)
    numbers = [f"+4915112{at:03}678" for at in range(40)]
    assert _sent_until_refused(numbers) == 25
    _send("+33612345678")


@pytest.mark.django_db(transaction=True)
def test_the_day_has_an_end_of_which_operators_hear_once(configured: Callable[..., None]) -> None:
    configured(sms_per_day=3)
    for at in range(3):
        _send(f"+49151{at}2345678", f"10.2.{at}.1")
    for at in range(2):
        with pytest.raises(SmsRefused) as told:
            _send(f"+49152{at}2345678", f"10.3.{at}.1")
        assert told.value.reason == "spent"
    assert OutboxMessage.objects.filter(channel="sms").count() == 3
    (event,) = AuditEvent.objects.filter(name="sms_cap_reached")
    assert event.data == {"cap": 3}


@pytest.mark.django_db(transaction=True)
def test_nothing_a_day_is_the_switch_that_ends_it_all(configured: Callable[..., None]) -> None:
    configured(sms_per_day=0)
    with pytest.raises(SmsRefused):
        _send("+4915112345678")
    assert not OutboxMessage.objects.exists()
