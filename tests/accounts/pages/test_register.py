"""Registration from the first page to the session."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AuditEvent, OutboxMessage, Registration, Session, User
from accounts.notifications.email import compose
from tests.accounts.joining import (
    NEW,
    TERMS,
    allow,
    ask,
    code_for,
    join,
    link_for,
    mail_to,
    open_house,
)
from tests.accounts.surfer import Surfer, Tab, make_person

__all__ = ["open_house"]
pytestmark = pytest.mark.django_db


def outside(text: str) -> str:
    """A page without what differs anyway: its CSRF tokens and the footer."""
    parts = text.split('csrfmiddlewaretoken" value="')
    text = "".join([parts[0], *(one.partition('"')[2] for one in parts[1:])]).split("<footer>")[0]
    return re.sub(r'data-wait="\d+"|\d+ seconds? ago|now', "a moment", text)


@pytest.mark.usefixtures("open_house")
def test_from_the_link_on_the_login_page_to_the_page_that_was_wanted() -> None:
    surfer = Surfer()
    login = surfer.open("/account/sessions")
    form = surfer.open(login.link("register"))
    waiting = form.send(email="Cleo@Example.com", name="  Cleo   Patra ", new_password=NEW)
    assert waiting.shows("register-code")
    assert "Cleo@Example.com" in waiting.text
    assert not User.objects.exists()
    assert not surfer.is_signed_in()
    end = waiting.send(otp_token=f" {code_for('Cleo@Example.com')} ")
    assert end.url == "/account/sessions"
    assert end.status == 200
    cleo = User.objects.get()
    assert (cleo.username, cleo.email, cleo.name) == ("cleo", "Cleo@Example.com", "Cleo Patra")
    assert (cleo.email_verified, cleo.locale, cleo.approval) == (True, "en", "")
    assert Session.objects.get().amr == ["pwd"]
    assert AuditEvent.objects.filter(name="registered", subject=cleo).count() == 1
    # And they know their password.
    assert Surfer().sign_in("cleo@example.com", NEW).status == 200


@pytest.mark.usefixtures("open_house")
def test_neither_password_nor_address_can_be_read_from_the_row() -> None:
    ask(Surfer())
    row = Registration.objects.values().get()
    assert "cleo" not in str(row)
    assert NEW not in str(row)
    assert link_for("cleo@example.com").split("token=")[1] not in str(row)


@pytest.mark.parametrize(
    ("mode", "status", "link"),
    [("closed", 403, False), ("invite", 403, True), ("open", 200, True), ("approval", 200, True)],
)
def test_who_may_join(settings: Any, mode: str, status: int, link: bool) -> None:
    allow(settings, mode)
    surfer = Surfer()
    assert surfer.open("/register").status == status
    assert surfer.open("/account/sessions").shows("register") is link
    posted = surfer.post("/register", {"email": "cleo@example.com", "new_password": NEW})
    assert posted.status == 403  # without a token, or because nobody may
    assert not Registration.objects.exists()


def test_only_the_allowed_domains_and_not_what_looks_like_them(settings: Any) -> None:
    allow(settings, "domains", registration_domains=("example.com", "firma.test"))
    for address in ("a@evil.test", "a@example.com.evil.test", "a@sub.example.com", "a@xample.com"):
        page = ask(Surfer(), address)
        assert page.status == 400
        assert "example.com, firma.test" in page.text
    assert not Registration.objects.exists()
    assert ask(Surfer(), "a@EXAMPLE.com").shows("register-code")


def test_a_house_that_closed_meanwhile_makes_no_account(settings: Any) -> None:
    allow(settings)
    waiting = ask(Surfer())
    allow(settings, "closed")
    page = waiting.send(otp_token=code_for("cleo@example.com"))
    assert page.status == 403
    assert not User.objects.exists()


@pytest.mark.usefixtures("open_house")
@pytest.mark.parametrize(
    "fields",
    [
        {"email": ""},
        {"email": "no address"},
        {"email": "a" * 320 + "@example.com"},
        {"email": "bob@example.com\r\nBcc: x@evil.test"},
        {"email": "bob@example.com,x@evil.test"},
        {"email": '"bob"@example.com'},
        {"email": "bo\u200bb@example.com"},
        {"email": "<script>@example.com"},
        {"new_password": ""},
        {"new_password": "short"},
        {"new_password": "passwordpassword"},
        {"new_password": "x" * 2_000},
        {"name": "n" * 300},
        {"name": "a\0b"},
    ],
)
def test_what_cannot_be_is_said_at_the_field_case_271(fields: dict[str, str]) -> None:
    page = ask(Surfer(), **{"address": fields.pop("email", "cleo@example.com"), **fields})
    assert page.status == 400
    assert 'class="error"' in page.text
    assert "<script>@" not in page.text
    assert not Registration.objects.exists()
    assert not OutboxMessage.objects.exists()


@pytest.mark.usefixtures("open_house")
def test_a_name_that_is_an_advertisement_reaches_no_mail_case_271() -> None:
    ask(Surfer(), name="Win at https://evil.test now")
    mail = compose(mail_to("cleo@example.com"))
    assert mail.to == ["cleo@example.com"]
    assert "evil.test" not in str(mail.message())


@pytest.mark.usefixtures("open_house")
def test_a_known_address_looks_like_an_unknown_one_case_258(bob: User) -> None:
    make_person("off", is_active=False)
    pages: list[tuple[int, set[str], str]] = []
    for address in ("nix@example.com", "bob@example.com", "off@example.com", "BOB@Example.COM"):
        tab = ask(Surfer(), address)
        wrong = tab.send(otp_token="000000")
        for page in (tab, wrong):
            text = outside(page.text).replace(address, "…")
            pages.append((page.status, set(page.response.headers), text))
    assert len({one[0] for one in pages[::2]}) == len({one[2] for one in pages[::2]}) == 1
    assert len({one[0] for one in pages[1::2]}) == len({one[2] for one in pages[1::2]}) == 1
    assert {str(sorted(one[1])) for one in pages[::2]} == {str(sorted(pages[0][1]))}
    assert Registration.objects.count() == 4
    assert User.objects.count() == 2


@pytest.mark.usefixtures("open_house")
def test_a_known_address_is_told_by_mail_alone_and_gets_no_code(bob: User) -> None:
    ask(Surfer(), "bob@example.com")
    message = mail_to("bob@example.com")
    assert message.purpose == "registration_known"
    mail = compose(message)
    assert "/password/forgot" in str(mail.body)
    assert message.context["code"] not in str(mail.message())
    assert "/register/confirm" not in str(mail.message())


@pytest.mark.usefixtures("open_house")
def test_whoever_joined_meanwhile_keeps_the_address_case_270() -> None:
    """Two browsers ask for one address; the second proof finds the account of the first."""
    first, second = Surfer(), Surfer()
    one = ask(first)
    code, other_link = code_for("cleo@example.com"), ""
    wanted = "/register?next=/account/sessions"
    two = ask(second, "CLEO@example.com", wanted, new_password="quite another sentence")
    other_code, other_link = code_for("CLEO@example.com"), link_for("CLEO@example.com")
    assert one.send(otp_token=code).url == "/"
    cleo = User.objects.get()
    late = two.send(otp_token=other_code)
    assert late.shows("account-exists")
    assert late.link("sign-in") == "/account/sessions"
    assert not second.is_signed_in()
    assert Surfer().open(other_link).send().shows("account-exists")
    assert User.objects.get() == cleo
    assert User.objects.get().check_password(NEW)


@pytest.mark.usefixtures("open_house")
def test_budgets_show_nowhere_case_264(bob: User) -> None:
    for address in ("cleo@example.com", "bob@example.com"):
        tabs = [ask(Surfer(address="198.51.100.7"), address) for _ in range(7)]
        assert {tab.status for tab in tabs} == {200}
        assert len({outside(tab.text) for tab in tabs}) == 1
        sent = [one for one in OutboxMessage.objects.all() if one.recipient == address]
        assert len(sent) == 4


@pytest.mark.usefixtures("open_house")
def test_a_stranger_who_registers_bobs_address_spends_nothing_of_bobs(bob: User) -> None:
    for _ in range(8):
        ask(Surfer(), "bob@example.com")
    assert Surfer().sign_in("bob").status == 200
    Surfer().open("/password/forgot").send(email="bob@example.com")
    assert mail_to("bob@example.com").purpose == "password_reset"


@pytest.mark.usefixtures("open_house")
def test_at_most_five_guesses_at_one_code_case_273() -> None:
    waiting = ask(Surfer())
    code = code_for("cleo@example.com")
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert waiting.send(otp_token=wrong).status == 400
    assert waiting.send(otp_token=code).status == 400
    assert not User.objects.exists()


@pytest.mark.usefixtures("open_house")
def test_guesses_are_bounded_over_codes_case_273() -> None:
    surfer = Surfer()
    waiting = ask(surfer)
    statuses = [waiting.send(otp_token="1").status for _ in range(12)]
    assert statuses == [400] * 10 + [429] * 2


@pytest.mark.usefixtures("open_house")
def test_a_form_sent_twice_is_one_registration_and_one_mail() -> None:
    surfer = Surfer()
    form = surfer.open("/register")
    first = form.send(email="cleo@example.com", new_password="the first of two sentences")
    second = form.send(email="CLEO@example.com", new_password=NEW)
    assert first.url == second.url
    assert Registration.objects.count() == OutboxMessage.objects.count() == 1
    assert second.send(otp_token=code_for("cleo@example.com")).url == "/"
    assert User.objects.get().check_password(NEW)


@pytest.mark.usefixtures("open_house")
def test_send_again_waits_a_little_and_then_voids_the_older_code() -> None:
    surfer = Surfer()
    waiting = ask(surfer)
    first = code_for("cleo@example.com")
    assert waiting.send(again="1").shows("register-code")
    assert OutboxMessage.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=True):
        waiting.send(again="1")
        assert OutboxMessage.objects.count() == 2
        if first != code_for("cleo@example.com"):
            assert waiting.send(otp_token=first).status == 400
        assert waiting.send(otp_token=code_for("cleo@example.com")).url == "/"


@pytest.mark.usefixtures("open_house")
def test_the_waiting_page_is_of_its_own_browser() -> None:
    waiting = ask(Surfer())
    stranger = Surfer()
    page = stranger.open(waiting.url)
    assert not page.shows("register-code")
    assert "cleo@example.com" not in page.text


@pytest.mark.usefixtures("open_house")
def test_the_finished_page_signs_in_nobody_again() -> None:
    surfer = Surfer()
    waiting = ask(surfer)
    waiting.send(otp_token=code_for("cleo@example.com"))
    surfer.open("/sign-out").send()
    assert not surfer.is_signed_in()
    assert waiting.reload().shows("submit-login")
    waiting.send(otp_token=code_for("cleo@example.com"))
    assert not surfer.is_signed_in()


@pytest.mark.usefixtures("open_house")
def test_the_code_sent_twice_ends_where_the_first_did() -> None:
    surfer = Surfer()
    waiting = ask(surfer, url="/register?next=/account/sessions")
    code = code_for("cleo@example.com")
    assert waiting.send(otp_token=code).url == "/account/sessions"
    # The CSRF token of the first page is over; all the same it goes on.
    assert waiting.send(otp_token=code).url == "/account/sessions"
    assert surfer.open(waiting.url).url == "/account/sessions"
    assert User.objects.count() == 1


@pytest.mark.usefixtures("open_house")
def test_a_stale_csrf_token_at_the_code_shows_the_page_again_and_uses_nothing_up() -> None:
    surfer = Surfer()
    waiting = ask(surfer)
    stored = surfer.client.session
    stored["_csrftoken"] = "x" * 32
    stored.save()
    again = waiting.send(otp_token=code_for("cleo@example.com"))
    assert "out of date" in again.text
    assert not User.objects.exists()
    assert again.send(otp_token=code_for("cleo@example.com")).url == "/"


@pytest.mark.usefixtures("open_house")
def test_a_page_left_open_for_a_day_still_registers_and_leads_back() -> None:
    surfer = Surfer()
    form = surfer.open(surfer.open("/account/sessions").link("register"))
    with time_machine.travel(timezone.now() + timedelta(hours=30), tick=True):
        waiting = form.send(email="cleo@example.com", new_password=NEW)
        assert waiting.shows("register-code")
        assert waiting.send(otp_token=code_for("cleo@example.com")).url == "/account/sessions"


@pytest.mark.usefixtures("open_house")
def test_a_waiting_page_left_open_for_a_day_begins_again_for_the_same_page() -> None:
    surfer = Surfer()
    waiting = ask(surfer, url="/register?next=/account/sessions")
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=True):
        form = waiting.reload()
        assert form.shows("register-form")
        assert "begin again" in form.text
        again = form.send(email="cleo@example.com", new_password=NEW)
        assert again.send(otp_token=code_for("cleo@example.com")).url == "/account/sessions"


@pytest.mark.usefixtures("open_house")
def test_hours_later_the_password_is_asked_for_at_the_page_that_was_wanted() -> None:
    surfer = Surfer()
    waiting = ask(surfer, url="/register?next=/account/sessions")
    with time_machine.travel(timezone.now() + timedelta(hours=3), tick=True):
        waiting.send(again="1")
        end = waiting.send(otp_token=code_for("cleo@example.com"))
        assert end.shows("submit-login")
        assert User.objects.count() == 1
        assert end.sign_in("cleo", NEW).url == "/account/sessions"


@pytest.mark.usefixtures("open_house")
def test_a_stale_csrf_token_shows_the_form_again_with_what_was_typed() -> None:
    surfer = Surfer()
    form = surfer.open("/register")
    surfer.client.cookies.clear()
    page = form.send(email="cleo@example.com", name="Cleo", new_password=NEW)
    assert page.status == 403
    assert page.shows("register-form")
    assert 'value="cleo@example.com"' in page.text
    assert NEW not in page.text
    waiting = page.send(email="cleo@example.com", new_password=NEW)
    assert waiting.shows("register-code")


@pytest.mark.usefixtures("open_house")
def test_next_is_a_path_of_ours() -> None:
    surfer = Surfer()
    waiting = ask(surfer, url="/register?next=https://evil.test/x")
    assert waiting.send(otp_token=code_for("cleo@example.com")).url == "/"


def test_terms_are_accepted_with_their_version(settings: Any) -> None:
    allow(settings, terms_url=TERMS, terms_version="2026-11")
    surfer = Surfer()
    form = surfer.open("/register")
    assert TERMS in form.text
    refused = form.send(email="cleo@example.com", new_password=NEW)
    assert refused.status == 400
    assert not Registration.objects.exists()
    end: Tab = join(surfer, terms="on")
    assert end.url == "/"
    cleo = User.objects.get()
    assert cleo.terms_version == "2026-11"
    assert cleo.terms_accepted_at is not None


def test_terms_of_a_page_from_yesterday_are_not_the_ones_of_today(settings: Any) -> None:
    allow(settings, terms_url=TERMS, terms_version="2026-11")
    page = Surfer().open("/register")
    allow(settings, terms_url=TERMS, terms_version="2026-12")
    again = page.send(email="cleo@example.com", new_password=NEW, terms="on")
    assert again.status == 400 and "have changed meanwhile" in again.text
    assert "checked" not in again.text
    wait = again.send(email="cleo@example.com", new_password=NEW, terms="on")
    wait.send(otp_token=code_for("cleo@example.com"))
    assert User.objects.get().terms_version == "2026-12"


@pytest.mark.usefixtures("open_house")
def test_each_tab_goes_on_to_the_app_it_came_from() -> None:
    surfer = Surfer()
    tabs = [surfer.open(f"/account/{page}") for page in ("profile", "activity")]
    waiting = [
        surfer.open(tab.link("register")).send(email="cleo@example.com", new_password=NEW)
        for tab in tabs
    ]
    first, second = waiting
    assert first.send(otp_token=code_for("cleo@example.com")).url == "/account/profile"
    assert second.reload().url == "/account/activity"


@pytest.mark.usefixtures("open_house")
def test_a_second_factor_that_everybody_needs_is_not_skipped(settings: Any) -> None:
    allow(settings, "open", second_factor="everybody")
    surfer = Surfer()
    end = join(surfer)
    assert end.url.startswith("/account/factors/add")
    assert not surfer.is_signed_in()
    assert not Session.objects.exists()


@pytest.mark.usefixtures("open_house")
def test_a_deleted_accounts_address_makes_somebody_new_case_286() -> None:
    join(Surfer())
    first = User.objects.get()
    pk, username = first.pk, first.username
    first.delete()
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=True):
        join(Surfer())
    assert User.objects.get().pk != pk
    assert User.objects.get().username == username


@pytest.mark.parametrize("mode", ["open", "approval"])
def test_who_must_wait_for_an_administrator_is_told_beforehand(settings: Any, mode: str) -> None:
    allow(settings, mode)
    assert Surfer().open("/register").shows("is-decided") is (mode == "approval")
