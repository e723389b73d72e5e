"""A passkey alone opens the account: from the login page, without a name."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.actions.passkey_challenge import LIFETIME
from accounts.models import AuditEvent, Passkey, PendingLogin, Session, User
from tests.accounts.pages.test_passkey import SYNCED, enrolled
from tests.accounts.surfer import Surfer, Tab, make_person
from tests.support.security_key import PRESENT, Authenticator, options_of

PAGE = "/account/sessions"


def send(tab: Tab, answer: str) -> Tab:
    return tab.send(username="", password="", passkey=answer)


@pytest.mark.parametrize("kind", ["hwk", "swk"])
def test_it_is_two_factors_at_once(surfer: Surfer, bob: User, kind: str) -> None:
    key = enrolled(**({"flags": SYNCED} if kind == "swk" else {}))
    page = surfer.open(PAGE)
    assert page.shows("passkey-login")
    before = surfer.cookie
    assert send(page, key.get(page)).url == PAGE
    session = Session.objects.get()
    assert session.user == bob and sorted(session.amr) == sorted([kind, "user", "mfa"])
    assert session.acr == "urn:signet:acr:multi-factor"
    assert surfer.cookie != before


def test_the_page_tells_nothing_of_anybody(surfer: Surfer) -> None:
    enrolled()
    options = options_of(surfer.open(PAGE))
    assert not options.get("allowCredentials")
    assert options["userVerification"] == "required"


def refused_ones(key: Authenticator, page: Tab) -> dict[str, str]:
    stranger = Authenticator(handle=key.handle)
    forger = Authenticator(credential_id=key.credential_id, handle=key.handle)
    plain = Authenticator(credential_id=key.credential_id, handle=key.handle, flags=PRESENT)
    plain.key = key.key
    plain.count = 100
    return {
        "unknown": stranger.get(page),
        "forged": forger.get(page),
        "unverified": plain.get(page),
        "origin": key.get(page, origin="https://evil.test"),
        "challenge": key.get(page, challenge="A" * 43),
        "type": key.get(page, type="webauthn.create"),
        "handle": key.get(page, handle=b"x" * 64),
        "nameless": key.get(page, handle=b""),
    }


def test_every_refusal_says_the_same_words(surfer: Surfer) -> None:
    key = enrolled()
    page = surfer.open(PAGE)
    said = set()
    for name in refused_ones(key, page):
        page = surfer.open(PAGE)
        refused = send(page, refused_ones(key, page)[name])
        assert refused.status == 400, name
        said.add(refused.text.partition('id="passkey-refused"')[2].partition("</div>")[0])
        assert not surfer.is_signed_in(), name
    assert len(said) == 1 and "did not work" in said.pop()
    assert AuditEvent.objects.filter(name="login_failed").count() == 8


def test_a_disabled_person_stays_outside_and_hears_nothing_of_it(surfer: Surfer, bob: User) -> None:
    key = enrolled()
    User.objects.update(is_active=False)
    page = surfer.open(PAGE)
    refused = send(page, key.get(page))
    assert refused.status == 400 and "did not work" in refused.text
    event = AuditEvent.objects.get(name="login_failed")
    assert event.subject == bob and event.reason == "disabled"


def test_who_must_choose_a_new_password_does_so_first(surfer: Surfer) -> None:
    key = enrolled()
    User.objects.update(must_reset_password=True)
    page = surfer.open(PAGE)
    step = send(page, key.get(page))
    assert step.url.startswith("/login/new-password?") and not surfer.is_signed_in()


def test_an_old_challenge_is_refused_and_the_page_has_a_new_one(surfer: Surfer) -> None:
    key = enrolled()
    page = surfer.open(PAGE)
    answer = key.get(page)
    with time_machine.travel(timezone.now() + LIFETIME * 1.1, tick=True):
        late = send(page, answer)
        assert late.status == 400 and not surfer.is_signed_in()
        assert send(late, key.get(late)).url == PAGE


def test_the_answer_of_another_browser_is_worth_nothing(surfer: Surfer) -> None:
    key = enrolled()
    page = surfer.open(PAGE)
    answer = key.get(page)
    other = Surfer()
    assert send(other.open(PAGE), answer).status == 400
    assert not other.is_signed_in()


def test_a_page_whose_login_is_gone_goes_on_to_a_new_one(surfer: Surfer) -> None:
    key = enrolled()
    page = surfer.open(PAGE)
    answer = key.get(page)
    PendingLogin.objects.all().delete()
    fresh = send(page, answer)
    assert fresh.status == 200 and fresh.shows("passkey-login") and fresh.url != page.url


def test_the_password_still_works_beside_it(surfer: Surfer, bob: User) -> None:
    page = surfer.open(PAGE)
    assert page.sign_in(passkey="").url == PAGE


JUNK = [
    "null", "[]", "{}", "5", '"x"', "{", "[" * 19_000, '{"a":' * 3_000, "\x00", "9" * 5_000,
    '{"id":5,"rawId":5,"type":5,"response":5}',
    '{"id":"\\ud800","rawId":"\\ud800","type":"public-key","response":{"clientDataJSON":"\\ud800",'
    '"authenticatorData":"\\ud800","signature":"\\ud800","userHandle":"\\ud800"}}',
    '{"id":"","rawId":"","type":"public-key","response":{"clientDataJSON":"","authenticatorData":"",'
    '"signature":"","attestationObject":"","userHandle":"="}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"W1tb",'
    '"attestationObject":"m_____8","authenticatorData":"AA","signature":"AA"},'
    '"clientExtensionResults":{"credProps":7}}',
    "x" * 30_000,
]  # fmt: skip


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk[:12]))
def test_junk_gets_a_page(surfer: Surfer, junk: str) -> None:
    key = enrolled()
    assert send(surfer.open(PAGE), junk).status == 400
    step = surfer.sign_in()
    assert step.send(passkey=junk).status == 400
    step = surfer.open(step.url)
    step.send(passkey=key.get(step))
    for name in ("x", "", "\x00", "n" * 65):
        assert surfer.open("/account/factors/passkey").send(passkey=junk, name=name).status == 400
    assert Passkey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_uses_of_one_answer_one_counts() -> None:
    make_person("bob")
    key = enrolled(flags=SYNCED)
    surfer = Surfer()
    page = surfer.open(PAGE)
    answer = key.get(page)

    def use(_: int) -> str:
        try:
            tab = Tab(surfer, page.url, page.response)
            return tab.send(follow=False, passkey=answer).response.headers.get("Location", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        went = list(pool.map(use, range(100)))
    assert Session.objects.count() == 1
    assert AuditEvent.objects.filter(name="login").count() == 2  # the enrolment's and this
    assert any(went)
