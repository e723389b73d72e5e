"""accounts/actions/one_time_code.py: one mailbox, however it is written, and one who asks."""

import pytest
from django.test import RequestFactory

from accounts.actions import one_time_code
from accounts.actions.change_phone import PURPOSE
from accounts.errors import TooManyAttempts
from accounts.models import OutboxMessage
from tests.accounts.surfer import Surfer, make_person

VARIANTS = [
    "".join(char.upper() if number >> place & 1 else char for place, char in enumerate("victim"))
    + "@example.org"
    for number in range(18)
]


@pytest.fixture
def people(db: None) -> list[Surfer]:
    """Five, each in a network of their own, so that no other budget is spent first."""
    surfers = []
    for number in range(5):
        make_person(f"person{number}")
        surfer = Surfer()
        surfer.sign_in(f"person{number}")
        surfers.append(surfer)
    return surfers


def _mails(recipient: str = "victim@example.org") -> int:
    return sum(one.recipient.lower() == recipient for one in OutboxMessage.objects.all())


def test_eighteen_spellings_of_one_mailbox_share_its_budget(people: list[Surfer]) -> None:
    assert len(set(VARIANTS)) == 18
    statuses = [
        people[number % 5].open("/account/email").send(email=address).status
        for number, address in enumerate(VARIANTS)
    ]
    assert statuses == [200] * 4 + [429] * 14
    assert _mails() == 4


def test_one_person_cannot_write_to_a_crowd(people: list[Surfer]) -> None:
    statuses = [
        people[0].open("/account/email").send(email=f"victim{number}@example.org").status
        for number in range(8)
    ]
    assert statuses == [200] * 6 + [429] * 2
    assert people[1].open("/account/email").send(email="new@example.org").status == 200


def test_the_mail_names_nobody_although_somebody_pays_for_it(people: list[Surfer]) -> None:
    people[0].open("/account/email").send(email="victim@example.org")
    assert OutboxMessage.objects.get(purpose="email_change").user is None


def test_what_others_ask_for_spends_nothing_of_the_owners_codes(
    people: list[Surfer], rf: RequestFactory
) -> None:
    for number in range(18):
        people[number % 5].open("/account/email").send(email="VICTIM@example.org")
    owner = make_person("victim", email="victim@example.org")
    request = rf.get("/")
    request.session = Surfer().client.session  # type: ignore[assignment]
    for _ in range(4):
        one_time_code._claim_message(request, PURPOSE, "email", owner.email, owner, None)
    with pytest.raises(TooManyAttempts):
        one_time_code._claim_message(request, PURPOSE, "email", "Victim@Example.org", owner, None)
