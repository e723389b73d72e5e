"""Several people who are signed in in one browser, the last one as the default."""

from accounts.models import Session
from tests.accounts.surfer import Surfer, make_person


def together(*names: str) -> Surfer:
    """Sign them in one after the other; those who do not exist yet are made."""
    surfer = Surfer()
    for name in names:
        make_person(name)
        page = surfer.open("/account/switch")
        if not page.shows("submit-login"):
            page = page.send(account="another")
        page.sign_in(name)
    return surfer


def session_of(name: str) -> Session:
    """The living session of one of them."""
    return Session.objects.living().get(user__username=name)
