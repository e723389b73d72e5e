"""oauth/scope_names.py: no client, consent or authorization names a scope that is gone."""

from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import AuditEvent, Role, User
from oauth.models import Authorization, Client, Consent, Resource, Scope
from oauth.scope_names import follow
from tests.factories import make_authorization, make_client, make_resource, make_user
from tests.oauth.admin.conftest import admin, administrator
from tests.oauth.declaration.conftest import Apply, apply
from tests.support.administration import filled

__all__ = ["admin", "administrator", "apply"]
BOTH = ["orders.read", "orders.write"]
pytestmark = pytest.mark.django_db


def everything_named() -> list[list[str]]:
    """Scopes of the client, of the consent, of its parts, of the authorization."""
    parts = [part.partition("#")[0] for part in Consent.objects.get().parts]
    return [
        Client.objects.get(client_id="shop").scopes,
        Consent.objects.get().scopes,
        sorted(part.removeprefix("scope:") for part in parts if part.startswith("scope:orders")),
        Authorization.objects.get().scopes,
    ]


@pytest.fixture
def api() -> Resource:
    found: Resource = make_resource(scopes=tuple(BOTH))
    client = make_client(client_id="shop", client_name="Shop", scopes=["openid", *BOTH])
    make_authorization(client, make_user("anna"), scopes=["openid", *BOTH])
    parts = ["host:shop.test", *(f"scope:{name}#12345678" for name in BOTH)]
    Consent.objects.update(scopes=["openid", *BOTH], parts=parts)
    make_client(client_id="other", scopes=["openid"])
    return found


def _scope_page(admin: Browser, api: Resource, name: str | None) -> Any:
    path = f"/admin/oauth/scope/{Scope.objects.get(name='orders.write').pk}"
    if name is None:
        return admin.post(f"{path}/delete/", {"post": "yes"}, follow=True)
    change = f"{path}/change/"
    return admin.post(change, filled(admin, change, name=name), follow=True)


def _api_page(admin: Browser, api: Resource, name: str | None) -> Any:
    path = f"/admin/oauth/resource/{api.pk}/change/"
    data = filled(admin, path) | {"scopes-TOTAL_FORMS": "2", "scopes-INITIAL_FORMS": "2"}
    for place, scope in enumerate(api.scopes.order_by("name")):
        data[f"scopes-{place}-id"] = str(scope.pk)
        data[f"scopes-{place}-resource"] = str(api.pk)
        data[f"scopes-{place}-name"] = scope.name
        data[f"scopes-{place}-title"] = scope.title
    assert data["scopes-1-name"] == "orders.write"
    data |= {"scopes-1-DELETE": "on"} if name is None else {"scopes-1-name": name}
    return admin.post(path, data, follow=True)


@pytest.mark.parametrize("page", [_scope_page, _api_page])
@pytest.mark.parametrize("name", [None, "orders:write"])
def test_whatever_names_a_scope_follows_it(
    admin: Browser, administrator: User, api: Resource, page: Any, name: str | None
) -> None:
    answer = page(admin, api, name)
    assert not Scope.objects.filter(name="orders.write").exists()
    rest = [name] if name else []
    assert everything_named() == [
        ["openid", "orders.read", *rest],
        ["openid", "orders.read", *rest],
        ["orders.read", *rest],
        ["openid", "orders.read", *rest],
    ]
    assert "Shop" in " ".join(str(one) for one in answer.context["messages"])
    event = AuditEvent.objects.get(name="object_changed", client_id="shop")
    assert event.actor == administrator
    assert event.data["fields"]["scopes"][1] == ["openid", "orders.read", *rest]
    assert Client.objects.get(client_id="other").scopes == ["openid"]


def test_an_api_that_goes_takes_the_names_of_its_scopes_along(
    admin: Browser, api: Resource
) -> None:
    admin.post(f"/admin/oauth/resource/{api.pk}/delete/", {"post": "yes"})
    assert not Resource.objects.exists()
    assert everything_named() == [["openid"], ["openid"], [], ["openid"]]


def test_what_a_file_prunes_is_named_by_nobody_either(apply: Apply, api: Resource) -> None:
    Resource.objects.update(declared=True)
    title = "{name: orders.read, title: Read}"
    text = f"resources: [{{identifier: '{api.identifier}', name: a, scopes: [{title}]}}]\n"
    apply(text, prune=True, yes=True)
    assert everything_named()[0] == ["openid", "orders.read"]
    apply("resources: []\n", prune=True, yes=True)
    assert everything_named() == [["openid"], ["openid"], [], ["openid"]]


def test_a_scope_that_takes_the_name_of_another_is_named_once(api: Resource) -> None:
    follow(old="orders.write", new="orders.read", reason="test")
    assert Client.objects.get(client_id="shop").scopes == ["openid", "orders.read"]


def test_saving_another_word_of_a_scope_touches_no_client(admin: Browser, api: Resource) -> None:
    scope = Scope.objects.get(name="orders.write")
    role = Role.objects.create(name="editor")
    path = f"/admin/oauth/scope/{scope.pk}/change/"
    admin.post(path, filled(admin, path, title="Change orders", roles=[str(role.pk)]))
    assert everything_named()[0] == ["openid", *BOTH]
    assert not AuditEvent.objects.filter(client_id="shop", name="object_changed").exists()
