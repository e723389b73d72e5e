"""Make a plan true."""

from typing import Any

from accounts import audit
from accounts.changes import described
from accounts.models import User
from oauth import roles_of_client
from oauth.declaration.kind import Kind, Secrets
from oauth.declaration.kinds import BY_SECTION, KINDS
from oauth.declaration.plan import Change
from oauth.models import Client, Resource, Scope
from oauth.scope_names import follow

_REASON = "apply"
_SINGULAR = {"resources": "resource", "scopes": "scope"}
_RENAMED = {"client": "audience"}  # member of a file → attribute of the model


def _record(name: str, change: Change, obj: Any) -> None:
    kind = _SINGULAR.get(change.section, change.section.removesuffix("s"))
    audit.record(
        name,
        subject=obj if isinstance(obj, User) and name != audit.OBJECT_DELETED else None,
        client_id=obj.client_id if isinstance(obj, Client) else "",
        reason=_REASON,
        data=described(kind, str(obj.pk), str(obj), change.fields),
    )


def _columns(kind: Kind, change: Change) -> Any:
    created = change.action == "create"
    obj: Any = kind.new(change.key) if created else kind.find(change.key)
    changed = set()
    for name, (_before, after) in change.fields.items():
        if name.partition(".")[0] not in kind.relations:
            setattr(obj, _RENAMED.get(name, name), after)
            changed.add(name)
    if changed:
        kind.save(obj, changed, created)
    return obj


def _relations(kind: Kind, change: Change, obj: Any) -> Secrets:
    assert change.entry is not None  # noqa: S101 - only deletions have none
    shown: Secrets = []
    values = {name.partition(".")[0]: value for name, (_before, value) in change.fields.items()}
    for name, write in kind.relations.items():
        if name in values:
            shown += write(obj, values[name], change.entry) or []
    return shown


def _delete(change: Change) -> None:
    obj: Any
    if change.section == "scopes":
        obj = Scope.objects.get(name=change.key)
    else:
        obj = BY_SECTION[change.section].find(change.key)
    if obj is None:
        return  # the role of a client that went just now
    _record(audit.OBJECT_DELETED, change, obj)
    gone = [obj.name] if isinstance(obj, Scope) else []
    if isinstance(obj, Resource):
        gone = list(obj.scopes.values_list("name", flat=True))
    obj.delete()
    if isinstance(obj, Client):
        roles_of_client.end(client_id=obj.client_id, reason=_REASON)
    for name in gone:
        follow(old=name, reason=_REASON)


def write(changes: tuple[Change, ...], deletions: tuple[Change, ...] = ()) -> Secrets:
    """Write everything inside the caller's transaction; secrets that were made, shown once."""
    shown: Secrets = []
    written: list[tuple[Kind, Change, Any]] = []
    for kind in KINDS:
        for change in changes:
            if change.section == kind.section:
                written.append((kind, change, _columns(kind, change)))
    # Objects may name each other in circles, so relations come when all of them exist.
    for kind, change, obj in written:
        shown += _relations(kind, change, obj)
    for _kind, change, obj in written:
        created = change.action == "create"
        _record(audit.OBJECT_CREATED if created else audit.OBJECT_CHANGED, change, obj)
    for change in deletions:
        _delete(change)
    return shown
