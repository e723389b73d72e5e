import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Session
from oauth.models import Authorization, Client, Consent
from tests.oauth.visitor import Visitor, make_client, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def connected(visitor: Visitor, app: Client) -> Visitor:
    visitor.signed_in()
    visitor.ask(app, scope="openid email offline_access")
    visitor.allow()
    Authorization.objects.update(code_redeemed_at=timezone.now())
    return visitor


def test_it_lists_what_was_allowed_in_words(connected: Visitor) -> None:
    connected.get("/apps")
    for words in ("Acme Orders", "See your e-mail address", "also while you are away"):
        assert words in connected.text


def test_removing_an_app_ends_its_access_and_makes_it_ask_again_case_288(
    connected: Visitor, app: Client
) -> None:
    connected.get("/apps")
    connected.press(client=str(app.pk))
    assert connected.shows("no-connected-apps")
    assert "Acme Orders may not use your account any more." in connected.text
    assert "may still work for up to 5 minutes" in connected.text
    assert Authorization.objects.get().revoked_at is not None
    assert not Consent.objects.exists()
    event = AuditEvent.objects.get(name="consent_revoked")
    assert (event.client_id, event.data) == (app.client_id, {"authorizations": 1})
    connected.ask(app)
    assert connected.shows("consent-allow")


def test_other_apps_are_untouched_and_a_session_ends_only_its_own_case_288(
    connected: Visitor, app: Client
) -> None:
    other = make_client(client_name="Other")
    connected.ask(other)
    connected.allow()
    elsewhere = Visitor().signed_in()
    elsewhere.ask(other)
    elsewhere.get(elsewhere.url)
    Authorization.objects.update(code_redeemed_at=timezone.now())
    connected.get("/apps")
    connected.press(client=str(app.pk))
    living = Authorization.objects.living()
    assert set(living.values_list("client", flat=True)) == {other.pk}
    before = living.count()
    ended = Session.objects.earliest("auth_time")
    elsewhere.get("/account/sessions")
    elsewhere.press(session=str(ended.pk))
    assert 0 < Authorization.objects.living().count() < before
    assert not Authorization.objects.living().filter(session=ended).exists()


def test_nobody_removes_what_is_another_persons(connected: Visitor, app: Client) -> None:
    wish = {"acting": str(make_person("bob").pk), "client": str(app.pk)}
    bob = Visitor().signed_in("bob")
    bob.get("/apps")
    assert bob.shows("no-connected-apps")
    bob.post("/apps", wish)
    assert Authorization.objects.get().revoked_at is None
    assert Consent.objects.exists()


@pytest.mark.parametrize("value", ["", "x", "81adac92-9fdd-4b9b-80c5-0b9e8beb7ca1"])
def test_an_unknown_app_is_not_found(connected: Visitor, value: str) -> None:
    connected.get("/apps")
    assert connected.press(client=value).status_code == 404


def test_strangers_are_asked_to_sign_in(db: None) -> None:
    visitor = Visitor()
    visitor.get("/apps")
    assert visitor.shows("submit-login")


def test_an_app_that_remembers_nothing_is_listed_while_it_has_access(
    connected: Visitor, app: Client
) -> None:
    Consent.objects.all().delete()
    connected.get("/apps")
    assert "Acme Orders" in connected.text
