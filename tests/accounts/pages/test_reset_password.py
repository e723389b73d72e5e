"""accounts/pages/reset_password.py: opening consumes nothing, saving once."""

import re
from datetime import timedelta

import time_machine
from django.contrib.sessions.models import Session as CookieRow
from django.test import RequestFactory
from django.utils import timezone

from accounts.actions.reset_password import send_link
from accounts.models import OutboxMessage, Session, User
from accounts.notifications.email import compose
from tests.accounts.surfer import NEW, PASSWORD, Surfer, Tab, make_person

NOT_VALID = "This link no longer works"


def ask(surfer: Surfer, address: str = "bob@example.com", page: Tab | None = None) -> Tab:
    page = page or surfer.open("/password/forgot")
    sent = page.send(email=address)
    assert sent.shows("reset-sent")
    return sent


def mailed_link() -> str:
    """The path of the link in the last mail."""
    mail = compose(OutboxMessage.objects.filter(purpose="password_reset").latest("created_at"))
    found = re.search(r"http://localhost:8000(/password/reset\?\S+)", str(mail.body))
    assert found
    return found[1]


def test_the_whole_way(surfer: Surfer, bob: User) -> None:
    ask(surfer)
    page = surfer.open(mailed_link())
    assert page.url == "/password/reset"
    assert "bob@example.com" in page.text
    bob.refresh_from_db()
    assert not bob.email_verified  # mail programs open links too
    done = page.send(new_password=NEW)
    assert done.shows("reset-done")
    bob.refresh_from_db()
    assert bob.email_verified
    assert not surfer.is_signed_in()
    assert Surfer().open("/account/sessions").sign_in(password=PASSWORD).status == 400
    surfer.sign_in(password=NEW)
    assert surfer.is_signed_in()


def test_the_way_back_is_to_the_sign_in_it_interrupted(surfer: Surfer) -> None:
    login = surfer.open("/account/password")
    forgot = surfer.open(login.link("forgot-password"))
    sent = ask(surfer, page=forgot)
    assert "/login?login=" in sent.text
    done = surfer.open(mailed_link()).send(new_password=NEW)
    way_back = re.search(r'class="button primary" href="([^"]+)"', done.text)
    assert way_back
    back = surfer.open(way_back[1].replace("&amp;", "&"))
    assert back.sign_in(password=NEW).url == "/account/password"


def test_the_way_back_in_another_browser_is_the_home_page(surfer: Surfer) -> None:
    login = surfer.open("/account/password")
    ask(surfer, page=surfer.open(login.link("forgot-password")))
    done = Surfer().open(mailed_link()).send(new_password=NEW)
    assert 'class="button primary" href="/"' in done.text


def test_opening_the_link_a_hundred_times_consumes_nothing(surfer: Surfer, bob: User) -> None:
    ask(surfer)
    link = mailed_link()
    for _ in range(10):
        scanner = Surfer()
        assert scanner.client.head(link).status_code == 303
        assert scanner.open(link).status == 200
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)
    assert surfer.open(link).send(new_password=NEW).shows("reset-done")


def test_the_token_leaves_the_address_and_no_referrer_goes_out_case_260(surfer: Surfer) -> None:
    ask(surfer)
    first = surfer.client.get(mailed_link())
    assert first.status_code == 303
    assert first.headers["Location"] == "/password/reset"
    page = surfer.open(mailed_link())
    for response in (first, page.response):
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"
    assert "token=" not in page.text
    assert not re.search(r'(src|href)="(https?:)?//', page.text)


def test_a_used_link_is_over_case_256(surfer: Surfer, bob: User) -> None:
    ask(surfer)
    link = mailed_link()
    surfer.open(link).send(new_password=NEW)
    other = Surfer().open(link)
    assert other.status == 400 and NOT_VALID in other.text
    bob.refresh_from_db()
    assert bob.check_password(NEW)


def test_a_newer_link_voids_the_older_case_256(surfer: Surfer, bob: User) -> None:
    ask(surfer)
    older = mailed_link()
    open_page = surfer.open(older)
    ask(surfer)
    newer = mailed_link()
    assert older != newer
    again = open_page.send(new_password=NEW)
    assert again.status == 400 and NOT_VALID in again.text
    assert Surfer().open(older).status == 400
    assert Surfer().open(newer).status == 200


def test_the_link_lives_an_hour_case_256(surfer: Surfer) -> None:
    ask(surfer)
    link = mailed_link()
    with time_machine.travel(timezone.now() + timedelta(minutes=59), tick=True):
        assert Surfer().open(link).status == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=True):
        assert NOT_VALID in Surfer().open(link).text


def test_a_login_since_where_it_was_asked_for_voids_the_link_case_256(surfer: Surfer) -> None:
    ask(surfer)
    link = mailed_link()
    surfer.sign_in()
    assert NOT_VALID in Surfer().open(link).text


def test_a_stranger_with_the_password_voids_no_link_of_the_owner(surfer: Surfer, bob: User) -> None:
    ask(surfer)
    link = mailed_link()
    Surfer().sign_in()
    surfer.open(link).send(new_password=NEW)
    bob.refresh_from_db()
    assert bob.check_password(NEW)


def test_no_login_voids_a_link_that_an_administrator_had_sent(bob: User) -> None:
    surfer = Surfer()
    surfer.sign_in()
    request = RequestFactory().post("/")
    request.session = surfer.client.session
    send_link(request, bob, bob.email, actor=make_person("ada"))
    surfer.sign_in()
    assert surfer.open(mailed_link()).status == 200


def test_another_address_voids_the_link_case_256(surfer: Surfer, bob: User) -> None:
    ask(surfer)
    link = mailed_link()
    bob.email = "bob@elsewhere.test"
    bob.save()
    assert NOT_VALID in surfer.open(link).text


def test_a_disabled_person_has_no_link_case_256(surfer: Surfer, bob: User) -> None:
    ask(surfer)
    link = mailed_link()
    User.objects.update(is_active=False)
    assert NOT_VALID in surfer.open(link).text


def test_a_damaged_link_is_an_answer(surfer: Surfer) -> None:
    ask(surfer)
    link = mailed_link()
    for broken in (link[:-1], link + "x", "/password/reset?token=", "/password/reset?token=%ff"):
        page = surfer.open(broken)
        assert page.status == 400 and NOT_VALID in page.text
    page = surfer.open("/password/reset")
    assert page.status == 400 and page.shows("forgot-password")


def test_all_sessions_end_and_the_person_is_told_case_263(surfer: Surfer, bob: User) -> None:
    elsewhere = Surfer()
    elsewhere.sign_in()
    ask(surfer)
    surfer.open(mailed_link()).send(new_password=NEW)
    assert not elsewhere.is_signed_in()
    assert Session.objects.get().end_reason == "password_reset"
    told = OutboxMessage.objects.get(purpose="password_changed")
    assert told.recipient == "bob@example.com"
    assert NEW not in str(compose(told).body)


def test_a_double_press_ends_where_the_first_one_did(surfer: Surfer) -> None:
    ask(surfer)
    page = surfer.open(mailed_link())
    page.send(new_password=NEW)
    assert page.send(new_password=NEW).shows("reset-done")
    assert page.reload().shows("reset-done")


def test_a_new_link_after_a_used_one_in_the_same_browser_works(surfer: Surfer) -> None:
    ask(surfer)
    surfer.open(mailed_link()).send(new_password=NEW)
    ask(surfer)
    page = surfer.open(mailed_link())
    assert page.send(new_password="one more long sentence").shows("reset-done")


def test_the_page_says_what_is_asked_of_it(surfer: Surfer) -> None:
    ask(surfer)
    page = surfer.open(mailed_link())
    assert "At least 15 characters. A few unrelated words make a good password." in page.text


def test_a_weak_password_is_refused_and_the_link_lives_on(surfer: Surfer) -> None:
    ask(surfer)
    page = surfer.open(mailed_link()).send(new_password="short")
    assert page.status == 400
    assert "at least 15 characters" in page.text
    assert re.search(r'aria-describedby="[^"]*\bid_new_password_error"', page.text)
    assert page.send(new_password=NEW).shows("reset-done")


def test_neither_cookie_table_nor_mailbox_table_holds_a_usable_token_case_265(
    surfer: Surfer,
) -> None:
    ask(surfer)
    token = mailed_link().partition("token=")[2]
    surfer.open(mailed_link())
    assert surfer.cookie not in str(list(CookieRow.objects.values()))
    assert token not in str(OutboxMessage.objects.values_list("context"))
    assert NOT_VALID in Surfer().open(f"/password/reset?token={token[:-6]}AAAAAA").text


def test_a_link_for_one_person_changes_only_that_person_case_270(surfer: Surfer, bob: User) -> None:
    make_person("mallory")
    mallory = Surfer()
    mallory.sign_in("mallory")
    ask(surfer)
    mallory.open(mailed_link()).send(new_password=NEW)
    bob.refresh_from_db()
    assert bob.check_password(NEW)
    assert User.objects.get(username="mallory").check_password(PASSWORD)
    assert mallory.is_signed_in()


def test_whoever_reads_the_database_finds_no_link_that_works(surfer: Surfer, bob: User) -> None:
    ask(surfer)
    link = mailed_link()
    surfer.open(link)
    token = link.partition("token=")[2]
    rows = [row.get_decoded() for row in CookieRow.objects.all()]
    assert any("reset_password" in row for row in rows)
    assert not any(token in str(row) or token.replace("%3A", ":") in str(row) for row in rows)


def test_a_new_password_lets_the_owner_in_whatever_strangers_spent_case_222(
    surfer: Surfer, bob: User
) -> None:
    page = surfer.open("/account/sessions")
    for _ in range(6):
        page = page.sign_in(password="wrong wrong wrong wrong")
    assert page.sign_in().status == 429
    for _ in range(34):
        stranger = Surfer().open("/account/sessions")
        stranger.sign_in(password="wrong wrong wrong wrong")
    assert Surfer().open("/account/sessions").sign_in().status == 429
    ask(surfer)
    surfer.open(mailed_link()).send(new_password=NEW)
    surfer.sign_in(password=NEW)
    assert surfer.is_signed_in()
