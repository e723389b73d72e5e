"""One way in: Signet's login."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import Role, Session
from tests.factories import make_session, make_user
from tests.support.administration import administration, make_administrator

pytestmark = pytest.mark.django_db


def test_a_stranger_is_sent_to_signets_login_and_back() -> None:
    client = Client()
    response = client.get("/admin/oauth/client/?q=x", follow=True)
    assert response.redirect_chain[-1][0].startswith("/login?")
    assert response.context["request"].GET["next"] == "/admin/oauth/client/?q=x"
    assert b'name="username"' in response.content


def test_djangos_own_login_form_does_not_exist() -> None:
    response = Client().post("/admin/login/", {"username": "ada", "password": "x"})
    assert response.status_code == 303
    assert response["Location"].startswith("/login?")


@pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test", "/\\evil.test"])
def test_the_way_back_is_a_path_of_ours(target: str) -> None:
    response = Client().get("/admin/login/", {"next": target})
    assert "evil" not in response["Location"]


def test_somebody_without_the_right_is_told_so_and_never_goes_round_in_circles() -> None:
    response = administration(make_user()).get("/admin/", follow=True)
    assert response.status_code == 403
    assert len(response.redirect_chain) <= 2


def test_an_administrator_whose_session_ended_is_outside_at_once() -> None:
    person = make_administrator()
    client = administration(person)
    assert client.get("/admin/").status_code == 200
    Session.objects.filter(user=person).close("ended_by_person")
    assert client.get("/admin/").status_code == 302


def test_an_idle_session_opens_nothing() -> None:
    person = make_administrator()
    client = administration(person)
    Session.objects.filter(user=person).update(last_used_at=timezone.now() - timedelta(days=2))
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("column", ["is_active", "is_staff"])
def test_taking_the_right_away_works_with_the_next_click(column: str) -> None:
    person = make_administrator()
    client = administration(person)
    setattr(person, column, False)
    person.save()
    assert client.get("/admin/accounts/user/").status_code == 302


def test_the_admin_acts_for_the_default_account_alone() -> None:
    person = make_administrator()
    client = administration(person)
    session = Session.objects.get(user=person)
    Session.objects.filter(pk=session.pk).update(is_default=False)
    make_session(make_user(), browser=session.browser)
    assert client.get("/admin/").status_code == 302


def test_signing_out_and_passwords_are_signets_pages() -> None:
    client = administration(make_administrator())
    assert client.post("/admin/logout/")["Location"] == "/sign-out"
    assert client.get("/admin/password_change/")["Location"] == "/account/password"


def test_only_our_models_are_shown() -> None:
    assert {model._meta.app_label for model in admin.site._registry} == {"accounts", "oauth"}


def lists() -> list[str]:
    return [
        f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for model in admin.site._registry
    ]


@pytest.mark.parametrize("path", lists())
@pytest.mark.parametrize("verb", ["get", "post", "put", "patch", "delete", "head", "options"])
def test_nobody_passes_without_the_right_whatever_the_verb_case_302(path: str, verb: str) -> None:
    assert getattr(Client(), verb)(path).status_code == 302
    staff = administration(make_user(is_staff=True))
    assert getattr(staff, verb)(path).status_code == 403


@pytest.mark.parametrize("path", lists())
def test_a_right_opens_its_list_and_no_other_case_302(path: str) -> None:
    _admin, app, name = path.strip("/").split("/")
    role = Role.objects.create(name="viewer")
    permission = Permission.objects.get(content_type__app_label=app, codename=f"view_{name}")
    role.permissions.add(permission)
    person = make_user(is_staff=True)
    person.roles.add(role)
    client = administration(person)
    opened = [other for other in lists() if client.get(other).status_code == 200]
    assert opened == [path]
    assert client.get(f"{path}add/").status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/admin/accounts/user",
        "/ADMIN/",
        "/admin//accounts/user/",
        "/admin/accounts/user/;x",
        "/admin/accounts/user/.json",
        "/admin/accounts/user/../user/",
    ],
)
def test_another_spelling_of_a_path_opens_nothing_case_303(path: str) -> None:
    assert Client().get(path).status_code in (302, 404)
    staff = administration(make_user(is_staff=True))
    assert staff.get(path).status_code in (302, 403, 404)


def test_a_header_does_not_change_the_verb_case_303() -> None:
    staff = administration(make_user(is_staff=True))
    response = staff.post(
        "/admin/accounts/user/add/",
        {"_method": "GET", "username": "x"},
        headers={"X-HTTP-Method-Override": "GET"},
    )
    assert response.status_code == 403


def test_no_page_of_the_admin_is_cached_or_framed() -> None:
    response = administration(make_administrator()).get("/admin/accounts/user/")
    assert "no-store" in response["Cache-Control"]
    policy = response["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
