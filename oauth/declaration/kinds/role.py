"""Roles: global, or of one client; a role may include others."""

from collections.abc import Collection, Iterable, Iterator
from typing import Annotated, Any

from django.contrib.auth.models import Permission
from django.db.models import Q
from pydantic import AfterValidator, StringConstraints

from accounts.models import Role
from accounts.role_rules import name_fault
from idp.ground.canonical import name_key
from oauth.declaration.entry import Declared, Entry, Line, Reference, each
from oauth.declaration.fault import FileFault
from oauth.declaration.kind import Kind, State, picked

RoleName = Annotated[str, StringConstraints(min_length=1, max_length=100)]


def key_of(audience: str, name: str) -> str:
    """How other entries name a role: `editor`, or `client-id/editor` for a client's own."""
    return f"{audience}/{name_key(name)}" if audience else name_key(name)


def written(role: Role) -> str:
    return key_of(role.audience, role.name)


def split(key: str) -> tuple[str, str]:
    audience, slash, name = key.rpartition("/")
    return (audience, name) if slash else ("", key)


def normal(key: str) -> str:
    """However it was written: two spellings are one role."""
    return key_of(*split(key))


RoleKey = Annotated[str, StringConstraints(min_length=1, max_length=360), AfterValidator(normal)]


def find(key: str) -> Role | None:
    audience, name = split(key)
    return Role.objects.named(audience, name)


def find_all(keys: Iterable[str]) -> list[Role]:
    """The roles these keys name; all of them exist by now."""
    roles = [find(key) for key in keys]
    return [role for role in roles if role is not None]


class RoleEntry(Entry):
    name: RoleName
    client: str = ""
    description: Line = ""
    requires_second_factor: bool = False
    includes: list[RoleKey] = []
    # Rights in the administration, such as `accounts.view_user`.
    permissions: list[str] = []

    @property
    def key(self) -> str:
        return key_of(self.client, self.name)

    def references(self) -> Iterator[Reference]:
        if self.client:
            yield ("client",), "clients", self.client
        yield from each(self.includes, "roles", "includes")


def _permission(name: str) -> Permission | None:
    label, _, codename = name.partition(".")
    return Permission.objects.filter(content_type__app_label=label, codename=codename).first()


def _rules(declared: Declared, before: State | None) -> Iterator[FileFault]:
    entry = declared.entry
    assert isinstance(entry, RoleEntry)  # noqa: S101
    wrong = name_fault(entry.name)
    if wrong:
        yield declared.fault(("name",), wrong)
    for place, name in enumerate(entry.permissions):
        if _permission(name) is None:
            yield declared.fault(("permissions", place), "there is no such permission")


def _state(keys: Collection[str] | None) -> Iterator[tuple[str, State]]:
    audiences = None if keys is None else {split(key)[0] for key in keys}
    roles = Role.objects.prefetch_related("includes", "permissions__content_type")
    for role in picked(roles, "audience", audiences):
        # The database would compare names in another way than the keys of a file do.
        if keys is not None and written(role) not in keys:
            continue
        yield (
            key_of(role.audience, role.name),
            {
                "name": role.name,
                "client": role.audience,
                "description": role.description,
                "requires_second_factor": role.requires_second_factor,
                "includes": [written(one) for one in role.includes.all()],
                "permissions": [
                    f"{one.content_type.app_label}.{one.codename}" for one in role.permissions.all()
                ],
                "declared": role.declared,
            },
        )


def _new(key: str) -> Role:
    audience, name = split(key)
    return Role(audience=audience, name=name)


def _save(role: Role, changed: set[str], created: bool) -> None:
    role.save()


def _includes(role: Role, keys: list[str], entry: Entry) -> None:
    role.includes.set(find_all(keys))


def _permissions(role: Role, names: list[str], entry: Entry) -> None:
    found = Q(pk__in=[])
    for name in names:
        label, _, codename = name.partition(".")
        found |= Q(content_type__app_label=label, codename=codename)
    role.permissions.set(Permission.objects.filter(found))


def _client_is_key(role: Role, value: Any, entry: Entry) -> None:
    """The audience is part of the key and was set when the role was made."""


KIND = Kind(
    section="roles",
    noun="role",
    entry=RoleEntry,
    state=_state,
    find=find,
    new=_new,
    save=_save,
    relations={
        "client": _client_is_key,
        "includes": _includes,
        "permissions": _permissions,
    },
    rules=_rules,
)
