"""A hundred redemptions of one code at once."""

from collections import Counter
from typing import Any

import pytest
import requests

from tests.races.conftest import ROUNDS, Crowd
from tests.support.callback import Callback
from tests.support.deployment import Deployment
from tests.support.pkce import new_verifier
from tests.support.rp import Asked, RelyingParty

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("servers")]


def _form(asked: Asked, callback: Callback) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": callback.code,
        "redirect_uri": asked.params["redirect_uri"],
        "code_verifier": asked.verifier,
    }


def _row(servers: Deployment, asked: Asked) -> tuple[Any, ...]:
    (row,) = servers.sql(
        "SELECT code_redeemed_at IS NOT NULL, revoked_at IS NOT NULL, revoke_reason, generation "
        "FROM oauth_authorization WHERE nonce = %s",
        asked.params["nonce"],
    )
    return row


def _hundred(crowd: Crowd, rp: RelyingParty, form: dict[str, str]) -> Counter[int]:
    answers = crowd.at_once(
        100, lambda http, url, _: http.post(url, data=form, headers=rp.headers())
    )
    for answer in answers:
        if answer.status_code != 200:
            assert answer.json()["error"] == "invalid_grant", answer.text
    return Counter(answer.status_code for answer in answers)


def _invalid(
    crowd: Crowd, rp: RelyingParty, foreign: RelyingParty, form: dict[str, str]
) -> list[requests.Response]:
    """Half know the code but not the verifier, half are another client with everything right."""

    def send(http: requests.Session, url: str, at: int) -> requests.Response:
        if at % 4 < 2:
            wrong = {**form, "code_verifier": new_verifier()}
            return http.post(url, data=wrong, headers=rp.headers())
        return http.post(url, data=form, headers=foreign.headers())

    return crowd.at_once(100, send)


def test_a_hundred_invalid_redemptions_change_nothing(servers: Deployment, crowd: Crowd) -> None:
    rp, foreign = servers.rp(), servers.rp()
    browser, person = servers.op.browser(), servers.person()
    for _ in range(ROUNDS):
        asked, callback = rp.sign_in(browser, person)
        answers = _invalid(crowd, rp, foreign, _form(asked, callback))
        assert {answer.status_code for answer in answers} == {400}
        assert {answer.json()["error"] for answer in answers} == {"invalid_grant"}
        assert _row(servers, asked) == (False, False, "", 0)
        assert rp.redeem(asked, callback).status_code == 200, "the owner's code was lost"
        assert _row(servers, asked) == (True, False, "", 0)


def test_a_hundred_valid_redemptions_give_one_answer_and_end_it(
    servers: Deployment, crowd: Crowd
) -> None:
    rp, browser, person = servers.rp(), servers.op.browser(), servers.person()
    for _ in range(ROUNDS):
        asked, callback = rp.sign_in(browser, person)
        assert _hundred(crowd, rp, _form(asked, callback)) == {200: 1, 400: 99}
        assert _row(servers, asked) == (True, True, "code_replayed", 0)


def test_a_client_that_sends_twice_may_be_spared(servers: Deployment, crowd: Crowd) -> None:
    """`replay_tolerance`; longer here than an administrator may set, for slow machines."""
    rp, browser, person = (
        servers.rp(replay_tolerance=30_000), servers.op.browser(), servers.person(),
    )  # fmt: skip
    for _ in range(ROUNDS):
        asked, callback = rp.sign_in(browser, person)
        assert _hundred(crowd, rp, _form(asked, callback)) == {200: 1, 400: 99}
        assert _row(servers, asked) == (True, False, "", 0)
