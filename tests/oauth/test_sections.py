"""The record of a refusal names the section that was broken, not that of the answer's form."""

from pathlib import Path

import pytest

import oauth
from oauth import sections
from oauth.errors import InvalidGrant, InvalidRequest, InvalidScope, ProtocolError
from oauth.models import Client, RequestRecord
from oauth.sections import section_of
from tests.oauth.visitor import Visitor


@pytest.mark.parametrize(
    ("wrong", "reason", "section"),
    [
        ({"redirect_uri": "https://shop.example/other"}, "redirect_uri_differs", "§3.1.2.4"),
        ({"client_id": "nobody"}, "client_unknown", "RFC 6749 §4.1.2.1"),
        ({"code_challenge": None, "code_challenge_method": None}, "pkce_missing", "RFC 7636"),
        ({"prompt": "dance"}, "prompt_unknown", "OIDC Core §3.1.2.1"),
    ],
)
def test_a_refused_authorization_request(
    visitor: Visitor, app: Client, wrong: dict[str, str | None], reason: str, section: str
) -> None:
    visitor.ask(app, **wrong)
    kept = RequestRecord.objects.get()
    assert kept.reason.startswith(reason)
    assert section in kept.section


@pytest.mark.parametrize(
    ("endpoint", "error", "section"),
    [
        ("token", InvalidGrant("redirect_uri_differs@9"), "RFC 6749 §4.1.3"),
        ("token", InvalidGrant("pkce_mismatch"), "RFC 7636 §4.6"),
        ("token", InvalidScope("scope_malformed"), "RFC 6749 §3.3"),
        ("token", ProtocolError("of a kind of its own"), "RFC 6749 §5.2"),
        ("authorize", InvalidRequest("of a kind of its own"), "RFC 6749 §4.1.2.1"),
        ("introspection", InvalidRequest("token_missing"), "RFC 7662 §2.1"),
        ("revocation", InvalidRequest("token_missing"), "RFC 7009 §2.1"),
    ],
)
def test_where_it_was_refused_counts(endpoint: str, error: ProtocolError, section: str) -> None:
    assert section_of(endpoint, error) == section


def test_every_rule_that_is_named_can_be_broken() -> None:
    sources = [
        path.read_text()
        for path in Path(oauth.__path__[0]).rglob("*.py")
        if path != Path(sections.__file__)
    ]
    rules = {*sections._OF_RULE, *(rule for _endpoint, rule in sections._OF_RULE_THERE)}
    text = "\n".join(sources)
    assert [rule for rule in rules if f'"{rule}' not in text] == []


def test_where_the_address_differs_is_told_in_words() -> None:
    assert RequestRecord(reason="redirect_uri_differs@24").hint.startswith("The first 24 char")
    assert RequestRecord(reason="pkce_missing").hint == ""
