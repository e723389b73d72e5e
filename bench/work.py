"""What the connections send."""

import base64
import re
from collections.abc import Callable
from http.client import HTTPConnection
from itertools import count
from urllib.parse import urlencode

from bench.load import Request

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def token(secret: str) -> Request:
    """A machine asks for a token."""
    basic = base64.b64encode(f"bench-machine:{secret}".encode()).decode()
    return Request(
        "POST",
        "/oauth/token",
        urlencode({"grant_type": "client_credentials"}),
        {**_FORM, "Authorization": f"Basic {basic}"},
    )


JWKS = Request("GET", "/oauth/jwks")


def sign_ins(port: int) -> Callable[[], Request]:
    """Somebody tries to sign in: each time an unknown name, from another network, at full price."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/password/forgot")
    answer = connection.getresponse()
    cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
    found = re.search(r'csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())
    connection.close()
    if not found or not cookie:
        raise RuntimeError("the page has no form to send")
    numbers = count()

    def following() -> Request:
        number = next(numbers)
        body = urlencode(
            {
                "csrfmiddlewaretoken": found[1],
                "username": f"nobody-{number}",
                "password": "correct horse battery staple",
            }
        )
        address = f"10.{number & 255}.{number >> 8 & 255}.1"
        # 400: not recognised, after a hash; 503: no place to wait for one.
        headers = {**_FORM, "Cookie": cookie, "X-Forwarded-For": address}
        return Request("POST", "/login", body, headers, expected=(400, 503))

    return following
