"""Group 17: telephone numbers, and what their codes cost."""

import random
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from celery import current_app
from django.db import connection
from django.test import Client, RequestFactory

from accounts.actions import one_time_code
from accounts.actions.one_time_code import Purpose
from accounts.authentication import ensure_browser
from accounts.errors import SmsRefused, TooManyAttempts
from accounts.models import AuditEvent, MessageDevice, OutboxMessage, User
from accounts.notifications import nudge as nudge_module
from accounts.tasks import deliver
from idp.ground.canonical import phone_key
from tests.accounts.codes import code, messages, with_phone
from tests.accounts.surfer import Surfer, make_person

pytestmark = pytest.mark.django_db(transaction=True)
PURPOSE = Purpose("test", "code")


@pytest.fixture
def configured(settings: Any) -> Callable[..., None]:
    def configure(**values: Any) -> None:
        settings.SIGNET = settings.SIGNET.model_copy(update=values)

    return configure


def _browser(address: str) -> Any:
    request: Any = RequestFactory().post("/", REMOTE_ADDR=address)
    request.session = Client().session
    ensure_browser(request)
    return request


def _send(number: str, request: Any, user: User | None = None) -> str:
    """What became of it: sent, or why not."""
    try:
        one_time_code.send(
            request=request,
            purpose=PURPOSE,
            subject=uuid.uuid4(),
            channel="sms",
            destination=number,
            user=user,
        )
    except TooManyAttempts:
        return "budget"
    except SmsRefused as error:
        return error.reason
    return "sent"


_COUNTRIES = ("+4915{:09}", "+336{:08}", "+447{:09}", "+3934{:08}", "+346{:08}")


def test_a_thousand_sends_end_at_the_days_cap_case_272(configured: Callable[..., None]) -> None:
    """A thousand numbers in five countries, from fifty networks, everything at once."""
    configured(sms_per_day=60)
    dice = random.Random(272)
    requests = [_browser(f"10.{at}.0.1") for at in range(50)]
    told: dict[str, int] = {}
    for at in range(1_000):
        number = _COUNTRIES[at % 5].format(dice.randrange(10**8 if at % 5 else 10**9))
        answer = _send(number, requests[at % 50])
        told[answer] = told.get(answer, 0) + 1
    assert told["sent"] == OutboxMessage.objects.filter(channel="sms").count() == 60
    assert told["spent"] > 0
    assert AuditEvent.objects.filter(name="sms_cap_reached").count() == 1


@pytest.mark.parametrize(
    ("numbers", "networks", "at_most"),
    [
        ("+4915112345678", 50, 4),  # one number from everywhere
        ("+49151123456{:02}", 50, 10),  # its neighbours
        ("+49151{:02}345678", 1, 20),  # everybody from one network
        ("+19002345{:03}", 50, 0),  # premium
        ("+8816123456{:03}", 50, 0),  # satellite
    ],
)
def test_each_way_to_pump_has_a_budget_case_272(numbers: str, networks: int, at_most: int) -> None:
    requests = [_browser(f"10.{at}.0.1") for at in range(networks)]
    told = [_send(numbers.format(at), requests[at % networks]) for at in range(50)]
    assert told.count("sent") == at_most


def test_an_account_has_a_budget_as_well_case_272(configured: Callable[..., None]) -> None:
    bob = make_person("bob")
    told = [_send(f"+49151{at:02}345678", _browser(f"10.{at}.0.1"), bob) for at in range(30)]
    assert told.count("sent") == 6


def test_countries_that_are_not_served_get_nothing_case_272(
    configured: Callable[..., None],
) -> None:
    configured(sms_countries=("DE",))
    numbers = ("+33612345678", "+447712345678", "+393401234567", "+12025550142", "+18762101234")
    told = [_send(number, _browser(f"10.{at}.0.1")) for at, number in enumerate(numbers)]
    assert told == ["country"] * 5
    assert _send("+4915112345678", _browser("10.9.0.1")) == "sent"


def test_strangers_send_nothing_case_272() -> None:
    with_phone(make_person("bob"))
    for url in ("/login/sms", "/account/factors/sms", "/login/sms?login=x"):
        surfer = Surfer()
        surfer.open(url)
        token = surfer.open("/password/forgot")
        csrf = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', token.text)
        assert csrf
        for fields in ({"again": "1"}, {"phone_number": "+4915112345678"}):
            surfer.post(url, {"csrfmiddlewaretoken": csrf[1], **fields})
    assert messages() == []


def test_the_code_is_in_the_message_and_nowhere_else_case_275(
    monkeypatch: pytest.MonkeyPatch,
    configured: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Any,
) -> None:
    """Pages, headers, cookies, events, the administration, the queue, logs and every table."""
    configured(sms_sender="file", sms_file=str(tmp_path / "sms"))
    queued: list[Any] = []
    monkeypatch.setattr(current_app, "send_task", lambda *args, **more: queued.append((args, more)))
    # An earlier test may have found the queue dead, after which nobody is told for seconds.
    monkeypatch.setattr(nudge_module, "_nudge_from", 0.0)
    with_phone(make_person("bob"))
    surfer = Surfer()
    page = surfer.sign_in()
    secret = code()
    seen = [page.text, str(page.response.headers), page.url, str(surfer.client.cookies)]
    assert queued, "the worker was told"
    for (_, *_), more in queued:
        deliver(more["args"][0])
    seen.append(page.reload().text)
    assert secret in (tmp_path / "sms").read_text(), "positive control"
    make_person("root", is_staff=True, is_superuser=True)
    root = Surfer()
    root.sign_in("root")
    for url in ("/admin/accounts/outboxmessage/", "/admin/accounts/auditevent/"):
        listed = root.open(url)
        seen.append(listed.text)
        for link in re.findall(rf'href="({url}[^"?]+/change/[^"]*)"', listed.text):
            seen.append(root.open(link).text)
    seen += [str(queued), caplog.text, *capsys.readouterr()]
    seen.append(str([(one.name, one.data, one.reason) for one in AuditEvent.objects.all()]))
    seen.append(_dump())
    alone = re.compile(rf"(?<![0-9A-Za-z.]){secret}(?![0-9A-Za-z])")
    for text in seen:
        assert not alone.search(text), text[:300]
    # Nor the number, where nobody needs it.
    assert "15112345678" not in str(queued) + caplog.text + _dump()


def _dump() -> str:
    """Every row of every table, as whoever steals a copy of the database reads them."""
    rows: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


_SPELLINGS = [
    "+12025550142",
    "+1 (202) 555-0142",
    "0012025550142",
    "+1.202.555.0142",
    "+1 202 555 0142",
    "+１２０２５５５０１４２",
    "tel:+1-202-555-0142",
]


def test_one_number_is_one_bucket_however_it_is_typed_case_276() -> None:
    sent = 0
    for at in range(50):
        person, spelling = make_person(f"p{at}"), _SPELLINGS[at % len(_SPELLINGS)]
        if at < len(_SPELLINGS):
            surfer = Surfer()
            surfer.sign_in(person.username)
            page = surfer.open("/account/factors/sms").send(phone_number=spelling)
            assert page.status in (200, 429), spelling
            sent += page.status == 200
        else:
            sent += _send(phone_key(spelling), _browser(f"10.{at}.0.1"), person) == "sent"
    assert sent == 4
    assert {one.recipient for one in messages()} == {"+12025550142"}
    assert {one.destination for one in MessageDevice.objects.all()} == {"+12025550142"}


@pytest.mark.parametrize(
    "number",
    [
        "+12025550142;ext=1", "+12025550142x1", "+1 202 555 0142 ext. 9", "02025550142",
        "+012025550142", "+1202555", "2025550142", "+1-800-FLOWERS", "+" + "1" * 39,
        "+12025550142,+12025550143", "+12025550142\n+12025550143",
        "+١٢٠٢٥٥٥٠١٤٢",
    ],
)  # fmt: skip
def test_what_is_not_exactly_one_number_is_none_case_276(number: str) -> None:
    make_person("bob")
    surfer = Surfer()
    surfer.sign_in()
    page = surfer.open("/account/factors/sms").send(phone_number=number)
    assert page.status == 400
    assert messages() == []
