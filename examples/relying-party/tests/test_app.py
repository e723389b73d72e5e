"""The relying party against a provider that behaves, and against one that does not."""

import re
from types import SimpleNamespace
from unittest.mock import Mock
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from app import create_app
from cryptojwt.jwk.hmac import SYMKey
from fake_provider import API, API_NAME, EVENT, STRANGER, FakeProvider
from provider import ProviderError
from settings import read_settings

ENV = {
    "CLIENT_ID": "demo-app",
    "CLIENT_SECRET": "a-secret-of-more-than-16",
    "API_URL": API,
    "API_RESOURCE": API_NAME,
}


@pytest.fixture
def provider():
    fake = FakeProvider()
    yield fake
    fake.close()


@pytest.fixture
def app(provider):
    return create_app(read_settings({**ENV, "ISSUER": provider.issuer}))


@pytest.fixture
def browser(app):
    return app.test_client()


def begin(browser):
    """Press the button, let the provider answer, and return the callback's address."""
    to_provider = browser.get("/sign-in")
    assert to_provider.status_code == 303
    return requests.get(to_provider.location, allow_redirects=False, timeout=5).headers["Location"]


def sign_in(browser):
    return browser.get(begin(browser), follow_redirects=True)


def post(browser, path, **fields):
    csrf = re.search(r'name="csrf" value="([^"]+)"', browser.get("/").text)[1]
    return browser.post(path, data={"csrf": csrf, **fields})


def test_a_person_signs_in_and_sees_what_was_said_escaped(browser, provider):
    answer = sign_in(browser)
    assert answer.status_code == 200
    assert "Alice &lt;b&gt;Liddell" in answer.text and "<b>Liddell" not in answer.text
    assert 'id="scope">openid email<' in answer.text
    assert (
        'id="sub">alice-1<' in answer.text
        and "alice@example.com" in answer.text
        and "orders-editor" in answer.text
    )
    asked = provider.seen[0][1]
    assert (
        asked["code_challenge_method"] == "S256"
        and asked["resource"] == API_NAME
        and asked["nonce"]
    )
    assert asked["scope"] == "openid profile email offline_access orders:read orders:write"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_session_key_changes_at_sign_in_and_the_cookie_is_closed(browser):
    callback = begin(browser)
    before = next(iter(browser._cookies.values())).value
    header = browser.get(callback).headers["Set-Cookie"]
    assert before not in header and "HttpOnly" in header and "SameSite=Lax" in header


def test_over_https_the_cookie_is_bound_to_the_host(provider):
    env = {**ENV, "ISSUER": provider.issuer, "BASE_URL": "https://shop.example"}
    header = create_app(read_settings(env)).test_client().get("/sign-in").headers["Set-Cookie"]
    assert header.startswith("__Host-") and "Secure" in header


@pytest.mark.parametrize(
    "bend",
    [
        {"id_token": {"nonce": "another"}},
        {"id_token": {"nonce": None}},
        {"id_token": {"aud": "another-app"}},
        {"id_token": {"aud": ["demo-app", "another-app"]}},
        {"id_token": {"iss": "https://evil.example"}},
        {"id_token": {"exp": 1_000_000_000}},
        {"id_token": {"sub": "no-id-token"}},
        {"userinfo": {"sub": "mallory"}},
        {"authorize": {"iss": "https://evil.example"}},
        {"authorize": {"iss": None}},
        {"authorize": {"state": "another"}},
    ],
    ids=str,
)
def test_an_answer_that_does_not_check_out_signs_nobody_in(browser, provider, bend):
    provider.bend = bend
    answer = sign_in(browser)
    assert answer.status_code == 400 and 'id="sign-in-error"' in answer.text
    assert "sign-in" in browser.get("/").text and "sign-out" not in browser.get("/").text


@pytest.mark.parametrize("alg", ["none", "HS256", "RS512"])
def test_an_id_token_signed_otherwise_than_agreed_is_refused(browser, provider, alg):
    provider.alg = alg
    if alg == "HS256":
        provider.sign_with = SYMKey(key=ENV["CLIENT_SECRET"], kid="k1")
    assert sign_in(browser).status_code == 400


def test_a_strangers_signature_is_refused(browser, provider):
    provider.sign_with = STRANGER
    assert sign_in(browser).status_code == 400


def test_only_the_browser_that_began_may_end_it(app, browser):
    callback = begin(browser)
    answer = app.test_client().get(callback)
    assert answer.status_code == 400 and "unknown_state" in answer.text


def test_a_callback_counts_once_and_back_is_no_dead_end(browser, provider):
    callback = begin(browser)
    assert browser.get(callback).location == "/"
    assert browser.get(callback).location == "/"
    assert len([name for name, _ in provider.seen if name == "token"]) == 1


def test_repeated_parameters_are_refused(browser):
    assert browser.get(begin(browser) + "&code=x").status_code == 400


def test_the_providers_refusal_is_shown_escaped(browser, provider):
    provider.bend = {
        "authorize": {"code": None, "error": "access_denied", "error_description": "<i>no</i>"}
    }
    answer = sign_in(browser)
    assert (
        'id="error-code">access_denied<' in answer.text and "&lt;i&gt;no&lt;/i&gt;" in answer.text
    )


def test_a_refusal_at_the_token_endpoint_is_shown_too(browser, provider):
    provider.bend = {"token": {"error": "invalid_grant", "error_description": "The code was used."}}
    answer = sign_in(browser)
    assert 'id="error-code">invalid_grant<' in answer.text and "The code was used." in answer.text


def test_refresh_asks_for_no_more_than_was_granted(browser, provider):
    sign_in(browser)
    assert post(browser, "/refresh").location == "/"
    assert provider.seen[-2] == ("token", {"grant_type": "refresh_token", "refresh_token": "r1"})
    assert provider.seen[-1] == ("userinfo", f"Bearer for {provider.issuer}")


def test_a_refresh_that_names_another_person_is_refused(browser, provider):
    sign_in(browser)
    provider.bend = {"id_token": {"sub": "mallory"}}
    assert post(browser, "/refresh").status_code == 400


def test_the_api_is_called_with_a_token_of_its_own(browser, provider, monkeypatch):
    sign_in(browser)
    real, calls = requests.request, []

    def api(method, url, **kwargs):
        if not url.startswith(API):
            return real(method, url, **kwargs)
        calls.append((method, url, kwargs["headers"]["Authorization"], kwargs["json"]))
        return SimpleNamespace(status_code=200, text='{"orders": ["<wax>"]}')

    monkeypatch.setattr(requests, "request", api)
    for do in ("", "order"):
        assert post(browser, "/call-api", do=do).location == "/"
    assert [call[0] for call in calls] == ["GET", "POST"]
    assert {call[2] for call in calls} == {f"Bearer for {API_NAME}"}
    assert (
        len(
            [
                sent
                for name, sent in provider.seen
                if name == "token" and sent.get("resource") == API_NAME
            ]
        )
        == 1
    )
    assert "&lt;wax&gt;" in browser.get("/").text


def test_a_dead_api_is_told_in_words(browser):
    sign_in(browser)
    post(browser, "/call-api")
    assert "The API does not answer." in browser.get("/").text


def api_says(monkeypatch, status, text):
    real = requests.request

    def api(method, url, **kwargs):
        if not url.startswith(API):
            return real(method, url, **kwargs)
        return SimpleNamespace(status_code=status, text=text)

    monkeypatch.setattr(requests, "request", api)


@pytest.mark.parametrize(
    ("do", "what"), [("", "see your orders"), ("order", "place orders for you")]
)
def test_what_the_person_did_not_allow_is_said_in_words_and_can_be_asked_again(
    browser, monkeypatch, do, what
):
    sign_in(browser)
    api_says(
        monkeypatch,
        403,
        '{"error": "insufficient_scope", "error_description": "This needs the scope <x>."}',
    )
    post(browser, "/call-api", do=do)
    page = browser.get("/").text
    assert f"This app may not {what}" in page and 'id="ask-again" href="/sign-in"' in page
    assert "This needs the scope &lt;x&gt;." in page and "{&#34;error" not in page
    api_says(monkeypatch, 200, "[]")
    post(browser, "/call-api", do=do)
    assert 'id="api-trouble"' not in browser.get("/").text


@pytest.mark.parametrize("text", ["", "<html>", "[1]", '"x"', '{"error": ["x"]}'])
@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
def test_whatever_else_the_api_says_is_told_in_words(browser, monkeypatch, status, text):
    sign_in(browser)
    api_says(monkeypatch, status, text)
    post(browser, "/call-api")
    page = browser.get("/").text
    assert 'id="api-trouble"' in page and 'id="api-answer"' not in page
    assert 'id="ask-again"' not in page


@pytest.mark.parametrize("path", ["/refresh", "/call-api"])
def test_once_the_access_is_over_there_the_person_is_signed_out_here(browser, provider, path):
    sign_in(browser)
    provider.bend = {"token": {"error": "invalid_grant", "error_description": "It is over."}}
    answer = post(browser, path)
    assert answer.status_code == 400 and "You are signed out here" in answer.text
    assert "You may still be signed in at Signet" in " ".join(answer.text.split())
    assert 'id="sign-in"' in answer.text and "sign-out" not in browser.get("/").text


@pytest.mark.parametrize("error", ["server_error", "invalid_client"])
def test_another_trouble_signs_nobody_out(browser, provider, error):
    sign_in(browser)
    provider.bend = {"token": {"error": error}}
    assert post(browser, "/refresh").status_code == 400
    assert "sign-out" in browser.get("/").text


def test_sign_out_without_an_answer_says_what_is_left_to_do(app, browser, monkeypatch):
    sign_in(browser)
    monkeypatch.setattr(
        "provider.Provider.sign_out_url", Mock(side_effect=ProviderError("unreachable"))
    )
    answer = post(browser, "/sign-out")
    assert answer.status_code == 200 and "you may still be signed in there" in answer.text
    assert "sign-out" not in browser.get("/").text


def test_sign_out_ends_here_and_goes_on_to_the_provider(browser, provider):
    sign_in(browser)
    target = urlsplit(post(browser, "/sign-out").location)
    sent = parse_qs(target.query)
    assert target.path == "/logout" and sent["post_logout_redirect_uri"] == [
        "http://localhost:8001/"
    ]
    assert sent["id_token_hint"][0].count(".") == 2 and sent["state"]
    assert "sign-out" not in browser.get("/").text


@pytest.mark.parametrize("path", ["/refresh", "/call-api", "/sign-out"])
def test_a_post_without_our_token_changes_nothing(browser, path):
    sign_in(browser)
    for data in ({}, {"csrf": "ü"}):
        assert browser.post(path, data=data).status_code == 403
    assert browser.get(path).status_code == 405
    assert "sign-out" in browser.get("/").text


def test_a_provider_that_starts_late_is_found_later(provider):
    app = create_app(read_settings({**ENV, "ISSUER": "http://127.0.0.1:9"}))
    answer = app.test_client().get("/sign-in")
    assert answer.status_code == 400 and "unreachable" in answer.text


def test_missing_settings_are_named_together():
    with pytest.raises(SystemExit, match="ISSUER, CLIENT_ID, CLIENT_SECRET"):
        read_settings({})


def tell(app, token):
    return app.test_client().post("/backchannel-logout", data={"logout_token": token})


@pytest.mark.parametrize("over", [{}, {"sub": None}, {"sid": None}], ids=["both", "sid", "sub"])
def test_a_sign_out_elsewhere_signs_out_here(app, browser, provider, over):
    sign_in(browser)
    assert "sign-out" in browser.get("/").text
    assert tell(app, provider.logout_token(**over)).status_code == 200
    assert "sign-out" not in browser.get("/").text
    # Nor may what was on its way do anything in their name.
    assert browser.post("/refresh", data={"csrf": "x"}).status_code == 403


@pytest.mark.parametrize("over", [{"sid": "another"}, {"sid": None, "sub": "bob-1"}], ids=str)
def test_somebody_elses_sign_out_is_theirs(app, browser, provider, over):
    sign_in(browser)
    assert tell(app, provider.logout_token(**over)).status_code == 200
    assert "sign-out" in browser.get("/").text


@pytest.mark.parametrize(
    "over",
    [
        {"typ": "JWT"},
        {"key": STRANGER},
        {"alg": "none"},
        {"key": SYMKey(key=ENV["CLIENT_SECRET"], kid="k1"), "alg": "HS256"},
        {"iss": "https://evil.example"},
        {"aud": "another-app"},
        {"iat": None},
        {"iat": 4_000_000_000},
        {"exp": None},
        {"exp": 1_000_000_000},
        {"nonce": "n"},
        {"events": None},
        {"events": {}},
        {"events": {EVENT: {"more": 1}}},
        {"sub": None, "sid": None},
    ],
    ids=str,
)
def test_a_logout_token_that_does_not_check_out_signs_nobody_out(app, browser, provider, over):
    sign_in(browser)
    assert tell(app, provider.logout_token(**over)).status_code == 400
    assert "sign-out" in browser.get("/").text


@pytest.mark.parametrize("junk", ["", "x", "a.b.c", "{}", '{"sub": "alice-1"}'])
def test_junk_is_no_logout_token(app, browser, junk):
    sign_in(browser)
    assert tell(app, junk).status_code == 400
    assert "sign-out" in browser.get("/").text


def test_an_id_token_is_no_logout_token(app, browser, provider):
    sign_in(browser)
    now = {"typ": "JWT", "events": None, "nonce": provider.nonce}
    assert tell(app, provider.logout_token(**now)).status_code == 400
    assert "sign-out" in browser.get("/").text


def test_a_provider_that_is_away_is_asked_for_its_keys_later(app, provider):
    token = provider.logout_token()
    provider.close()
    provider.server.server_close()
    assert tell(app, token).status_code == 503
