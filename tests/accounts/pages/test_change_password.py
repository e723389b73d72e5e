"""accounts/pages/change_password.py: only with the present one; everywhere else it ends."""

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, OutboxMessage, Session, User
from tests.accounts.surfer import NEW, PASSWORD, Surfer, Tab, make_person
from tests.support import authenticator


def change(tab: Tab, current: str = PASSWORD, new: str = NEW) -> Tab:
    return tab.send(current_password=current, new_password=new)


@pytest.fixture
def page(surfer: Surfer) -> Tab:
    surfer.sign_in()
    return surfer.open("/account/password")


def test_it_keeps_this_session_and_ends_the_others(page: Tab, bob: User) -> None:
    elsewhere = Surfer()
    elsewhere.sign_in()
    saved = change(page)
    assert saved.url == "/account/sign-in" and saved.status == 200
    assert 'role="status"' in saved.text
    assert page.surfer.is_signed_in()
    assert not elsewhere.is_signed_in()
    bob.refresh_from_db()
    assert bob.check_password(NEW)
    assert OutboxMessage.objects.exclude(purpose="new_browser").get().purpose == "password_changed"


@pytest.mark.parametrize("current", ["", "wrong password"])
def test_not_without_the_present_one_case_280(page: Tab, bob: User, current: str) -> None:
    refused = change(page, current)
    assert refused.status == 400
    assert 'aria-describedby="id_current_password_error"' in refused.text
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)


def test_guesses_of_the_present_one_are_limited_and_share_the_logins_budget(page: Tab) -> None:
    statuses = [change(page, f"wrong {number}").status for number in range(11)]
    assert statuses == [400] * 10 + [429]
    assert change(page).status == 429
    page.surfer.open("/sign-out").send()
    assert page.surfer.open("/account/sessions").sign_in().status == 429


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("seven77", "at least 15 characters"),
        ("fourteen chars", "at least 15 characters"),
        ("passwordpassword", "on lists that attackers try first"),
        ("bob@example.com", "should not consist of your name"),
    ],
)
def test_weak_ones_are_refused_with_the_reason_case_282(page: Tab, new: str, words: str) -> None:
    refused = change(page, new=new)
    assert refused.status == 400
    assert words in refused.text
    assert new not in refused.text.split("<footer>")[0].replace("bob@example.com</bdi>", "")


@pytest.mark.parametrize(
    "new",
    [
        "all lower case and no digit",
        "12345 67890 12345 zwei",
        "fünfzehn 🦊🦊🦊🦊🦊🦊 und mehr",
        ("sixty-four characters, with spaces and emoji \U0001f98a " + "x" * 64)[:64],
        "w" + "ö" * 500 + "rt",
    ],
)
def test_no_rules_of_composition_case_282(page: Tab, bob: User, new: str) -> None:
    assert change(page, new=new).url == "/account/sign-in"
    bob.refresh_from_db()
    assert bob.check_password(new)


def test_the_whole_of_a_long_one_counts_and_too_long_is_told_case_227(page: Tab) -> None:
    assert change(page, new="ab" * 513).status == 400
    long = "long enough " + "x" * 1_012
    assert change(page, new=long).status == 200
    fresh = Surfer()
    assert fresh.open("/account/sessions").sign_in(password=long[:-1]).status == 400
    assert fresh.open("/account/sessions").sign_in(password=long).status == 200


def test_a_double_press_says_what_the_first_one_did(page: Tab) -> None:
    change(page)
    again = change(page)
    assert again.status == 200
    assert "Saved." in again.text
    assert AuditEvent.objects.filter(name="password_changed").count() == 1


def _with_factor(bob: User) -> Surfer:
    """Signed in with an authenticator app, hours ago."""
    authenticator.enrolled(bob)
    surfer = Surfer()
    surfer.sign_in().send(otp_token=authenticator.code())
    authenticator.forget_use(bob)
    Session.objects.update(confirmed_at="2020-01-01T00:00:00Z")
    return surfer


def test_without_a_factor_the_present_password_is_proof_enough(page: Tab, bob: User) -> None:
    Session.objects.update(confirmed_at="2020-01-01T00:00:00Z")
    assert page.reload().shows("submit-password")
    assert change(page).url == "/account/sign-in"
    bob.refresh_from_db()
    assert bob.check_password(NEW)


def test_a_page_left_open_asks_for_the_factor_and_changes_nothing_yet_case_284(bob: User) -> None:
    surfer = _with_factor(bob)
    Session.objects.update(confirmed_at=timezone.now())
    page = surfer.open("/account/password")
    Session.objects.update(confirmed_at="2020-01-01T00:00:00Z")
    asked = change(page)
    assert asked.shows("submit-verify")
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)
    back = asked.send(otp_token=authenticator.code())
    assert back.url == "/account/password?once_more=1" and back.shows("submit-password")
    change(back)
    bob.refresh_from_db()
    assert bob.check_password(NEW) and surfer.is_signed_in()


def test_a_change_that_is_forced_is_made_behind_the_factor(bob: User) -> None:
    surfer = _with_factor(bob)
    User.objects.update(must_reset_password=True)
    chosen = surfer.open("/account/password").send(otp_token=authenticator.code())
    assert chosen.url.startswith("/login/new-password")
    chosen.send(new_password=NEW)
    bob.refresh_from_db()
    assert bob.check_password(NEW) and not bob.must_reset_password


def test_who_has_no_password_gets_to_the_link_behind_the_factor(bob: User) -> None:
    surfer = _with_factor(bob)
    bob.set_unusable_password()
    bob.save()
    asked = surfer.open("/account/password")
    assert asked.shows("submit-verify")
    assert asked.send(otp_token=authenticator.code()).shows("by-link")


def test_somebody_without_a_session_signs_in_first(page: Tab) -> None:
    Session.objects.all().close("test")
    assert change(page).shows("submit-login")


def test_the_account_named_is_the_one_it_acts_for(surfer: Surfer, page: Tab) -> None:
    assert "bob@example.com" in page.text
    assert 'autocomplete="username" value="bob"' in page.text
    make_person("carol")
    assert "carol" not in page.reload().text


@pytest.mark.parametrize(
    "field", ["is_staff", "is_superuser", "email", "email_verified", "id", "groups", "roles"]
)
def test_a_form_sets_nothing_it_does_not_show_case_277(page: Tab, bob: User, field: str) -> None:
    before = User.objects.values()[0]
    page.send(current_password=PASSWORD, new_password=NEW, **{field: "1"})
    after = User.objects.values()[0]
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"password", "password_changed_at", "updated_at", "access_not_before"}


def test_the_well_known_address_leads_here(surfer: Surfer) -> None:
    response = surfer.client.get("/.well-known/change-password")
    assert response.status_code == 302
    assert response.headers["Location"] == "/account/password"


def test_the_page_says_what_a_new_password_needs_and_leads_back(page: Tab) -> None:
    for shown in (page, change(page, "wrong password")):
        assert "At least 15 characters. A few unrelated words make a good password." in shown.text
        assert shown.link("back") == "/account/sign-in"
        assert shown.link("forgot-password") == "/password/forgot"
