"""Fifty refreshes of one token at once: nobody is logged out by a retry."""

import pytest

from tests.races.conftest import ROUNDS, Crowd
from tests.support.deployment import Deployment

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("servers")]


def test_fifty_refreshes_of_a_public_client_get_one_successor(
    servers: Deployment, crowd: Crowd
) -> None:
    rp, browser, person = servers.rp("native"), servers.op.browser(), servers.person()
    token = rp.log_in(browser, person, "openid offline_access", prompt="consent")["refresh_token"]
    for round_ in range(ROUNDS):
        form = {
            "grant_type": "refresh_token",
            "refresh_token": token,
            "client_id": rp.client.client_id,
        }
        answers = crowd.at_once(50, lambda http, url, _: http.post(url, data=form))  # noqa: B023
        assert [answer.status_code for answer in answers] == [200] * 50
        successors = {answer.json()["refresh_token"] for answer in answers}
        assert len(successors) == 1
        assert token not in successors
        # One UPDATE won: the row is exactly one generation further.
        rows = servers.sql(
            "SELECT generation, revoked_at FROM oauth_authorization WHERE user_id = %s", person.id
        )
        assert rows == [(round_ + 1, None)]
        (token,) = successors


def test_fifty_refreshes_of_a_confidential_client_change_nothing(
    servers: Deployment, crowd: Crowd
) -> None:
    rp, browser, person = servers.rp(), servers.op.browser(), servers.person()
    token = rp.log_in(browser, person, "openid offline_access", prompt="consent")["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": token}
    for _ in range(ROUNDS):
        answers = crowd.at_once(
            50, lambda http, url, _: http.post(url, data=form, headers=rp.headers())
        )
        assert {answer.status_code for answer in answers} == {200}
        assert {answer.json()["refresh_token"] for answer in answers} == {token}
    rows = servers.sql(
        "SELECT generation, revoked_at FROM oauth_authorization WHERE user_id = %s", person.id
    )
    assert rows == [(0, None)]
