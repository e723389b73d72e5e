import pytest

from accounts.end_access import end_access
from accounts.models import Session
from oauth.models import Authorization, Client
from tests.oauth.visitor import Visitor, answer_of, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(visitor: Visitor, app: Client) -> Visitor:
    """Anna and Bob are both signed in; Bob came last."""
    make_person("bob")
    visitor.signed_in()
    visitor.ask(app, prompt="login")
    visitor.sign_in("bob")
    return visitor


def account(username: str) -> str:
    return str(Session.objects.get(user__username=username).pk)


def test_select_account_lists_everybody_signed_in_here(two: Visitor, app: Client) -> None:
    two.ask(app, prompt="select_account")
    assert two.text.count('class="account-choice"') == 2
    assert two.shows("use-another-account")


def test_the_way_back_to_the_app_is_there(two: Visitor, app: Client) -> None:
    two.ask(app, prompt="select_account")
    two.get(two.link("login-cancel"))
    assert answer_of(two.page)["error"] == "access_denied"
    assert not Authorization.objects.exists()


def test_the_choice_counts_for_this_request_alone(two: Visitor, app: Client) -> None:
    two.ask(app, prompt="select_account")
    two.press(account=account("anna"))
    assert "anna@example.com" in two.text
    two.allow()
    assert Authorization.objects.get().user.username == "anna"
    two.ask(app)
    assert "bob@example.com" in two.text


def test_nobody_signed_in_goes_straight_to_the_login(visitor: Visitor, app: Client) -> None:
    visitor.ask(app, prompt="select_account")
    assert visitor.shows("submit-login")
    visitor.sign_in()
    assert visitor.shows("consent-allow")


def test_another_account_signs_in_and_is_chosen(visitor: Visitor, app: Client) -> None:
    make_person("bob")
    visitor.signed_in()
    visitor.ask(app, prompt="select_account")
    visitor.press(account="another")
    assert visitor.shows("submit-login")
    assert visitor.shows("login-cancel")
    visitor.sign_in("bob")
    assert "bob@example.com" in visitor.text


def test_a_session_of_another_browser_cannot_be_chosen(visitor: Visitor, app: Client) -> None:
    make_person("bob")
    Visitor().signed_in("bob")
    visitor.signed_in()
    visitor.ask(app, prompt="select_account")
    for value in (account("bob"), "x", ""):
        visitor.press(account=value)
        assert visitor.page.status_code == 403


def test_a_wrong_form_token_chooses_nothing(two: Visitor, app: Client) -> None:
    two.ask(app, prompt="select_account")
    two.post(two.url, {"account": account("anna"), "form_token": "k1.00"})
    assert two.page.status_code == 403


def test_select_account_and_login_ask_for_both(two: Visitor, app: Client) -> None:
    two.ask(app, prompt="select_account login")
    two.press(account=account("anna"))
    assert two.shows("submit-login")
    assert 'value="anna"' in two.text
    two.sign_in("anna")
    assert "code" in answer_of(two.allow())


@pytest.fixture
def undecided(two: Visitor, app: Client) -> Visitor:
    """Of three, the one who came last is gone: none of the others is the default."""
    make_person("cleo")
    two.ask(app, prompt="login")
    two.sign_in("cleo")
    end_access(session=Session.objects.get(user__username="cleo"), reason="ended_by_person")
    return two


def test_without_a_default_nobody_is_somebody_in_silence(undecided: Visitor, app: Client) -> None:
    undecided.ask(app)
    assert undecided.text.count('class="account-choice"') == 2
    undecided.press(account=account("anna"))
    assert undecided.shows("consent-allow") and "anna@example.com" in undecided.text


def test_without_a_default_a_silent_request_hears_so(undecided: Visitor, trusted: Client) -> None:
    answer = answer_of(undecided.ask(trusted, prompt="none"))
    assert answer["error"] == "account_selection_required"


def test_without_a_default_a_sign_in_that_is_asked_for_is_one(
    undecided: Visitor, app: Client
) -> None:
    undecided.ask(app, prompt="login")
    assert undecided.shows("submit-login")
