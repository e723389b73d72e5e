"""attacks.md group 18: account self-service, and 267 and 270 of group 17 that belong to it."""

import re
import uuid
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone
from PIL import Image

from accounts.models import (
    AuditEvent,
    Avatar,
    ContactChange,
    MessageDevice,
    OutboxMessage,
    Passkey,
    RecoveryCode,
    Role,
    Session,
    TOTPDevice,
    TrustedBrowser,
    User,
)
from accounts.tasks import delete_accounts
from idp.ground import fetch
from oauth.models import Authorization, Consent, Subject
from tests.accounts.letters import code_to, link_to, to
from tests.accounts.surfer import PASSWORD, Surfer, Tab, make_person
from tests.factories import make_authorization, make_client
from tests.support import authenticator

# The pages that decide who gets in, or let everything out, and a POST each would act upon.
SENSITIVE: dict[str, dict[str, str]] = {
    "/account/email": {"email": "new@people.test"},
    "/account/phone": {"phone_number": "+4915187654321"},
    "/account/username": {"username": "robert"},
    "/account/data": {},
    "/account/delete": {"confirmation": "bob"},
    "/account/not-me": {},
    "/account/factors/authenticator": {},
    "/account/factors/sms": {"phone_number": "+4915187654321"},
    "/account/factors/email": {"begin": "1"},
    "/account/factors/passkey": {"passkey": "{}"},
}
# Of whoever has no second factor the page itself asks the present password.
PASSWORD_PAGE = {
    "/account/password": {"current_password": PASSWORD, "new_password": "an entirely new sentence"}
}
# Only somebody who has a second factor can do anything there.
FACTORS = {
    "/account/sign-in": {"remove": "totp/{pk}"},
    "/account/factors/recovery-codes": {"sealed": "x", "recovery_code": "AAAA-BBBB-CCCC-DDDD"},
}
OTHERS = {
    "/account/profile": {"nickname": "Mallory"},
    "/account/picture": {"remove": "1"},
    "/account/sessions": {"all": "1"},
}


@pytest.fixture
def bob(db: None) -> User:
    return make_person("bob", email_verified=True)


@pytest.fixture
def home(bob: User) -> Surfer:
    surfer = Surfer()
    surfer.sign_in()
    return surfer


def _as_if_on(surfer: Surfer, url: str) -> Tab:
    """A page of this address with good hidden fields, whatever it would show now."""
    return Tab(surfer, url, surfer.open("/account/profile").response)


def everything(user: User) -> dict[str, Any]:
    return User.objects.filter(pk=user.pk).values().get()


def test_a_new_address_is_inert_and_the_old_one_can_undo_case_267(home: Surfer, bob: User) -> None:
    Session.objects.update(confirmed_at="2020-01-01T00:00:00Z")
    assert home.open("/account/email").shows("submit-confirm")
    Session.objects.update(confirmed_at=timezone.now())
    page = home.open("/account/email").send(email="new@people.test")
    assert Surfer().sign_in("new@people.test").status == 400
    Surfer().open("/password/forgot").send(email="new@people.test")
    assert [one.purpose for one in to("new@people.test")] == [
        "email_change",
        "password_reset_unknown",
    ]
    page.send(otp_token=code_to("new@people.test"))
    assert Surfer().sign_in("new@people.test").status == 200
    Surfer().open(link_to("bob@example.com", "email_changed")).send()
    bob.refresh_from_db()
    assert bob.email == "bob@example.com"
    assert Surfer().sign_in("new@people.test").status == 400


def test_an_undo_link_opened_in_anothers_session_touches_only_its_own_case_270(
    home: Surfer, bob: User
) -> None:
    page = home.open("/account/email").send(email="new@people.test")
    page.send(otp_token=code_to("new@people.test"))
    alice = make_person("alice")
    at_alice = Surfer()
    at_alice.sign_in("alice")
    before = everything(alice)
    at_alice.open(link_to("bob@example.com", "email_changed")).send()
    assert everything(alice) == before and at_alice.is_signed_in()
    # Nor can alice type bob's code: it is bound to the browser and the person that asked.
    home.open("/account/sessions").sign_in()
    at_alice.open(page.url).send(otp_token=code_to("new@people.test"))
    assert everything(alice) == before


def test_no_form_sets_more_than_its_fields_case_277(home: Surfer, bob: User) -> None:
    role = Role.objects.create(name="admin")
    more = {
        "is_staff": "on", "is_superuser": "on", "is_active": "", "email": "evil@people.test",
        "email_verified": "on", "phone_number": "+4915187654321", "phone_number_verified": "on",
        "sub": "u_evil", "id": str(uuid.uuid4()), "pk": "1", "groups": "1", "roles": str(role.pk),
        "username_key": "admin", "password": "x", "mfa_enabled": "on", "delete_after": "",
        "attributes": '{"admin": true}', "created_at": "1999-01-01", "approval": "",
        "must_reset_password": "", "terms_version": "9", "picture": "https://evil.test/x.png",
        "address": '{"locality": "X"}', "middle_name": "M", "profile": "https://evil.test/",
    }  # fmt: skip
    before = everything(bob)
    home.open("/account/profile").send(**more, name="Bob")
    after = everything(bob)
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"name", "updated_at"} and after["name"] == "Bob"
    assert not bob.roles.exists() and not bob.groups.exists()
    home.open("/account/username").send(**more, username="robert")
    changed = {name for name, value in everything(bob).items() if value != after[name]}
    assert changed == {"username", "username_key", "updated_at"}


def test_what_is_bobs_is_as_unknown_to_mallory_as_nothing_case_279(home: Surfer, bob: User) -> None:
    change = home.open("/account/email").send(email="new@people.test")
    event = AuditEvent.objects.filter(subject=bob).latest("id")
    session = Session.objects.get(user=bob)
    make_person("mallory")
    mallory = Surfer()
    mallory.sign_in("mallory")
    nothing, theirs = uuid.uuid4(), ContactChange.objects.get(user=bob).pk
    for key in (theirs, nothing):
        page = mallory.open(f"/account/email?change={key}")
        assert page.url == "/account/email" and "new@people.test" not in page.text
    for key in (event.pk, 999_999_999):
        assert not mallory.open(f"/account/not-me?event={key}").shows("reported")
    page = _as_if_on(mallory, "/account/sessions")
    answers = [page.send(session=str(key)).status for key in (session.pk, nothing)]
    assert answers == [404, 404]
    assert str(event.pk) not in re.findall(r"event=(\d+)", mallory.open("/account/activity").text)
    assert change.status == 200 and home.is_signed_in()


def test_the_password_changes_only_with_the_present_one_case_280(home: Surfer, bob: User) -> None:
    page = home.open("/account/password")
    new = "an entirely new sentence"
    assert page.send(new_password=new).status == 400
    assert page.send(current_password="wrong", new_password=new).status == 400
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)
    # Who has none gets one by a link to the mailbox alone, however fresh the session is.
    bob.set_unusable_password()
    bob.save()
    page = home.open("/account/password")
    assert page.shows("by-link") and 'name="new_password"' not in page.text
    home.post("/account/password", {"current_password": "", "new_password": new})
    bob.refresh_from_db()
    assert not bob.has_usable_password()


def test_no_state_changes_across_sites_case_283(home: Surfer, bob: User) -> None:
    before = everything(bob)
    strange = {"HTTP_ORIGIN": "https://evil.test"}
    token = home.open("/account/profile").hidden
    for url, data in {**SENSITIVE, **PASSWORD_PAGE, **FACTORS, **OTHERS}.items():
        home.open(url)
        home.client.get(url, data)
        assert home.client.post(url, data).status_code == 403, url
        assert home.client.post(url, data, **strange).status_code == 403, url
        assert home.client.post(url, data | token, **strange).status_code == 403, url
        body = '{"confirmation": "bob"}'
        plain = home.client.post(url, body, content_type="text/plain")
        assert plain.status_code == 403, url
        for method in ("put", "patch", "delete"):
            answer = getattr(home.client, method)(url)
            assert answer.status_code in (403, 405), url
        override = home.client.get(url, HTTP_X_HTTP_METHOD_OVERRIDE="POST")
        assert override.status_code in (200, 303), url
    assert everything(bob) == before and home.is_signed_in()
    assert not ContactChange.objects.exists()


@pytest.mark.parametrize("url", SENSITIVE)
def test_what_decides_who_gets_in_needs_a_fresh_proof_case_284(
    home: Surfer, bob: User, url: str
) -> None:
    page = home.open(url)
    old = timezone.now() - timedelta(seconds=settings.SIGNET.fresh_for + 1)
    Session.objects.update(confirmed_at=old)
    before = everything(bob)
    assert home.open(url).shows("submit-confirm")
    confirm = page.send(**SENSITIVE[url])
    assert confirm.shows("submit-confirm")
    assert everything(bob) == before and not ContactChange.objects.exists()
    assert not AuditEvent.objects.filter(name__in=["data_exported", "locked_down"]).exists()
    assert confirm.send(password="wrong").status == 400
    back = confirm.send(password=PASSWORD)
    assert back.status == 200 and back.url.startswith(url)


def test_the_list_of_factors_changes_only_with_a_fresh_proof_case_284(
    home: Surfer, bob: User
) -> None:
    page = _as_if_on(home, "/account/sign-in")
    Session.objects.update(confirmed_at="2020-01-01T00:00:00Z")
    assert home.open("/account/sign-in").url == "/account/sign-in"  # looking is free
    for change in ("remove", "rename"):
        assert page.send(**{change: "totp/1"}).shows("submit-confirm"), change


def factors(user: User) -> list[Any]:
    kinds = (TOTPDevice, MessageDevice, Passkey, RecoveryCode, TrustedBrowser)
    return [
        list(kind._default_manager.filter(user=user).order_by("pk").values_list("pk"))
        for kind in kinds
    ]


@pytest.mark.parametrize("spared", [False, True], ids=["too long ago", "trusted browser"])
@pytest.mark.parametrize("url", [*SENSITIVE, *PASSWORD_PAGE, *FACTORS])
def test_the_fresh_proof_of_whoever_has_a_factor_is_that_factor_case_284(
    bob: User, url: str, spared: bool
) -> None:
    device = authenticator.enrolled(bob)
    here = Surfer()
    here.sign_in().send(otp_token=authenticator.code(), trust_browser="on")
    assert here.open(url).url.startswith(url)
    if spared:
        here.open("/sign-out").send()
        here.sign_in()
        assert Session.objects.living().get().amr == ["pwd"]
    else:
        Session.objects.update(confirmed_at="2020-01-01T00:00:00Z")
    authenticator.forget_use(bob)
    before, had = everything(bob), factors(bob)
    every = {**SENSITIVE, **PASSWORD_PAGE, **FACTORS}
    data = {name: value.replace("{pk}", str(device.pk)) for name, value in every[url].items()}
    if url != "/account/sign-in":
        assert here.open(url).shows("submit-verify")
    asked = _as_if_on(here, url).send(**data)
    assert asked.shows("submit-verify")
    # The password is not enough, neither here nor on the page that asks for it alone.
    asked.send(password=PASSWORD, otp_token=PASSWORD)
    confirm = f"/login/confirm?{asked.url.partition('?')[2]}"
    assert here.open(confirm).shows("submit-verify")
    assert everything(bob) == before and factors(bob) == had
    assert not ContactChange.objects.exists()
    assert not OutboxMessage.objects.filter(purpose__in=["code", "password_changed"]).exists()
    back = asked.send(otp_token=authenticator.code())
    assert back.status == 200 and back.url.startswith(url)


def test_after_deletion_nothing_lives_and_nothing_is_inherited_case_286(
    home: Surfer, bob: User
) -> None:
    client = make_client()
    access = make_authorization(client, bob, redeemed=True, offline=True)
    sub = access.subject.sub
    Surfer().open("/password/forgot").send(email=bob.email)
    home.open("/account/delete").send(confirmation="bob")
    User.objects.update(delete_after=timezone.now())
    assert delete_accounts() == 1
    assert not Session.objects.exists() and not Authorization.objects.exists()
    assert not Consent.objects.exists()
    # Mails that waited for the person are gone with them.
    assert [one.purpose for one in OutboxMessage.objects.all()] == ["account_deleted"]
    again = make_person("bob")
    assert again.pk != bob.pk
    anew = make_authorization(client, again)
    assert anew.subject.sub != sub
    assert Subject.objects.get(sub=sub).user_id is None  # kept, so that it never comes again


def test_an_app_or_a_session_ends_without_the_others_case_288(home: Surfer, bob: User) -> None:
    shop, news = make_client(client_name="Shop"), make_client(client_name="News")
    here = Session.objects.get(user=bob)
    gone = make_authorization(shop, bob, session=here, redeemed=True)
    stays = make_authorization(news, bob, session=here, redeemed=True)
    home.open("/apps").send(client=str(shop.pk))
    gone.refresh_from_db()
    stays.refresh_from_db()
    assert gone.revoked_at and not stays.revoked_at
    assert not Consent.objects.filter(client=shop).exists()
    phone = Surfer()
    phone.sign_in()
    there = Session.objects.exclude(pk=here.pk).get(user=bob)
    other = make_authorization(news, bob, session=there, redeemed=True)
    home.open("/account/sessions").send(session=str(there.pk))
    other.refresh_from_db()
    stays.refresh_from_db()
    assert other.revoked_at and not stays.revoked_at and not phone.is_signed_in()


def _png(size: tuple[int, int] = (64, 64)) -> bytes:
    out = BytesIO()
    Image.new("P", size).save(out, "PNG", optimize=True)
    return out.getvalue()


EVIL = {
    "x.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "x.html": b"<html><script>alert(1)</script></html>",
    "bomb.png": _png((30_000, 30_000)),
    "cut.png": _png()[:40],
    "x.bmp": b"BM" + b"\0" * 80,
    "empty.png": b"\0",
}


@pytest.mark.parametrize("name", EVIL)
def test_what_is_no_picture_is_refused_case_290(home: Surfer, bob: User, name: str) -> None:
    file = SimpleUploadedFile(name, EVIL[name], "image/png")
    page = home.open("/account/picture").send(picture=file)  # type: ignore[arg-type]
    assert page.status == 400 and page.shows("picture_error")
    assert not Avatar.objects.exists()


def test_a_polyglot_loses_all_but_its_pixels_case_290(
    home: Surfer, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("an address was fetched")

    monkeypatch.setattr(fetch, "get", never)
    data = _png() + b"<script>alert(1)</script>PK\x03\x04"
    file = SimpleUploadedFile("../../../etc/passwd.html", data, "text/html")
    home.open("/account/picture").send(picture=file)  # type: ignore[arg-type]
    bob.refresh_from_db()
    answer = Client(HTTP_HOST="localhost").get(bob.picture.removeprefix(settings.SIGNET.issuer))
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert b"script" not in answer.content and not answer.cookies
    assert "passwd" not in bob.picture
    page = home.open("/account/picture").send(picture="https://evil.test/x.png")
    assert page.status == 400
    for path in ("/pictures/../x", "/pictures/" + "0" * 64, "/pictures/x'--", "/pictures/%00"):
        assert Client(HTTP_HOST="localhost").get(path).status_code in (400, 404)


def test_every_account_page_is_for_its_person_alone() -> None:
    (mine,) = (
        part
        for part in get_resolver().url_patterns
        if getattr(part, "app_name", None) == "accounts"
    )
    open_ones = {
        str(page.pattern)
        for page in mine.url_patterns
        if isinstance(page, URLPattern)
        and str(page.pattern).startswith("account/")
        and getattr(page.callback, "access", "") == "public"
    }
    # Reached by a secret in a mail, or saying what was done to somebody who is signed out by it, or
    # naming only the people signed in in this very browser; the factor pages are also steps of a
    # login, and look after themselves.
    assert {one for one in open_ones if "factors" not in one} == {
        "account/not-me",
        "account/not-me/mail",
        "account/not-me/done",
        "account/undo",
        "account/deleted",
        "account/switch",
    }
