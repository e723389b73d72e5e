"""accounts/pages/first_administrator.py: one link, one administrator."""

import pytest

from accounts.actions.first_administrator import make_link
from accounts.models import AuditEvent, User
from tests.accounts.surfer import PASSWORD, Surfer, Tab, make_person


def path() -> str:
    link = make_link()
    assert link
    return link.removeprefix("http://localhost:8000")


def fill(page: Tab, **over: str) -> Tab:
    values = {"username": "root", "email": "root@example.com", "new_password": PASSWORD}
    return page.send(**values | over)


def test_the_link_makes_the_account_once_case_231(db: None) -> None:
    link = path()
    surfer = Surfer()
    page = surfer.open(link)
    assert page.url == "/first-administrator"
    assert fill(page).status == 200
    person = User.objects.get()
    assert person.is_superuser and person.is_staff and person.check_password(PASSWORD)
    assert AuditEvent.objects.filter(name="first_administrator").count() == 1
    assert surfer.open(link).status == 404
    assert Surfer().open(link).status == 404
    assert fill(page, username="second").status == 404
    assert make_link() is None


def test_opening_it_consumes_nothing(db: None) -> None:
    link = path()
    for _ in range(3):
        assert Surfer().open(link).status == 200
    assert not User.objects.exists()


@pytest.mark.parametrize("url", ["/first-administrator", "/first-administrator?token=x"])
def test_without_the_link_there_is_no_such_page_case_231(db: None, url: str) -> None:
    path()
    assert Surfer().open(url).status == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", ""),
        ("username", "a b"),
        ("username", "a@b"),
        ("username", "taken"),
        ("email", "taken@example.com"),
        ("email", "x"),
        ("new_password", "short"),
        ("new_password", "adminadminadmin"),
    ],
)
def test_faults_are_told_at_their_field(db: None, field: str, value: str) -> None:
    make_person("taken")
    page = fill(Surfer().open(path()), **{field: value})
    assert page.status == 400
    assert "_error" in page.text
    assert not User.objects.filter(is_superuser=True).exists()


def test_nobody_has_a_default_password_case_231(db: None) -> None:
    for name in ("admin", "root", "signet"):
        assert Surfer().open("/account/sessions").sign_in(name, name).status == 400
