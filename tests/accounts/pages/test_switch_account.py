"""accounts/pages/switch_account.py, and being nobody in particular among several."""

import pytest

from accounts.end_access import end_access
from accounts.models import Session, User
from tests.accounts.in_one_browser import session_of, together
from tests.accounts.surfer import Surfer, make_person

pytestmark = pytest.mark.django_db
SWITCH = "/account/switch"


@pytest.fixture
def two() -> Surfer:
    return together("bob", "eve")


@pytest.fixture
def undecided() -> Surfer:
    """Bob and Eve; Cleo, who came last, is signed out by an administrator."""
    surfer = together("bob", "eve", "cleo")
    end_access(session=session_of("cleo"), reason="ended_by_person")
    return surfer


def living() -> set[str]:
    return set(Session.objects.living().values_list("user__username", flat=True))


def who(surfer: Surfer) -> str:
    """Whose account the pages show; empty: nobody's."""
    page = surfer.open("/account/profile")
    names = ("bob", "eve", "cleo") if page.url == "/account/profile" else ()
    return next((name for name in names if f'<b><bdi dir="auto">{name}</bdi></b>' in page.text), "")


def test_it_lists_everybody_and_the_head_of_the_pages_leads_there(two: Surfer) -> None:
    page = two.open(two.open("/account/profile").link("switch-account"))
    assert page.url == SWITCH
    assert page.text.count('class="account-choice"') == 2
    assert "bob@example.com" in page.text and "eve@example.com" in page.text
    assert page.text.count('class="tag"') == 1


def test_somebody_alone_finds_it_too(surfer: Surfer) -> None:
    page = surfer.sign_in()
    assert not page.shows("switch-account") and f'href="{SWITCH}"' in page.text
    assert surfer.open(SWITCH).shows("use-another-account")


def test_the_choice_counts_until_it_is_changed(two: Surfer) -> None:
    assert who(two) == "eve"
    page = two.open(SWITCH)
    assert page.send(account=str(session_of("bob").pk)).url == "/"
    assert who(two) == "bob" and living() == {"bob", "eve"}
    page.send(account=str(session_of("eve").pk))
    assert who(two) == "eve"


def test_another_account_ends_nobodys_session(two: Surfer) -> None:
    make_person("cleo")
    login = two.open(SWITCH).send(account="another")
    assert login.shows("submit-login") and living() == {"bob", "eve"}
    assert login.sign_in("cleo").url == "/"
    assert living() == {"bob", "eve", "cleo"} and who(two) == "cleo"


def test_each_can_be_signed_out_alone(two: Surfer) -> None:
    page = two.open(SWITCH)
    assert page.send(sign_out=str(session_of("bob").pk)).shows("signed-out")
    assert living() == {"eve"} and who(two) == "eve"
    assert two.open(SWITCH).send(sign_out=str(session_of("eve").pk)).shows("signed-out")
    assert living() == set()


def test_after_the_default_of_three_signed_out_the_others_choose() -> None:
    surfer = together("bob", "eve", "cleo")
    page = surfer.open(SWITCH).send(sign_out=str(session_of("cleo").pk))
    assert page.url == SWITCH and "cleo is signed out." in page.text
    assert who(surfer) == "" and 'class="tag"' not in page.text


def test_a_session_of_another_browser_is_neither_chosen_nor_ended(two: Surfer) -> None:
    make_person("cleo")
    Surfer().sign_in("cleo")
    foreign = str(session_of("cleo").pk)
    for fields in ({"account": foreign}, {"sign_out": foreign}, {"account": "x"}, {}):
        answer = two.open(SWITCH).send(**fields)
        assert answer.url == SWITCH and "choose again" in answer.text
    assert who(two) == "eve" and living() == {"bob", "eve", "cleo"}


def test_one_that_ended_meanwhile_is_not_chosen(two: Surfer) -> None:
    page, gone = two.open(SWITCH), session_of("bob")
    end_access(session=gone, reason="ended_by_person")
    assert "choose again" in page.send(account=str(gone.pk)).text
    assert who(two) == "eve"


def test_without_a_default_pages_ask_who_it_is(undecided: Surfer) -> None:
    page = undecided.open("/account/activity?page=1")
    assert page.url == f"{SWITCH}?next=%2Faccount%2Factivity%3Fpage%3D1"
    chosen = page.send(account=str(session_of("bob").pk))
    assert chosen.url == "/account/activity?page=1" and who(undecided) == "bob"


def test_without_a_default_a_form_changes_nobody(undecided: Surfer) -> None:
    cleo = User.objects.get(username="cleo")
    hidden = undecided.open(SWITCH).hidden | {"acting": str(cleo.pk)}
    answer = undecided.post("/account/profile", {**hidden, "name": "Cleo"})
    assert answer.url == f"{SWITCH}?next=%2Faccount%2Fprofile"
    assert not User.objects.filter(name="Cleo").exists()


def test_without_a_default_the_administration_asks_too(undecided: Surfer) -> None:
    assert undecided.open("/admin/").url == f"{SWITCH}?next=%2Fadmin%2F"


@pytest.mark.parametrize("next_url", ["https://evil.test", "//evil.test", SWITCH, "/account/%0a\\"])
def test_it_leads_nowhere_else_and_never_to_itself(two: Surfer, next_url: str) -> None:
    page = two.open(f"{SWITCH}?next={next_url}")
    answer = page.send(follow=False, account=str(session_of("bob").pk))
    where = answer.response.headers["Location"]
    assert where.startswith("/") and not where.startswith(("//", SWITCH))


@pytest.mark.parametrize("url", [SWITCH, f"{SWITCH}?next={SWITCH}"])
def test_a_stranger_is_shown_the_login(url: str) -> None:
    assert Surfer().open(url).shows("submit-login")
    stranger = Surfer()
    stranger.open("/password/forgot")
    hidden = stranger.open("/password/forgot").hidden
    assert stranger.post(url, hidden | {"account": "x"}).shows("submit-login")


def test_not_without_a_csrf_token(two: Surfer) -> None:
    data = {"account": str(session_of("bob").pk)}
    assert two.client.post(SWITCH, data).status_code == 403
    assert two.client.get(SWITCH, data).status_code == 200
    assert who(two) == "eve"


def test_who_is_left_when_the_other_ended_is_named_once(two: Surfer) -> None:
    assert who(two) == "eve"
    end_access(session=session_of("eve"), reason="ended_by_person")
    page = two.open("/account/profile")
    assert "This is the account of bob" in page.text
    assert "This is the account of bob" not in page.reload().text
    assert who(two) == "bob"


def test_who_signed_the_other_one_out_needs_no_word(two: Surfer) -> None:
    two.open(SWITCH).send(sign_out=str(session_of("eve").pk))
    page = two.open("/account/profile")
    assert "bob" in page.text and "This is the account of" not in page.text


def test_who_stays_finds_the_way_back_from_each_page(two: Surfer) -> None:
    page = two.open(f"{SWITCH}?next=/account/sessions")
    assert page.link("turn-back") == "/account/sessions"
    sign_in = page.send(account="another")
    assert sign_in.shows("submit-login") and sign_in.link("turn-back") == "/"
    assert not Surfer().open("/account/sessions").shows("turn-back")


def test_where_nobody_is_in_use_somebody_is_chosen_first(undecided: Surfer) -> None:
    assert not undecided.open(SWITCH).shows("turn-back")
