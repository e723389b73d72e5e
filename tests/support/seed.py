"""Rows that tests copy from: a person, an API and one client of each kind.

Run in the environment of a live deployment: `python -m tests.support.seed`.
"""

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402

from accounts.models import Group, Role, User  # noqa: E402
from oauth.models import Client, ClientSecret, Resource, Scope  # noqa: E402
from tests.support import seeded  # noqa: E402

_SCOPES = ["openid", "profile", "email", "address", "phone", "offline_access", "roles", "groups"]
_WEB = ["authorization_code", "refresh_token", "client_credentials"]


def _person(username: str) -> User:
    person = User(
        username=username,
        email=f"{username}@people.test",
        email_verified=True,
        name=f"{username.title()} Anders Example",
        given_name=username.title(),
        family_name="Example",
        middle_name="Anders",
        nickname=username[:3],
        profile=f"https://people.test/{username}",
        picture=f"https://people.test/{username}.png",
        website=f"https://{username}.people.test",
        gender="unspecified",
        birthdate="1985-04-12",
        zoneinfo="Europe/Berlin",
        locale="de-DE",
        phone_number="+4930123456",
        phone_number_verified=True,
        address={
            "formatted": "Lange Straße 1\n10115 Berlin\nGermany",
            "street_address": "Lange Straße 1",
            "locality": "Berlin",
            "region": "Berlin",
            "postal_code": "10115",
            "country": "Germany",
        },
        attributes={"department": "research"},
        password=make_password(seeded.PASSWORD),
    )
    person.save()
    return person


def _client(name: str, **over: object) -> Client:
    values: dict[str, object] = {
        "client_id": f"c_{name}",
        "client_name": f"The {name} app",
        "client_uri": "https://rp.test/",
        "profile": "web",
        "trusted": True,
        "redirect_uris": [seeded.REDIRECT_URI],
        "post_logout_redirect_uris": [seeded.POST_LOGOUT_URI],
        "grant_types": _WEB,
        "scopes": [*_SCOPES, "orders.read", "orders.write", "orders.admin", "stock.read"],
        **over,
    }
    client = Client.objects.create(**values)
    if not client.is_public and client.token_endpoint_auth_method != "private_key_jwt":
        ClientSecret.objects.create(
            client=client, label="test", digest=ClientSecret.hash(seeded.secret_of(name))
        )
    return client


def main() -> None:
    alice, bob = _person("alice"), _person("bob")
    keeper = Role.objects.create(name="shopkeeper")
    shop = Group.objects.create(name="shop")
    shop.roles.add(keeper)
    alice.groups.add(shop)
    del bob
    for identifier, prefix in ((seeded.API, "orders"), (seeded.API2, "stock")):
        api = Resource.objects.create(identifier=identifier, name=f"The {prefix} API")
        for name in ("read", "write"):
            Scope.objects.create(resource=api, name=f"{prefix}.{name}", title=f"{name} {prefix}")
        guarded = Scope.objects.create(resource=api, name=f"{prefix}.admin", title="everything")
        guarded.roles.add(keeper)
    orders = Resource.objects.get(identifier=seeded.API)

    basic = _client("basic")
    orders.introspectors.add(basic)
    _client("basic2")
    _client("post", token_endpoint_auth_method="client_secret_post")
    _client("oidc", profile="oidc", require_pkce=False)
    _client("oidc2", profile="oidc", require_pkce=False)
    _client("oidc_post", profile="oidc", require_pkce=False,
            token_endpoint_auth_method="client_secret_post")  # fmt: skip
    _client("untrusted", trusted=False)
    _client(
        "native",
        profile="native",
        token_endpoint_auth_method="none",
        redirect_uris=[seeded.REDIRECT_URI, "http://127.0.0.1/cb", "com.rp.test:/cb"],
        grant_types=_WEB[:2],
    )
    _client(
        "spa",
        profile="spa",
        token_endpoint_auth_method="none",
        allowed_origins=[seeded.ORIGIN],
        grant_types=_WEB[:2],
    )
    _client(
        "key",
        token_endpoint_auth_method="private_key_jwt",
        jwks={"keys": [seeded.CLIENT_KEY.export_public(as_dict=True)]},
    )
    _client(
        "machine",
        profile="machine",
        redirect_uris=[],
        post_logout_redirect_uris=[],
        response_types=[],
        grant_types=["client_credentials"],
        scopes=["orders.read", "orders.write", "orders.admin"],
        default_resource=orders,
    )


if __name__ == "__main__":
    main()
