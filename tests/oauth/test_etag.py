"""If-None-Match, as browsers, caches and compressing proxies send it."""

import pytest

from oauth import etag
from tests.oauth import wire

TAG = etag.of(b"{}")
DISCOVERY = "/.well-known/openid-configuration"


def test_other_bytes_have_another_tag() -> None:
    assert etag.of(b"{}") == TAG != etag.of(b"[]")


@pytest.mark.spec(
    "RFC 9110",
    "13.1.2",
    "A recipient MUST use the weak comparison function when comparing entity tags for If-None-Match",
)
@pytest.mark.parametrize(
    "header",
    [TAG, f"W/{TAG}", f'"a", {TAG}', f'W/"a",W/{TAG}', f'"a,b" , {TAG}', "*", " * ", f'"",{TAG}'],
)
def test_what_is_known_is_not_sent_again(header: str) -> None:
    assert etag.is_known(header, TAG)


@pytest.mark.parametrize(
    "header",
    [None, "", '"a"', TAG.strip('"'), f"W/{TAG[:-2]}", 'W/"', '"' * 9_999, "**", '"*"', ",,,"],
)
def test_everything_else_gets_the_whole_answer(header: str | None) -> None:
    assert not etag.is_known(header, TAG)


@pytest.mark.django_db
def test_discovery_compares_weakly_too() -> None:
    tag = wire.call("GET", DISCOVERY).headers["ETag"]
    for header in (tag, f"W/{tag}", f'"old", W/{tag}', "*"):
        again = wire.call("GET", DISCOVERY, IF_NONE_MATCH=header)
        assert (again.status, again.body) == (304, b"")
    assert wire.call("GET", DISCOVERY, IF_NONE_MATCH='"old"').status == 200
