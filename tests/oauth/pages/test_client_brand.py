"""A client's colours and words, on every page of its flow and on none else."""

import re

import pytest

from oauth.models import Client
from tests.oauth.visitor import Visitor, make_client

pytestmark = pytest.mark.django_db
LOOK = {
    "color": "#0b5d3b",
    "ink": "#ffffff",
    "headline": "Orders <for> all",
    "help_uri": "https://help.example/",
}


@pytest.fixture
def branded(person: object) -> Client:
    return make_client(branding=LOOK)


def _css(visitor: Visitor) -> str:
    found = re.search(r'href="(/clients/[^"]+brand\.css[^"]*)"', visitor.text)
    assert found, visitor.text
    return found[1]


def test_the_whole_flow_wears_them(visitor: Visitor, branded: Client) -> None:
    visitor.ask(branded)
    assert "Orders &lt;for&gt; all" in visitor.text
    assert 'href="https://help.example/"' in visitor.text
    css = _css(visitor)
    visitor.sign_in()
    assert _css(visitor) == css  # consent
    visitor.get("/account/sign-in")
    assert "brand.css" not in visitor.text


def test_the_stylesheet_is_two_tokens_kept_for_ever(visitor: Visitor, branded: Client) -> None:
    visitor.ask(branded)
    sheet = visitor.get(_css(visitor))
    assert sheet.content == b":root { --brand-fill: #0b5d3b; --brand-fill-ink: #ffffff; }\n"
    assert sheet.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in sheet.headers["Cache-Control"]
    other = visitor.get(f"/clients/{branded.client_id}/brand.css?v=0")
    assert other.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("what", ["plain", "disabled", "unknown"])
def test_without_colours_there_is_none(visitor: Visitor, what: str) -> None:
    look = {} if what == "plain" else LOOK
    client = make_client(branding=look, enabled=what != "disabled")
    name = "c_unknown" if what == "unknown" else client.client_id
    assert visitor.get(f"/clients/{name}/brand.css").status_code == 404
