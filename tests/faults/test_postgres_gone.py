"""PostgreSQL is away: every page and endpoint says 503 and when to come back, then all is well."""

import pytest
import requests

from tests.faults.outage import Outage
from tests.faults.tour import PAGES, all_is_well
from tests.support.page import Page

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.xdist_group("faults")]


def _visitors(outage: Outage) -> list[dict[str, str]]:
    """A browser that was here before, and one that was not."""
    browser = outage.signet.op.browser()
    assert isinstance(browser.open("/password/forgot"), Page)
    return [{cookie.name: cookie.value or "" for cookie in browser.http.cookies}, {}]


def _told(answer: requests.Response) -> None:
    assert answer.status_code == 503, (answer.url, answer.status_code)
    assert int(answer.headers["Retry-After"]) > 0
    assert 'id="error-code">503' in answer.text
    assert "text/html" in answer.headers["Content-Type"]
    assert "Set-Cookie" not in answer.headers


def test_without_postgresql_every_page_is_a_503_with_the_way_on(outage: Outage) -> None:
    person, rp = outage.signet.person(), outage.signet.rp()
    all_is_well(outage, person, rp)
    known, stranger = _visitors(outage)
    assert known
    issuer = outage.signet.issuer
    outage.servers.postgres.stop()

    for path in (*PAGES, "/login?p=unknown", "/admin/", "/oauth/authorize/resume?c=x"):
        answer = requests.get(f"{issuer}{path}", cookies=known, allow_redirects=False, timeout=30)
        # Some say what they say without looking anything up.
        if answer.status_code >= 500 or path in ("/", "/apps", "/account/sessions"):
            _told(answer)
    for path in ("/login", "/password/forgot", "/account/password"):
        for cookies in (known, stranger):
            answer = requests.post(
                f"{issuer}{path}", {"username": "x"}, cookies=cookies, timeout=30,
                allow_redirects=False,
            )  # fmt: skip
            assert answer.status_code in (403, 503), (path, answer.status_code)
    sheet = requests.get(f"{issuer}/static/site.css", timeout=30)
    assert sheet.status_code == 200
    assert requests.get(f"{issuer}/livez", timeout=30).status_code == 200
    assert requests.get(f"{issuer}/readyz", timeout=30).status_code == 503

    outage.servers.restart_postgres()
    all_is_well(outage, person, rp)
