"""accounts/pages/change_email.py and undo_change.py: proven first, told, undone."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.utils import timezone

from accounts.models import ContactChange, MessageDevice, OutboxMessage, Session, User
from tests.accounts.letters import code_to, link_to, to
from tests.accounts.surfer import PASSWORD, Surfer, Tab, make_person

OLD, NEW = "bob@example.com", "robert@new.example"


@pytest.fixture
def home(bob: User) -> Surfer:
    User.objects.update(email_verified=True)
    surfer = Surfer()
    surfer.sign_in()
    return surfer


def begin(surfer: Surfer, address: str = NEW) -> Tab:
    return surfer.open("/account/email").send(email=address)


def change(surfer: Surfer, address: str = NEW) -> Tab:
    page = begin(surfer, address)
    return page.send(otp_token=code_to(address))


def test_until_the_code_is_typed_nothing_changes(home: Surfer, bob: User) -> None:
    page = begin(home)
    assert page.shows("code-sent")
    bob.refresh_from_db()
    assert bob.email == OLD
    page.send(otp_token="000000" if code_to(NEW) != "000000" else "000001")
    bob.refresh_from_db()
    assert bob.email == OLD
    done = page.send(otp_token=code_to(NEW))
    bob.refresh_from_db()
    assert done.url == "/account/profile" and NEW in done.text
    assert (bob.email, bob.email_key, bob.email_verified) == (NEW, NEW, True)


def test_the_mail_to_the_new_address_names_nobody(home: Surfer) -> None:
    begin(home)
    (message,) = to(NEW)
    assert message.user is None and message.context.keys() == {"code", "minutes"}


def test_a_code_works_once_and_a_second_press_is_no_error(home: Surfer) -> None:
    page = begin(home)
    code = code_to(NEW)
    assert page.send(otp_token=code).url == "/account/profile"
    assert page.send(otp_token=code).url == "/account/profile"
    assert ContactChange.objects.filter(completed_at__isnull=False).count() == 1
    assert len(to(OLD, "email_changed")) == 1


@pytest.mark.parametrize("address", ["", "x", "a@b@c", "a b@c.example", "a@-", "x" * 250 + "@a.b"])
def test_what_is_no_address_is_refused(home: Surfer, address: str) -> None:
    page = begin(home, address)
    assert page.status == 400 and 'id="id_email_error"' in page.text


def test_the_present_one_is_none_to_change_to_but_can_be_proven(home: Surfer, bob: User) -> None:
    assert begin(home, OLD).status == 400
    User.objects.update(email_verified=False)
    change(home, OLD)
    bob.refresh_from_db()
    assert bob.email_verified
    assert not to(OLD, "email_changed")  # there is nothing to undo


def test_a_strangers_address_reads_the_same_and_its_owner_hears_of_it(
    home: Surfer, bob: User
) -> None:
    make_person("carol")
    taken = begin(home, "carol@example.com")
    free = begin(home, "nobody@new.example")
    told = taken.text.replace("carol@example.com", "X")
    other = free.text.replace("nobody@new.example", "X")
    assert taken.status == free.status == 200
    assert _without_secrets(told) == _without_secrets(other)
    (message,) = to("carol@example.com")
    assert message.purpose == "email_change_taken" and message.user is None


def _without_secrets(text: str) -> str:
    lines = [line for line in text.splitlines() if "csrfmiddlewaretoken" not in line]
    return "\n".join(line for line in lines if 'name="next"' not in line)


def test_taken_meanwhile_is_said_in_plain_words(home: Surfer, bob: User) -> None:
    page = begin(home)
    make_person("quick", email=NEW)
    done = page.send(otp_token=code_to(NEW))
    assert done.status == 409 and done.shows("address-taken")
    bob.refresh_from_db()
    assert bob.email == OLD


def test_a_strangers_change_is_as_unknown_as_none(home: Surfer, bob: User) -> None:
    page = begin(home)
    make_person("mallory")
    mallory = Surfer()
    mallory.sign_in("mallory")
    assert mallory.open(page.url).url == "/account/email"
    assert mallory.open("/account/email?change=x").url == "/account/email"


def test_the_code_is_worth_nothing_in_another_browser(home: Surfer, bob: User) -> None:
    page = begin(home)
    other = Surfer()
    other.sign_in()
    other.open(page.url).send(otp_token=code_to(NEW))
    bob.refresh_from_db()
    assert bob.email == OLD


def test_a_mailbox_for_codes_moves_along(home: Surfer, bob: User) -> None:
    device = MessageDevice.objects.create(
        user=bob, channel="email", destination=OLD, confirmed=True, name="mail"
    )
    User.objects.update(email_verified=False)
    User.objects.update(email_verified=True)
    from_phone = MessageDevice.objects.create(
        user=bob, channel="sms", destination="+4915112345678", confirmed=True, name="phone"
    )
    Session.objects.update(confirmed_at=timezone.now())
    change(home)
    device.refresh_from_db()
    from_phone.refresh_from_db()
    assert device.destination == NEW and from_phone.destination == "+4915112345678"


def test_sending_again_voids_no_change(home: Surfer, bob: User) -> None:
    page = begin(home)
    assert page.send(again="1").shows("code-sent")
    page.send(otp_token=code_to(NEW))
    bob.refresh_from_db()
    assert bob.email == NEW


def test_undo_shows_first_then_restores_ends_and_voids(home: Surfer, bob: User) -> None:
    change(home)
    link = link_to(OLD, "email_changed")
    owner = Surfer()
    page = owner.open(link)
    assert page.url == "/account/undo" and page.shows("undo-change")
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    bob.refresh_from_db()
    assert bob.email == NEW and home.is_signed_in()
    done = page.send()
    assert done.shows("change-undone") and not owner.is_signed_in()
    assert "b•••@example.com" in done.text and OLD not in done.text
    assert "1 session was ended." in done.text
    bob.refresh_from_db()
    assert (bob.email, bob.email_verified, bob.must_reset_password) == (OLD, True, True)
    assert not check_password(PASSWORD, bob.password)
    assert not home.is_signed_in()
    assert to(OLD, "locked_down")
    assert owner.open(link).status == 400


def test_undo_also_voids_what_the_thief_changed_afterwards(home: Surfer, bob: User) -> None:
    change(home)
    change(home, "second@thief.example")
    begun = begin(home, "third@thief.example")
    Surfer().open(link_to(OLD, "email_changed")).send()
    bob.refresh_from_db()
    assert bob.email == OLD
    assert not to(NEW, "email_changed")[-1].context["link"]
    assert not ContactChange.objects.filter(
        completed_at=None, expires_at__gt=timezone.now()
    ).exists()
    assert begun.status == 200


def test_undo_ends_after_its_days(home: Surfer, bob: User) -> None:
    change(home)
    link = link_to(OLD, "email_changed")
    ContactChange.objects.update(undo_until=timezone.now() - timedelta(seconds=1))
    assert Surfer().open(link).status == 400


def test_old_reset_links_of_the_old_mailbox_are_over(home: Surfer, bob: User) -> None:
    Surfer().open("/password/forgot").send(email=OLD)
    reset = link_to(OLD, "password_reset")
    change(home)
    assert Surfer().open(reset).status == 400


def test_nobody_fills_strangers_mailboxes(home: Surfer) -> None:
    statuses = [begin(home, f"victim{n}@new.example").status for n in range(22)]
    assert statuses[-1] == 429
    assert OutboxMessage.objects.filter(purpose="email_change").count() <= 20
