"""A page of the administration made for one administrator never acts in another one's name."""

import re
from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.test import Client

from accounts.models import AuditEvent, Role, Session, User
from tests.factories import make_client, make_session, make_user
from tests.support import authenticator
from tests.support.administration import filled, make_administrator

pytestmark = pytest.mark.django_db
NOW_BEN = "You are signed in as ben in this browser now. Nothing was saved."


def _switch(ada: User) -> User:
    """Another tab of the browser makes Ben its person."""
    ben = make_administrator("ben")
    session = Session.objects.get(user=ada)
    Session.objects.filter(pk=session.pk).update(is_default=False)
    make_session(ben, browser=session.browser)
    return ben


def test_a_form_opened_by_one_saves_nothing_as_another(admin: Client, administrator: User) -> None:
    role = Role.objects.create(name="editor")
    path = f"/admin/accounts/role/{role.pk}/change/"
    data = filled(admin, path, description="Writes")
    _switch(administrator)
    for where, sent in (
        (path, data),
        (f"/admin/accounts/role/{role.pk}/delete/", {"post": "yes"}),
        ("/admin/accounts/role/add/", {"name": "reader"}),
    ):
        answer = admin.post(where, sent, follow=True)
        assert answer.redirect_chain[-1][0] == "/admin/"
        assert NOW_BEN in answer.content.decode()
    assert [(one.name, one.description) for one in Role.objects.all()] == [("editor", "")]
    assert not AuditEvent.objects.filter(name__startswith="object_").exists()


def test_an_action_chosen_by_one_is_not_done_by_another(admin: Client, administrator: User) -> None:
    person = make_session(make_administrator("cleo"))
    _switch(administrator)
    chosen = {"action": "end_sessions", "_selected_action": [str(person.user_id)]}
    admin.post("/admin/accounts/user/", chosen)
    person.refresh_from_db()
    assert person.ended_at is None


@pytest.mark.parametrize("named", ["", "x", None])
def test_a_form_that_names_nobody_changes_nothing(
    admin: Client, administrator: User, named: str | None
) -> None:
    data = {"name": "editor"} | ({} if named is None else {"acting": named})
    Client.post(admin, "/admin/accounts/role/add/", data)
    assert not Role.objects.exists()


def _pages(admin: Client) -> list[str]:
    """Every page of the administration that has a form which is posted."""
    role, app = Role.objects.create(name="editor"), make_client()
    anna, secret = make_user("anna"), app.secrets.get()
    authenticator.enrolled(anna)
    lists = [
        f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for model in django_admin.site._registry
    ]
    return [
        *lists,
        "/admin/accounts/role/add/",
        f"/admin/accounts/role/{role.pk}/change/",
        f"/admin/accounts/role/{role.pk}/delete/",
        f"/admin/accounts/user/{anna.pk}/change/",
        f"/admin/accounts/user/{anna.pk}/delete/",
        f"/admin/accounts/user/{anna.pk}/factors/",
        f"/admin/oauth/client/{app.pk}/secrets/add/",
        f"/admin/oauth/client/{app.pk}/secrets/{secret.pk}/revoke/",
        "/admin/oauth/signingkey/rotate/",
        "/admin/accounts/outboxmessage/test/",
    ]


def test_every_form_of_every_page_names_its_person(
    admin: Client, administrator: User, settings: Any
) -> None:
    settings.EMAIL_HOST = "mail.test"
    settings.SIGNET = settings.SIGNET.model_copy(update={"email_host": "mail.test"})
    field = f'name="acting" value="{administrator.pk}"'
    for path in _pages(admin):
        answer = admin.get(path)
        assert answer.status_code == 200, path
        text = answer.content.decode()
        forms = re.findall(r'<form [^>]*method="post".*?</form>', text, re.DOTALL)
        assert forms, path
        assert all(form.count(field) == 1 for form in forms), path
