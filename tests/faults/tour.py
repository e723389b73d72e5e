"""Every endpoint and the pages people use, once around."""

from tests.faults.outage import Outage
from tests.support import seeded
from tests.support.page import Page
from tests.support.people import Person
from tests.support.rp import RelyingParty

PAGES = ("/", "/apps", "/account/sessions", "/account/password", "/password/forgot", "/signed-out")
DOCUMENTS = ("/livez", "/readyz", "/oauth/jwks", "/.well-known/openid-configuration",
             "/.well-known/oauth-authorization-server")  # fmt: skip


def machine(outage: Outage) -> RelyingParty:
    return outage.signet.rp("machine")


def machine_token(client: RelyingParty) -> int:
    """The bare mount's busiest question; its status."""
    return client.post("token", {"grant_type": "client_credentials"}).status_code


def all_is_well(outage: Outage, person: Person, rp: RelyingParty) -> None:
    """A sign-in from the first page to the last token. No answer is a 5xx: the transport looks."""
    browser = outage.signet.op.browser()
    for path in DOCUMENTS:
        assert browser.get(path).status_code == 200, path
    tokens = rp.log_in(browser, person, "openid email offline_access")
    assert rp.userinfo(tokens["access_token"]).json()["email"] == person.email
    refreshed = rp.refresh(tokens["refresh_token"])
    assert refreshed.status_code == 200, refreshed.text
    token = refreshed.json()["access_token"]
    assert rp.is_active(token)
    assert rp.revoke(token).status_code == 200
    assert machine_token(machine(outage)) == 200
    for path in PAGES:
        page = browser.open(path)
        assert isinstance(page, Page)
        assert page.status == 200, (path, page.status)
    ended = browser.open(
        rp.op.url("end_session"),
        {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": seeded.POST_LOGOUT_URI},
    )
    assert ended.status < 500
