"""Group 16: second factors, by the pages a browser sees."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import (
    AuditEvent,
    Budget,
    OutboxMessage,
    RecoveryCode,
    Session,
    TOTPDevice,
    TrustedBrowser,
    User,
)
from accounts.notifications.email import compose
from oauth.models import Authorization
from tests.accounts.surfer import NEW, PASSWORD, Surfer, Tab, make_person
from tests.oauth.visitor import make_client, question
from tests.support import authenticator
from tests.support.authenticator import code, forget_use, with_recovery_code

pytestmark = pytest.mark.django_db(transaction=True)
WRONG = "000000"


@pytest.fixture
def bob() -> User:
    person = make_person("bob")
    authenticator.enrolled(person)
    return person


def wrong() -> str:
    """Six digits that are none of the codes around now."""
    near = {code(steps=steps) for steps in range(-4, 5)}
    return next(f"{guess:06}" for guess in range(1_000_000) if f"{guess:06}" not in near)


def factor_page(surfer: Surfer) -> Tab:
    page = surfer.sign_in()
    assert page.shows("submit-verify"), page.text
    return page


def signed_in(bob: User) -> Surfer:
    surfer = Surfer()
    factor_page(surfer).send(otp_token=code())
    assert surfer.is_signed_in()
    forget_use(bob)
    return surfer


def not_fresh() -> None:
    Session.objects.update(confirmed_at=timezone.now() - timedelta(hours=1))


def test_a_cookie_with_half_a_login_is_anonymous_case_235(bob: User) -> None:
    surfer = Surfer()
    page = factor_page(surfer)
    for path in ("/account/sessions", "/account/sign-in", "/apps", "/account/password", "/admin/"):
        assert surfer.open(path).shows("submit-login"), path
    for step in ("/account/factors/add", "/account/factors/recovery-codes", "/login/new-password"):
        query = page.url.partition("?")[2]
        assert surfer.open(f"{step}?{query}").shows("submit-verify"), step
    assert not Session.objects.exists()


def test_a_new_password_cannot_be_chosen_before_the_second_factor_case_235(bob: User) -> None:
    User.objects.update(must_reset_password=True)
    surfer = Surfer()
    query = factor_page(surfer).url.partition("?")[2]
    skipped = surfer.open(f"/login/new-password?{query}")
    assert skipped.shows("submit-verify")
    surfer.post(
        f"/login/new-password?{query}",
        {"new_password": NEW, "csrfmiddlewaretoken": skipped.text.split('token" value="')[1][:64]},
    )
    bob.refresh_from_db()
    assert bob.must_reset_password
    assert bob.check_password(PASSWORD)
    # With the factor the new password comes next, and then the way in.
    page = skipped.send(otp_token=code())
    page.send(new_password=NEW)
    assert surfer.is_signed_in()


def test_a_hundred_wrong_codes_end_the_device_and_the_owner_hears_after_few_case_237(
    bob: User,
) -> None:
    for number in range(100):
        # Each time with the right password, as slowly as every budget (by PostgreSQL's clock) allows.
        Budget.objects.all().delete()
        assert factor_page(Surfer()).send(otp_token=wrong()).status == 400
        if number == 5:
            told = OutboxMessage.objects.filter(purpose="second_factor_failed")
            assert told.count() == 1
    # Guessed away it must not be: the factor is asked for still, and no code is looked at.
    assert TOTPDevice.objects.get().failures == 100
    Budget.objects.all().delete()
    page = factor_page(Surfer())
    assert page.send(otp_token=code()).status == 400
    assert not page.surfer.is_signed_in()
    assert AuditEvent.objects.filter(name="second_factor_disabled").exists()
    assert OutboxMessage.objects.filter(purpose="factor_disabled").count() == 1


def test_the_right_password_gives_no_guesses_back_case_237(bob: User) -> None:
    statuses = []
    surfer = Surfer()
    for _ in range(10):
        statuses.append(factor_page(surfer).send(otp_token=wrong()).status)
    assert statuses[:6] == [400] * 6
    assert set(statuses[6:]) == {429}
    # During the block the right code says the same.
    assert factor_page(surfer).send(otp_token=code()).status == 429


def test_a_code_works_once_wherever_it_is_shown_case_239(bob: User) -> None:
    now = code()
    one, other = factor_page(Surfer()), factor_page(Surfer())
    one.send(otp_token=now)
    assert one.surfer.is_signed_in()
    assert other.send(otp_token=now).status == 400
    not_fresh()
    confirm = one.surfer.open("/account/factors/add")
    assert confirm.shows("submit-verify")
    assert confirm.send(otp_token=now).status == 400
    assert confirm.send(otp_token=code(steps=-1)).status == 400  # older ones neither
    assert not other.surfer.is_signed_in()


@pytest.mark.parametrize("steps", [-3, -2, -1, 0, 1, 2, 3])
def test_one_step_either_way_and_no_more_case_242(bob: User, steps: int) -> None:
    page = factor_page(Surfer())
    with time_machine.travel(timezone.now().replace(second=10), tick=False):
        page.send(otp_token=code(steps=steps))
        assert page.surfer.is_signed_in() == (abs(steps) <= 1)


def test_accepting_the_next_code_early_moves_no_window_case_242(bob: User) -> None:
    with time_machine.travel(timezone.now().replace(second=10), tick=False):
        page = factor_page(Surfer())
        page.send(otp_token=code(steps=1))
        assert page.surfer.is_signed_in()
        assert factor_page(Surfer()).send(otp_token=code(steps=2)).status == 400


def _recover(page: Tab, text: str) -> Tab:
    return page.surfer.open(page.link("use-recovery-code")).send(otp_token=text)


def test_a_recovery_code_works_once_for_its_owner_alone_case_244(bob: User) -> None:
    text = with_recovery_code(bob)
    with_recovery_code(bob, "EEEE-FFFF-GGGG-HHHH")
    assert text not in str(RecoveryCode.objects.values_list("digest", flat=True))
    eve = make_person("eve")
    authenticator.enrolled(eve)
    with_recovery_code(eve, "2222-3333-4444-5555")
    hers = Surfer().open("/account/sessions").sign_in("eve")
    assert _recover(hers, text).status == 400
    page = factor_page(Surfer())
    done = _recover(page, text.lower().replace("-", " "))
    assert page.surfer.is_signed_in()
    assert "You have 1 recovery code left." in done.text
    mail = OutboxMessage.objects.get(purpose="recovery_code_used")
    assert text not in str(compose(mail).message())
    assert _recover(factor_page(Surfer()), text).status == 400


def test_guesses_at_recovery_codes_share_the_budget_case_244(bob: User) -> None:
    with_recovery_code(bob)
    surfer = Surfer()
    statuses = [_recover(factor_page(surfer), f"AAAA-{n:04}").status for n in range(5)]
    statuses.append(factor_page(surfer).send(otp_token=wrong()).status)
    assert statuses == [400] * 6
    assert _recover(factor_page(surfer), "AAAA-BBBB-CCCC-DDDD").status == 429


def test_a_new_set_voids_the_old_one_and_only_when_it_was_saved_case_244(bob: User) -> None:
    old = with_recovery_code(bob)
    with_recovery_code(bob, "QQQQ-QQQQ-QQQQ-QQQQ")
    surfer = signed_in(bob)
    page = surfer.open("/account/factors/recovery-codes")
    assert page.text.count("<code>") == 10
    assert _recover(factor_page(Surfer()), old).status == 200
    sealed = page.text.split('name="sealed" value="')[1].split('"')[0]
    assert page.send(sealed=sealed, recovery_code="XXXX").status == 400
    first = page.text.split("<code>")[1].split("<")[0]
    page.send(sealed=sealed, recovery_code=first)
    assert RecoveryCode.objects.filter(user=bob, used_at=None).count() == 10
    assert _recover(factor_page(Surfer()), "QQQQ-QQQQ-QQQQ-QQQQ").status == 400
    assert OutboxMessage.objects.filter(purpose="recovery_codes_made").count() == 1


def test_an_unlocked_screen_is_not_enough_to_change_factors_case_246(bob: User) -> None:
    surfer = signed_in(bob)
    page = surfer.open("/account/sign-in")
    device = TOTPDevice.objects.get()
    not_fresh()
    for fields in ({"remove": f"totp/{device.pk}"}, {"rename": f"totp/{device.pk}", "name": "x"}):
        asked = page.send(**fields)
        assert asked.shows("submit-verify"), fields
    for path in ("/account/factors/add", "/account/factors/recovery-codes"):
        assert surfer.open(path).shows("submit-verify"), path
    assert TOTPDevice.objects.get().name == "Phone"
    # With the factor it goes on; afterwards everybody hears of it.
    asked.send(otp_token=code())
    surfer.open("/account/sign-in").send(remove=f"totp/{device.pk}", sure="1")
    assert not TOTPDevice.objects.exists()
    assert OutboxMessage.objects.filter(purpose="factor_removed").count() == 1


@pytest.mark.parametrize(
    "key", ["totp/{pk}", "totp/x", "x/{pk}", "", "totp/", "recovery_code/{pk}"]
)
def test_another_persons_factor_is_as_unknown_as_none_case_246(bob: User, key: str) -> None:
    eve = make_person("eve")
    device = authenticator.enrolled(eve)
    surfer = signed_in(bob)
    page = surfer.open("/account/sign-in")
    answer = page.send(remove=key.format(pk=device.pk))
    assert (answer.status, answer.url) == (200, "/account/sign-in")
    assert "Removed." not in answer.text
    assert TOTPDevice.objects.filter(user=eve).exists()


def test_without_the_token_of_the_page_nothing_changes_case_246(bob: User) -> None:
    surfer = signed_in(bob)
    device = TOTPDevice.objects.get()
    answer = surfer.post("/account/sign-in", {"remove": f"totp/{device.pk}"})
    assert answer.status == 403
    assert TOTPDevice.objects.exists()


def test_the_seed_is_ours_and_anothers_half_made_device_is_never_confirmed_case_247(
    bob: User,
) -> None:
    surfer = signed_in(bob)
    page = surfer.open("/account/factors/authenticator")
    mine = TOTPDevice.objects.get(user=bob, confirmed=False)
    chosen = "41" * 20
    page.send(otp_token=code(chosen), key=chosen, secret=chosen, device=str(mine.pk), confirmed="1")
    assert not TOTPDevice.objects.get(pk=mine.pk).confirmed
    eve = make_person("eve")
    Surfer().open("/account/sessions").sign_in("eve")
    theirs = TOTPDevice(user=eve, key=chosen)
    theirs.save(force_insert=True)
    page.send(otp_token=code(chosen), device=str(theirs.pk), user=str(eve.pk))
    assert not TOTPDevice.objects.get(pk=theirs.pk).confirmed


def _trusting(bob: User) -> Surfer:
    surfer = Surfer()
    factor_page(surfer).send(otp_token=code(), trust_browser="on")
    assert TrustedBrowser.objects.get().user == bob
    forget_use(bob)
    surfer.open("/sign-out").send()
    return surfer


def _is_asked(surfer: Surfer, password: str = PASSWORD) -> bool:
    return surfer.open("/account/sessions").sign_in(password=password).shows("submit-verify")


def test_a_trusted_browser_is_spared_the_second_factor_alone_case_249(bob: User) -> None:
    surfer = _trusting(bob)
    assert surfer.open("/account/sessions").sign_in(password="wrong wrong wrong").status == 400
    assert not _is_asked(surfer)
    assert Session.objects.living().get(user=bob).amr == ["pwd"]


@pytest.mark.parametrize(
    "change", ["another browser", "another person", "password", "taken back", "too old", "forged"]
)
def test_trust_ends_with_what_it_was_given_for_case_249(bob: User, change: str) -> None:
    surfer = _trusting(bob)
    password = PASSWORD
    if change == "another browser":
        surfer = Surfer()
    elif change == "another person":
        authenticator.enrolled(make_person("eve"))
        page = surfer.open("/account/sessions").sign_in("eve")
        assert page.shows("submit-verify")
        return
    elif change == "password":
        User.objects.update(must_reset_password=True)
        page = surfer.open("/account/sessions").sign_in()
        page.send(new_password=NEW)
        surfer.open("/sign-out").send()
        password = NEW
        assert not TrustedBrowser.objects.exists()
    elif change == "taken back":
        elsewhere = signed_in(bob)
        trusted = TrustedBrowser.objects.get()
        elsewhere.open("/account/sign-in").send(distrust=str(trusted.pk))
    elif change == "too old":
        with time_machine.travel(timezone.now() + timedelta(days=31), tick=True):
            assert _is_asked(surfer)
        return
    elif change == "forged":
        surfer = Surfer()
        surfer.client.cookies["trusted"] = surfer.client.cookies["trust_browser"] = "on"
    assert _is_asked(surfer, password)


def test_a_new_password_does_not_replace_the_second_factor_case_251(bob: User) -> None:
    surfer = Surfer()
    surfer.open("/password/forgot").send(email="bob@example.com")
    body = str(compose(OutboxMessage.objects.get(purpose="password_reset")).body)
    path = "/password/reset?" + body.split("/password/reset?")[1].split()[0]
    surfer.open(path).send(new_password=NEW)
    assert not surfer.is_signed_in()
    page = surfer.open("/account/sessions").sign_in(password=NEW)
    assert page.shows("submit-verify")
    assert not surfer.is_signed_in()


def test_a_seed_is_never_shown_again_case_252(bob: User) -> None:
    surfer = signed_in(bob)
    page = surfer.open("/account/factors/authenticator")
    assert page.response.headers["Cache-Control"] == "no-store"
    device = TOTPDevice.objects.get(confirmed=False)
    shown = page.text.split('id="totp-secret">')[1].split("<")[0]
    assert page.reload().text.count(shown) == 1
    page.send(otp_token=code(device.key), name="Tablet")
    assert TOTPDevice.objects.get(pk=device.pk).confirmed
    again = surfer.open("/account/factors/authenticator")
    assert shown not in again.text
    assert shown.replace(" ", "") not in surfer.open("/account/sign-in").text.replace(" ", "")


@pytest.mark.parametrize("who", ["everybody", "administrators"])
def test_every_door_asks_where_the_deployment_demands_it_case_254(
    settings: object, who: str
) -> None:
    settings.SIGNET = settings.SIGNET.model_copy(update={"second_factor": who})  # type: ignore[attr-defined]
    make_person("ada", is_staff=True, is_superuser=True)
    surfer = Surfer()
    page = surfer.open("/admin/").sign_in("ada")
    assert page.shows("set-up-totp")
    assert not Session.objects.exists()
    assert surfer.open("/admin/").shows("submit-login")
    # A session from before the rule opens the account, and everything else only after step-up.
    settings.SIGNET = settings.SIGNET.model_copy(update={"second_factor": "optional"})  # type: ignore[attr-defined]
    before = Surfer()
    before.sign_in("ada")
    settings.SIGNET = settings.SIGNET.model_copy(update={"second_factor": who})  # type: ignore[attr-defined]
    assert before.is_signed_in()
    assert before.open("/admin/").shows("set-up-totp")
    assert before.client.get("/admin/accounts/user/").status_code == 302
    asked = f"/oauth/authorize?{urlencode(question(make_client()))}"
    assert before.open(asked).shows("set-up-totp")
    assert not Authorization.objects.exists()


def test_the_admins_own_login_form_signs_nobody_in_case_254(bob: User) -> None:
    User.objects.update(is_staff=True, is_superuser=True)
    client = Client(HTTP_HOST="localhost")
    client.post("/admin/login/", {"username": "bob", "password": PASSWORD})
    assert not Session.objects.exists()
