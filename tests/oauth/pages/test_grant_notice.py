"""An app that may act while nobody is there is told of by mail, once."""

import pytest

from accounts.models import OutboxMessage, User
from accounts.notifications.letter import letter
from oauth.models import Authorization, Client, Consent
from tests.oauth.visitor import Visitor, make_client

pytestmark = pytest.mark.django_db
_OFFLINE = {"scope": "openid offline_access", "prompt": "consent"}


@pytest.fixture
def app(db: None) -> Client:
    return make_client(grant_types=["authorization_code", "refresh_token"])


def _notices() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(purpose="grant_given"))


def test_the_first_time_of_offline_access_is_told(
    visitor: Visitor, app: Client, person: User
) -> None:
    visitor.signed_in()
    visitor.ask(app, **_OFFLINE)
    assert _notices() == []
    visitor.allow()
    (notice,) = _notices()
    assert notice.recipient == person.email
    words = letter(notice)
    assert words.subject == "Acme Orders may use your account"
    assert "/not-me?" in words.text


def test_the_second_time_is_no_news_and_after_a_withdrawal_it_is(
    visitor: Visitor, app: Client
) -> None:
    visitor.signed_in()
    for expected in (1, 1, 2):
        if expected == 2:
            Consent.objects.all().delete()
        visitor.ask(app, **_OFFLINE)
        visitor.allow()
        assert len(_notices()) == expected


def test_access_that_ends_with_the_session_is_not_told(visitor: Visitor, app: Client) -> None:
    visitor.signed_in()
    visitor.ask(app, scope="openid profile")
    visitor.allow()
    assert _notices() == []


def test_a_refusal_is_not_told(visitor: Visitor, app: Client) -> None:
    visitor.signed_in()
    visitor.ask(app, **_OFFLINE)
    visitor.press(decision="deny")
    assert Authorization.objects.get().refused_at is not None
    assert _notices() == []
