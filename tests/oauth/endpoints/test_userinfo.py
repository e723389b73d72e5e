"""UserInfo: who the person is, to whoever holds a token for Signet itself."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Group, Role, User
from oauth import clients
from oauth.models import Authorization, Client, Consent
from tests.factories import (
    OIDC,
    code_of,
    make_authorization,
    make_client,
    make_user,
    refresh_token_of,
)
from tests.oauth import wire
from tests.support import jose

pytestmark = pytest.mark.django_db
ADDRESS = {"formatted": "Lange Straße 1", "locality": "Berlin", "street_address": ""}


@pytest.fixture
def client() -> Client:
    return make_client()


def _person() -> User:
    return make_user(
        "anna", name="Anna Example", given_name="Anna", family_name="Example", middle_name="M",
        nickname="An", profile="https://a.test", picture="https://a.test/p", website="https://w.test",
        gender="x", birthdate="1985-04-12", zoneinfo="Europe/Berlin", locale="de-DE",
        email_verified=True, phone_number="+4930123456", phone_number_verified=True,
        address=ADDRESS, attributes={"department": "research", "level": 7, "sub": "u_forged"},
    )  # fmt: skip


def _tokens(client: Client, scopes: list[str], **over: object) -> dict[str, str]:
    row = make_authorization(client, over.pop("user", None) or _person(), scopes=scopes, **over)
    found: dict[str, str] = wire.redeem(client, code_of(row)).json
    return found


def _told(client: Client, scopes: list[str], **over: object) -> dict[str, object]:
    found: dict[str, object] = wire.userinfo(_tokens(client, scopes, **over)["access_token"]).json
    return found


@pytest.mark.parametrize(
    ("claim", "kept"),
    [
        ("birthdate", "31.12.1990"),
        ("birthdate", "1990-02-30"),
        ("zoneinfo", "Berlin"),
        ("locale", "de_DE"),
        ("profile", "javascript:alert(1)"),
        ("website", "ours"),
    ],
)
def test_what_was_kept_before_there_were_rules_is_not_told(
    client: Client, claim: str, kept: str
) -> None:
    person = _person()
    User.objects.filter(pk=person.pk).update(**{claim: kept})
    named = {"id_token": {claim: None, "nickname": None}}
    given = _tokens(client, ["openid", "profile"], user=person, claims_request=named)
    told = wire.userinfo(given["access_token"]).json
    in_token = jose.parts(given["id_token"])[1]
    assert claim not in told and claim not in in_token
    assert told["nickname"] == in_token["nickname"] == "An"


@pytest.mark.spec(
    "OpenID Connect Core 1.0",
    "5.3.2",
    "The sub (subject) Claim MUST always be returned in the UserInfo Response.",
)
def test_openid_alone_tells_the_sub_alone(client: Client) -> None:
    given = _tokens(client, ["openid"])
    told = wire.userinfo(given["access_token"]).json
    assert told == {"sub": jose.parts(given["id_token"])[1]["sub"]}


def test_each_scope_tells_its_claims_typed(client: Client) -> None:
    told = _told(client, ["openid", "profile", "email", "address", "phone"])
    assert told.pop("sub")
    assert isinstance(told.pop("updated_at"), int)
    assert told == {
        "name": "Anna Example", "given_name": "Anna", "family_name": "Example",
        "middle_name": "M", "nickname": "An", "preferred_username": "anna",
        "profile": "https://a.test", "picture": "https://a.test/p", "website": "https://w.test",
        "gender": "x", "birthdate": "1985-04-12", "zoneinfo": "Europe/Berlin", "locale": "de-DE",
        "email": "anna@people.test", "email_verified": True,
        "phone_number": "+4930123456", "phone_number_verified": True,
        "address": {"formatted": "Lange Straße 1", "locality": "Berlin"},
    }  # fmt: skip


@pytest.mark.spec(
    "OpenID Connect Core 1.0",
    "5.3.2",
    "If a Claim is not returned, that Claim Name SHOULD be omitted; it SHOULD NOT be present with a null or empty string value.",
)
def test_what_is_empty_is_left_out(client: Client) -> None:
    bare = make_user("bare", email="", given_name="Only")
    told = _told(client, ["openid", "profile", "email", "address", "phone"], user=bare)
    assert set(told) == {"sub", "name", "given_name", "preferred_username", "updated_at"}
    assert told["name"] == "Only"


def test_an_address_is_told_in_texts_whatever_the_row_holds(client: Client) -> None:
    odd = make_user("odd", address={"country": 49, "zip": "10115", "locality": "Bonn"})
    assert _told(client, ["openid", "address"], user=odd)["address"] == {"locality": "Bonn"}


def test_claims_asked_for_by_name_and_nobody_elses_word_for_the_protocols() -> None:
    asked = {
        "userinfo": {"department": None, "level": None, "email": None, "sub": None, "no": None}
    }
    told = _told(make_client(first_party=True), ["openid"], claims_request=asked)
    sub = told.pop("sub")
    assert str(sub).startswith("u_")
    assert sub != "u_forged"
    assert told == {"department": "research", "level": 7, "email": "anna@people.test"}


NAMED = {member: {"email": None, "nickname": None, "department": None} for member in
         ("userinfo", "id_token")}  # fmt: skip


def _named(client: Client, row: Authorization) -> tuple[set[str], set[str]]:
    """The claims of `NAMED` that userinfo and a refreshed ID token tell."""
    clients.forget()
    given = wire.refresh(client, refresh_token_of(row)).json
    told = wire.userinfo(given["access_token"]).json
    names = set(NAMED["userinfo"])
    return names & set(told), names & set(jose.parts(given["id_token"])[1])


def test_a_claim_by_name_needs_the_consent_of_this_moment(client: Client) -> None:
    row = make_authorization(
        client, _person(), scopes=["openid"], claims_request=NAMED, redeemed=True
    )
    assert _named(client, row) == (set(), set())
    Consent.objects.update(claims=["email"])
    assert _named(client, row) == ({"email"}, {"email"})
    # Somebody who allowed the scope allowed each of its claims.
    Consent.objects.update(claims=[], scopes=["openid", "profile"])
    assert _named(client, row) == ({"nickname"}, {"nickname"})


def test_a_claim_by_name_needs_its_scope_at_the_client_and_a_free_one_first_party(
    client: Client,
) -> None:
    row = make_authorization(
        client, _person(), scopes=["openid"], claims_request=NAMED, redeemed=True
    )
    Consent.objects.update(claims=["email", "nickname", "department"])
    assert _named(client, row) == ({"email", "nickname"}, {"email", "nickname"})
    Client.objects.filter(pk=client.pk).update(first_party=True)
    assert _named(client, row) == (set(NAMED["userinfo"]), set(NAMED["id_token"]))
    Client.objects.filter(pk=client.pk).update(scopes=["openid", "profile"])
    assert _named(client, row)[0] == {"nickname", "department"}


def test_only_roles_and_groups_that_concern_the_client(client: Client) -> None:
    anna = _person()
    anna.roles.add(
        Role.objects.create(name="everywhere"),
        Role.objects.create(name="here", audience=client.client_id),
        Role.objects.create(name="elsewhere", audience="c_other"),
    )
    anna.groups.add(
        Group.objects.create(name="all"), Group.objects.create(name="theirs", audience="c_other")
    )
    given = _tokens(client, ["openid", "roles", "groups"], user=anna)
    told = wire.userinfo(given["access_token"]).json
    assert told["roles"] == ["everywhere", "here"]
    assert told["groups"] == ["all"]
    in_id_token = jose.parts(given["id_token"])[1]
    assert in_id_token["roles"] == ["everywhere", "here"]
    assert in_id_token["groups"] == ["all"]


def test_without_the_scopes_neither_roles_nor_groups_are_told(client: Client) -> None:
    anna = _person()
    anna.roles.add(Role.objects.create(name="everywhere"))
    given = _tokens(client, ["openid", "profile"], user=anna)
    assert "roles" not in wire.userinfo(given["access_token"]).json
    assert "roles" not in jose.parts(given["id_token"])[1]


@pytest.mark.spec(
    "OpenID Connect Core 1.0",
    "5.3",
    "The UserInfo Endpoint MUST support the use of the HTTP GET and HTTP POST methods.",
)
def test_the_three_ways_to_send_a_token(client: Client) -> None:
    access = _tokens(client, ["openid"])["access_token"]
    bearer = {"AUTHORIZATION": f"bearer {access}"}
    body = urlencode({"access_token": access}).encode()
    answers = [
        wire.call("GET", "/oauth/userinfo", **bearer),
        wire.call("POST", "/oauth/userinfo", **bearer),
        wire.call("POST", "/oauth/userinfo", b"hello", content_type="text/plain", **bearer),
        wire.call("POST", "/oauth/userinfo", body),
    ]
    assert [answer.status for answer in answers] == [200] * 4
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


@pytest.mark.spec(
    "RFC 6750",
    "3.1",
    "If the request lacks any authentication information, the resource server SHOULD NOT include an error code or other error information.",
)
def test_no_token_is_a_challenge_without_an_error_case_176() -> None:
    answer = wire.call("GET", "/oauth/userinfo")
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="signet"'
    assert answer.json == {}
    for header in ("", "Bearer", "Bearer ", "Basic eDp5"):
        assert wire.call("GET", "/oauth/userinfo", AUTHORIZATION=header).status == 401, header


def test_tokens_of_other_kinds_are_invalid_case_177(client: Client) -> None:
    given = _tokens(client, ["openid"])
    garbage = ["x", "a.b.c", "sga_k1.AAAA", "é", jose.tamper(given["access_token"]), "x" * 20_000]
    for text in [given["id_token"], given["refresh_token"], *garbage]:
        answer = wire.userinfo(text)
        assert answer.error == (401, "invalid_token"), text[:20]
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_an_expired_token_is_invalid_case_177(client: Client) -> None:
    access = _tokens(client, ["openid"])["access_token"]
    with time_machine.travel(timezone.now() + timedelta(seconds=298), tick=False):
        assert wire.userinfo(access).status == 200
    with time_machine.travel(timezone.now() + timedelta(seconds=301), tick=False):
        assert wire.userinfo(access).error == (401, "invalid_token")


@pytest.mark.spec(
    "RFC 6750",
    "3.1",
    "insufficient_scope: the request requires higher privileges than provided by the access token.",
)
def test_a_token_without_openid_is_insufficient_case_178(client: Client) -> None:
    answer = wire.userinfo(_tokens(client, ["profile"])["access_token"])
    assert answer.error == (403, "insufficient_scope")
    assert 'scope="openid"' in answer.headers["WWW-Authenticate"]


def test_a_token_in_the_query_is_not_honoured_case_180(client: Client) -> None:
    access = _tokens(client, ["openid"])["access_token"]
    for method in ("GET", "POST"):
        answer = wire.call(method, "/oauth/userinfo", query=f"access_token={access}")
        assert answer.status == 401
        assert access.encode() not in answer.body


@pytest.mark.spec(
    "RFC 6750",
    "2",
    "Clients MUST NOT use more than one method to transmit the token in each request.",
)
def test_two_places_at_once_are_an_invalid_request_case_181(client: Client) -> None:
    access = _tokens(client, ["openid"])["access_token"]
    bearer = {"AUTHORIZATION": f"Bearer {access}"}
    body = urlencode({"access_token": access}).encode()
    twice = {"AUTHORIZATION": f"Bearer {access},Bearer {access}"}
    for answer in (
        wire.call("POST", "/oauth/userinfo", body, **bearer),
        wire.call("GET", "/oauth/userinfo", **twice),
        wire.call("POST", "/oauth/userinfo", body + b"&" + body),
        wire.call("POST", "/oauth/userinfo", b"access_token=%ff"),
    ):
        assert answer.error == (400, "invalid_request")
        assert 'error="invalid_request"' in answer.headers["WWW-Authenticate"]


def test_everything_issued_before_the_clients_cut_is_over(client: Client) -> None:
    access = _tokens(client, ["openid"])["access_token"]
    Client.objects.update(tokens_not_before=timezone.now() + timedelta(seconds=1))
    assert wire.userinfo(access).error == (401, "invalid_token")


def test_the_clients_cut_parts_what_was_issued_within_the_same_second(client: Client) -> None:
    """`iat` has whole seconds; the moment that a client's tokens end at has not."""
    second = timezone.now().replace(microsecond=0)
    with time_machine.travel(second + timedelta(milliseconds=300), tick=False):
        before = _tokens(client, ["openid"])["access_token"]
    Client.objects.update(tokens_not_before=second + timedelta(milliseconds=500))
    with time_machine.travel(second + timedelta(milliseconds=700), tick=False):
        after = _tokens(client, ["openid"], user=make_user())["access_token"]
        assert wire.userinfo(before).error == (401, "invalid_token")
        assert wire.userinfo(after).status == 200


@pytest.mark.spec(
    "OpenID Connect Core 1.0",
    "8",
    "pairwise: this provides a different sub value to each Client, so as not to enable Clients to correlate the End-User's activities without permission.",
)
def test_the_sub_is_pairwise_where_the_client_asks_for_it_case_185(client: Client) -> None:
    anna = _person()
    public = _told(client, ["openid"], user=anna)
    assert public["sub"] == _told(make_client(), ["openid"], user=anna)["sub"]
    assert str(anna.pk) not in str(public["sub"])


def test_every_supported_scope_is_known_to_clients_of_the_factories() -> None:
    assert set(OIDC) == {
        "openid", "profile", "email", "address", "phone", "offline_access", "roles", "groups",
    }  # fmt: skip
