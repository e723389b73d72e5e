"""RP-initiated logout: who is asked, who is signed out, and where nobody is sent."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.conf import settings
from joserfc import jwt
from joserfc.jwk import RSAKey

from accounts.models import Session
from oauth import grant_row, tokens
from oauth.models import Authorization, Client
from tests.oauth.visitor import Visitor, make_client, make_person

pytestmark = pytest.mark.django_db
URL = "/oauth/end_session"
AFTER = "https://orders.acme.example/post_logout_redirect"


@pytest.fixture
def shop(db: None) -> Client:
    return make_client(post_logout_redirect_uris=[AFTER])


@pytest.fixture
def inside(visitor: Visitor, shop: Client) -> Visitor:
    visitor.signed_in()
    visitor.ask(shop)
    visitor.allow()
    return visitor


def hint(**over: Any) -> str:
    row = Authorization.objects.select_related("subject", "client").latest("created_at")
    claims = {
        "iss": settings.SIGNET.issuer,
        "sub": row.subject.sub,
        "aud": row.client.client_id,
        "sid": row.sid,
        "exp": 1,
        **over,
    }
    return tokens._sign("RS256", "JWT", claims)


def signed_in() -> bool:
    return Session.objects.living().exists()


@pytest.mark.spec(
    "OpenID Connect RP-Initiated Logout 1.0",
    "3",
    "If the state parameter is included, the OP passes this value back to the RP using the state parameter when redirecting the User Agent back to the RP.",
)
def test_a_valid_hint_signs_out_and_goes_back_with_the_state(inside: Visitor) -> None:
    state = "s" * 128
    inside.get(URL, {"id_token_hint": hint(), "post_logout_redirect_uri": AFTER, "state": state})
    assert inside.page.status_code == 303
    assert inside.page.headers["Location"] == f"{AFTER}?state={state}"
    assert not signed_in()
    assert Authorization.objects.get().revoked_at is not None


@pytest.mark.spec(
    "OpenID Connect RP-Initiated Logout 1.0",
    "2",
    "The OP SHOULD accept ID Tokens when the RP has a current session or had a recent session at the OP, even when the exp time has passed.",
)
def test_an_expired_hint_is_as_good_case_192(inside: Visitor) -> None:
    inside.get(URL, {"id_token_hint": hint(exp=1), "post_logout_redirect_uri": AFTER})
    assert inside.page.headers["Location"] == AFTER
    assert not signed_in()


@pytest.mark.spec(
    "OpenID Connect RP-Initiated Logout 1.0",
    "2",
    "OpenID Providers MUST support the use of the HTTP GET and POST methods at the Logout Endpoint.",
)
def test_a_cross_site_post_is_the_same(inside: Visitor) -> None:
    inside.browser.handler.enforce_csrf_checks = True
    body = urlencode({"id_token_hint": hint(), "post_logout_redirect_uri": AFTER})
    origin = {"Origin": "https://orders.acme.example"}
    inside.post(URL, body, content_type="application/x-www-form-urlencoded", headers=origin)
    assert inside.page.headers["Location"] == AFTER


@pytest.mark.spec(
    "OpenID Connect RP-Initiated Logout 1.0",
    "6",
    "Logout requests without a valid id_token_hint value are a potential means of denial of service; OPs should obtain explicit confirmation from the End-User before acting upon them.",
)
@pytest.mark.parametrize(
    "data", [{}, {"state": "s"}, {"post_logout_redirect_uri": AFTER}, {"id_token_hint": ""}]
)
def test_without_a_hint_the_person_is_asked_and_nobody_is_sent_anywhere_case_190(
    inside: Visitor, data: dict[str, str]
) -> None:
    inside.get(URL, data)
    assert inside.shows("logout-confirm")
    assert inside.shows("logout-cancel")
    assert signed_in()
    inside.press()
    assert inside.shows("signed-out")
    assert not signed_in()


def test_staying_signed_in_is_possible(inside: Visitor) -> None:
    inside.get(URL)
    assert 'id="logout-cancel" href="/"' in inside.text
    inside.get("/")
    assert inside.page.status_code == 200
    assert signed_in()


def _bad_hints() -> list[tuple[str, Any]]:
    def encode(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    def unsigned(good: str) -> str:
        return f"{encode({'alg': 'none'})}.{good.split('.')[1]}."

    def foreign(good: str) -> str:
        header = jwt.decode(good, tokens.keys.verifier(_kid(good))[1]).header  # type: ignore[index]
        payload = jwt.decode(good, tokens.keys.verifier(_kid(good))[1]).claims  # type: ignore[index]
        return jwt.encode(header, payload, RSAKey.generate_key(2048))

    return [
        ("alg none", unsigned),
        ("foreign key", foreign),
        ("cut", lambda good: good[:-5]),
        ("garbage", lambda good: "garbage"),
        ("no dots", lambda good: "ü"),
        ("changed", lambda good: good[:-4] + ("AAAA" if good[-4:] != "AAAA" else "BBBB")),
        ("long", lambda good: "a." + "x" * 8_000 + ".b"),
    ]


def _kid(text: str) -> str:
    head = text.split(".")[0]
    return str(json.loads(base64.urlsafe_b64decode(head + "=="))["kid"])


@pytest.mark.parametrize(("name", "change"), _bad_hints(), ids=[name for name, _ in _bad_hints()])
def test_a_forged_hint_counts_as_none_case_191(inside: Visitor, name: str, change: Any) -> None:
    bad = change(hint())
    inside.get(URL, {"id_token_hint": bad, "post_logout_redirect_uri": AFTER})
    assert "Location" not in inside.page.headers
    assert inside.shows("logout-confirm")
    assert signed_in()


def test_an_access_token_is_no_hint_case_096(inside: Visitor) -> None:
    row = grant_row.read(Authorization.objects.get().pk)
    assert row is not None
    claims = {"iss": settings.SIGNET.issuer, "sub": row.sub, "aud": row.client_id, "sid": row.sid}
    inside.get(URL, {"id_token_hint": tokens._sign("ES256", "at+jwt", claims)})
    assert inside.shows("logout-confirm")


@pytest.mark.spec(
    "OpenID Connect RP-Initiated Logout 1.0",
    "2",
    "When an id_token_hint parameter is present, the OP MUST validate that it was the issuer of the ID Token.",
)
@pytest.mark.parametrize("over", [{"iss": "https://evil.test"}, {"iss": "http://localhost:8000/"}])
def test_another_issuer_is_no_hint_case_102(inside: Visitor, over: dict[str, str]) -> None:
    inside.get(URL, {"id_token_hint": hint(**over)})
    assert inside.shows("logout-confirm")


@pytest.mark.spec(
    "OpenID Connect RP-Initiated Logout 1.0",
    "3",
    "The OP MUST NOT perform post-logout redirection if the post_logout_redirect_uri value supplied does not exactly match one of the previously registered values.",
)
@pytest.mark.parametrize(
    "address",
    [
        f"{AFTER}?x=1",
        f"{AFTER}/",
        "https://orders.acme.example:444/post_logout_redirect",
        "https://a@orders.acme.example/post_logout_redirect",
        "https://evil.test/",
        "https://orders.acme.example/cb",
    ],
)
def test_an_unregistered_address_is_never_followed_case_188(inside: Visitor, address: str) -> None:
    make_client(post_logout_redirect_uris=["https://evil.test/"])
    inside.get(URL, {"id_token_hint": hint(), "post_logout_redirect_uri": address})
    assert inside.page.status_code == 400
    assert "Location" not in inside.page.headers
    assert inside.shows("error-reference")
    assert signed_in()


@pytest.mark.spec(
    "OpenID Connect RP-Initiated Logout 1.0",
    "2",
    "When both client_id and id_token_hint are present, the OP MUST verify that the Client Identifier matches the one used when issuing the ID Token.",
)
def test_a_client_id_that_is_not_the_hints_is_refused(inside: Visitor) -> None:
    other = make_client(post_logout_redirect_uris=[AFTER])
    inside.get(URL, {"id_token_hint": hint(), "client_id": other.client_id})
    assert inside.page.status_code == 400
    assert signed_in()


def test_a_hint_alone_signs_out_and_shows_a_page(inside: Visitor) -> None:
    inside.get(URL, {"id_token_hint": hint()})
    assert inside.shows("signed-out")
    assert not signed_in()


def test_a_hint_of_somebody_else_asks_first(inside: Visitor) -> None:
    mine = hint()
    make_person("bob")
    bob = Visitor().signed_in("bob")
    bob.get(URL, {"id_token_hint": mine, "post_logout_redirect_uri": AFTER})
    assert bob.shows("logout-confirm")
    assert "bob@example.com" in bob.text


def test_the_hint_ends_its_own_account_and_no_other(inside: Visitor, shop: Client) -> None:
    mine = hint()
    make_person("bob")
    inside.ask(shop, prompt="login")
    inside.sign_in("bob")
    inside.get(URL, {"id_token_hint": mine, "post_logout_redirect_uri": AFTER})
    assert inside.page.headers["Location"] == AFTER
    assert [one.user.username for one in Session.objects.living()] == ["bob"]


def test_nobody_signed_in_goes_straight_back(inside: Visitor) -> None:
    known = hint()
    Visitor().get(URL)
    stranger = Visitor()
    stranger.get(URL, {"id_token_hint": known, "post_logout_redirect_uri": AFTER})
    assert stranger.page.headers["Location"] == AFTER
    stranger.get(URL)
    assert stranger.shows("signed-out")


@pytest.mark.parametrize("state", ["a\r\nSet-Cookie: x=y", "&x=y", "x" * 5_000])
def test_the_state_is_echoed_once_and_encoded_case_195(inside: Visitor, state: str) -> None:
    data = {"id_token_hint": hint(), "post_logout_redirect_uri": AFTER, "state": state}
    inside.get(URL, data)
    address = urlsplit(inside.page.headers["Location"])
    assert parse_qs(address.query) == {"state": [state]}
    assert "Set-Cookie" not in inside.page.headers


@pytest.mark.parametrize(
    "query",
    ["state=a&state=b", "state=" + "x" * 9_000, "state=%ff", "id_token_hint=a&id_token_hint=b"],
)
def test_junk_is_an_error_page(inside: Visitor, query: str) -> None:
    inside.get(f"{URL}?{query}")
    assert inside.page.status_code == 400
    assert signed_in()


@pytest.mark.parametrize("method", ["head", "put", "delete"])
def test_other_methods_are_refused(inside: Visitor, method: str) -> None:
    response = getattr(inside.browser, method)(URL)
    assert response.status_code == 405


@pytest.mark.parametrize("sealed", ["", "x", "k1.AAAA"])
def test_a_broken_link_to_the_page_asks(inside: Visitor, sealed: str) -> None:
    inside.get("/oauth/logout", {"c": sealed})
    assert inside.shows("logout-confirm")


def test_a_confirmation_without_its_form_token_ends_nothing(inside: Visitor) -> None:
    inside.get(URL)
    inside.post(inside.url, {"form_token": "k1.00"})
    assert inside.page.status_code == 403
    assert signed_in()
