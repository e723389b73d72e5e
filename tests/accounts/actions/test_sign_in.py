"""accounts/actions/sign_in.py: budgets, hashes, and nothing that tells accounts apart."""

import time
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from django.contrib.auth.hashers import (
    BCryptSHA256PasswordHasher,
    PBKDF2PasswordHasher,
    ScryptPasswordHasher,
    make_password,
)
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.sign_in import password_state, sign_in
from accounts.errors import NotRecognised, TooManyAttempts
from accounts.foreign_hashes import slowest_in_use
from accounts.hashers import Argon2Hasher
from accounts.models import (
    AuditEvent,
    Browser,
    PendingLogin,
    SelfRecovery,
    Session,
    TrustedBrowser,
    User,
)
from tests.accounts.surfer import PASSWORD, Surfer, make_person
from tests.support.authenticator import enrolled


def _from(address: str) -> HttpRequest:
    request = RequestFactory().post("/login", REMOTE_ADDR=address)
    request.session = SessionBase()
    return request


def guesses(surfer: Surfer, count: int, name: str = "bob") -> list[int]:
    page = surfer.open("/account/sessions")
    return [page.sign_in(name, f"wrong guess {number}").status for number in range(count)]


def test_guessing_is_limited_and_the_owner_gets_in_case_217(bob: User) -> None:
    home = Surfer()
    home.sign_in()
    home.open("/sign-out").send()
    attacker = Surfer()
    statuses = guesses(attacker, 101)
    assert statuses.index(429) < 20
    assert set(statuses[statuses.index(429) :]) == {429}
    # The right password behind the limit is not looked at: the same answer as a wrong one.
    page = attacker.open("/account/sessions").sign_in()
    assert page.status == 429
    assert int(page.response.headers["Retry-After"]) > 0
    assert not attacker.is_signed_in()
    # The owner's own browser has a budget of its own.
    home.sign_in()
    assert home.is_signed_in()


def test_a_name_without_an_account_is_limited_alike_case_217(db: None) -> None:
    unknown = guesses(Surfer(), 10, "nobody")
    make_person("bob")
    assert unknown == guesses(Surfer(), 10)


def test_many_addresses_share_the_accounts_budget_case_222(bob: User) -> None:
    for number in range(40):
        with pytest.raises(NotRecognised):
            sign_in(_from(f"10.9.{number}.1"), "bob", "wrong password")
    with pytest.raises(TooManyAttempts):
        sign_in(_from("10.9.99.1"), "bob", PASSWORD)


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP"],
)
def test_invented_addresses_change_nothing_case_219(bob: User, header: str) -> None:
    surfer = Surfer()
    page = surfer.open("/account/sessions")
    token = page.text.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    name = "HTTP_" + header.upper().replace("-", "_")
    statuses = []
    for number in range(10):
        data = {"username": "bob", "password": f"no {number}", "csrfmiddlewaretoken": token}
        given = f"203.0.113.{number}" if number % 2 else "a"
        statuses.append(surfer.post(page.url, data, **{name: given}).status)
    assert statuses == [400] * 6 + [429] * 4


def test_addresses_of_one_ipv6_network_are_one_case_219(bob: User) -> None:
    statuses = [guesses(Surfer(f"2001:db8:1:2::{number:x}"), 1)[0] for number in range(1, 11)]
    assert statuses == [400] * 6 + [429] * 4


def test_success_gives_the_budget_back(surfer: Surfer) -> None:
    assert guesses(surfer, 5) == [400] * 5
    surfer.sign_in()
    assert surfer.is_signed_in()
    assert guesses(Surfer(surfer.client.defaults["REMOTE_ADDR"]), 5) == [400] * 5


@pytest.mark.parametrize(
    "hasher", [PBKDF2PasswordHasher, ScryptPasswordHasher, BCryptSHA256PasswordHasher]
)
def test_foreign_hashes_are_accepted_and_replaced(bob: User, hasher: type) -> None:
    made = hasher()
    User.objects.update(password=made.encode(PASSWORD, made.salt()))
    surfer = Surfer()
    assert surfer.open("/account/sessions").sign_in(password="wrong one").status == 400
    surfer.sign_in()
    assert surfer.is_signed_in()
    bob.refresh_from_db()
    assert bob.password.startswith("argon2$argon2id$")


def test_cheaper_argon2_is_hashed_again_at_the_login(bob: User) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    User.objects.update(password=f"argon2{cheap}")
    Surfer().sign_in()
    bob.refresh_from_db()
    assert "$m=19456,t=2,p=1$" in bob.password


def _cheap_hash() -> str:
    return f"argon2{PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)}"


def _half_done(user: User, state: str) -> PendingLogin:
    return PendingLogin.objects.create(
        user=user,
        browser=Browser.objects.create(),
        password_state=state,
        next_url="/",
        expires_at=timezone.now() + timedelta(hours=1),
    )


def test_what_stands_on_the_password_outlives_a_better_hash_of_it(bob: User) -> None:
    User.objects.update(password=_cheap_hash())
    bob.refresh_from_db()
    enrolled(bob)
    now = timezone.now()
    waiting = SelfRecovery.objects.create(
        user=bob,
        cancel_digest="c",
        password_state=password_state(bob),
        ready_at=now,
        expires_at=now + timedelta(days=1),
    )
    trusted = TrustedBrowser.objects.create(
        user=bob,
        browser=Browser.objects.create(),
        password_state=password_state(bob),
        expires_at=now + timedelta(days=1),
    )
    half_done = _half_done(bob, password_state(bob))
    Surfer().sign_in()
    bob.refresh_from_db()
    assert "$m=19456,t=2,p=1$" in bob.password
    for row in (waiting, trusted, half_done):
        row.refresh_from_db()
        assert row.password_state == password_state(bob)


def test_what_stood_on_another_password_is_not_revived_by_a_better_hash(bob: User) -> None:
    User.objects.update(password=_cheap_hash())
    over = _half_done(bob, "of a password before")
    Surfer().sign_in()
    over.refresh_from_db()
    assert over.password_state == "of a password before"


def test_long_passwords_count_to_their_end_case_227(bob: User) -> None:
    long = "x" * 71 + "correct horse battery" + "y" * 900
    User.objects.update(password=make_password(long))
    assert Surfer().sign_in("bob", long[:-1] + "z").status == 400
    assert Surfer().sign_in("bob", long[:72]).status == 400
    assert Surfer().sign_in("bob", long).url == "/account/sessions"


def test_a_password_beyond_any_is_refused_without_hashing_case_227(surfer: Surfer) -> None:
    page = surfer.open("/account/sessions")
    begun = time.perf_counter()
    assert page.sign_in(password="e\u0301" * 2_000).status == 400
    assert time.perf_counter() - begun < 0.3


def test_a_nul_in_name_or_password_is_a_failure_case_227(surfer: Surfer) -> None:
    page = surfer.open("/account/sessions")
    assert page.sign_in(password=PASSWORD + "\0").status == 400
    assert page.sign_in("bob\0").status == 400
    assert not surfer.is_signed_in()


def test_one_password_typed_in_two_unicode_forms_is_one_case_282(bob: User) -> None:
    User.objects.update(password=make_password("zwölf schöne Wörter"))
    assert (
        Surfer().sign_in("bob", "zwo\u0308lf scho\u0308ne Wo\u0308rter").url == "/account/sessions"
    )


def test_every_failure_costs_one_hash_and_the_same_queries_case_216(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Milliseconds are the black-box test's; here is what they are made of."""
    make_person("off", is_active=False)
    make_person("bare", password="!none")
    computed = []
    for method in ("encode", "verify"):
        real = getattr(Argon2Hasher, method)

        def counted(self: Any, *args: Any, real: Any = real) -> Any:
            computed.append(real.__name__)
            return real(self, *args)

        monkeypatch.setattr(Argon2Hasher, method, counted)
    slowest_in_use()  # remembered, so that whose turn it is to look tells nothing
    queries = set()
    for name, password in (
        ("bob", "wrong password"),
        ("nobody", PASSWORD),
        ("off", PASSWORD),
        ("bare", PASSWORD),
    ):
        computed.clear()
        with CaptureQueriesContext(connection) as seen, pytest.raises(NotRecognised):
            sign_in(_from("10.8.7.6"), name, password)
        assert len(computed) == 1, name
        queries.add(len(seen))
    assert len(queries) == 1


def test_each_outcome_is_one_event_case_363(bob: User) -> None:
    surfer = Surfer()
    guesses(surfer, 7)
    surfer = Surfer()
    surfer.sign_in()
    names = list(AuditEvent.objects.order_by("id").values_list("name", flat=True))
    assert names == ["login_failed"] * 6 + ["login_limited", "login"]
    assert AuditEvent.objects.get(name="login").subject == bob
    assert PASSWORD not in str(list(AuditEvent.objects.values()))


def test_the_known_browser_is_known_by_its_cookie_alone(bob: User) -> None:
    home = Surfer()
    home.sign_in()
    home.open("/sign-out").send()
    assert guesses(home, 11) == [400] * 10 + [429]
    assert Session.objects.filter(user=bob).count() == 1
    # A stranger is not held to account for what happened there.
    assert guesses(Surfer(), 1) == [400]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("exists", [True, False])
def test_two_names_of_one_person_share_no_budget_that_would_tell_case_216(exists: bool) -> None:
    if exists:
        make_person("bob")
    surfer = Surfer()
    for _ in range(6):
        assert surfer.sign_in("bob", "wrong wrong wrong wrong").status == 400
    assert surfer.sign_in("bob", "wrong wrong wrong wrong").status == 429
    assert surfer.sign_in("bob@example.com", "wrong wrong wrong wrong").status == 400
