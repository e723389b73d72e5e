"""Hashes of the right price, of foreign kinds too, never so many that tokens starve."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.contrib.auth.hashers import (
    PBKDF2PasswordHasher,
    ScryptPasswordHasher,
    check_password,
    get_hasher,
    make_password,
)

from accounts import hashers
from accounts.errors import Busy

_PASSWORD = "correct horse battery staple"


def test_a_new_hash_is_argon2id_at_owasp_costs() -> None:
    assert make_password(_PASSWORD).startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_every_password_counts_to_its_last_byte_case_227() -> None:
    encoded = make_password("a" * 72 + "b")
    assert check_password("a" * 72 + "b", encoded)
    assert not check_password("a" * 72 + "c", encoded)
    assert not check_password("a" * 72, encoded)


@pytest.mark.parametrize(
    "foreign",
    [
        PBKDF2PasswordHasher().encode(_PASSWORD, "salt", 1_000),
        "pbkdf2_sha1$1000$salt$" + "x",
        ScryptPasswordHasher().encode(_PASSWORD, "salt", n=2**10),
        "bcrypt_sha256$$2b$04$" + "x",
    ],
    ids=["pbkdf2", "pbkdf2_sha1", "scrypt", "bcrypt"],
)
def test_foreign_hashes_are_read_by_a_bounded_hasher(foreign: str) -> None:
    hasher = get_hasher(foreign.partition("$")[0])
    assert isinstance(hasher, hashers._Bounded)


@pytest.mark.parametrize(
    "foreign",
    [
        PBKDF2PasswordHasher().encode(_PASSWORD, "salt", 1_000),
        ScryptPasswordHasher().encode(_PASSWORD, "salt", n=2**10),
    ],
    ids=["pbkdf2", "scrypt"],
)
def test_a_foreign_hash_is_accepted_and_replaced(foreign: str) -> None:
    replaced: list[str] = []
    assert check_password(_PASSWORD, foreign, setter=replaced.append)
    assert replaced == [_PASSWORD]
    assert not check_password("another password", foreign)


def test_a_cheaper_argon2_hash_is_replaced() -> None:
    class Cheap(hashers.Argon2Hasher):
        time_cost, memory_cost = 1, 8_192

    replaced: list[str] = []
    assert check_password(_PASSWORD, Cheap().encode(_PASSWORD, "saltsaltsalt"), replaced.append)
    assert replaced == [_PASSWORD]


def test_only_so_many_hash_at_a_time_and_one_thread_stays_free_case_338(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_once: list[int] = []
    running = 0
    lock, go = threading.Lock(), threading.Event()

    class Counting:
        def encode(self, password: str, salt: str) -> str:
            nonlocal running
            with lock:
                running += 1
                at_once.append(running)
            go.wait(5)
            with lock:
                running -= 1
            return "hash"

    class Bounded(hashers._Bounded, Counting):
        pass

    monkeypatch.setattr(hashers, "_AT_A_TIME", threading.BoundedSemaphore(2))
    monkeypatch.setattr(hashers, "_COMPUTING_OR_WAITING", threading.BoundedSemaphore(3))
    with ThreadPoolExecutor(8) as pool:
        tries = [pool.submit(Bounded().encode, "p", "s") for _ in range(8)]
        end = time.monotonic() + 5
        while sum(one.done() for one in tries) < 5 and time.monotonic() < end:
            time.sleep(0.01)
        go.set()
        failures = [one.exception() for one in tries]
    assert max(at_once) == 2
    assert sum(isinstance(failure, Busy) for failure in failures) == 5
    assert failures.count(None) == 3


def test_whoever_waits_gets_a_turn_as_soon_as_one_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashers, "_AT_A_TIME", threading.BoundedSemaphore(1))
    monkeypatch.setattr(hashers, "_COMPUTING_OR_WAITING", threading.BoundedSemaphore(7))
    with ThreadPoolExecutor(7) as pool:
        signed_in = list(pool.map(lambda _: make_password(_PASSWORD), range(7)))
    assert len(set(signed_in)) == 7


def test_nobody_waits_longer_than_the_patience_and_the_places_are_given_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hashers, "_AT_A_TIME", threading.BoundedSemaphore(1))
    monkeypatch.setattr(hashers, "_COMPUTING_OR_WAITING", threading.BoundedSemaphore(2))
    monkeypatch.setattr(hashers, "_PATIENCE", 0.01)
    with hashers._turn():
        for _ in range(5):
            with pytest.raises(Busy):
                make_password(_PASSWORD)
    assert make_password(_PASSWORD)


def test_four_people_sign_in_at_once_and_a_thread_of_the_web_process_stays_free() -> None:
    most = hashers._COMPUTING_OR_WAITING._initial_value  # type: ignore[attr-defined]
    assert settings.SIGNET.argon2_concurrency <= most < settings.SIGNET.web_threads
    assert most >= 4


def test_a_failure_inside_gives_the_turn_back() -> None:
    for _ in range(10):
        with pytest.raises(ValueError, match="salt"):
            get_hasher("pbkdf2_sha256").encode(_PASSWORD, "")
    assert check_password(_PASSWORD, make_password(_PASSWORD))
