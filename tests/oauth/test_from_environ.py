"""Reading a request: everything that can be sent becomes a value or a fault."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oauth.from_environ import MAX_BODY, parse_pairs, request_from_environ
from oauth.protocol_request import ProtocolRequest
from tests.oauth.wire import FORM


def _read(body: bytes = b"", **over: Any) -> ProtocolRequest:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": FORM,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **over,
    }
    return request_from_environ(
        {name: value for name, value in environ.items() if value is not None}
    )


def test_pairs_keep_order_blanks_and_repetitions() -> None:
    request = _read(b"a=1&b=&a=2+3&c=%C3%A9&d")
    assert request.form == (("a", "1"), ("b", ""), ("a", "2 3"), ("c", "é"), ("d", ""))
    assert request.fault == ""


def test_query_and_body_stay_apart_case_036() -> None:
    request = _read(b"a=body", QUERY_STRING="a=query")
    assert request.query == (("a", "query"),)
    assert request.form == (("a", "body"),)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"a=%ff", "body_not_utf8"),
        (b"a=\xff", "body_not_utf8"),
        ("a=é".encode(), "body_not_utf8"),
        (b"a=%ed%a0%80", "body_not_utf8"),
        (b"a=%00", "body_nul"),
        (b"%00=a", "body_nul"),
        (b"&".join(b"a=1" for _ in range(201)), "body_malformed"),
    ],
)
def test_what_is_no_text_is_a_fault(body: bytes, fault: str) -> None:
    request = _read(body)
    assert request.form == ()
    assert request.fault == fault
    assert parse_pairs(body.decode("latin-1")) == ((), fault)


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data", "", None])
def test_other_media_types_are_a_fault(content_type: str | None) -> None:
    assert _read(b"a=1", CONTENT_TYPE=content_type).fault == "body_not_form"


@pytest.mark.parametrize("content_type", [FORM.upper(), f"{FORM}; charset=UTF-8", f" {FORM} ;x"])
def test_parameters_and_case_of_the_media_type_do_not_matter(content_type: str) -> None:
    assert _read(b"a=1", CONTENT_TYPE=content_type).form == (("a", "1"),)


@pytest.mark.parametrize("length", ["-1", "x", "²", "1e3", "9" * 5_000, " 3"])
def test_a_length_that_is_no_number_is_a_fault(length: str) -> None:
    assert _read(b"a=1", CONTENT_LENGTH=length).fault == "body_malformed"


def test_a_body_over_the_limit_is_not_read() -> None:
    stream = io.BytesIO(b"a" * (MAX_BODY + 1))
    request = _read(CONTENT_LENGTH=str(MAX_BODY + 1), **{"wsgi.input": stream})
    assert request.fault == "body_too_large"
    assert stream.tell() == 0
    assert _read(b"a=" + b"b" * (MAX_BODY - 2)).fault == ""


def test_a_chunked_body_is_read_and_limited() -> None:
    chunked = {"CONTENT_LENGTH": None, "HTTP_TRANSFER_ENCODING": "chunked"}
    assert _read(**chunked, **{"wsgi.input": io.BytesIO(b"a=1")}).form == (("a", "1"),)
    assert _read(**chunked).fault == ""
    large = io.BytesIO(b"a" * (MAX_BODY + 5))
    assert _read(**chunked, **{"wsgi.input": large}).fault == "body_too_large"


def test_a_body_that_broke_off_is_a_fault() -> None:
    assert _read(b"a=1", CONTENT_LENGTH="10").fault == "body_malformed"


def test_a_get_has_no_body_and_no_endpoint_sees_a_cookie() -> None:
    request = _read(b"a=1", REQUEST_METHOD="GET", HTTP_COOKIE="signet=x", HTTP_X_A="b")
    assert request.form == ()
    assert request.headers == {"x-a": "b"}


@given(st.binary(max_size=300), st.text(max_size=100))
def test_no_bytes_raise(body: bytes, query: str) -> None:
    raw = query.encode("utf-8", "replace").decode("latin-1")
    request = _read(body, QUERY_STRING=raw)
    assert request.fault or request.form is not None
