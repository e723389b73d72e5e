"""Group 1: the authorize endpoint. Addresses, response types, repeated parameters, methods."""

import pytest

from tests.support import expect, seeded
from tests.support.browser import Browser
from tests.support.callback import Callback
from tests.support.deployment import Deployment
from tests.support.page import Page
from tests.support.people import Person
from tests.support.rp import OMIT, RelyingParty

LOOPBACK = "http://127.0.0.1/cb"


def test_only_the_identical_redirect_uri_is_accepted_case_001(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    uri = rp.client.redirect_uri
    other = signet.rp(redirect_uris=["https://rp2.test/cb"])
    assert uri == "https://rp.test/cb"
    for wrong in (
        f"{uri}/x", f"{uri}?a=b", f"{uri}#f", f"{uri}#", f"{uri}/", "https://rp.test/CB",
        "https://RP.test/cb", "HTTPS://rp.test/cb", "https://rp.test:443/cb", "http://rp.test/cb",
        "https://sub.rp.test/cb", "https://rp.test.evil.test/cb", "https://rp.test@evil.test/cb",
        "https://rp.test/cb/../cb", "https://rp.test/%63b", " https://rp.test/cb",
        other.client.redirect_uri,
    ):  # fmt: skip
        for prompt in (OMIT, "none"):
            _, stop = rp.start(browser, redirect_uri=wrong, prompt=prompt)
            expect.page_4xx(browser, stop)
    rp.sign_in(browser, person)


def test_a_native_app_may_use_any_port_and_nothing_else_case_002(
    public: RelyingParty, browser: Browser, person: Person
) -> None:
    for port in (1, 51234, 65535):
        uri = f"http://127.0.0.1:{port}/cb"
        asked, callback = public.sign_in(browser, person, redirect_uri=uri)
        assert callback.address == uri
        assert public.redeem(asked, callback).status_code == 200
    for wrong in (
        "http://127.0.0.1.evil.test/cb", "http://localhost.evil.test/cb", "http://localhost/cb",
        "http://127.1/cb", "http://2130706433/cb", "http://127.0.0.1/cb2", "https://127.0.0.1/cb",
        "http://127.0.0.1:0/cb", "http://127.0.0.1:65536/cb", "http://127.0.0.1:80:80/cb",
        "http://127.0.0.1:8000@evil.test/cb", "http://[::1]/cb", "http://127.0.0.1:٣/cb",
    ):  # fmt: skip
        _, stop = public.start(browser, redirect_uri=wrong)
        expect.page_4xx(browser, stop)


def test_only_native_apps_get_a_free_port(signet: Deployment, browser: Browser) -> None:
    web = signet.rp(redirect_uris=[LOOPBACK])
    _, stop = web.start(browser, redirect_uri="http://127.0.0.1:51234/cb")
    expect.page_4xx(browser, stop)
    _, stop = web.start(browser)
    assert isinstance(stop, Page)
    assert stop.kind == "login"


def test_wildcards_cannot_be_registered_case_004(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    def declared(uri: str) -> dict[str, object]:
        client = {
            "client_id": "c_wild", "client_name": "Wild", "profile": "web", "scopes": ["openid"],
            "redirect_uris": [uri], "token_endpoint_auth_method": "private_key_jwt",
            "jwks": {"keys": [seeded.CLIENT_KEY.export_public(as_dict=True)]},
        }  # fmt: skip
        return {"clients": [client]}

    for uri in (
        "https://*.rp.test/cb", "https://rp.test/*", "*", "https://rp.test.*/cb",
        "https://rp.test/cb#f", "https://u@rp.test/cb", "javascript:alert(1)", "http://rp.test/cb",
    ):  # fmt: skip
        with pytest.raises(RuntimeError, match="redirect_uris"):
            signet.apply(declared(uri))
    assert signet.sql("SELECT 1 FROM oauth_client WHERE client_id = 'c_wild'") == []
    signet.apply(declared("https://wild.rp.test/cb"))
    assert signet.sql("SELECT 1 FROM oauth_client WHERE client_id = 'c_wild'") == [(1,)]
    _, stop = rp.start(browser, redirect_uri="https://rpXtest/cb")
    expect.page_4xx(browser, stop)
    rp.sign_in(browser, person, redirect_uri="https://rp.test/cb")


@pytest.mark.parametrize("mode", [OMIT, "form_post"])
@pytest.mark.parametrize("prompt", [OMIT, "none"])
def test_an_unknown_client_gets_no_redirect_case_006(
    signet: Deployment, rp: RelyingParty, browser: Browser, prompt: str | None, mode: str | None
) -> None:
    deleted = signet.client()
    signet.sql(
        "DELETE FROM oauth_clientsecret WHERE client_id = "
        "(SELECT id FROM oauth_client WHERE client_id = %s)",
        deleted.client_id,
    )
    signet.sql("DELETE FROM oauth_client WHERE client_id = %s", deleted.client_id)
    disabled = signet.client(enabled=False)
    pages = []
    for client_id in (
        "c_nobody",
        disabled.client_id,
        deleted.client_id,
        "",
        OMIT,
        "c_\u00e4",
        "'--",
    ):
        _, stop = rp.start(browser, client_id=client_id, prompt=prompt, response_mode=mode)
        pages.append(expect.page_4xx(browser, stop).words("error-code"))
    assert set(pages) == {"invalid_request"}
    asked, stop = rp.start(browser, prompt="none", response_mode=mode)
    expect.red(rp, browser, asked, stop, "login_required")


def test_redirect_uri_is_never_guessed_case_008(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    two = signet.rp(redirect_uris=["https://rp.test/cb", "https://rp.test/cb2"])
    for one in (two, rp):
        for value in (OMIT, ""):
            _, stop = one.start(browser, redirect_uri=value)
            page = expect.page_4xx(browser, stop)
            assert page.words("error-code") == "invalid_request"
    two.sign_in(browser, person, redirect_uri="https://rp.test/cb2")


def test_no_response_type_but_code_works_case_009(
    rp: RelyingParty, browser: Browser, person: Person
) -> None:
    wrong = (
        "token", "id_token", "id_token token", "code token", "code id_token", "none", "code code",
        "CODE", "code ",
    )  # fmt: skip
    for _ in range(2):  # without a session, and with one and a remembered consent
        for response_type in wrong:
            asked, stop = rp.start(browser, response_type=response_type)
            expect.red(rp, browser, asked, stop, "unsupported_response_type", "unauthorized_client")
        asked, stop = rp.start(browser, response_type=OMIT)
        expect.red(rp, browser, asked, stop, "invalid_request")
        rp.sign_in(browser, person)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_repeated_parameter_is_refused_case_011(
    rp: RelyingParty, browser: Browser, person: Person, method: str
) -> None:
    def send(extra: list[tuple[str, str]], first: bool) -> Page | Callback:
        pairs = list(asked.params.items())
        pairs = [*extra, *pairs] if first else [*pairs, *extra]
        url = rp.op.url("authorization")
        return browser.open(url, pairs) if method == "GET" else browser.cross_site_post(url, pairs)

    rp.sign_in(browser, person)
    asked = rp.ask()
    assert isinstance(send([], True), Callback), "positive control"
    for first in (True, False):
        for name, value in (("client_id", "c_other"), ("redirect_uri", "https://evil.test/cb")):
            asked = rp.ask()
            expect.page_4xx(browser, send([(name, value)], first))
            expect.page_4xx(browser, send([(name, asked.params[name])], first))
        for name in ("scope", "nonce", "code_challenge", "code_challenge_method", "response_type"):
            asked = rp.ask()
            stop = send([(name, asked.params[name])], first)
            expect.red(rp, browser, asked, stop, "invalid_request")
        asked = rp.ask(prompt="none")
        expect.red(rp, browser, asked, send([("prompt", "none")], first), "invalid_request")
        asked = rp.ask()
        stop = send([("state", "other")], first)
        callback = browser.to_client(stop)
        assert callback.error == "invalid_request"
        assert callback.params["iss"] == rp.op.issuer
        assert "code" not in callback.params


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "https://spa.rp.test"])
def test_no_script_may_read_the_authorize_endpoint_case_026(
    rp: RelyingParty, browser: Browser, origin: str
) -> None:
    asked = rp.ask()
    for method in ("GET", "OPTIONS"):
        response = browser.http.request(
            method, asked.url, headers={"Origin": origin}, allow_redirects=False
        )
        found = {name.lower() for name in response.headers}
        assert not any(name.startswith("access-control-") for name in found)


def test_other_methods_have_no_effect_case_027(
    signet: Deployment, rp: RelyingParty, browser: Browser, person: Person
) -> None:
    def codes() -> int:
        ((found,),) = signet.sql(
            "SELECT count(*) FROM oauth_authorization WHERE user_id = %s", person.id
        )
        return int(found)

    rp.sign_in(browser, person)
    before = codes()
    for method in ("HEAD", "PUT", "DELETE", "PATCH", "TRACE"):
        asked = rp.ask()
        response = browser.http.request(method, asked.url, allow_redirects=False)
        assert response.status_code == 405, method
        assert {"GET", "POST"} <= set(response.headers["Allow"].replace(" ", "").split(","))
        assert "Location" not in response.headers
    # The step that makes a code refuses HEAD as well.
    asked = rp.ask()
    resume = browser.get(asked.url).headers["Location"]
    head = browser.http.head(resume if "://" in resume else rp.op.issuer + resume)
    assert head.status_code == 405
    assert codes() == before
    rp.sign_in(browser, person)
    assert codes() == before + 1


def test_what_nobody_knows_is_ignored_case_028(
    rp: RelyingParty, browser: Browser, person: Person
) -> None:
    asked, callback = rp.sign_in(
        browser, person,
        approval_prompt="force", access_type="offline", foo="bar", prompt_="login",
        login_hint="", display="", max_age="", ui_locales="", acr_values="", claims="", prompt="",
    )  # fmt: skip
    assert "foo" not in callback.params
    answer = rp.redeem(asked, callback, audience="", foo="bar", scope="", resource="")
    assert answer.status_code == 200, answer.text
    assert "bar" not in answer.text
