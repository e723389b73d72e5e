"""Group 23: addresses that apps chose for us to call."""

import pytest

from oauth.backchannel_pool import AT_ONCE
from tests.support.browser import Browser
from tests.support.callback import Callback
from tests.support.canary import canary
from tests.support.page import Page
from tests.support.people import Person
from tests.support.seeded import POST_LOGOUT_URI
from tests.support.telling import App, Telling
from tests.support.told_app import Answer, eventually

_MANY, _SLOW = 200, 40
_CLIENTS = """
INSERT INTO oauth_client
SELECT (jsonb_populate_record(null::oauth_client, to_jsonb(c) || jsonb_build_object(
  'id', gen_random_uuid(), 'client_id', %s || n, 'backchannel_logout_uri', %s || n))).*
FROM oauth_client c, generate_series(1, %s) n WHERE c.client_id = 'c_basic'
"""
_PARTICIPATIONS = """
INSERT INTO oauth_participation (id, session_id, client_id, sid, first_at, last_at)
SELECT gen_random_uuid(), s.id, c.id, gen_random_uuid()::text, now(), now()
FROM oauth_client c, accounts_session s
WHERE c.client_id LIKE %s AND s.user_id = %s AND s.ended_at IS NULL
"""
_STATES = """
SELECT n.status, n.error, count(*) FROM oauth_logoutnotice n
JOIN oauth_client c ON c.id = n.client_id WHERE c.client_id LIKE %s GROUP BY 1, 2
"""


@pytest.fixture
def person(telling: Telling) -> Person:
    return telling.signet.person()


@pytest.fixture
def browser(telling: Telling) -> Browser:
    return telling.signet.op.browser()


def _signed_out(telling: Telling, app: App, browser: Browser, person: Person) -> None:
    hint = app.rp.log_in(browser, person)["id_token"]
    _sign_out(telling, browser, hint)


def _sign_out(telling: Telling, browser: Browser, hint: str) -> None:
    params = {"id_token_hint": hint, "post_logout_redirect_uri": POST_LOGOUT_URI}
    assert isinstance(browser.open(telling.signet.op.url("end_session"), params), Callback)


@pytest.mark.spec(
    "OpenID Connect Back-Channel Logout 1.0",
    "2.8",
    "If the logout succeeded, the RP MUST respond with 200 OK; OPs should also accept 204 No Content. If the request is invalid or the logout failed, it responds with 400 Bad Request.",
)
@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        (Answer(204), "sent", ""),
        (Answer(400, b'{"error": "invalid_request"}'), "refused", "status_400"),
        (Answer(500, b"x" * 10_000), "queued", "status_500"),
        (Answer(200, b"x" * 70_000), "queued", "too_large"),
        (Answer(200, drips=True), "queued", "too_slow"),
        (Answer(200, holds=60), "queued", "too_slow"),
    ],
    ids=["204", "400", "500", "huge", "drips", "silent"],
)
def test_an_app_cannot_hold_us_case_355(
    telling: Telling, browser: Browser, person: Person, answer: Answer, status: str, error: str
) -> None:
    app = telling.app()
    telling.apps.answers[app.path] = answer
    _signed_out(telling, app, browser, person)
    telling.settled(app, (status, 1, error), columns="status, attempts, error")
    assert len(telling.apps.at(app.path)) == 1
    # The next time it behaves, and gets what it missed, with a token that no replay filter knows.
    del telling.apps.answers[app.path]
    telling.again(app)
    if status == "queued":
        telling.settled(app, ("sent", 2, ""), columns="status, attempts, error")
        first, second = (telling.check(app, told.token) for told in telling.apps.at(app.path))
        assert first["jti"] != second["jti"]
        assert first["sid"] == second["sid"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_case_355(
    telling: Telling, browser: Browser, person: Person, status: int
) -> None:
    app, target = telling.app(), telling.app()
    with canary() as inside:
        for where in (inside.url, f"{telling.apps.url}{target.path}"):
            telling.apps.answers[app.path] = Answer(status, headers={"Location": where})
            _signed_out(telling, app, browser, person)
        telling.apps.wait_for(app.path, 2)
        expected = [("queued", f"status_{status}")] * 2
        telling.settled(app, *expected, columns="status, error")
    assert not telling.apps.at(target.path)


def test_nothing_inside_is_called_case_355(
    telling: Telling, browser: Browser, person: Person
) -> None:
    with canary() as inside:
        places = {
            inside.url: "scheme",
            inside.url.replace("http:", "https:"): "port",
            "https://127.0.0.1/": "private_address",
            "https://localhost:8443/": "private_address",
            "https://[::1]/": "private_address",
            "https://169.254.169.254/latest/": "private_address",
            "https://10.0.0.1/": "private_address",
            "https://rp.test:6379/": "port",
        }
        apps = [(telling.app(backchannel_logout_uri=uri), word) for uri, word in places.items()]
        control = telling.app()
        hint = control.rp.log_in(browser, person)["id_token"]
        for app, _ in apps:
            app.rp.log_in(browser, person)
        _sign_out(telling, browser, hint)
        for app, word in apps:
            telling.settled(app, ("queued", word), columns="status, error")
        telling.settled(control, ("sent",))


def _mail(telling: Telling, person: Person) -> None:
    """A mail asked for, and sent by the same worker."""
    browser = telling.signet.op.browser()
    page = browser.open("/password/forgot")
    assert isinstance(page, Page)
    (form,) = [f for f in page.document.forms if "email" in f.fields]
    button = form.xpath(".//button")[0]
    assert isinstance(browser.send(page.press_element(button, email=person.email)), Page)
    statement = "SELECT status FROM accounts_outboxmessage WHERE user_id = %s AND purpose = %s"
    eventually(
        lambda: telling.signet.sql(statement, person.id, "password_reset") == [("sent",)], "a mail"
    )


def test_two_hundred_apps_at_once_hold_up_no_mail_and_no_app_that_answers_case_355(
    telling: Telling, browser: Browser, person: Person
) -> None:
    """Every fifth says nothing until it is cut off."""
    first, name, path = telling.app(), f"c_many_{person.username}_", f"/many/{person.username}/"
    hint = first.rp.log_in(browser, person)["id_token"]
    telling.signet.sql(_CLIENTS, name, f"{telling.apps.url}{path}", _MANY)
    telling.signet.sql(_PARTICIPATIONS, f"{name}%", person.id)
    slow = [f"{path}{n}" for n in range(1, _MANY + 1, _MANY // _SLOW)]
    telling.apps.answers |= dict.fromkeys(slow, Answer(holds=60))
    _sign_out(telling, browser, hint)

    eventually(lambda: any(telling.apps.at(one) for one in slow), "the first silent app")
    _mail(telling, person)
    waiting = {(s, e): n for s, e, n in telling.signet.sql(_STATES, f"{name}%")}
    in_hand = waiting.get(("sending", ""), 0)
    assert in_hand <= AT_ONCE
    assert in_hand + waiting.get(("queued", ""), 0), "nothing was slow"

    states = {("sent", ""): _MANY - _SLOW, ("queued", "too_slow"): _SLOW}
    eventually(
        lambda: {(s, e): n for s, e, n in telling.signet.sql(_STATES, f"{name}%")} == states,
        "all told but the silent ones, and those cut off",
        seconds=120,
    )
    came = [told for told in telling.apps.told if told.path.startswith(path)]
    assert len(came) == len({told.path for told in came}) == _MANY
    for one in slow:
        del telling.apps.answers[one]
