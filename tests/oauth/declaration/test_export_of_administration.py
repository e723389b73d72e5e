"""Export of what the administration accepted: every row of it can be applied again."""

from itertools import count
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import Group, Role, User
from oauth.declaration.export import lines
from oauth.declaration.kinds import BY_SECTION
from oauth.models import Client, Resource
from tests.factories import make_client
from tests.oauth.admin.conftest import admin, administrator
from tests.oauth.admin.test_client import NEW
from tests.oauth.admin.test_other_pages import API
from tests.oauth.declaration.conftest import Apply

__all__ = ["admin", "administrator"]

_ADDED = {
    "accounts/role": {"name": "n{n}", "audience": "shop", "description": ""},
    "accounts/group": {"name": "n{n}", "audience": "shop", "description": ""},
    "oauth/resource": {**API, "identifier": "https://api.test/{n}", "scopes-0-name": "s{n}"}
    | {"access_token_lifetime": "60", "scopes-0-detail": ""},
    "oauth/client": {**NEW, "client_id": "c{n}"}
    | dict.fromkeys(
        (
            *("post_logout_redirect_uris", "allowed_origins", "contacts", "default_acr_values"),
            *("client_uri", "logo_uri", "policy_uri", "tos_uri", "initiate_login_uri", "branding"),
            *("jwks", "jwks_uri", "sector_identifier_uri", "default_max_age"),
            "backchannel_logout_uri",
            "access_token_lifetime",
        ),
        "",
    ),
    "accounts/user": {"username": "u{n}", "is_active": "on", "email_verified": "on"}
    | {"email": "u{n}@people.test"}
    | dict.fromkeys(
        (
            *("phone_number", "name", "given_name", "family_name", "middle_name"),
            *("nickname", "profile", "picture", "website", "gender", "birthdate", "zoneinfo"),
            *("locale", "address", "attributes"),
        ),
        "",
    ),
}
_ODD = [
    *("1.1.1990", "no/such", "a,b", "İ", "$$ ${HOME}", "a\x85b", "~"),
    *('{"country": 49}', '{"a": [1e300, null, "$"]}', "https://x.example/a?b#c"),
]


def _exported() -> tuple[str, list[str]]:
    told: list[str] = []
    return "".join(lines(list(BY_SECTION), told.append)), told


def test_the_examples_of_the_review_are_refused_or_survive(admin: Browser, apply: Apply) -> None:
    person = {**_ADDED["accounts/user"], "username": "bob", "email": "bob@people.test"}
    claims = {
        "birthdate": "0000-02-29",
        "zoneinfo": "Europe/Berlin",
        "locale": "de-AT",
        "picture": "https://people.test/bob.png",
        "address": '{"formatted": "Way 1\\nTown", "country": "DE"}',
        "attributes": '{"cost $centre": ["${X}", {"deep": 1.5}]}',
        "phone_number": "+1 555 0100",
    }
    assert admin.post("/admin/oauth/resource/add/", API).status_code == 302
    client = NEW | {"scopes": "openid\norders.read"}
    assert admin.post("/admin/oauth/client/add/", client).status_code == 302
    role = {"name": "İnspector", "audience": "shop"}
    assert admin.post("/admin/accounts/role/add/", role).status_code == 302
    group = {"name": "Sales team", "audience": "shop", "roles": [str(Role.objects.get().pk)]}
    assert admin.post("/admin/accounts/group/add/", group).status_code == 302
    person |= claims | {"groups": [str(Group.objects.get().pk)]}
    assert admin.post("/admin/accounts/user/add/", person).status_code == 302
    text, told = _exported()
    assert told == []
    assert "changed" in apply(text)  # that a file keeps them from now on
    assert apply(text) == "nothing to change\n"
    for model in (Client, Resource, Group, Role, User):
        model.objects.all().delete()
    apply(text)
    assert _exported() == (text, [])


@pytest.mark.slow
@pytest.mark.parametrize("kind", _ADDED)
def test_whatever_a_form_accepts_a_file_accepts(admin: Browser, apply: Apply, kind: str) -> None:
    make_client(client_id="shop", scopes=["openid"], declared=True)
    number = count()
    accepted = 0
    for name in _ADDED[kind]:
        for odd in _ODD:
            n = str(next(number))
            blank: dict[str, Any] = {
                key: value.replace("{n}", n) if isinstance(value, str) else value
                for key, value in _ADDED[kind].items()
            }
            answer = admin.post(f"/admin/{kind}/add/", blank | {name: odd})
            assert answer.status_code in (200, 302, 400)
            accepted += answer.status_code == 302
    assert accepted > 10
    text, told = _exported()
    assert told == []
    assert "Nothing was changed" not in apply(text)
    assert apply(text) == "nothing to change\n"
    for model in (Client, Resource, Group, Role, User):
        model.objects.all().delete()
    assert "Nothing was changed" not in apply(text)
    assert _exported() == (text, [])
