"""The list of checks, as tables: what is sent, and the error it gets."""

from typing import Any

import pytest

from oauth.authorization_request import CHECKS, Refused, read
from oauth.authorization_request.asked import AuthorizationRequest
from oauth.models import Client, Resource, Scope
from tests.oauth.visitor import CHALLENGE, make_client, question

pytestmark = pytest.mark.django_db


def ask(client: Client, *more: tuple[str, str], **over: Any) -> AuthorizationRequest:
    return read((*question(client, **over).items(), *more))


def refusal(client: Client, *more: tuple[str, str], **over: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        ask(client, *more, **over)
    return caught.value


def test_a_good_request_becomes_a_typed_one(app: Client) -> None:
    found = ask(app, prompt="login consent", max_age="60", ui_locales="de en-GB", login_hint="anna")
    assert found.scopes == ("openid", "profile")
    assert found.prompts == {"login", "consent"}
    assert (found.max_age, found.login_hint, found.nonce) == (60, "anna", "n-1")
    assert found.ui_locales == ("de", "en-GB")
    assert found.code_challenge == CHALLENGE
    assert found.target.state == "s/1 &="


def test_checks_run_in_the_order_of_the_design() -> None:
    names = [check.__module__.rpartition(".")[2] for _, check in CHECKS]
    assert names[:4] == ["not_repeated", "response_mode", "response_type", "unsupported"]


@pytest.mark.parametrize("client_id", ["c_unknown", "", None, "ü", "x" * 300])
def test_an_unknown_client_is_answered_nowhere_case_006(app: Client, client_id: Any) -> None:
    found = refusal(app, client_id=client_id)
    assert (found.target, found.client) == (None, None)
    assert found.error.error == "invalid_request"


def test_a_disabled_client_reads_like_an_unknown_one_case_006(app: Client) -> None:
    unknown = refusal(app, client_id="c_unknown")
    Client.objects.update(enabled=False)
    disabled = refusal(app)
    assert disabled.target is None
    assert disabled.error.description == unknown.error.description


@pytest.mark.spec(
    "RFC 9700",
    "2.1",
    "Authorization servers MUST utilize exact string matching except for port numbers in localhost redirection URIs of native apps.",
)
@pytest.mark.parametrize(
    "address",
    [
        "https://orders.acme.example/cb/x",
        "https://orders.acme.example/cb?a=b",
        "https://orders.acme.example/cb#f",
        "https://orders.acme.example/cb#",
        "https://orders.acme.example/cb/",
        "https://orders.acme.example/CB",
        "https://ORDERS.acme.example/cb",
        "https://orders.acme.example:443/cb",
        "http://orders.acme.example/cb",
        "https://sub.orders.acme.example/cb",
        "https://orders.acme.example.evil.test/cb",
        "https://evil.test/cb",
        "https://ordersXacme.example/cb",
        "https://orders.acme.example/cb ",
        "https://orders.acme.example\\@evil.test/cb",
        "",
        None,
    ],
)
def test_only_the_identical_address_is_accepted_case_001(app: Client, address: Any) -> None:
    make_client(client_name="Other", redirect_uris=["https://evil.test/cb"])
    found = refusal(app, redirect_uri=address)
    assert found.target is None
    assert found.error.error == "invalid_request"


def test_the_record_says_where_the_address_differs(app: Client) -> None:
    found = refusal(app, redirect_uri="https://orders.acme.example/callback")
    assert found.error.reason == "redirect_uri_differs@29"


@pytest.mark.spec(
    "RFC 8252",
    "7.3",
    "The authorization server MUST allow any port to be specified at the time of the request for loopback IP redirect URIs.",
)
@pytest.mark.parametrize("port", ["", ":1", ":51234", ":65535"])
def test_a_native_app_may_listen_on_any_loopback_port_case_002(port: str) -> None:
    native = make_client(
        profile="native",
        token_endpoint_auth_method="none",
        redirect_uris=["http://127.0.0.1/cb", "http://[::1]/cb?x=1"],
    )
    for address in (f"http://127.0.0.1{port}/cb", f"http://[::1]{port}/cb?x=1"):
        assert ask(native, redirect_uri=address).redirect_uri == address


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1.evil.test/cb",
        "http://localhost.evil.test/cb",
        "http://localhost/cb",
        "http://127.1/cb",
        "http://2130706433/cb",
        "http://127.0.0.1/cb2",
        "https://127.0.0.1/cb",
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:١/cb",
        "http://127.0.0.1@evil.test/cb",
        "http://127.0.0.1:80@evil.test/cb",
        "http://[::1]/cb",
    ],
)
def test_nothing_else_passes_for_loopback_case_002(address: str) -> None:
    native = make_client(
        profile="native", token_endpoint_auth_method="none", redirect_uris=["http://127.0.0.1/cb"]
    )
    assert refusal(native, redirect_uri=address).target is None


def test_only_native_apps_may_choose_the_port() -> None:
    web = make_client(redirect_uris=["http://127.0.0.1:4000/cb"])
    assert refusal(web, redirect_uri="http://127.0.0.1:4001/cb").target is None


def test_an_omitted_address_is_never_guessed_case_008() -> None:
    two = make_client(redirect_uris=["https://one.example/cb", "https://two.example/cb"])
    one = make_client(redirect_uris=["https://one.example/cb"])
    for client in (two, one):
        found = refusal(client, redirect_uri=None)
        assert found.target is None
        assert found.error.reason == "redirect_uri_missing"


def nested(levels: int) -> str:
    """A claims request with an object or array in another, `levels` deep."""
    inside = levels - 3
    return '{"userinfo":{"name":{"value":' + "[" * inside + "]" * inside + "}}}"


ERRORS: list[tuple[dict[str, Any], str]] = [
    ({"response_type": None}, "invalid_request"),
    *(
        ({"response_type": value}, "unsupported_response_type")
        for value in (
            "token",
            "id_token",
            "id_token token",
            "code token",
            "code id_token",
            "none",
            "code code",
            "CODE",
        )
    ),
    ({"response_mode": "query.jwt"}, "invalid_request"),
    ({"response_mode": "web_message"}, "invalid_request"),
    ({"response_mode": "okta_post_message"}, "invalid_request"),
    ({"request": "e30.e30."}, "request_not_supported"),
    ({"request_uri": "https://canary.test/x"}, "request_uri_not_supported"),
    ({"request_uri": "file:///etc/passwd"}, "request_uri_not_supported"),
    ({"request": "e30.e30.", "request_uri": "https://canary.test/x"}, "invalid_request"),
    ({"registration": "{}"}, "registration_not_supported"),
    ({"state": "ü"}, "invalid_request"),
    ({"state": "a\r\nSet-Cookie: x=y"}, "invalid_request"),
    ({"state": "x" * 8_193}, "invalid_request"),
    ({"scope": 'openid "quoted"'}, "invalid_scope"),
    ({"scope": "openid prüfen"}, "invalid_scope"),
    ({"scope": "unknown other"}, "invalid_scope"),
    ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"code_challenge_method": "s256"}, "invalid_request"),
    ({"code_challenge_method": "S256 "}, "invalid_request"),
    ({"code_challenge_method": "S512"}, "invalid_request"),
    ({"code_challenge_method": ""}, "invalid_request"),
    ({"code_challenge": "short"}, "invalid_request"),
    ({"nonce": "x" * 1_025}, "invalid_request"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"prompt": "foo"}, "invalid_request"),
    *(
        ({"max_age": value}, "invalid_request")
        for value in ("-1", "abc", "1e9", "1" + "0" * 30, "١٢", "1_0", " 1", "1.5")
    ),
    *(
        ({"claims": value}, "invalid_request")
        for value in (
            "{",
            "[]",
            "null",
            '"x"',
            '{"userinfo": 1}',
            '{"userinfo": {"email": 1}}',
            '{"userinfo": {"email": {"essential": "yes"}}}',
            '{"id_token": {"acr": {"values": "one"}}}',
            '{"id_token": {"sub": {"value": 1}}}',
            '{"userinfo": {}, "userinfo": {}}',
            '{"userinfo": {"email": {"max": NaN}}}',
            "[" * 8_000,
            *(nested(levels) for levels in (21, 333, 334, 400, 600, 900, 950, 985, 1_000)),
            '{"userinfo": {"email": ' + "1" * 5_000 + "}}",
        )
    ),
    ({"resource": "https://unknown.example/api"}, "invalid_target"),
    ({"resource": "not a uri"}, "invalid_target"),
    ({"id_token_hint": "garbage"}, "invalid_request"),
    ({"id_token_hint": "e30.e30."}, "invalid_request"),
    (
        {"claims": '{"id_token": {"acr": {"essential": true, "values": ["urn:x"]}}}'},
        "unmet_authentication_requirements",
    ),
]


@pytest.mark.parametrize(("over", "error"), ERRORS, ids=[str(one)[:60] for one, _ in ERRORS])
def test_what_is_wrong_gets_its_own_error(app: Client, over: dict[str, Any], error: str) -> None:
    found = refusal(app, **over)
    assert found.error.error == error
    if "client_id" not in over:
        assert found.target is not None
        assert found.target.redirect_uri == app.redirect_uris[0]


FINE: list[dict[str, Any]] = [
    {"prompt": ""},
    {"prompt": "consent  login"},
    {"max_age": "0"},
    {"max_age": ""},
    {"nonce": None},
    {"state": None},
    {"scope": ""},
    {"scope": None},
    {"scope": "openid unknown"},
    {"scope": "profile openid"},
    {"display": "popup"},
    {"display": "hologram"},
    {"ui_locales": "se"},
    {"ui_locales": "@@ ../../etc"},
    {"claims_locales": "se"},
    {"acr_values": "1 2"},
    {"login_hint": "Ännä <anna@example.com>"},
    {"approval_prompt": "force"},
    {"claims": ""},
    {"claims": nested(20)},
    {"claims": '{"userinfo": {"name": {"essential": true}, "nobody_knows_this": null}}'},
    {"claims": '{"id_token": {"acr": {"values": ["urn:x"]}}, "other": 1}'},
    {"response_mode": "query"},
    {"response_mode": "fragment"},
    {"response_mode": "form_post"},
]


@pytest.mark.parametrize("over", FINE, ids=[str(one)[:60] for one in FINE])
def test_what_is_merely_unusual_is_accepted_case_028(app: Client, over: dict[str, Any]) -> None:
    assert ask(app, **over).client.client_id == app.client_id


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_doubled_address_or_client_stays_here_case_011(app: Client, name: str) -> None:
    good = question(app)[name]
    for values in ((good, "https://evil.test/cb"), ("https://evil.test/cb", good), (good, good)):
        rest = {key: value for key, value in question(app).items() if key != name}
        with pytest.raises(Refused) as caught:
            read((*rest.items(), *((name, value) for value in values)))
        assert caught.value.target is None


@pytest.mark.spec(
    "RFC 6749", "3.1", "Request and response parameters MUST NOT be included more than once."
)
@pytest.mark.parametrize(
    "name", ["state", "scope", "nonce", "code_challenge", "prompt", "unknown", "response_mode"]
)
def test_any_other_doubled_parameter_is_an_error_for_the_client_case_011(
    app: Client, name: str
) -> None:
    found = refusal(app, (name, "again"), **{name: "first"})
    assert found.error.error == "invalid_request"
    assert found.target is not None
    assert found.target.mode == "query"
    if name == "state":
        assert found.target.state is None


@pytest.mark.parametrize("name", ["foo", "login_hint"])
def test_eight_kibibytes_are_counted_in_bytes_whatever_the_name(app: Client, name: str) -> None:
    assert ask(app, **{name: "x" * 8_192}).client.client_id == app.client_id
    for value in ("x" * 8_193, "ä" * 4_097):
        assert refusal(app, **{name: value}).error.error == "invalid_request"


def test_an_error_travels_by_the_requested_mode_where_it_is_good(app: Client) -> None:
    found = refusal(app, response_mode="form_post", prompt="foo")
    assert found.target is not None
    assert found.target.mode == "form_post"


def test_a_mode_not_allowed_for_the_client_carries_nothing_case_024() -> None:
    queries = make_client(response_modes=["query"])
    fragments = make_client(response_modes=["fragment"])
    assert ask(fragments, response_mode="fragment").response_mode == "fragment"
    found = refusal(queries, response_mode="fragment")
    assert found.error.error == "invalid_request"
    assert found.target is not None
    assert found.target.mode == "query"


def test_scopes_are_cut_to_those_of_the_client() -> None:
    api = Resource.objects.create(identifier="https://orders.example/api", name="Orders API")
    Scope.objects.create(resource=api, name="orders.read", title="Read your orders")
    Scope.objects.create(resource=api, name="orders.write", title="Change your orders")
    client = make_client(scopes=["profile", "orders.read"])
    found = ask(client, scope="openid orders.write email orders.read profile profile")
    assert found.scopes == ("openid", "orders.read", "profile")


def test_offline_access_is_ignored_without_the_refresh_grant_case_298() -> None:
    client = make_client(grant_types=["authorization_code"])
    assert ask(client, scope="openid offline_access").scopes == ("openid",)


def test_pkce_may_be_missing_only_where_a_confidential_client_has_the_exception_case_062() -> None:
    old = make_client(require_pkce=False, profile="oidc")
    assert ask(old, code_challenge=None, code_challenge_method=None).code_challenge == ""
    public = make_client(require_pkce=False, profile="spa", token_endpoint_auth_method="none")
    found = refusal(public, code_challenge=None, code_challenge_method=None)
    assert found.error.error == "invalid_request"


def test_a_client_without_the_grant_may_not_ask() -> None:
    machine = make_client(grant_types=["client_credentials"])
    assert refusal(machine).error.error == "unauthorized_client"


@pytest.mark.spec(
    "RFC 8707",
    "2",
    'Multiple "resource" parameters MAY be used to indicate that the requested token is intended to be used at multiple resources.',
)
def test_resources_may_be_repeated() -> None:
    for name in ("a", "b"):
        api = Resource.objects.create(identifier=f"https://{name}.example/", name=name)
        Scope.objects.create(resource=api, name=f"{name}.read", title="Read")
    client = make_client(scopes=["a.read", "b.read"])
    found = ask(
        client,
        ("resource", "https://b.example/"),
        ("resource", "https://a.example/"),
        resource="https://a.example/",
    )
    assert found.resources == ("https://a.example/", "https://b.example/")


def test_claims_a_client_has_no_scope_for_are_dropped() -> None:
    client = make_client(scopes=["openid", "email"])
    text = """{"userinfo": {"email": null, "name": {"essential": true}, "sub": null},
        "id_token": {"iss": null, "exp": null, "acr": null, "email": null}}"""
    found = ask(client, claims=text).claims
    assert found.as_json() == {"userinfo": {"email": None}, "id_token": {"email": None}}


@pytest.mark.parametrize(("first_party", "kept"), [(True, ("department",)), (False, ())])
def test_only_first_party_clients_may_name_a_free_attribute(
    first_party: bool, kept: tuple[str, ...]
) -> None:
    client = make_client(first_party=first_party)
    assert ask(client, claims='{"userinfo": {"department": null}}').claims.names == kept


def test_a_demanded_subject_narrows_who_is_meant(app: Client) -> None:
    claims = (
        '{"id_token": {"sub": {"value": "u_1"}}, "userinfo": {"sub": {"values": ["u_1", "u_2"]}}}'
    )
    assert ask(app, claims=claims).meant_subs == {"u_1"}
    assert ask(app).meant_subs is None


def test_the_clients_default_max_age_counts_unless_one_is_sent() -> None:
    client = make_client(default_max_age=600)
    assert ask(client).max_age == 600
    assert ask(client, max_age="5").max_age == 5
