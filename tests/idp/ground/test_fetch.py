"""The only way out: what it refuses to ask, and how little it lets be done to it."""

import socket
import ssl
import threading
import time
from typing import Any

import pytest
import trustme

from idp.ground import connection as connection_module
from idp.ground.connection import is_public
from idp.ground.fetch import FetchRefused, get, get_json, post
from tests.idp.ground.servers import answering, dripping, wire


@pytest.fixture
def welcome(settings: Any) -> Any:
    """127.0.0.1 as a host that an operator vouched for."""

    def allow(*hosts: str, **more: Any) -> None:
        settings.SIGNET = settings.SIGNET.model_copy(update={"fetch_allow": hosts, **more})

    allow("127.0.0.1")
    return allow


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """A resolver of our own: name → addresses. What it does not know does not exist."""
    table: dict[str, list[str]] = {}
    of_the_system = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *rest: Any, **kwargs: Any) -> list[Any]:
        if host[0].isdigit():
            return of_the_system(host, port, *rest, **kwargs)
        if host not in table:
            raise socket.gaierror
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, port)) for address in table[host]
        ]

    monkeypatch.setattr(connection_module.socket, "getaddrinfo", getaddrinfo)
    return table


def _reason(url: str, **kwargs: Any) -> str:
    with pytest.raises(FetchRefused) as refused:
        get(url, max_bytes=1_000, **kwargs)
    return refused.value.reason


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "100.64.0.1", "169.254.169.254", "198.18.0.1", "192.0.2.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "::", "::1", "fd00::1", "fc00::1", "fe80::1",
        "fe80::1%eth0", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_of_the_public_internet_is_known_as_such_case_349(
    address: str,
) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_a_public_address_is_known_as_such(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://[::1]/", "https://0.0.0.0/", "https://10.0.0.1/",
        "https://172.16.0.1/", "https://192.168.0.1/", "https://100.64.0.1/",
        "https://169.254.169.254/latest/meta-data", "https://[fd00::1]/", "https://[fe80::1]/",
        "https://localhost/", "https://localhost./", "https://2130706433/", "https://0x7f000001/",
        "https://0177.0.0.1/", "https://127.1/", "https://[::ffff:127.0.0.1]/",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_in_every_spelling_case_349(url: str) -> None:
    assert _reason(url) in ("private_address", "unresolvable")


def test_a_name_that_leads_inside_is_refused_case_349(names: dict[str, list[str]]) -> None:
    names["metadata.internal"] = ["169.254.169.254"]
    assert _reason("https://metadata.internal/") == "private_address"


def test_a_name_with_one_inner_address_among_public_ones_is_refused(
    names: dict[str, list[str]],
) -> None:
    names["both.test"] = ["93.184.216.34", "10.0.0.1"]
    assert _reason("https://both.test/") == "private_address"


def test_the_connection_goes_to_the_address_that_was_checked(
    names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the second look-up would lead inside. There is no second look-up."""
    asked: list[Any] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        asked.append(address)
        names["rebind.test"] = ["127.0.0.1"]
        raise ConnectionRefusedError

    names["rebind.test"] = ["93.184.216.34"]
    monkeypatch.setattr(connection_module.socket, "create_connection", connect)
    assert _reason("https://rebind.test/") == "unreachable"
    assert asked == [("93.184.216.34", 443)]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.test/", "scheme"),
        ("//example.test/", "scheme"),
        ("file:///etc/passwd", "url"),
        ("file://host/etc/passwd", "scheme"),
        ("gopher://example.test/", "scheme"),
        ("ftp://example.test/", "scheme"),
        ("dict://example.test/", "scheme"),
        ("unix://socket/", "scheme"),
        ("data:text/plain,x", "url"),
        ("https://example.test:22/", "port"),
        ("https://example.test:25/", "port"),
        ("https://example.test:6379/", "port"),
        ("https://example.test:5432/", "port"),
        ("https://example.test:0/", "port"),
        ("https://example.test:99999/", "url"),
        ("https://example.test:x/", "url"),
    ],
)
def test_only_https_on_known_ports_case_353(
    url: str, reason: str, names: dict[str, list[str]]
) -> None:
    assert _reason(url) == reason


@pytest.mark.parametrize(
    "url",
    [
        "", "https://", "https:///path", "example.test", "https://a b.test/",
        "https://example.test/a b", "https://example.test/\r\nX: y", "https://example.test/\n",
        "https://example.test\r\nHost: evil.test/", "https://evil.test\\@rp.test/",
        "https://rp.test\\.evil.test/", "http://a:b@example.test/", "https://a@example.test/",
        "https://:b@example.test/", "https://@example.test/", "https://ex\u00e4mple.test/",
        "https://example.test/\u00e4", "https://example.test/\0", "https://[::1", "https://[x]/",
        "https://example.test/<script>", 'https://example.test/"', "https://example.test/`",
        "https://example.test/{x}", "https://example.test/" + "a" * 3_000,
    ],
)  # fmt: skip
def test_a_url_that_two_parsers_might_read_differently_is_refused_case_358(url: str) -> None:
    assert _reason(url) == "url"


def test_a_fragment_names_no_other_host_case_358(names: dict[str, list[str]]) -> None:
    names["rp.test"] = ["10.0.0.1"]
    assert _reason("https://rp.test#@evil.test/") == "private_address"


@pytest.mark.parametrize("status", ["301", "302", "303", "307", "308"])
def test_no_redirect_is_followed_case_351(status: str, welcome: Any) -> None:
    hits: list[bytes] = []
    with wire(answering(b"inner", seen=hits)) as inner:
        location = f"Location: http://127.0.0.1:{inner}/\r\n"
        with wire(answering(b"", f"{status} Moved", location)) as outer:
            assert _reason(f"http://127.0.0.1:{outer}/") == f"status_{status}"
    assert hits == []


def test_a_good_document_arrives_and_the_request_is_plain(welcome: Any) -> None:
    seen: list[bytes] = []
    with wire(answering(b'{"keys": []}', seen=seen)) as port:
        assert get_json(f"http://127.0.0.1:{port}/jwks?a=b") == {"keys": []}
    lines = seen[0].decode().split("\r\n")
    assert lines[0] == "GET /jwks?a=b HTTP/1.1"
    assert f"Host: 127.0.0.1:{port}" in lines
    assert "Accept-Encoding: identity" in lines
    assert not any(line.lower().startswith(("cookie", "authorization")) for line in lines)


def test_one_host_may_be_allowed_with_one_port_only(welcome: Any) -> None:
    with wire(answering(b"x")) as port, wire(answering(b"x")) as other:
        welcome(f"127.0.0.1:{port}")
        assert get(f"http://127.0.0.1:{port}/", max_bytes=10) == b"x"
        assert _reason(f"http://127.0.0.1:{other}/") == "scheme"
        assert _reason(f"https://127.0.0.1:{other}/") == "port"


def test_an_environment_proxy_is_not_used(welcome: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with wire(answering(b"x")) as port:
        assert get(f"http://127.0.0.1:{port}/", max_bytes=10) == b"x"


@pytest.mark.parametrize("body", [b"<html>", b"", b"\xff\xfe", b"[" * 30_000, b'{"a":'])
def test_what_is_no_json_is_refused(body: bytes, welcome: Any) -> None:
    with wire(answering(body)) as port, pytest.raises(FetchRefused) as refused:
        get_json(f"http://127.0.0.1:{port}/")
    assert refused.value.reason == "not_json"


def test_a_body_over_the_limit_is_refused_without_reading_it_all_case_344(welcome: Any) -> None:
    def endless(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"a" * 65_536)

    with wire(endless) as port:
        assert _reason(f"http://127.0.0.1:{port}/") == "too_large"


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n384\r\n",
    ],
    ids=["status line", "header", "body to the end", "body of known length", "chunk"],
)
def test_a_server_that_drips_is_cut_off_in_time_case_344(before: bytes, welcome: Any) -> None:
    with wire(dripping(before)) as port:
        started = time.monotonic()
        assert _reason(f"http://127.0.0.1:{port}/", timeout=0.5) == "too_slow"
        assert time.monotonic() - started < 1.5


def test_a_tls_handshake_that_never_ends_is_cut_off_in_time(welcome: Any) -> None:
    with wire(dripping(b"\x16\x03\x03\x40\x00")) as port:
        started = time.monotonic()
        assert _reason(f"https://127.0.0.1:{port}/", timeout=0.5) == "too_slow"
        assert time.monotonic() - started < 1.5


def test_a_name_server_that_never_answers_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(
        connection_module.socket, "getaddrinfo", lambda *a, **k: over.wait(20) and []
    )
    started = time.monotonic()
    assert _reason("https://slow.test/", timeout=0.3) == "unresolvable"
    assert time.monotonic() - started < 1.5
    over.set()


def _tls(ca: trustme.CA, name: str, body: bytes) -> Any:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(name).configure_cert(context)
    plain = answering(body)

    def converse(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            plain(secure)

    return converse


def test_the_certificate_must_be_trusted_and_bear_the_name(
    welcome: Any, names: dict[str, list[str]], tmp_path: Any
) -> None:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    names["rp.test"] = names["other.test"] = ["127.0.0.1"]
    with wire(_tls(ca, "rp.test", b"x")) as port:
        welcome("rp.test", "other.test")
        assert _reason(f"https://rp.test:{port}/") == "unreachable"
        welcome("rp.test", "other.test", ca_file=str(tmp_path / "ca.pem"))
        assert get(f"https://rp.test:{port}/", max_bytes=10) == b"x"
        assert _reason(f"https://other.test:{port}/") == "unreachable"


def test_a_post_says_whether_the_other_side_may_have_it() -> None:
    """Its address comes from our own configuration and needs no permission."""
    seen: list[bytes] = []
    with wire(answering(b"ok", seen=seen)) as port:
        assert post(f"http://127.0.0.1:{port}/sms", b"{}", {"X-A": "b"}) == b"ok"
    assert seen[0].startswith(b"POST /sms HTTP/1.1\r\n")
    with pytest.raises(FetchRefused) as nobody_there:
        post(f"http://127.0.0.1:{port}/sms", b"{}", {})
    assert (nobody_there.value.reason, nobody_there.value.sent) == ("unreachable", False)

    def hangs_up(connection: socket.socket) -> None:
        connection.recv(65_536)

    with wire(hangs_up) as port, pytest.raises(FetchRefused) as who_knows:
        post(f"http://127.0.0.1:{port}/sms", b"{}", {})
    assert (who_knows.value.reason, who_knows.value.sent) == ("unreachable", True)
