"""accounts/actions/leave.py: a deletion that a thief asked for, and the owner's two ways out."""

from urllib.parse import urlsplit

import pytest
from django.test import RequestFactory
from django.utils import timezone

from accounts import departures
from accounts.actions.lock_down import lock_down
from accounts.actions.security_notice import notify
from accounts.actions.undo_change import undo
from accounts.errors import LinkNotValid
from accounts.models import AuditEvent, ContactChange, User
from accounts.notifications.letter import letter
from tests.accounts.letters import code_to, link_to, to
from tests.accounts.surfer import Surfer, Tab

MAIL = "bob@example.com"
THIEVES = "thief@evil.test"


@pytest.fixture
def thief(bob: User) -> Surfer:
    """Somebody who knows the password and is signed in."""
    surfer = Surfer()
    surfer.sign_in()
    return surfer


def _ask(surfer: Surfer) -> None:
    assert surfer.open("/account/delete").send(confirmation="bob").shows("account-leaving")
    assert User.objects.get().delete_after is not None


def _that_was_not_me(purpose: str) -> Tab:
    url = urlsplit(to(MAIL, purpose)[-1].context["not_me_link"])
    return Surfer().open(f"{url.path}?{url.query}").send()


def _is_kept(bob: User) -> None:
    bob.refresh_from_db()
    assert bob.delete_after is None
    event = AuditEvent.objects.get(name="deletion_withdrawn")
    assert (event.subject, event.actor, event.reason) == (bob, None, "not_me")


def test_the_press_in_the_mail_about_it_stops_it_and_says_so(thief: Surfer, bob: User) -> None:
    _ask(thief)
    done = _that_was_not_me("deletion_requested")
    assert done.shows("locked-down") and "It is kept." in done.text
    _is_kept(bob)
    assert departures.delete_due(timezone.now().replace(year=2100)) == 0


def test_an_earlier_mail_stops_it_as_well(thief: Surfer, bob: User) -> None:
    notify(bob, "password_changed")
    _ask(thief)
    assert "It is kept." in _that_was_not_me("password_changed").text
    _is_kept(bob)


def test_the_undo_link_stops_it_and_says_so(thief: Surfer, bob: User) -> None:
    User.objects.update(email_verified=True)
    thief.open("/account/email").send(email=THIEVES).send(otp_token=code_to(THIEVES))
    undo = link_to(MAIL, "email_changed")
    _ask(thief)
    done = Surfer().open(undo).send()
    assert done.shows("change-undone") and "It is kept." in done.text
    _is_kept(bob)


def test_the_old_address_hears_of_it_while_the_change_can_be_undone(
    thief: Surfer, bob: User
) -> None:
    User.objects.update(email_verified=True)
    thief.open("/account/email").send(email=THIEVES).send(otp_token=code_to(THIEVES))
    _ask(thief)
    for address, way in ((THIEVES, "sign in until then"), (MAIL, "undoes that change")):
        (mail,) = to(address, "deletion_requested")
        assert way in letter(mail).text
    assert "not_me_link" not in to(MAIL, "deletion_requested")[0].context


def test_an_address_left_long_ago_hears_nothing_of_it(thief: Surfer, bob: User) -> None:
    User.objects.update(email_verified=True)
    thief.open("/account/email").send(email=THIEVES).send(otp_token=code_to(THIEVES))
    ContactChange.objects.update(undo_until=timezone.now())
    _ask(thief)
    assert to(MAIL, "deletion_requested") == []


def test_where_nobody_asked_for_it_nothing_is_told_of_it(thief: Surfer, bob: User) -> None:
    thief.open("/account/email").send(email=THIEVES).send(otp_token=code_to(THIEVES))
    assert "It is kept." not in Surfer().open(link_to(MAIL, "email_changed")).send().text
    assert not AuditEvent.objects.filter(name="deletion_withdrawn").exists()


def test_a_press_on_an_account_deleted_in_this_very_moment_is_over(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both links were looked at before; the row that is to be locked is gone."""
    request = RequestFactory().post("/")
    change = ContactChange(user_id=bob.pk, kind="email", old=MAIL)
    monkeypatch.setattr("accounts.actions.undo_change.open_undo", lambda _secret: change)
    User.objects.filter(pk=bob.pk).delete()
    with pytest.raises(LinkNotValid):
        undo(request=request, secret="x")
    with pytest.raises(LinkNotValid):
        lock_down(request=request, user=bob, since=timezone.now())
