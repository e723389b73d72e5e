"""The whole way of a file: faults, diff, writing, pruning."""

import pytest
from django.contrib.auth.hashers import make_password

from accounts.models import AuditEvent, Group, Role, User
from oauth.models import Client, ClientSecret, Resource, Scope
from tests.factories import make_client
from tests.oauth.declaration.conftest import Apply

SECRET = "s" * 40
WHOLE = """
roles:
  - {name: editor, description: Edits}
  - {name: chief, includes: [editor]}
  - {name: Tester, client: shop}
groups:
  - {name: staff, roles: [chief]}
resources:
  - identifier: https://api.test
    name: Orders
    introspectors: [shop]
    scopes:
      - {name: orders.read, title: Read}
      - {name: orders.write, title: Write, roles: [editor]}
clients:
  - client_id: shop
    client_name: Shop
    redirect_uris: [https://rp.test/cb]
    scopes: [openid, orders.read]
    default_resource: https://api.test
    owners: [alice]
    secrets:
      - {label: first, value: "${SHOP_SECRET}"}
users:
  - username: alice
    email: alice@people.test
    password: ${ALICE_PASSWORD}
    groups: [staff]
    roles: [shop/tester]
    address: {country: Germany}
"""


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_SECRET", SECRET)
    monkeypatch.setenv("ALICE_PASSWORD", "eleven pink tractors")


def counts() -> list[int]:
    models = (Role, Group, Resource, Scope, Client, ClientSecret, User, AuditEvent)
    return [model.objects.count() for model in models]


def test_a_file_is_made_true(apply: Apply) -> None:
    apply(WHOLE)
    alice = User.objects.get(username="alice")
    assert {role.name for role in alice.effective_roles()} == {"Tester", "chief", "editor"}
    assert alice.check_password("eleven pink tractors")
    assert alice.password.startswith("argon2")
    shop = Client.objects.get(client_id="shop")
    assert shop.default_resource is not None
    assert shop.default_resource.identifier == "https://api.test"
    assert list(shop.owners.all()) == [alice]
    assert shop.secrets.get().digest == ClientSecret.hash(SECRET)
    assert [role.name for role in Scope.objects.get(name="orders.write").roles.all()] == ["editor"]
    assert list(Resource.objects.get().introspectors.all()) == [shop]


def test_the_second_run_writes_nothing(apply: Apply) -> None:
    apply(WHOLE)
    before = counts(), list(User.objects.values()), list(Client.objects.values())
    assert apply(WHOLE) == "nothing to change\n"
    assert (counts(), list(User.objects.values()), list(Client.objects.values())) == before


def test_a_plan_shows_what_would_change_and_changes_nothing(apply: Apply) -> None:
    shown = apply(WHOLE, plan=True)
    assert "+ client shop" in shown
    assert '    redirect_uris: ["https://rp.test/cb"]' in shown
    assert counts() == [0] * 8
    apply(WHOLE)
    shown = apply(WHOLE.replace("client_name: Shop", "client_name: Store"), plan=True)
    assert '~ client shop\n    client_name: "Shop" -> "Store"\n' in shown
    assert Client.objects.get().client_name == "Shop"


def test_no_secret_is_ever_shown_or_recorded(apply: Apply) -> None:
    told = apply(WHOLE, plan=True) + apply(WHOLE)
    told += str(list(AuditEvent.objects.values()))
    assert SECRET not in told
    assert "tractors" not in told
    assert "argon2" not in told
    assert ClientSecret.hash(SECRET) not in told


def test_what_a_file_leaves_out_stays_as_it_is(apply: Apply) -> None:
    apply(WHOLE)
    Client.objects.update(tos_uri="https://rp.test/terms")
    assert apply(WHOLE) == "nothing to change\n"
    assert Client.objects.get().tos_uri == "https://rp.test/terms"


def test_one_fault_and_nothing_is_changed(apply: Apply) -> None:
    said = apply(WHOLE.replace("https://rp.test/cb", "http://rp.test/cb"))
    assert said.startswith("Nothing was changed:\n  signet.yaml:18: clients[0].redirect_uris[0]: ")
    assert counts() == [0] * 8


def test_every_fault_of_a_file_is_named_in_one_look(apply: Apply) -> None:
    said = apply(
        """
        roles:
          - {nam: x}
          - {name: a, includes: [nobody]}
        clients:
          - client_id: u_x
            profile: spa
            redirect_uris: [javascript:alert(1), https://ok.test/cb]
            require_pkce: false
            colour: red
            scopes: [nothing]
            secrets: [{label: a, value: in-the-file}]
        users:
          - username: a@b
            password: in-the-file
          - username: carol
            password: ${MISSING}
            email_verified: perhaps
          - username: CAROL
        wrong: 1
        """
    )
    lines = [line.strip() for line in said.splitlines()[1:]]
    places = [line.split(": ")[0] + " " + line.split(": ")[1] for line in lines]
    assert places == [
        "signet.yaml:3 roles[0].nam",
        "signet.yaml:3 roles[0].name",
        "signet.yaml:4 roles[1].includes[0]",
        "signet.yaml:6 clients[0].client_id",
        "signet.yaml:6 clients[0].client_name",
        "signet.yaml:8 clients[0].redirect_uris[0]",
        "signet.yaml:9 clients[0].require_pkce",
        "signet.yaml:10 clients[0].colour",
        "signet.yaml:11 clients[0].scopes[0]",
        "signet.yaml:12 clients[0].secrets",
        "signet.yaml:12 clients[0].secrets[0].value",
        "signet.yaml:14 users[0].username",
        "signet.yaml:15 users[0].password",
        "signet.yaml:17 users[1].password",
        "signet.yaml:18 users[1].email_verified",
        "signet.yaml:19 users[2]",
        "signet.yaml:20 wrong",
    ]
    assert "in-the-file" not in said


def test_a_list_or_a_word_instead_of_sections_is_a_fault(apply: Apply) -> None:
    assert "signet.yaml:2" in apply("\n- roles\n")
    assert "must be a list" in apply("roles: {}\n")
    assert "must be a mapping" in apply("roles: [x]\n")
    assert apply("") == "nothing to change\n"
    assert apply("roles:\n") == "nothing to change\n"


def test_objects_may_name_one_another_in_any_order_and_in_circles(apply: Apply) -> None:
    apply("roles:\n  - {name: a, includes: [b]}\n  - {name: b, includes: [a]}\n")
    names = {role.name for role in Role.objects.filter(name="a").with_included()}
    assert names == {"a", "b"}


def test_pruning_needs_a_yes(apply: Apply) -> None:
    apply(WHOLE)
    assert "add --yes" in apply("roles: []\n", prune=True)
    assert Role.objects.count() == 3


def test_pruning_deletes_what_apply_made_and_nothing_else(apply: Apply) -> None:
    apply(WHOLE)
    by_hand = Role.objects.create(name="by-hand")
    apply("roles:\n  - {name: editor}\n", prune=True, yes=True)
    assert set(Role.objects.values_list("name", flat=True)) == {"editor", by_hand.name}
    # No section, no opinion.
    assert Client.objects.count() == 1
    assert Group.objects.count() == 1


def test_a_role_that_alone_keeps_a_scope_from_everybody_is_not_pruned(apply: Apply) -> None:
    apply(WHOLE)
    left = "roles: []\n"
    apply(left, prune=True, yes=True)
    assert [role.name for role in Role.objects.all()] == ["editor"]
    assert Scope.objects.get(name="orders.write").roles.get().name == "editor"
    assert apply(left, prune=True, yes=True) == "nothing to change\n"
    reader = "roles: [{name: reader}]\n"
    scopes = "scopes: [{name: orders.write, title: Write, roles: [reader]}]"
    apply(f"{reader}resources: [{{identifier: https://api.test, name: Orders, {scopes}}}]\n",
          prune=True, yes=True)  # fmt: skip
    assert [role.name for role in Role.objects.all()] == ["reader"]
    apply("roles: []\nresources: []\n", prune=True, yes=True)
    assert not Role.objects.exists()


def test_a_pruned_client_takes_its_roles_along_and_the_plan_says_so(apply: Apply) -> None:
    apply(WHOLE)
    Role.objects.create(name="by-hand", audience="shop")
    left = "roles: [{name: editor}, {name: chief}]\nclients: []\n"
    said = apply(left, prune=True, plan=True)
    assert '"by-hand (shop)"' in said and '"Tester (shop)"' in said
    apply(left, prune=True, yes=True)
    assert not Role.objects.exclude(audience="").exists()
    assert apply(left, prune=True, yes=True) == "nothing to change\n"


def test_pruning_never_deletes_a_person(apply: Apply) -> None:
    apply(WHOLE)
    apply("users: []\n", prune=True, yes=True)
    assert User.objects.filter(username="alice").exists()


def test_what_other_files_may_declare_is_counted_and_left_alone(apply: Apply) -> None:
    apply(WHOLE)
    less = WHOLE.replace("      - {name: orders.write, title: Write, roles: [editor]}\n", "")
    said = apply(less)
    assert "Left as they are, for these files do not name them: scopes (1)\n" in said
    assert "orders.write" not in said
    assert Scope.objects.filter(name="orders.write").exists()
    assert "orders.write" in apply(less, plan=True, prune=True)


def test_a_scope_that_its_api_no_longer_lists_is_pruned(apply: Apply) -> None:
    apply(WHOLE)
    apply(
        WHOLE.replace("      - {name: orders.write, title: Write, roles: [editor]}\n", ""),
        prune=True,
        yes=True,
    )
    assert not Scope.objects.filter(name="orders.write").exists()


def test_an_object_made_by_hand_is_adopted_by_the_file_that_names_it(apply: Apply) -> None:
    Role.objects.create(name="editor")
    assert "declared: false -> true" in apply("roles: [{name: Editor}]\n")
    assert Role.objects.get().declared


def test_every_object_has_one_audit_event(apply: Apply) -> None:
    apply(WHOLE)
    made = AuditEvent.objects.filter(name="object_created", reason="apply")
    assert sorted(event.data["kind"] for event in made) == sorted(
        ["role"] * 3 + ["group", "resource", "client", "user"]
    )
    shop = made.get(client_id="shop")
    assert shop.data["fields"]["redirect_uris"] == [None, ["https://rp.test/cb"]]
    assert shop.data["fields"]["secrets.first"] is None


def test_an_address_of_somebody_else_is_a_fault_and_no_crash(apply: Apply) -> None:
    apply(WHOLE)
    said = apply("users: [{username: bob, email: ALICE@people.test}]\n")
    assert "belongs to another person" in said


def test_a_name_that_exists_only_in_the_database_can_be_referred_to(apply: Apply) -> None:
    make_client(client_id="by-hand")
    apply("roles: [{name: r, client: by-hand}]\n")
    assert Role.objects.get().audience == "by-hand"


def test_a_foreign_hash_is_taken_as_it_is(apply: Apply) -> None:
    encoded = make_password("eleven pink tractors", hasher="pbkdf2_sha256")
    apply(f"users: [{{username: bob, password_hash: '{encoded.replace('$', '$$')}'}}]\n")
    assert User.objects.get(username="bob").password == encoded
    assert "no known hash" in apply("users: [{username: eve, password_hash: md5thing}]\n")
