"""The logo from our own origin: kept for ever by browsers, and nothing in it can act."""

from hashlib import sha256

import pytest
from django.test import Client as Browser

from accounts.models import User
from oauth import clients
from oauth.logo_image import redrawn
from oauth.models import Client, ClientLogo, logo_url_of
from tests.oauth.test_logo_image import picture
from tests.oauth.visitor import Visitor, make_client

pytestmark = pytest.mark.django_db
CONTENT = redrawn(picture())
SOURCE = "https://orders.acme.example/logo.png"


@pytest.fixture
def app() -> Client:
    client = make_client(logo_uri=SOURCE, client_uri="https://orders.acme.example/")
    ClientLogo.objects.create(
        client=client, source=SOURCE, content=CONTENT, content_type="image/png",
        sha256=sha256(CONTENT).hexdigest(),
    )  # fmt: skip
    clients.forget()
    return client


@pytest.fixture
def browser() -> Browser:
    return Browser(HTTP_HOST="localhost")


def test_it_is_kept_for_ever_and_can_do_nothing(app: Client, browser: Browser) -> None:
    answer = browser.get(logo_url_of(app))
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert not answer.cookies
    again = browser.get(logo_url_of(app), headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789abcdef", "?w=1"])
def test_under_another_address_it_is_not_kept(app: Client, browser: Browser, query: str) -> None:
    answer = browser.get(f"/clients/{app.client_id}/logo{query}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_a_logo_there_is_nothing(app: Client, browser: Browser) -> None:
    other = make_client()
    for client_id in (other.client_id, "c_unknown", "ü", "%00", "x" * 400):
        assert browser.get(f"/clients/{client_id}/logo").status_code in (400, 404), client_id
    address = logo_url_of(app)
    assert browser.post(address).status_code == 405
    Client.objects.update(logo_uri="https://elsewhere.example/x.png")
    assert browser.get(address).status_code == 404


def test_every_page_that_names_the_app_shows_it(
    app: Client, visitor: Visitor, person: User
) -> None:
    address = logo_url_of(app)
    shown = f'<img class="mark" src="{address}" alt="" width="36" height="36">'
    visitor.ask(app)
    assert visitor.shows("submit-login")
    assert shown in visitor.text
    visitor.sign_in()
    assert visitor.shows("consent-allow")
    assert shown in visitor.text
    visitor.allow()
    for page in ("/", "/apps"):
        visitor.get(page)
        assert shown in visitor.text, page
    visitor.ask(app, prompt="select_account")
    assert visitor.shows("use-another-account")
    assert shown in visitor.text


def test_without_a_logo_pages_show_the_initial(visitor: Visitor, person: User) -> None:
    visitor.ask(make_client())
    assert '<span class="mark" aria-hidden="true">A</span>' in visitor.text
    assert "<img" not in visitor.text
