"""accounts/pages/forgot_password.py: the same words for every address."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Budget, OutboxMessage, PendingLogin, User
from accounts.notifications.email import compose
from tests.accounts.surfer import Surfer, an_address, make_person


def sent_to(recipient: str) -> list[str]:
    found = OutboxMessage.objects.order_by("created_at")
    return [one.purpose for one in found if one.recipient == recipient]


def answer(address: str) -> tuple[int, str, set[str], str]:
    page = Surfer().open("/password/forgot").send(email=address)
    return page.status, page.url, set(page.response.headers), page.text


@pytest.mark.parametrize("address", ["nobody@example.com", "off@example.com", "bare@example.com"])
def test_the_answer_tells_nothing_case_258(bob: User, address: str) -> None:
    make_person("off", is_active=False)
    make_person("bare", password="!none")
    known, other = answer("bob@example.com"), answer(address)
    reference = "Set-Cookie"
    assert known[:2] == other[:2]
    assert known[2] - {reference} == other[2] - {reference}
    assert known[3].split("<footer>")[0] == other[3].split("<footer>")[0]


def test_an_unknown_address_is_told_by_mail_alone(db: None) -> None:
    answer("nobody@example.com")
    message = OutboxMessage.objects.get()
    assert message.purpose == "password_reset_unknown"
    assert "/password/reset" not in str(compose(message).body)


def test_the_limit_of_an_address_shows_nowhere_case_264(bob: User) -> None:
    answers = [answer("bob@example.com") for _ in range(8)]
    assert {one[0] for one in answers} == {200}
    assert len({one[3].split("<footer>")[0] for one in answers}) == 1
    assert len(sent_to("bob@example.com")) == 3
    # Another spelling is the same mailbox.
    answer("BOB@EXAMPLE.COM")
    assert OutboxMessage.objects.count() == 3


def test_a_thousand_addresses_from_one_network_send_few_mails_case_264(db: None) -> None:
    surfer = Surfer()
    page = surfer.open("/password/forgot")
    for number in range(30):
        assert page.send(email=f"person{number}@example.com").shows("reset-sent")
    assert OutboxMessage.objects.count() == 20


def test_strangers_to_signet_get_few_mails_from_the_whole_world(bob: User) -> None:
    answer("nobody@example.com")
    later = timezone.now() + timedelta(hours=2)
    assert Budget.objects.filter(key="reset/unknown").update(arrival_at=later) == 1
    told, known = answer("somebody@example.com"), answer("bob@example.com")
    assert told[:2] == known[:2]
    assert told[3].split("<footer>")[0] == known[3].split("<footer>")[0]
    assert sent_to("somebody@example.com") == []
    assert sent_to("bob@example.com") == ["password_reset"]


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_HOST": "evil.test"},
        {"HTTP_HOST": "localhost:x@evil.test"},
        {"HTTP_X_FORWARDED_HOST": "evil.test"},
        {"HTTP_FORWARDED": "host=evil.test"},
    ],
)
def test_the_link_names_the_configured_host_case_255(bob: User, headers: dict[str, str]) -> None:
    client = Client(REMOTE_ADDR=an_address(), **{"HTTP_HOST": "localhost", **headers})
    response = client.post("/password/forgot", {"email": "bob@example.com"})
    assert response.status_code in (303, 400)
    if response.status_code == 303:
        mail = compose(OutboxMessage.objects.get())
        assert "http://localhost:8000/password/reset" in str(mail.body)
        assert "evil.test" not in str(mail.message())
    else:
        assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "bob@example.com\r\nBcc: x@evil.test",
        "bob@example.com,x@evil.test",
        "<script>@example.com",
        "a" * 320 + "@example.com",
        "\0bob@example.com",
        "",
    ],
)
def test_what_is_no_address_is_refused_case_271(bob: User, address: str) -> None:
    page = Surfer().open("/password/forgot").send(email=address)
    assert page.status == 400
    assert not page.shows("reset-sent")
    assert "<script>@" not in page.text
    assert not OutboxMessage.objects.exists()


def test_a_name_with_an_address_in_it_is_no_link_and_one_recipient_case_271(db: None) -> None:
    make_person("eve", name="Win at https://evil.test <b>now</b>\r\nBcc: x@evil.test")
    answer("eve@example.com")
    mail = compose(OutboxMessage.objects.get())
    assert mail.to == ["eve@example.com"]
    assert "Bcc" not in mail.message()
    html = str(mail.alternatives[0][0])
    assert "<b>now" not in html
    assert 'href="https://evil.test' not in html


def test_the_mail_names_the_app_whose_sign_in_was_interrupted(bob: User) -> None:
    surfer = Surfer()
    asked = surfer.open("/account/sessions")
    PendingLogin.objects.update(branding={"name": "Acme Orders"})
    surfer.open(asked.link("forgot-password")).send(email=bob.email)
    assert OutboxMessage.objects.get().context["brand"] == "Acme Orders"
