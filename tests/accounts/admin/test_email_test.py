"""The administration's page that tries the mail server."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import Role, User
from tests.factories import make_user
from tests.support.administration import administration
from tests.support.relay import PASSWORD, Relay

pytestmark = pytest.mark.django_db
_PATH = "/admin/accounts/outboxmessage/test/"


@pytest.fixture
def configured(relay: Relay, settings: Any) -> Relay:
    values = {"email_host": "127.0.0.1", "email_port": settings.EMAIL_PORT}
    settings.SIGNET = settings.SIGNET.model_copy(update=values)
    return relay


def test_each_stage_is_shown_with_the_servers_words(admin: Client, configured: Relay) -> None:
    configured.answers["RCPT"] = "550 5.7.1 <relaying> denied"
    page = admin.post(_PATH, {"recipient": "someone@else.test"}).content.decode()
    assert 'id="stage-recipient"' in page
    assert "550 5.7.1 &lt;relaying&gt; denied" in page
    assert PASSWORD not in page
    assert "rcpt TO:<someone@else.test>" in configured.heard


def test_looking_sends_nothing(admin: Client, configured: Relay, administrator: User) -> None:
    page = admin.get(_PATH).content.decode()
    assert administrator.email in page
    assert configured.heard == []


@pytest.mark.parametrize("value", ["", "x", "a@b.test\r\nDATA", "a@b.test, c@d.test", "\0@b.test"])
def test_junk_is_no_recipient_case_271(admin: Client, configured: Relay, value: str) -> None:
    assert admin.post(_PATH, {"recipient": value}).status_code == 200
    assert configured.heard == []


def test_host_and_port_are_not_for_typing_case_349(admin: Client, configured: Relay) -> None:
    values = {"recipient": "a@b.test", "host": "169.254.169.254", "port": "80"}
    page = admin.post(_PATH, values | {"email_host": "169.254.169.254"}).content.decode()
    assert "169.254" not in page
    assert "mail FROM:<signet@op.test>" in " ".join(configured.heard)


def test_a_few_times_a_minute(admin: Client, configured: Relay) -> None:
    answers = [admin.post(_PATH, {"recipient": "a@b.test"}).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


def test_without_a_server_the_page_says_so(admin: Client, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    settings.SIGNET = settings.SIGNET.model_copy(update={"email_host": ""})
    assert 'id="no-mail-server"' in admin.get(_PATH).content.decode()
    assert admin.post(_PATH, {"recipient": "a@b.test"}).status_code == 200


def test_only_who_may_act_on_messages(configured: Relay) -> None:
    role = Role.objects.create(name="reader")
    role.permissions.set(Permission.objects.filter(codename="view_outboxmessage"))
    person = make_user("reader", is_staff=True)
    person.roles.add(role)
    reader = administration(person)
    assert "test-email" not in reader.get("/admin/accounts/outboxmessage/").content.decode()
    assert reader.post(_PATH, {"recipient": "a@b.test"}).status_code == 403
    assert configured.heard == []


def test_the_list_leads_to_it(admin: Client) -> None:
    assert _PATH in admin.get("/admin/accounts/outboxmessage/").content.decode()
