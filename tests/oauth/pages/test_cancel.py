import pytest
from django.conf import settings

from oauth.models import Answer, Authorization, Client
from tests.oauth.visitor import Visitor, answer_of

pytestmark = pytest.mark.django_db


def test_cancelling_the_login_tells_the_app_and_writes_nothing(
    visitor: Visitor, app: Client
) -> None:
    visitor.ask(app)
    answer = answer_of(visitor.get(visitor.link("login-cancel")))
    assert answer["error"] == "access_denied"
    assert (answer["state"], answer["iss"]) == ("s/1 &=", settings.SIGNET.issuer)
    assert not Authorization.objects.exists()
    assert not Answer.objects.exists()


def test_one_may_still_sign_in_afterwards(visitor: Visitor, app: Client) -> None:
    visitor.ask(app)
    login = visitor.url
    visitor.get(visitor.link("login-cancel"))
    visitor.url = login
    visitor.sign_in()
    assert visitor.shows("consent-allow")


@pytest.mark.parametrize("change", ["no token", "another browser"])
def test_a_link_from_elsewhere_gets_a_page_first_case_022(
    visitor: Visitor, app: Client, change: str
) -> None:
    visitor.ask(app)
    link = visitor.link("login-cancel")
    if change == "no token":
        visitor.get(link.partition("&t=")[0])
    else:
        visitor = Visitor()
        visitor.ask(app)
        visitor.get(link)
    assert visitor.page.status_code == 400
    assert visitor.shows("error-page")
    assert "error=access_denied" in visitor.link("back-to-app")


def test_there_is_nothing_to_cancel_after_the_answer(visitor: Visitor, app: Client) -> None:
    visitor.ask(app)
    link = visitor.link("login-cancel")
    visitor.sign_in()
    visitor.allow()
    visitor.get(link)
    assert visitor.shows("already-answered")
