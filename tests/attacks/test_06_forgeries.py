"""Group 6: forged JWTs, thrown at every place that reads one."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from jwcrypto import jwe, jwk
from jwcrypto.common import base64url_encode

from tests.attacks.places import NAMES, Place, Scene
from tests.support import jose
from tests.support.canary import canary
from tests.support.deployment import Deployment


@pytest.fixture(params=NAMES)
def place(request: pytest.FixtureRequest, signet: Deployment) -> Place:
    """Each with its positive control, before and after the forgeries."""
    person, browser, rp = signet.person(), signet.op.browser(), signet.rp("key")
    scene = Scene(signet, person, browser, rp, rp.log_in(browser, person))
    (found,) = [one for one in scene.places() if one.name == request.param]
    found.accepts(found.genuine())
    request.addfinalizer(lambda: found.accepts(found.genuine()))
    return found


def _with_header(token: str, **over: Any) -> str:
    """The same claims under another header, the old signature kept."""
    head, _ = jose.parts(token)
    _, payload, signature = token.split(".")
    return f"{base64url_encode(json.dumps({**head, **over}))}.{payload}.{signature}"


def test_alg_none_in_every_spelling_case_085(place: Place) -> None:
    token = place.genuine()
    head, payload, signature = token.split(".")
    for alg in ("none", "None", "nOnE", "NONE", "", None, 0, []):
        forged = _with_header(place.genuine(), alg=alg)
        place.refuses(forged, f"alg {alg}")
        place.refuses(f"{forged.rpartition('.')[0]}.", f"alg {alg}, no signature")
    token = place.genuine()
    head, payload, signature = token.split(".")
    for forged in (
        f"{head}.{payload}.",
        f"{head}.{payload}",
        f"{head}..{signature}",
        f"{token}.x",
        "..",
        ".",
    ):
        place.refuses(forged, "parts")
    place.refuses(jose.tamper(place.genuine()), "one bit")


def test_a_public_key_is_no_shared_secret_case_086(place: Place) -> None:
    key = jwk.JWK(**place.jwk)
    pem = key.export_to_pem().decode()
    for secret in (pem, pem.strip(), pem.replace("\n", "\r\n"), json.dumps(place.jwk), ""):
        head, claims = jose.parts(place.genuine())
        symmetric = jwk.JWK(kty="oct", k=base64url_encode(secret))
        head.pop("alg")
        place.refuses(jose.sign(claims, symmetric, "HS256", **head), "HS256")


def test_a_token_brings_no_key_of_its_own_case_089(place: Place) -> None:
    attacker = jose.new_key("RSA" if place.jwk["kty"] == "RSA" else "EC")
    public = attacker.export_public(as_dict=True)
    alg = "RS256" if place.jwk["kty"] == "RSA" else "ES256"
    with canary() as bird:
        for extra in (
            {"jwk": public}, {"jku": bird.url}, {"x5u": bird.url}, {"x5c": ["MIIB"]}, {},
        ):  # fmt: skip
            head, claims = jose.parts(place.genuine())
            head.pop("alg")
            place.refuses(jose.sign(claims, attacker, alg, **{**head, **extra}), str(extra)[:30])
            head["kid"] = attacker.thumbprint()
            place.refuses(jose.sign(claims, attacker, alg, **{**head, **extra}), str(extra)[:30])


def test_strange_kids_find_nothing_case_090(place: Place) -> None:
    """Rightly signed each time, so that the kid alone is at fault.

    That unknown kids fetch a client's `jwks_uri` at most once a minute: tests/oauth/test_client_keys.py.
    """
    place.accepts(place.signed())
    for kid in (
        "../../dev/null", "' OR 1=1--", "x" * 4_000, "x" * 10_000, "a\0b", {"a": 1}, ["x"], 7, "",
        "unknown",
    ):  # fmt: skip
        place.refuses(place.signed(kid=kid), f"kid {str(kid)[:30]}")


def test_critical_headers_nobody_knows_case_091(place: Place) -> None:
    """Rightly signed each time (RFC 7515 §4.1.11): only what is critical makes it invalid."""
    for extra in (
        {"crit": ["exp"]}, {"crit": ["exp"], "exp": 9_999_999_999}, {"crit": []},
        {"crit": ["bork"], "bork": 1}, {"crit": "b64"}, {"crit": ["b64"], "b64": False},
        {"crit": ["b64"], "b64": True}, {"crit": ["b64", "b64"], "b64": True}, {"crit": ["typ"]},
        {"crit": {}}, {"crit": 0},
    ):  # fmt: skip
        place.accepts(place.signed())
        place.refuses(place.signed(**extra), str(extra))


def _memory(signet: Deployment) -> int:
    """Resident memory of the server's processes, in MiB."""
    ((_, leader),) = [(one.name, one.popen.pid) for one in signet.processes]
    pages = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == leader:
            pages += int(fields[21])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def _quickly(signet: Deployment, place: Place, token: str, why: str, seconds: float = 1.0) -> None:
    before, started = _memory(signet), time.monotonic()
    place.refuses(token, why)
    assert time.monotonic() - started < seconds, why
    assert _memory(signet) - before < 50, why


def test_compressed_and_nested_jwe_case_092(signet: Deployment, place: Place) -> None:
    key = jwk.JWK.generate(kty="oct", size=256)
    # Within the size that is looked at, and beyond it.
    for size in (3_000_000, 200_000_000):
        head = json.dumps({"alg": "dir", "enc": "A256GCM", "zip": "DEF"})
        bomb = jwe.JWE(b"0" * size, head, recipient=key).serialize(compact=True)
        _quickly(signet, place, bomb, f"zip of {size}")
    nested = place.genuine()
    for _ in range(12):
        nested = jwe.JWE(
            nested, json.dumps({"alg": "dir", "enc": "A256GCM", "cty": "JWT"}), recipient=key
        ).serialize(compact=True)
    _quickly(signet, place, nested, "nested")


@pytest.mark.parametrize("count", [2**31 - 1, 10**9, -1, 0])
def test_password_based_encryption_case_093(signet: Deployment, place: Place, count: int) -> None:
    head = {"alg": "PBES2-HS256+A128KW", "enc": "A128CBC-HS256", "p2s": "c2FsdHNhbHQ", "p2c": count}
    parts = [base64url_encode(json.dumps(head)), *(base64url_encode("x" * 40) for _ in range(4))]
    _quickly(signet, place, ".".join(parts), f"p2c {count}", 0.6)


def test_oversized_tokens_case_094(signet: Deployment, place: Place) -> None:
    head, claims = jose.parts(place.genuine())

    def token(header: str, payload: str) -> str:
        return (
            f"{base64url_encode(header)}.{base64url_encode(payload)}.{base64url_encode('x' * 64)}"
        )

    deep = "[" * 100_000 + "]" * 100_000
    for forged, why in (
        (token(json.dumps({**head, "x": "a" * 5_000_000}), json.dumps(claims)), "5 MB header"),
        (token(json.dumps({**head, "x": "a" * 60_000}), json.dumps(claims)), "80 kB header"),
        (token(json.dumps(head), deep), "deep JSON"),
        (token(deep, json.dumps(claims)), "deep header"),
        (token("[" * 2_500, "{}"), "deep header within the limits"),
        (token(json.dumps(head), "[" * 2_500), "deep claims within the limits"),
        (token(json.dumps(head), json.dumps({**claims, "aud": ["a"] * 10_000})), "audiences"),
        (token(json.dumps({**head, "kid": "k" * 1_000_000}), json.dumps(claims)), "1 MB kid"),
    ):
        _quickly(signet, place, forged, why)
