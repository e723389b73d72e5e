"""Clients in the administration."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client as Browser

from accounts.models import AuditEvent, Group, Role, User
from oauth.models import Client, ClientSecret
from tests.factories import make_authorization, make_client, make_resource, make_user
from tests.support.administration import administration, filled

pytestmark = pytest.mark.django_db
LIST = "/admin/oauth/client/"
NEW = {
    "client_id": "shop",
    "client_name": "Shop",
    "profile": "web",
    "enabled": "on",
    "redirect_uris": "https://rp.test/cb\nhttps://rp.test/cb2",
    "token_endpoint_auth_method": "client_secret_basic",
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "scopes": "openid\nprofile",
    "require_pkce": "on",
    "id_token_signed_response_alg": "RS256",
    "subject_type": "public",
    "replay_tolerance": "0",
}


def page(client: Client) -> str:
    return f"{LIST}{client.pk}/change/"


def test_a_deleted_client_takes_its_roles_and_groups_along_and_the_page_says_so(
    admin: Browser, client: Client
) -> None:
    person = make_user("anna")
    person.roles.add(Role.objects.create(name="seller", audience="shop"))
    Group.objects.create(name="staff", audience="shop")
    others = Role.objects.create(name="seller"), Role.objects.create(name="a", audience="shop2")
    path = f"{LIST}{client.pk}/delete/"
    text = admin.get(path).content.decode()
    assert "role: seller (shop)" in text and "group: staff" in text
    admin.post(path, {"post": "yes"})
    assert not Client.objects.exists() and not Group.objects.exists()
    assert set(Role.objects.all()) == set(others)
    told = AuditEvent.objects.filter(name="object_deleted", client_id="shop")
    assert {one.data["kind"] for one in told} == {"client", "role", "group"}


def test_whoever_may_not_delete_roles_does_not_delete_them_with_a_client(client: Client) -> None:
    Role.objects.create(name="seller", audience="shop")
    keeper = Role.objects.create(name="keeper")
    keeper.permissions.set(Permission.objects.filter(codename__in=["view_client", "delete_client"]))
    staff = make_user(is_staff=True)
    staff.roles.add(keeper)
    path = f"{LIST}{client.pk}/delete/"
    assert administration(staff).post(path, {"post": "yes"}).status_code == 403
    assert Client.objects.exists()
    assert "permission to delete" in administration(staff).get(path).content.decode()


def save(admin: Browser, client: Client, **over: Any) -> Any:
    response = admin.post(page(client), filled(admin, page(client), **over))
    client.refresh_from_db()
    return response


@pytest.fixture
def client() -> Client:
    make_resource()
    return make_client(client_id="shop")


def test_a_client_is_made_in_one_form(admin: Browser) -> None:
    assert admin.post(f"{LIST}add/", NEW).status_code == 302
    client = Client.objects.get()
    assert client.redirect_uris == ["https://rp.test/cb", "https://rp.test/cb2"]
    assert client.scopes == ["openid", "profile"]
    assert client.jwks is None


def test_every_fault_is_shown_at_its_field(admin: Browser) -> None:
    data = {
        **NEW,
        "profile": "spa",
        "redirect_uris": "javascript:alert(1)\nhttp://rp.test/cb",
        "scopes": "nothing",
    }
    del data["require_pkce"]
    errors = admin.post(f"{LIST}add/", data).context["adminform"].form.errors
    assert set(errors) == {
        "redirect_uris",
        "scopes",
        "require_pkce",
        "token_endpoint_auth_method",
    }
    assert len(errors["redirect_uris"]) == 2
    assert not Client.objects.exists()


_DEEP = "[" * 900 + "]" * 900


@pytest.mark.parametrize("field", ["jwks", "branding"])
@pytest.mark.parametrize(
    "text", [_DEEP, f'{{"a":{_DEEP}}}', '{"headline":"\\ud800"}', '{"a":"\\u0000"}', "9" * 5_000]
)
def test_json_that_nobody_can_keep_is_a_fault_at_its_field(
    admin: Browser, field: str, text: str
) -> None:
    answer = admin.post(f"{LIST}add/", {**NEW, field: text})
    assert answer.status_code == 200
    assert set(answer.context["adminform"].form.errors) == {field}
    assert not Client.objects.exists()


def test_the_form_of_a_good_client_can_be_saved_as_it_is(admin: Browser, client: Client) -> None:
    assert save(admin, client).status_code == 302
    assert not AuditEvent.objects.filter(name="object_changed").exists()


def test_a_change_is_told_with_both_values(
    admin: Browser, administrator: User, client: Client
) -> None:
    save(admin, client, client_name="Store", redirect_uris="https://rp.test/other")
    event = AuditEvent.objects.get(name="object_changed")
    assert (event.actor, event.client_id) == (administrator, "shop")
    assert event.data["fields"] == {
        "client_name": ["Shop", "Store"],
        "redirect_uris": [["https://rp.test/cb"], ["https://rp.test/other"]],
    }


def test_the_id_of_a_client_never_changes(admin: Browser, client: Client) -> None:
    save(admin, client, client_id="other", client_name="Store")
    assert (client.client_id, client.client_name) == ("shop", "Store")


def test_a_stale_page_overwrites_nothing_case_314(admin: Browser, client: Client) -> None:
    data = filled(admin, page(client), client_name="Mine")
    Client.objects.update(redirect_uris=["https://rp.test/theirs"])
    assert admin.post(page(client), data).status_code == 200
    client.refresh_from_db()
    assert client.redirect_uris == ["https://rp.test/theirs"]


@pytest.mark.parametrize("value", ["{", "[1]", '{"keys": []}', '"x"'])
def test_keys_that_are_none_are_an_error(admin: Browser, client: Client, value: str) -> None:
    assert "jwks" in save(admin, client, jwks=value).context["adminform"].form.errors


def test_a_secret_is_shown_once_and_kept_as_a_digest(admin: Browser, client: Client) -> None:
    add = f"{LIST}{client.pk}/secrets/add/"
    assert "sgs_" not in admin.get(add).content.decode()
    response = admin.post(add, {"label": "production", "days": "30"})
    value = response.context["value"]
    assert value in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    secret = ClientSecret.objects.get(label="production")
    assert secret.digest == ClientSecret.hash(value)
    assert secret.expires_at is not None
    for path in (page(client), LIST, add, f"/admin/accounts/auditevent/?q={client.client_id}"):
        shown = admin.get(path).content.decode()
        assert value not in shown
        assert secret.digest not in shown
    assert value not in str(list(AuditEvent.objects.values()))


def test_a_revoked_secret_is_over(admin: Browser, administrator: User, client: Client) -> None:
    secret = client.secrets.get()
    path = f"{LIST}{client.pk}/secrets/{secret.pk}/revoke/"
    assert admin.get(path).status_code == 200
    secret.refresh_from_db()
    assert secret.revoked_at is None
    assert admin.post(path).status_code in (302, 303)
    assert not ClientSecret.objects.living().exists()
    assert AuditEvent.objects.get(name="secret_revoked").actor == administrator


def test_ten_living_secrets_are_enough(admin: Browser, client: Client) -> None:
    for _n in range(12):
        admin.post(f"{LIST}{client.pk}/secrets/add/", {"label": "x"})
    assert client.secrets.living().count() == 10


def test_a_secret_of_another_client_is_not_there(admin: Browser, client: Client) -> None:
    other = make_client()
    secret = client.secrets.get()
    assert admin.post(f"{LIST}{other.pk}/secrets/{secret.pk}/revoke/").status_code == 404


def test_a_public_client_gets_no_secret(admin: Browser) -> None:
    public = make_client(profile="spa", token_endpoint_auth_method="none")
    assert admin.post(f"{LIST}{public.pk}/secrets/add/", {"label": "x"}).status_code == 404


def test_secrets_need_the_right_to_change_the_client(client: Client) -> None:
    staff = administration(make_user(is_staff=True))
    secret = client.secrets.get()
    for path in ("secrets/add/", f"secrets/{secret.pk}/revoke/"):
        assert staff.post(f"{LIST}{client.pk}/{path}", {"label": "x"}).status_code == 403
    assert client.secrets.living().count() == 1


def test_ending_all_access_ends_machines_too(admin: Browser, client: Client) -> None:
    authorization = make_authorization(client)
    admin.post(LIST, {"action": "end_all_access", "_selected_action": [str(client.pk)]})
    authorization.refresh_from_db()
    client.refresh_from_db()
    assert authorization.revoked_at is not None
    assert client.tokens_not_before is not None


def test_a_hostile_name_is_only_text_case_140(admin: Browser) -> None:
    make_client(client_name="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in admin.get(LIST).content.decode()


def test_where_an_app_is_told_of_sign_outs_is_judged_as_everywhere(admin: Browser) -> None:
    bad = {**NEW, "backchannel_logout_uri": "https://rp.test/told#x"}
    answer = admin.post(f"{LIST}add/", bad)
    assert answer.status_code == 200
    assert "A fragment (#) is not allowed." in answer.content.decode()
    good = {**NEW, "backchannel_logout_uri": "https://rp.test/told"}
    assert admin.post(f"{LIST}add/", good).status_code == 302
    made = Client.objects.get()
    assert made.backchannel_logout_uri == "https://rp.test/told"
    assert not made.backchannel_logout_session_required
