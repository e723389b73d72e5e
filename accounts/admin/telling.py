"""What an administrator did, as an audit event in the transaction of the change."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from accounts import audit
from accounts.changes import described
from accounts.floor_above import floor_above
from accounts.models import User

Fields = dict[str, tuple[Any, Any]]


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, str | bytes | dict) or not isinstance(value, Iterable):
        return value
    return [_plain(one) for one in value]


def changed_fields(form: Any, formsets: Iterable[Any]) -> Fields:
    """Member → (before, after) of a valid, saved form and its inlines."""
    found: Fields = {
        name: (_plain(form.initial.get(name)), _plain(form.cleaned_data.get(name)))
        for name in form.changed_data
        if name != "version"
    }
    for formset in formsets:
        noun = formset.model._meta.model_name
        for obj in formset.new_objects:
            found[f"{noun}.{obj}"] = (None, "new")
        for obj, names in formset.changed_objects:
            found[f"{noun}.{obj}"] = (None, list(names))
        for obj in formset.deleted_objects:
            found[f"{noun}.{obj}"] = ("present", None)
    return found


def tell(request: HttpRequest, name: str, obj: Model, fields: Fields) -> None:
    """Record it; `obj` is read, not kept."""
    gone = name == audit.OBJECT_DELETED
    audit.record(
        name,
        request=request,
        actor=request.user if isinstance(request.user, User) else None,
        subject=obj if isinstance(obj, User) and not gone else None,
        client_id=floor_above().id_of_app(obj),
        data=described(str(obj._meta.model_name), str(obj.pk), str(obj), fields),
    )
