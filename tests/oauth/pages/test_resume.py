"""From the request to the code, and what `prompt` and `max_age` demand on the way."""

import html
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session as DjangoSession
from django.test import Client as Browser
from django.utils import timezone

from accounts import acr
from accounts.models import AuditEvent, PendingLogin, Session, User
from accounts.throttling import Limit, claim, subnet
from oauth import clients, tasks, tokens
from oauth.models import Authorization, Client, Consent, Participation, PushedRequest, Subject
from tests.oauth.visitor import Visitor, answer_of, make_client, make_person, question

pytestmark = pytest.mark.django_db


def hint_for(client: Client, sub: str, **over: Any) -> str:
    claims = {"iss": settings.SIGNET.issuer, "sub": sub, "aud": client.client_id, "exp": 1, **over}
    return tokens._sign("RS256", "JWT", claims)


def sub_of(person: User) -> str:
    return Subject.objects.get_or_create(user=person, sector="")[0].sub


def test_from_the_request_to_the_code(visitor: Visitor, app: Client, person: User) -> None:
    visitor.ask(app)
    assert visitor.shows("submit-login")
    assert "Acme Orders" in visitor.text
    visitor.sign_in()
    assert visitor.shows("consent-allow")
    found = answer_of(visitor.allow())
    assert visitor.page.status_code == 303
    assert found["state"] == "s/1 &="
    assert found["iss"] == settings.SIGNET.issuer
    row = Authorization.objects.get()
    session = Session.objects.get()
    assert found["code"].startswith("sgc_")
    assert (row.user, row.session, row.client) == (person, session, app)
    assert (row.scopes, row.nonce, row.offline) == (["openid", "profile"], "n-1", False)
    assert row.auth_time == session.auth_time
    assert row.sid == Participation.objects.get().sid
    assert row.expires_at > timezone.now() + timedelta(hours=23)
    assert Consent.objects.get().scopes == ["openid", "profile"]
    assert AuditEvent.objects.filter(name="consent_granted", client_id=app.client_id).count() == 1


def test_a_remembered_person_sees_nothing(visitor: Visitor, app: Client) -> None:
    visitor.ask(app)
    visitor.sign_in()
    visitor.allow()
    assert "code" in answer_of(visitor.ask(app))
    assert "code" in answer_of(visitor.ask(app, prompt="none"))
    assert Authorization.objects.count() == 3
    assert Participation.objects.count() == 1


def test_the_same_answer_again_for_ten_seconds_then_a_page(visitor: Visitor, app: Client) -> None:
    visitor.ask(app)
    visitor.sign_in()
    visitor.allow()
    first, url = answer_of(visitor.page), visitor.url
    assert answer_of(visitor.get(url)) == first
    Authorization.objects.update(created_at=timezone.now() - timedelta(seconds=11))
    assert visitor.get(url).status_code == 400
    assert visitor.shows("already-answered")
    assert Authorization.objects.count() == 1


def test_a_redeemed_code_is_not_given_again(visitor: Visitor, app: Client) -> None:
    visitor.ask(app)
    visitor.sign_in()
    visitor.allow()
    Authorization.objects.update(code_redeemed_at=timezone.now())
    visitor.get(visitor.url)
    assert visitor.shows("already-answered")


def test_another_browser_cannot_fetch_the_code(visitor: Visitor, app: Client) -> None:
    visitor.ask(app)
    visitor.sign_in()
    visitor.allow()
    other = Visitor().signed_in()
    other.get(visitor.url)
    assert other.shows("already-answered")


@pytest.mark.parametrize("error_for", ["nobody", "no consent", "new scope", "low acr", "hint"])
def test_prompt_none_of_a_trusted_client_never_shows_a_page_case_017(
    visitor: Visitor, trusted: Client, error_for: str
) -> None:
    more: dict[str, Any] = {}
    expected = "consent_required"
    if error_for == "nobody":
        expected = "login_required"
    else:
        visitor.signed_in()
    if error_for in ("new scope", "low acr", "hint"):
        visitor.ask(trusted)
        visitor.allow()
    if error_for == "new scope":
        more = {"scope": "openid profile email"}
    if error_for == "low acr":
        wanted = f'{{"id_token": {{"acr": {{"essential": true, "value": "{acr.MULTI_FACTOR}"}}}}}}'
        more, expected = {"claims": wanted}, "interaction_required"
    if error_for == "hint":
        other = sub_of(make_person("bob"))
        more, expected = {"id_token_hint": hint_for(trusted, other)}, "login_required"
    answer = answer_of(visitor.ask(trusted, prompt="none", **more))
    assert answer["error"] == expected
    assert answer["iss"] == settings.SIGNET.issuer
    assert answer["state"] == "s/1 &="


def test_prompt_none_of_an_untrusted_client_ends_on_our_page_case_022(
    visitor: Visitor, app: Client
) -> None:
    visitor.ask(app, prompt="none")
    assert visitor.page.status_code == 400
    assert visitor.shows("error-page")
    assert "login_required" in visitor.text
    assert "error=login_required" in visitor.link("back-to-app")


def test_prompt_none_with_a_hint_of_the_person_succeeds(
    visitor: Visitor, trusted: Client, person: User
) -> None:
    visitor.signed_in()
    visitor.ask(trusted)
    visitor.allow()
    hint = hint_for(trusted, sub_of(person))
    assert "code" in answer_of(visitor.ask(trusted, prompt="none", id_token_hint=hint))


@pytest.mark.parametrize("over", [{"aud": "c_other"}, {"iss": "https://evil.test"}])
def test_a_foreign_hint_is_refused(
    visitor: Visitor, trusted: Client, person: User, over: dict[str, str]
) -> None:
    hint = hint_for(trusted, sub_of(person), **over)
    assert answer_of(visitor.ask(trusted, id_token_hint=hint))["error"] == "invalid_request"


def test_an_access_token_is_no_hint_case_096(
    visitor: Visitor, trusted: Client, person: User
) -> None:
    claims = {"iss": settings.SIGNET.issuer, "sub": sub_of(person), "aud": trusted.client_id}
    token = tokens._sign("ES256", "at+jwt", claims)
    assert answer_of(visitor.ask(trusted, id_token_hint=token))["error"] == "invalid_request"


@pytest.mark.parametrize("over", [{"prompt": "login"}, {"max_age": "0"}, {"max_age": "60"}])
def test_signing_in_again_moves_auth_time_and_keeps_the_session_case_019(
    visitor: Visitor, app: Client, over: dict[str, str]
) -> None:
    visitor.signed_in()
    visitor.ask(app)
    visitor.allow()
    long_ago = timezone.now() - timedelta(hours=1)
    Session.objects.update(auth_time=long_ago)
    visitor.ask(app, **over)
    assert visitor.shows("submit-login")
    assert "code" in answer_of(visitor.sign_in())
    rows = Authorization.objects.order_by("created_at")
    assert rows[1].auth_time > long_ago + timedelta(minutes=59)
    assert rows[0].sid == rows[1].sid
    assert Session.objects.count() == 1


def test_a_login_for_one_request_does_not_count_for_another(visitor: Visitor, app: Client) -> None:
    visitor.ask(app, prompt="login")
    first = visitor.url
    other = Visitor()
    other.browser = visitor.browser
    other.ask(app, prompt="login")
    visitor.sign_in()
    assert visitor.shows("consent-allow")
    other.get(other.url)
    assert other.shows("submit-login")
    assert first != other.url


def test_max_age_not_yet_reached_asks_nothing(visitor: Visitor, app: Client) -> None:
    visitor.signed_in()
    visitor.ask(app)
    visitor.allow()
    answer_of(visitor.ask(app, max_age="10000"))
    first, second = Authorization.objects.order_by("created_at")
    assert first.auth_time == second.auth_time


def test_the_wrong_person_after_a_hint_goes_back_with_an_error(
    visitor: Visitor, trusted: Client
) -> None:
    make_person("bob")
    hint = hint_for(trusted, sub_of(User.objects.get(username="bob")))
    visitor.ask(trusted, id_token_hint=hint)
    assert answer_of(visitor.sign_in("anna"))["error"] == "login_required"
    assert not Authorization.objects.exists()


def test_a_hint_picks_the_account_among_several(visitor: Visitor, app: Client) -> None:
    bob = make_person("bob")
    visitor.signed_in()
    visitor.ask(app, prompt="login")
    visitor.sign_in("bob")
    anna = User.objects.get(username="anna")
    for person in (anna, bob):
        visitor.ask(app, id_token_hint=hint_for(app, sub_of(person)))
        assert person.email in visitor.text
        visitor.allow()
    assert [row.user for row in Authorization.objects.order_by("created_at")] == [anna, bob]


def test_acr_values_are_wishes_and_the_first_that_is_met_is_told(
    visitor: Visitor, app: Client
) -> None:
    visitor.ask(app, acr_values=f"1 {acr.MULTI_FACTOR} {acr.SINGLE_FACTOR}")
    visitor.sign_in()
    visitor.allow()
    assert Authorization.objects.get().acr == acr.SINGLE_FACTOR


@pytest.mark.parametrize("mode", ["fragment", "form_post"])
def test_other_modes_carry_the_same_answer(visitor: Visitor, app: Client, mode: str) -> None:
    visitor.ask(app, response_mode=mode, state='"><script>alert(1)</script>' + "x" * 2_000)
    visitor.sign_in()
    visitor.allow()
    if mode == "fragment":
        found = answer_of(visitor.page)
        assert visitor.page.headers["Location"].startswith(f"{app.redirect_uris[0]}#code=")
        assert found["state"].startswith('"><script>')
        return
    assert visitor.page.status_code == 200
    assert f'action="{app.redirect_uris[0]}"' in visitor.text
    assert 'name="code" value="sgc_' in visitor.text
    assert "&quot;&gt;&lt;script&gt;" in visitor.text
    assert "<script>alert" not in visitor.text
    assert visitor.page.headers["Cache-Control"] == "no-store"
    assert "form-action" not in visitor.page.headers["Content-Security-Policy"]


def test_offline_access_is_for_whoever_asked_and_was_allowed_case_298(
    visitor: Visitor, app: Client
) -> None:
    visitor.signed_in()
    visitor.ask(app, scope="openid offline_access")
    assert "Stay connected while you are away" in visitor.text
    visitor.allow()
    row = Authorization.objects.get()
    assert (row.offline, row.refreshable) == (True, True)
    assert row.expires_at > timezone.now() + timedelta(days=360)


def test_no_refresh_without_offline_access_but_with_session_refresh(visitor: Visitor) -> None:
    visitor.signed_in()
    plain, bound = make_client(), make_client(session_refresh=True)
    for client in (plain, bound):
        visitor.ask(client)
        visitor.allow()
    first, second = Authorization.objects.order_by("created_at")
    assert (first.refreshable, first.offline) == (False, False)
    assert (second.refreshable, second.offline) == (True, False)
    assert second.session is not None
    assert second.expires_at == second.session.expires_at


def test_a_first_party_client_gets_offline_access_without_a_page(visitor: Visitor) -> None:
    visitor.signed_in()
    ours = make_client(first_party=True)
    assert "code" in answer_of(visitor.ask(ours, scope="openid offline_access"))
    assert Authorization.objects.get().offline


@pytest.mark.parametrize("change", ["disabled", "address gone", "mode gone"])
def test_the_checks_run_again_against_the_client_of_now(
    visitor: Visitor, trusted: Client, change: str
) -> None:
    visitor.ask(trusted, response_mode="fragment")
    values: dict[str, Any] = {
        "disabled": {"enabled": False},
        "address gone": {"redirect_uris": ["https://new.example/cb"]},
        "mode gone": {"response_modes": ["query"]},
    }[change]
    Client.objects.update(**values)
    from_cache = visitor.url
    visitor.sign_in()
    clients.forget()
    visitor.get(_resume_of(from_cache))
    if change == "mode gone":
        assert answer_of(visitor.page)["error"] == "invalid_request"
    else:
        assert visitor.page.status_code == 400
        assert "Location" not in visitor.page.headers


def test_a_request_past_its_time_says_so_and_leads_back(
    visitor: Visitor, trusted: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.ask(trusted)
    later = timezone.now() + timedelta(seconds=settings.SIGNET.request_lifetime + 1)
    monkeypatch.setattr("oauth.interaction.timezone.now", lambda: later)
    visitor.get(_resume_of(visitor.url))
    assert visitor.page.status_code == 400
    assert "This took too long" in visitor.text
    assert visitor.link("back-to-app").startswith(f"{trusted.redirect_uris[0]}?error=access_denied")


def test_a_long_request_that_was_pruned_took_too_long_too(
    visitor: Visitor, trusted: Client
) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=2), tick=False):
        url = visitor.browser.get("/oauth/authorize", question(trusted, state="x" * 4_000)).headers[
            "Location"
        ]
    tasks.prune()
    assert not PushedRequest.objects.exists()
    assert visitor.get(url).status_code == 400
    assert "This took too long" in visitor.text
    assert "Acme Orders" in visitor.text
    trusted.delete()
    clients.forget()
    assert visitor.get(url).status_code == 400
    assert "Go back to the app and begin again" in visitor.text


def test_a_browser_without_cookies_is_told_so_and_not_sent_in_circles(trusted: Client) -> None:
    browser, seen = Browser(HTTP_HOST="localhost"), []
    response = browser.get("/oauth/authorize", question(trusted))
    while "Location" in response.headers and len(seen) < 9:
        seen.append(response.headers["Location"])
        browser.cookies.clear()
        response = browser.get(seen[-1])
    assert len(seen) == 2
    text = response.content.decode()
    assert response.status_code == 400
    assert "Cookies are needed" in text
    assert 'id="back-to-app" href="https://orders.acme.example/cb?error=access_denied' in text
    again = html.unescape(re.search(r'id="try-again" href="([^"]+)"', text)[1])
    visitor = Visitor()
    visitor.get(again)
    assert visitor.shows("submit-login")


def test_a_login_page_opened_without_cookies_ends_at_the_same_page(
    visitor: Visitor, trusted: Client
) -> None:
    visitor.ask(trusted)
    login, stranger = visitor.url, Browser(HTTP_HOST="localhost")
    response = stranger.get(login)
    for _ in range(5):
        if "Location" in response.headers:
            stranger.cookies.clear()
            response = stranger.get(response.headers["Location"])
    assert "Cookies are needed" in response.content.decode()


@pytest.mark.parametrize("sealed", ["", "x", "k1.AAAA", "%00", "ü"])
def test_a_broken_link_is_a_page(visitor: Visitor, sealed: str) -> None:
    for page in ("/oauth/authorize/resume", "/oauth/consent", "/accounts/choose"):
        response = visitor.get(page, {"c": sealed})
        assert response.status_code == 400
        assert "Location" not in response.headers


def test_a_disabled_person_gets_nothing(visitor: Visitor, app: Client, person: User) -> None:
    visitor.signed_in()
    visitor.ask(app)
    consent = visitor.url
    User.objects.update(is_active=False)
    visitor.get(consent)
    assert visitor.shows("submit-login")


def test_a_forced_new_password_is_asked_for_and_the_request_goes_on(
    visitor: Visitor, app: Client
) -> None:
    visitor.signed_in()
    User.objects.update(must_reset_password=True)
    visitor.ask(app)
    visitor.sign_in()
    assert "new-password" in visitor.url
    new = "entirely different horse battery"
    visitor.post(visitor.url, {"new_password": new, "repeat": new})
    assert visitor.shows("consent-allow")


def test_a_constant_challenge_is_told_of_once_case_071(visitor: Visitor) -> None:
    ours = make_client(first_party=True)
    visitor.signed_in()
    for _ in range(20):
        assert "code" in answer_of(visitor.ask(ours))
    event = AuditEvent.objects.get(name="challenge_repeated")
    assert event.client_id == ours.client_id


def test_a_double_click_on_sign_in_goes_on(visitor: Visitor, app: Client) -> None:
    visitor.ask(app)
    login = visitor.url
    visitor.sign_in()
    visitor.url = login
    visitor.sign_in()
    assert visitor.shows("consent-allow")
    assert not PendingLogin.objects.filter(completed_at=None).exists()


def test_the_language_the_app_wishes_for_reaches_the_login_page(
    visitor: Visitor, app: Client
) -> None:
    visitor.ask(app, ui_locales="se de-AT en")
    assert visitor.page.headers["Content-Language"] == "de"


def _resume_of(login_url: str) -> str:
    return parse_qs(urlsplit(login_url).query)["next"][0]


def test_a_spent_budget_and_a_browser_without_cookies_leave_nothing_behind(
    visitor: Visitor, app: Client
) -> None:
    """The answer to too many rows is no row; the same where no cookie ever comes back."""
    network = subnet(visitor.browser.defaults["REMOTE_ADDR"])
    claim([Limit(f"browser/net/{network}", burst=120, every=9)] * 120)
    start = visitor.browser.get("/oauth/authorize", question(app)).headers["Location"]
    for url, status in ((start, 429), (f"{start}&tried=1", 400)):
        page = visitor.browser.get(url)
        assert (page.status_code, list(page.cookies)) == (status, [])
    assert not DjangoSession.objects.exists()
