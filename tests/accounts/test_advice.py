"""accounts/advice.py: the state of an account in a sentence, with the way to mend it."""

from accounts.advice import advice
from accounts.models import RecoveryCode, TOTPDevice, User
from tests.accounts.surfer import Surfer


def pages(user: User) -> list[str]:
    return [one.page for one in advice(user)]


def test_the_most_pressing_comes_first_and_nothing_is_said_where_all_is_well(bob: User) -> None:
    assert pages(bob) == ["accounts:change_email", "accounts:set_up_factor"]
    bob.email_verified = True
    assert pages(bob) == ["accounts:set_up_factor"]
    TOTPDevice.objects.create(user=bob, name="app", key="a1" * 20, confirmed=True)
    assert pages(bob) == ["accounts:recovery_codes"]
    assert "no recovery codes that work" in str(advice(bob)[0].words)
    RecoveryCode.objects.create(user=bob, digest="f" * 64)
    assert "few recovery codes left" in str(advice(bob)[0].words)
    for n in range(3):
        RecoveryCode.objects.create(user=bob, digest=f"{n}" * 64)
    assert pages(bob) == []


def test_the_overview_greets_and_links(bob: User) -> None:
    User.objects.update(name="Bob <b>Ünal</b>")
    surfer = Surfer()
    surfer.sign_in()
    page = surfer.open("/")
    assert "Hello, <bdi>Bob &lt;b&gt;Ünal" in page.text
    assert 'href="/account/factors/add"' in page.text and 'href="/account/email"' in page.text
