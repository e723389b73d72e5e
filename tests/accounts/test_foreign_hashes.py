"""Whoever is turned away costs the same, whatever kind of hash the account brought along."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher
from django.contrib.auth.hashers import (
    BCryptSHA256PasswordHasher,
    PBKDF2PasswordHasher,
    ScryptPasswordHasher,
)
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts import foreign_hashes, hashers
from accounts.actions.sign_in import sign_in
from accounts.errors import NotRecognised
from accounts.foreign_hashes import Kind, kind_of, slowest_in_use
from tests.accounts.surfer import PASSWORD, Surfer, make_person

pytestmark = pytest.mark.django_db
_WRONG = "not the password"
_PBKDF2 = PBKDF2PasswordHasher()


def _pbkdf2(iterations: int) -> str:
    return _PBKDF2.encode(PASSWORD, "salt", iterations)


def _bcrypt(rounds: int) -> str:
    hasher = BCryptSHA256PasswordHasher()
    hasher.rounds = rounds
    return hasher.encode(PASSWORD, hasher.salt())


def _scrypt(n: int) -> str:
    return ScryptPasswordHasher().encode(PASSWORD, "salt", n=n)


def _argon2(memory: int) -> str:
    return "argon2" + PasswordHasher(time_cost=1, memory_cost=memory, parallelism=1).hash(PASSWORD)


def _request(number: int) -> HttpRequest:
    request = RequestFactory().post("/login", REMOTE_ADDR=f"10.1.{number}.1")
    request.session = SessionBase()
    return request


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """What was computed: algorithm → weight; our own argon2 apart from foreign ones."""
    found: Counter[str] = Counter()

    def note(kind: Kind | None) -> None:
        assert kind is not None
        ours = kind == foreign_hashes._ours()
        found["ours" if ours else kind.algorithm] += 1 if ours else kind.weight

    for name in ("Argon2Hasher", "PBKDF2Hasher", "ScryptHasher", "BCryptSHA256Hasher"):
        hasher = getattr(hashers, name)

        def encode(self: Any, *args: Any, real: Any = hasher.encode, **kwargs: Any) -> str:
            encoded: str = real(self, *args, **kwargs)
            note(kind_of(encoded))
            return encoded

        monkeypatch.setattr(hasher, "encode", encode)
    real_verify = hashers.Argon2Hasher.verify

    def verify(self: Any, password: str, encoded: str) -> bool:
        note(kind_of(encoded))
        return real_verify(self, password, encoded)

    monkeypatch.setattr(hashers.Argon2Hasher, "verify", verify)
    yield found


def _cost(name: str, spent: Counter[str], number: int = 1) -> dict[str, int]:
    spent.clear()
    with pytest.raises(NotRecognised):
        sign_in(_request(number), name, _WRONG)
    return dict(spent)


def test_a_failure_costs_everybody_what_the_slowest_foreign_hashes_do_case_216(
    spent: Counter[str],
) -> None:
    make_person("ours")
    make_person("off", is_active=False)
    make_person("bare", password="!none")
    make_person("odd", password="md5$salt$notours")
    for name, encoded in {
        "slow": _pbkdf2(900), "weak": _pbkdf2(100), "bcrypt": _bcrypt(5), "cheap": _bcrypt(4),
        "scrypt": _scrypt(64), "cheaper": _scrypt(16), "argon": _argon2(512), "argons": _argon2(64),
    }.items():  # fmt: skip
        make_person(name, password=encoded)
    everybody = "ours off bare odd slow weak bcrypt cheap scrypt cheaper argon argons nobody"
    costs = {name: _cost(name, spent, at) for at, name in enumerate(everybody.split())}
    assert costs["nobody"] == {
        "ours": 1, "pbkdf2_sha256": 900, "bcrypt_sha256": 32, "scrypt": 64 * 8 * 5, "argon2": 512,
    }  # fmt: skip
    assert {name: cost for name, cost in costs.items() if cost != costs["nobody"]} == {}


def test_where_nobody_brought_one_along_a_failure_costs_our_hash_alone(
    spent: Counter[str],
) -> None:
    make_person("ours")
    make_person("bare", password="!none")
    assert _cost("ours", spent) == _cost("bare", spent) == _cost("nobody", spent) == {"ours": 1}


def test_the_right_password_of_a_disabled_account_costs_the_slowest_too(
    spent: Counter[str],
) -> None:
    make_person("off", is_active=False)
    make_person("slow", password=_pbkdf2(900))
    with pytest.raises(NotRecognised):
        sign_in(_request(1), "off", PASSWORD)
    assert spent == {"ours": 1, "pbkdf2_sha256": 900}


def test_who_gets_in_pays_for_nobody_else(spent: Counter[str]) -> None:
    make_person("ours")
    make_person("slow", password=_pbkdf2(900))
    assert sign_in(_request(1), "ours", PASSWORD).username == "ours"
    assert spent == {"ours": 1}
    spent.clear()
    sign_in(_request(2), "slow", PASSWORD)
    assert spent == {"pbkdf2_sha256": 900, "ours": 1}  # replaced by ours
    foreign_hashes.forget()
    assert slowest_in_use() == ()


def test_what_is_in_use_is_remembered_and_costs_one_query() -> None:
    make_person("slow", password=_pbkdf2(900))
    with CaptureQueriesContext(connection) as cold:
        assert slowest_in_use() == (Kind("pbkdf2_sha256", (900,)),)
    assert len(cold) == 1
    make_person("slower", password=_pbkdf2(901))
    with CaptureQueriesContext(connection) as warm:
        assert slowest_in_use() == (Kind("pbkdf2_sha256", (900,)),)
    assert len(warm) == 0
    foreign_hashes.forget()
    assert slowest_in_use() == (Kind("pbkdf2_sha256", (901,)),)


@pytest.mark.parametrize("text", ["", "!", "!x", "x", "md5$a$b", "pbkdf2_sha256$x$y$z", "argon2$"])
def test_what_is_no_hash_has_no_kind(text: str) -> None:
    assert kind_of(text) is None


def test_a_hash_that_cannot_be_computed_fails_nobodys_sign_in() -> None:
    make_person("bob")
    encoded = "scrypt$1048576$c2FsdHNhbHRzYWx0$64$8$" + "A" * 86 + "=="
    make_person("eve", password=encoded)
    foreign_hashes.forget()
    for name in ("bob", "nobody", "eve"):
        assert Surfer().sign_in(name, "not this one").status == 400
