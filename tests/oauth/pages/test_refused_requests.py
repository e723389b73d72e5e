"""The reference on an error page has an answer, for the owners of that app alone."""

import re

import pytest

from accounts.models import User
from oauth.models import Client, RequestRecord
from oauth.record import reference_of
from tests.oauth import wire
from tests.oauth.visitor import Visitor, make_client, make_person

pytestmark = pytest.mark.django_db
PAGE = "/apps/refused"


@pytest.fixture
def owned(app: Client, person: User) -> Client:
    app.owners.add(person)
    return app


def _refused(client: Client) -> str:
    """The reference that the page of a refused request shows."""
    stranger = Visitor()
    stranger.ask(client, redirect_uri="https://evil.test/cb")
    found = re.search(r'id="error-reference">([^<]+)<', stranger.text)
    assert found
    return found[1]


def test_an_owner_finds_what_the_error_page_named(visitor: Visitor, owned: Client) -> None:
    reference = _refused(owned)
    wire.token(None, "authorization_code", client_id=owned.client_id, code="sgc_very-secret")
    visitor.signed_in()
    visitor.get("/")
    assert visitor.get(visitor.link("refused-requests")).status_code == 200
    assert reference in visitor.text
    assert "Acme Orders" in visitor.text
    assert "redirect_uri_differs" in visitor.text
    assert "very-secret" not in visitor.text
    assert "evil.test" not in visitor.text
    assert "198.51.100.7" not in visitor.text
    assert visitor.text.count("<details>") == 2
    assert len(re.findall(r'<time [^>]*title="[^"]*\(UTC\)"', visitor.text)) == 2
    for spelling in (
        reference,
        reference.lower(),
        reference[2:].replace("-", ""),
        f" {reference} ",
    ):
        visitor.get(PAGE, {"reference": spelling})
        assert visitor.text.count("<details>") == 1, spelling
        assert reference in visitor.text


def test_nobody_sees_the_requests_of_other_peoples_apps(visitor: Visitor, owned: Client) -> None:
    other = make_client(client_name="Other App")
    other.owners.add(make_person("berta"))
    reference = _refused(other)
    assert RequestRecord.objects.get().client_id == other.client_id
    visitor.signed_in()
    visitor.get(PAGE)
    assert visitor.shows("no-refused-requests")
    visitor.get(PAGE, {"reference": reference})
    assert visitor.shows("no-such-reference")
    assert "Other App" not in visitor.text


def test_who_owns_nothing_sees_nothing_and_no_link(
    visitor: Visitor, app: Client, person: User
) -> None:
    reference = _refused(app)
    visitor.signed_in()
    visitor.get("/")
    assert not visitor.shows("refused-requests")
    visitor.get(PAGE, {"reference": reference})
    assert visitor.shows("no-such-reference")
    assert f"<code>{reference}" not in visitor.text  # the footer repeats the address
    visitor.get(PAGE)
    assert visitor.shows("no-own-apps")


def test_a_stranger_signs_in_first(visitor: Visitor, owned: Client) -> None:
    visitor.get(PAGE)
    assert visitor.shows("submit-login")


@pytest.mark.parametrize(
    "spoken", ["r-7K3Q-92FM", "R7K3Q92FM", "7k3q92fm", "r 7k3q 92fm", "7K3Q-92FM"]
)
def test_a_reference_is_known_however_it_was_typed(spoken: str) -> None:
    assert reference_of(spoken) == "r-7K3Q-92FM"


def test_a_reference_may_begin_with_r_itself() -> None:
    assert reference_of("R7K3-Q92F") == "r-R7K3-Q92F"
    assert reference_of("r-R7K3-Q92F") == "r-R7K3-Q92F"
