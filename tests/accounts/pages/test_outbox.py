"""The outbox page: there for trying Signet out, absent everywhere else."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import OutboxMessage
from accounts.tasks import deliver
from tests.factories import make_user

_LINK = "http://localhost:8000/password/reset?token=abc&x=1"


@pytest.fixture
def embedded(settings: Any) -> Any:
    def configure(**values: bool) -> None:
        settings.SIGNET = settings.SIGNET.model_copy(update=values)

    configure(embedded=True, outbox_visible=True)
    return configure


def _message(**over: Any) -> OutboxMessage:
    return OutboxMessage.objects.create(
        **{
            "channel": "email",
            "purpose": "password_reset",
            "recipient": "alice@people.test",
            "user": make_user(name="<b>Alice</b>"),
            "context": {"link": _LINK, "minutes": 60},
            "not_after": timezone.now() + timedelta(hours=1),
            **over,
        }
    )


@pytest.mark.django_db
@pytest.mark.parametrize("only", ["embedded", "outbox_visible"])
def test_it_needs_both_the_embedded_setup_and_its_own_setting(
    only: str, embedded: Any, client: Client
) -> None:
    _message()
    for name in ("embedded", "outbox_visible"):
        embedded(**{name: name == only})
    answer = client.get("/outbox")
    assert answer.status_code == 404
    assert b"token=" not in answer.content


@pytest.mark.django_db
def test_a_delivered_mail_is_shown_with_its_link_to_click(embedded: Any, client: Client) -> None:
    deliver(str(_message().pk))
    page = client.get("/outbox").content.decode()
    assert f'href="{_LINK.replace("&", "&amp;")}"' in page
    assert "alice@people.test" in page
    assert "<b>Alice" not in page
    assert "&lt;b&gt;Alice" in page


@pytest.mark.django_db
def test_an_sms_is_shown_too_the_newest_first(embedded: Any, client: Client) -> None:
    _message()
    _message(channel="sms", purpose="code", context={"code": "123456", "minutes": 10})
    page = client.get("/outbox").content.decode()
    assert page.index("123456") < page.index("token=")


@pytest.mark.django_db
def test_an_empty_outbox_says_so_and_takes_no_post(embedded: Any, client: Client) -> None:
    assert b'id="outbox-empty"' in client.get("/outbox").content
    assert client.post("/outbox").status_code == 405


@pytest.mark.django_db
def test_a_mail_is_shown_as_a_mail_program_does_with_no_way_to_do_harm(
    embedded: Any, client: Client
) -> None:
    mail = _message()
    sms = _message(channel="sms", purpose="code", context={"code": "123456", "minutes": 10})
    assert f'href="/outbox/{mail.pk}"' in client.get("/outbox").content.decode()
    assert str(sms.pk) not in client.get("/outbox").content.decode()
    shown = client.get(f"/outbox/{mail.pk}")
    assert shown.content.startswith(b"<!") and b"&lt;b&gt;Alice" in shown.content
    policy = shown.headers["Content-Security-Policy"].split("; ")
    assert "script-src 'none'" in policy and "sandbox" in [one.strip() for one in policy]
    assert client.get(f"/outbox/{sms.pk}").status_code == 404
    embedded(embedded=False)
    assert client.get(f"/outbox/{mail.pk}").status_code == 404


@pytest.mark.django_db
def test_the_sign_after_a_link_stays_outside_it(embedded: Any, client: Client) -> None:
    _message(purpose="magic_code_unknown", user=None, context={})
    page = client.get("/outbox").content.decode()
    link = '<a href="http://localhost:8000">http://localhost:8000</a>'
    assert f"sign in at Signet ({link}) with" in page
    assert f"entered this address at Signet ({link})." in page
