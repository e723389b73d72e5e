"""The access ledger: what an app may do, what it was told, and taking some of it back."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AuditEvent, User
from oauth.models import Authorization, Client, Consent, LedgerEntry
from tests.factories import code_of
from tests.oauth import wire
from tests.oauth.visitor import VERIFIER, Visitor, make_client, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def public(person: User) -> Client:
    return make_client(
        profile="spa",
        token_endpoint_auth_method="none",
        scopes=["openid", "email", "profile", "offline_access"],
    )


def _tokens(visitor: Visitor, client: Client) -> wire.Answer:
    row = Authorization.objects.latest("created_at")
    answer = wire.redeem(client, code_of(row), code_verifier=VERIFIER)
    assert answer.status == 200, answer.json
    return answer


@pytest.fixture
def connected(visitor: Visitor, public: Client) -> Visitor:
    visitor.signed_in()
    visitor.ask(public, scope="openid email offline_access")
    visitor.allow()
    return visitor


def _userinfo(token: str) -> wire.Answer:
    return wire.call("GET", "/oauth/userinfo", AUTHORIZATION=f"Bearer {token}")


def test_what_was_told_is_listed_with_its_time_and_no_value(
    connected: Visitor, public: Client, person: User
) -> None:
    tokens = _tokens(connected, public)
    assert set(LedgerEntry.objects.get().claims) == {"sub"}
    assert _userinfo(tokens.json["access_token"]).status == 200
    entry = LedgerEntry.objects.get()
    assert set(entry.claims) == {"sub", "email", "email_verified"}
    assert person.email not in str(entry.claims)
    connected.get("/apps")
    connected.get(f"/apps/{public.pk}")
    for words in ("e-mail address", "an identifier for you", "Stay connected"):
        assert words in connected.text


def test_reading_often_writes_seldom(connected: Visitor, public: Client) -> None:
    token = _tokens(connected, public).json["access_token"]
    _userinfo(token)
    first = LedgerEntry.objects.get().claims
    _userinfo(token)
    assert LedgerEntry.objects.get().claims == first
    refresh = _tokens_again(connected, public)
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        token = wire.refresh(public, refresh).json["access_token"]
        _userinfo(token)
    later = LedgerEntry.objects.get().claims
    assert later["email"][0] == first["email"][0]
    assert later["email"][1] > first["email"][1]


def _tokens_again(visitor: Visitor, client: Client) -> str:
    visitor.ask(client, scope="openid email offline_access", prompt="consent")
    visitor.allow()
    return str(_tokens(visitor, client).json["refresh_token"])


def test_one_thing_is_taken_back_and_the_rest_stays(connected: Visitor, public: Client) -> None:
    tokens = _tokens(connected, public)
    connected.get(f"/apps/{public.pk}")
    connected.press(withdraw="scope:email")
    assert "Taken back" in connected.text
    assert "may still work for up to 5 minutes" in connected.text
    assert set(_userinfo(tokens.json["access_token"]).json) == {"sub"}
    refreshed = wire.refresh(public, tokens.json["refresh_token"])
    assert "email" not in refreshed.json["scope"].split()
    event = AuditEvent.objects.get(name="consent_reduced")
    assert (event.client_id, event.data) == (public.client_id, {"part": "scope:email"})
    # It must ask before it gets it again, and for nothing else.
    connected.ask(public, scope="openid offline_access")
    assert not connected.shows("consent-allow")
    connected.ask(public, scope="openid email")
    assert connected.shows("consent-allow")


def test_without_offline_access_nothing_is_left_to_refresh(
    connected: Visitor, public: Client
) -> None:
    tokens = _tokens(connected, public)
    connected.get(f"/apps/{public.pk}")
    connected.press(withdraw="scope:offline_access")
    assert wire.refresh(public, tokens.json["refresh_token"]).json["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "part", ["", "scope:", "scope:openid", "scope:x", "claim:email", "\0", "x"]
)
def test_what_is_not_there_is_not_taken(connected: Visitor, public: Client, part: str) -> None:
    before = Consent.objects.get().parts
    connected.get(f"/apps/{public.pk}")
    assert connected.press(withdraw=part).status_code == 200
    assert Consent.objects.get().parts == before


def test_another_persons_app_is_as_unknown_as_none_case_279(
    connected: Visitor, public: Client
) -> None:
    wish = {"acting": str(make_person("bob").pk), "withdraw": "scope:email"}
    bob = Visitor().signed_in("bob")
    assert bob.get(f"/apps/{public.pk}").status_code == 404
    assert bob.post(f"/apps/{public.pk}", wish).status_code == 404
    assert "email" in Consent.objects.get().scopes


def test_the_ledger_outlives_the_access(connected: Visitor, public: Client) -> None:
    _userinfo(_tokens(connected, public).json["access_token"])
    connected.get("/apps")
    connected.press(client=str(public.pk))
    assert connected.shows("no-connected-apps") and connected.shows("earlier-apps")
    connected.get(f"/apps/{public.pk}")
    assert "e-mail address" in connected.text
    assert not connected.shows("remove-app")
