"""Groups of people, and the roles that belonging to one gives."""

from collections.abc import Collection, Iterator
from typing import Annotated

from pydantic import StringConstraints

from accounts.models import Group
from oauth.declaration.entry import Entry, Line, Reference, each
from oauth.declaration.kind import Kind, State, picked
from oauth.declaration.kinds.role import RoleKey, find_all, written

GroupName = Annotated[str, StringConstraints(min_length=1, max_length=150, strip_whitespace=True)]


class GroupEntry(Entry):
    name: GroupName
    # Only this client sees the group; empty: all do.
    client: str = ""
    description: Line = ""
    roles: list[RoleKey] = []

    @property
    def key(self) -> str:
        return self.name

    def references(self) -> Iterator[Reference]:
        if self.client:
            yield ("client",), "clients", self.client
        yield from each(self.roles, "roles", "roles")


def find(key: str) -> Group | None:
    return Group.objects.filter(name=key).first()


def _state(keys: Collection[str] | None) -> Iterator[tuple[str, State]]:
    groups = Group.objects.prefetch_related("roles")
    for group in picked(groups, "name", keys):
        yield (
            group.name,
            {
                "name": group.name,
                "client": group.audience,
                "description": group.description,
                "roles": [written(one) for one in group.roles.all()],
                "declared": group.declared,
            },
        )


def _new(key: str) -> Group:
    return Group(name=key)


def _save(group: Group, changed: set[str], created: bool) -> None:
    group.save()


def _client(group: Group, value: str, entry: Entry) -> None:
    group.audience = value
    group.save(update_fields=["audience"])


def _roles(group: Group, keys: list[str], entry: Entry) -> None:
    group.roles.set(find_all(keys))


KIND = Kind(
    section="groups",
    noun="group",
    entry=GroupEntry,
    state=_state,
    find=find,
    new=_new,
    save=_save,
    relations={"client": _client, "roles": _roles},
)
