"""APIs, scopes, consents, authorizations, keys, refused requests."""

import pytest
from django.test import Client as Browser

from accounts.models import AuditEvent, Role, User
from oauth import keys
from oauth.models import (
    Authorization,
    Consent,
    LogoutNotice,
    RequestRecord,
    Resource,
    Scope,
    SigningKey,
)
from tests.factories import make_authorization, make_client, make_resource, make_user
from tests.support.administration import administration, filled

pytestmark = pytest.mark.django_db
API = {
    "identifier": "https://api.test",
    "name": "Orders",
    "enabled": "on",
    "token_format": "jwt",
    "signing_alg": "ES256",
    "claims": "email",
    "scopes-TOTAL_FORMS": "1",
    "scopes-INITIAL_FORMS": "0",
    "scopes-0-name": "orders.read",
    "scopes-0-title": "Read",
}


def test_an_api_is_made_with_its_scopes(admin: Browser) -> None:
    assert admin.post("/admin/oauth/resource/add/", API).status_code == 302
    api = Resource.objects.get()
    assert (api.claims, [scope.name for scope in api.scopes.all()]) == (["email"], ["orders.read"])
    event = AuditEvent.objects.get(name="object_created")
    assert event.data["fields"]["scope.orders.read"] == [None, "new"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("identifier", "orders"),
        ("identifier", "https://api.test/#x"),
        ("claims", "shoe_size"),
        ("access_token_lifetime", "5"),
        ("signing_alg", "none"),
        ("scopes-0-name", "openid"),
        ("scopes-0-name", "a b"),
    ],
)
def test_an_api_that_cannot_be_is_refused(admin: Browser, field: str, value: str) -> None:
    assert admin.post("/admin/oauth/resource/add/", {**API, field: value}).status_code == 200
    assert not Resource.objects.exists()


def test_a_scope_is_kept_for_holders_of_a_role(admin: Browser) -> None:
    make_resource(scopes=("orders.write",))
    scope, role = Scope.objects.get(), Role.objects.create(name="editor")
    path = f"/admin/oauth/scope/{scope.pk}/change/"
    assert admin.post(path, filled(admin, path, roles=[str(role.pk)])).status_code == 302
    assert list(scope.roles.all()) == [role]


@pytest.mark.parametrize("term", ["anna", "ANNA@people.test", "shop"])
@pytest.mark.parametrize("where", ["consent", "authorization"])
def test_rows_are_found_by_person_and_client(admin: Browser, where: str, term: str) -> None:
    make_authorization(make_client(client_id="shop"), make_user("anna"))
    make_authorization(make_client(client_id="other"), make_user("bert"))
    rows = admin.get(f"/admin/oauth/{where}/", {"q": term}).context["cl"].result_list
    assert [row.user.username for row in rows] == ["anna"]


def test_revoking_names_whose_access_it_was(admin: Browser, administrator: User) -> None:
    row = make_authorization(make_client(client_id="shop"), make_user("anna"))
    other = make_authorization(make_client(), make_user("bert"))
    path = "/admin/oauth/authorization/"
    admin.post(path, {"action": "revoke", "_selected_action": [str(row.pk)]})
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.revoke_reason, other.revoked_at) == ("revoked_by_administrator", None)
    event = AuditEvent.objects.get(name="authorization_revoked")
    assert (event.actor, event.subject, event.client_id) == (administrator, row.user, "shop")
    assert Consent.objects.count() == 2


def test_withdrawing_a_consent_ends_its_authorizations(admin: Browser) -> None:
    row = make_authorization(make_client(), make_user("anna"))
    consent = Consent.objects.get()
    path = "/admin/oauth/consent/"
    admin.post(path, {"action": "withdraw", "_selected_action": [str(consent.pk)]})
    assert not Consent.objects.exists()
    row.refresh_from_db()
    assert row.revoked_at is not None


def test_what_tokens_are_made_of_is_on_no_page(admin: Browser) -> None:
    row = make_authorization(make_client(), nonce="the-nonce", code_challenge="the-challenge")
    text = admin.get("/admin/oauth/authorization/").content.decode()
    assert "the-nonce" not in text
    assert "the-challenge" not in text
    assert bytes(row.secret).hex() not in text
    path = f"/admin/oauth/authorization/{row.pk}/change/"
    assert admin.get(path).status_code in (302, 403)
    assert Authorization.objects.count() == 1


def test_keys_are_shown_without_their_private_halves(admin: Browser) -> None:
    keys.jwks()
    key = SigningKey.objects.filter(alg="RS256").get()
    page = admin.get(f"/admin/oauth/signingkey/{key.pk}/change/").content.decode()
    assert key.kid in page
    assert key.private_jwk["d"] not in page


def test_looking_at_the_rotation_page_rotates_nothing(admin: Browser) -> None:
    keys.jwks()
    before = list(SigningKey.objects.values_list("kid", "state"))
    assert admin.get("/admin/oauth/signingkey/rotate/").status_code == 200
    admin.post("/admin/oauth/signingkey/rotate/", {"when": "due"})
    assert list(SigningKey.objects.values_list("kid", "state")) == before


def test_a_leaked_key_is_revoked(admin: Browser, administrator: User) -> None:
    leaked = keys.signer("RS256")[0]
    assert leaked in admin.get("/admin/oauth/signingkey/rotate/").content.decode()
    admin.post("/admin/oauth/signingkey/rotate/", {"revoke": leaked})
    assert SigningKey.objects.get(kid=leaked).state == "revoked"
    assert f'value="{leaked}"' not in admin.get("/admin/oauth/signingkey/rotate/").content.decode()
    event = AuditEvent.objects.get(name="key_rotated", reason="revoked")
    assert event.actor == administrator
    again = admin.post("/admin/oauth/signingkey/rotate/", {"revoke": leaked}, follow=True)
    assert "no such key" in again.content.decode()


def test_new_keys_sign_at_once_when_asked(admin: Browser, administrator: User) -> None:
    old = keys.signer("RS256")[0]
    admin.post("/admin/oauth/signingkey/rotate/", {"when": "at_once"})
    assert keys.signer("RS256")[0] != old
    assert AuditEvent.objects.get(name="key_rotated").actor == administrator


def test_rotating_needs_the_right(db: None) -> None:
    staff = administration(make_user(is_staff=True))
    for verb in (staff.get, staff.post):
        assert verb("/admin/oauth/signingkey/rotate/").status_code == 403


@pytest.mark.parametrize("spoken", ["{}", " {} ", "lower", "bare", "shop"])
def test_a_reference_leads_to_its_record(admin: Browser, spoken: str) -> None:
    values = {"endpoint": "token", "error": "invalid_grant", "reason": "code_expired"}
    record = RequestRecord.objects.create(client_id="shop", **values)
    RequestRecord.objects.create(client_id="other", **values)
    term = {
        "lower": record.reference.lower(),
        "bare": record.reference.removeprefix("r-").replace("-", ""),
        "shop": "shop",
    }.get(spoken, spoken.format(record.reference))
    found = admin.get("/admin/oauth/requestrecord/", {"q": term}).context["cl"].result_list
    assert list(found) == [record]
    path = f"/admin/oauth/requestrecord/{record.pk}/change/"
    assert "code_expired" in admin.get(path).content.decode()
    assert admin.post(path, {"reason": "x"}).status_code == 403


def test_messages_about_sign_outs_can_be_looked_at_and_not_touched(admin: Browser) -> None:
    shop, other = make_client(client_id="shop"), make_client(client_id="other")
    for client, status, error in (
        (shop, "refused", "status_400"), (other, "sent", ""), (shop, "queued", "unreachable"),
    ):  # fmt: skip
        LogoutNotice.objects.create(client=client, sid="s", status=status, error=error)
    path = "/admin/oauth/logoutnotice/"
    text = admin.get(path).content.decode()
    assert "status_400" in text and "refused by the app" in text and "unreachable" in text
    assert admin.get(f"{path}?q=shop").content.decode().count("field-status") == 2
    trouble = admin.get(f"{path}?trouble=yes").content.decode()
    assert "status_400" in trouble and "unreachable" not in trouble
    one = LogoutNotice.objects.first()
    assert one is not None
    for page in ("add/", f"{one.pk}/change/", f"{one.pk}/delete/"):
        assert admin.get(f"{path}{page}").status_code in (302, 403)
