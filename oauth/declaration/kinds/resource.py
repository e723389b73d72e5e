"""APIs: their audience, their scopes, and who may introspect their tokens."""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints

from oauth.claims import SUPPORTED
from oauth.declaration.entry import Declared, Entry, Name, Reference, each
from oauth.declaration.fault import FileFault
from oauth.declaration.kind import Fields, Kind, State, differing, picked
from oauth.declaration.kinds.role import RoleKey, find_all, written
from oauth.keys import ALGORITHMS
from oauth.models import Client, Resource, Scope
from oauth.resource_rules import identifier_fault, scope_fault

ScopeName = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class ScopeEntry(Entry):
    """`roles`: only people holding one of them get the scope; empty: everybody."""

    name: ScopeName
    title: Annotated[str, StringConstraints(min_length=1, max_length=150)]
    detail: Annotated[str, StringConstraints(max_length=300)] = ""
    roles: list[RoleKey] = []


class ResourceEntry(Entry):
    identifier: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    name: Name
    enabled: bool = True
    token_format: Literal["jwt", "opaque"] = "jwt"  # noqa: S105
    access_token_lifetime: Annotated[int, Field(ge=30, le=86_400)] | None = None
    signing_alg: str = "ES256"
    claims: list[str] = []
    scopes: list[ScopeEntry] = []
    introspectors: list[str] = []

    private = frozenset({"scopes"})
    stand_ins: ClassVar[Mapping[str, Any]] = {"name": "?"}

    @property
    def key(self) -> str:
        return self.identifier

    def references(self) -> Iterator[Reference]:
        yield from each(self.introspectors, "clients", "introspectors")
        for place, scope in enumerate(self.scopes):
            yield from each(scope.roles, "roles", "scopes", place, "roles")


def _rules(declared: Declared, before: State | None) -> Iterator[FileFault]:
    entry = declared.entry
    assert isinstance(entry, ResourceEntry)  # noqa: S101
    wrong = identifier_fault(entry.identifier)
    if wrong:
        yield declared.fault(("identifier",), wrong)
    if entry.signing_alg not in ALGORITHMS:
        yield declared.fault(("signing_alg",), f"choose one of {', '.join(ALGORITHMS)}")
    for place, claim in enumerate(entry.claims):
        if claim not in SUPPORTED:
            yield declared.fault(("claims", place), "there is no such claim")
    seen: set[str] = set()
    for place, scope in enumerate(entry.scopes):
        where = ("scopes", place, "name")
        wrong = scope_fault(scope.name)
        if wrong:
            yield declared.fault(where, wrong)
        elif scope.name in seen:
            yield declared.fault(where, "occurs twice")
        elif (
            Scope.objects.filter(name=scope.name)
            .exclude(resource__identifier=entry.identifier)
            .exists()
        ):
            yield declared.fault(where, "belongs to another API")
        seen.add(scope.name)


def _scope_state(scope: Scope) -> State:
    return {
        "name": scope.name,
        "title": scope.title,
        "detail": scope.detail,
        "roles": [written(role) for role in scope.roles.all()],
    }


def _state(keys: Collection[str] | None) -> Iterator[tuple[str, State]]:
    apis = Resource.objects.prefetch_related("scopes__roles", "introspectors")
    for api in picked(apis, "identifier", keys):
        yield (
            api.identifier,
            {
                "identifier": api.identifier,
                "name": api.name,
                "enabled": api.enabled,
                "token_format": api.token_format,
                "access_token_lifetime": api.access_token_lifetime,
                "signing_alg": api.signing_alg,
                "claims": list(api.claims),
                "scopes": [_scope_state(scope) for scope in api.scopes.all()],
                "introspectors": [client.client_id for client in api.introspectors.all()],
                "declared": api.declared,
            },
        )


def _differ(entry: Entry, before: State | None) -> Fields:
    assert isinstance(entry, ResourceEntry)  # noqa: S101
    fields = differing(entry, before)
    known = {scope["name"]: scope for scope in (before or {}).get("scopes", ())}
    for scope in entry.scopes:
        changed = differing(scope, known.get(scope.name))
        if changed:
            old = {name: value[0] for name, value in changed.items()}
            new = {name: value[1] for name, value in changed.items()}
            fields[f"scopes.{scope.name}"] = (old if scope.name in known else None, new)
    return fields


def find(key: str) -> Resource | None:
    return Resource.objects.filter(identifier=key).first()


def _new(key: str) -> Resource:
    return Resource(identifier=key)


def _save(api: Resource, changed: set[str], created: bool) -> None:
    api.save()


def _scopes(api: Resource, value: Any, entry: Entry) -> None:
    assert isinstance(entry, ResourceEntry)  # noqa: S101
    for one in entry.scopes:
        columns = one.model_dump(include=one.model_fields_set - {"name", "roles"})
        scope, _created = Scope.objects.update_or_create(
            resource=api, name=one.name, defaults=columns
        )
        if "roles" in one.model_fields_set:
            scope.roles.set(find_all(one.roles))


def _introspectors(api: Resource, client_ids: list[str], entry: Entry) -> None:
    api.introspectors.set(Client.objects.filter(client_id__in=client_ids))


KIND = Kind(
    section="resources",
    noun="API",
    entry=ResourceEntry,
    state=_state,
    find=find,
    new=_new,
    save=_save,
    relations={"scopes": _scopes, "introspectors": _introspectors},
    differ=_differ,
    rules=_rules,
)
