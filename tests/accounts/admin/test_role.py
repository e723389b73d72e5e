"""Roles and groups in the administration."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import AuditEvent, Group, Role
from oauth.models import Scope
from tests.factories import make_client, make_resource, make_user
from tests.support.administration import administration, filled

pytestmark = pytest.mark.django_db
ROLES = "/admin/accounts/role/"
GROUPS = "/admin/accounts/group/"


@pytest.mark.parametrize("name", ["a/b", "a,b", "/", ""])
def test_a_role_has_a_name_that_files_and_claims_can_hold(admin: Client, name: str) -> None:
    assert admin.post(f"{ROLES}add/", {"name": name}).status_code == 200
    assert not Role.objects.exists()


def test_two_spellings_of_one_role_are_refused(admin: Client) -> None:
    Role.objects.create(name="Editor")
    assert admin.post(f"{ROLES}add/", {"name": "editor"}).status_code == 200
    make_client(client_id="shop")
    assert admin.post(f"{ROLES}add/", {"name": "editor", "audience": "shop"}).status_code == 302


@pytest.mark.parametrize(("one", "other"), [("İ", "i"), ("Straße", "STRASSE"), ("ΟΔΟΣ", "οδος")])
def test_two_names_that_a_file_could_not_tell_apart_are_refused(
    admin: Client, one: str, other: str
) -> None:
    Role.objects.create(name=one)
    answer = admin.post(f"{ROLES}add/", {"name": other})
    assert "name" in answer.context["adminform"].form.errors
    assert Role.objects.count() == 1


@pytest.mark.parametrize("where", [ROLES, GROUPS])
def test_a_role_or_group_belongs_to_an_app_that_there_is(admin: Client, where: str) -> None:
    for nobody in ("shop", "no/such client"):
        answer = admin.post(f"{where}add/", {"name": "seller", "audience": nobody})
        assert "audience" in answer.context["adminform"].form.errors
    make_client(client_id="shop")
    assert admin.post(f"{where}add/", {"name": "seller", "audience": "shop"}).status_code == 302
    assert "empty: every app" in admin.get(f"{where}add/").content.decode()


def test_the_role_of_an_app_that_is_gone_can_still_be_changed(admin: Client) -> None:
    role = Role.objects.create(name="seller", audience="gone")
    path = f"{ROLES}{role.pk}/change/"
    assert admin.post(path, filled(admin, path, description="Sold")).status_code == 302
    role.refresh_from_db()
    assert (role.description, role.audience) == ("Sold", "gone")


def test_a_role_that_alone_keeps_a_scope_from_everybody_is_not_deleted(admin: Client) -> None:
    make_resource()
    scope = Scope.objects.get(name="orders.write")
    keeper, chief = Role.objects.create(name="keeper"), Role.objects.create(name="chief")
    scope.roles.set([keeper])
    path = f"{ROLES}{keeper.pk}/delete/"
    assert "scope: orders.write" in admin.post(path, {"post": "yes"}).content.decode()
    assert scope.roles.get() == keeper
    scope.roles.add(chief)
    assert admin.post(path, {"post": "yes"}).status_code == 302
    assert scope.roles.get() == chief


def test_a_change_of_relations_is_told_in_words(admin: Client) -> None:
    editor, chief = Role.objects.create(name="editor"), Role.objects.create(name="chief")
    path = f"{ROLES}{chief.pk}/change/"
    admin.post(path, filled(admin, path, includes=[str(editor.pk)]))
    event = AuditEvent.objects.get(name="object_changed")
    assert event.data["fields"] == {"includes": [[], ["editor"]]}


def test_a_delegate_widens_no_role_beyond_their_own_rights() -> None:
    mine = Role.objects.create(name="mine")
    codenames = ["view_role", "change_role", "view_group", "change_group"]
    mine.permissions.set(
        Permission.objects.filter(codename__in=codenames, content_type__app_label="accounts")
    )
    strong = Role.objects.create(name="strong")
    strong.permissions.set(Permission.objects.filter(codename="delete_client"))
    group = Group.objects.create(name="staff")
    actor = make_user("dele", is_staff=True)
    actor.roles.add(mine)
    client = administration(actor)
    path = f"{ROLES}{mine.pk}/change/"
    stronger = [str(one.pk) for one in Permission.objects.filter(codename="delete_client")]
    kept = [str(one.pk) for one in mine.permissions.all()]
    for over in ({"includes": [str(strong.pk)]}, {"permissions": kept + stronger}):
        assert client.post(path, filled(client, path, **over)).status_code == 200
    there = f"{GROUPS}{group.pk}/change/"
    assert client.post(there, filled(client, there, roles=[str(strong.pk)])).status_code == 200
    assert not mine.includes.exists()
    assert mine.permissions.count() == len(codenames)
    assert not group.roles.exists()


def test_only_rights_of_what_is_shown_can_be_given(admin: Client) -> None:
    response = admin.get(f"{ROLES}add/")
    offered = response.context["adminform"].form.fields["permissions"].queryset
    models = {one.content_type.model for one in offered}
    assert "user" in models
    assert not models & {"budget", "browser", "session_key", "logentry", "permission"}


def test_the_autocomplete_needs_the_right_to_see(admin: Client) -> None:
    Role.objects.create(name="editor")
    query = {"app_label": "accounts", "model_name": "user", "field_name": "roles", "term": "edi"}
    assert admin.get("/admin/autocomplete/", query).json()["results"][0]["text"] == "editor"
    staff = administration(make_user(is_staff=True))
    assert staff.get("/admin/autocomplete/", query).status_code == 403
