"""The administration answers junk with a page, whoever sends it."""

import pytest
from django.contrib import admin as django_admin
from django.test import Client

pytestmark = pytest.mark.django_db
SITE = [
    (model._meta.app_label, model._meta.model_name or "", one)
    for model, one in django_admin.site._registry.items()
]
ACTIONS = [
    (label, name, action)
    for label, name, one in SITE
    for action in getattr(one, "actions", None) or ()
]
JUNK = ["x", "\0", "' OR 1=1 --", "9" * 400, "😀"]


@pytest.mark.parametrize(("label", "name", "action"), ACTIONS, ids=str)
def test_actions_on_ids_that_are_none(admin: Client, label: str, name: str, action: object) -> None:
    called = action if isinstance(action, str) else getattr(action, "__name__", "")
    for junk in JUNK:
        answer = admin.post(
            f"/admin/{label}/{name}/", {"action": called, "_selected_action": [junk]}
        )
        assert answer.status_code in (200, 302, 400, 403), junk


@pytest.mark.parametrize(("label", "name", "one"), SITE, ids=str)
def test_forms_given_ids_that_are_none(
    admin: Client, label: str, name: str, one: django_admin.ModelAdmin
) -> None:
    fields = ["name", *getattr(one, "autocomplete_fields", ()), "scopes", "redirect_uris"]
    for junk in JUNK:
        for field in fields:
            shown = admin.get(f"/admin/{label}/{name}/add/", {field: junk})
            assert shown.status_code in (200, 302, 400, 403, 404), (field, junk)
            sent = admin.post(f"/admin/{label}/{name}/add/", {field: junk})
            assert sent.status_code in (200, 302, 400, 403, 404), (field, junk)
        for page in ("change", "delete", "history"):
            path = f"/admin/{label}/{name}/{junk.encode().hex()}/{page}/"
            assert admin.get(path).status_code in (302, 400, 403, 404), path


@pytest.mark.parametrize("path", ["r/1/x/", "r/x/1/", "jsi18n/", "autocomplete/?app_label=x"])
def test_djangos_own_corners(admin: Client, path: str) -> None:
    assert admin.get(f"/admin/{path}").status_code in (200, 302, 400, 403, 404)
