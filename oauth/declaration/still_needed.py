"""Roles that pruning leaves: a scope reserved for their holders would be open to everybody."""

from collections.abc import Iterable

from oauth.declaration.entry import Declared
from oauth.declaration.kinds.resource import ResourceEntry
from oauth.declaration.kinds.role import written
from oauth.models import Scope


def still_needed(
    roles: set[str], *, scopes: Iterable[str], apis: Iterable[str], declared: list[Declared]
) -> set[str]:
    """Those of `roles` that are all that a scope is left with; `scopes` and `apis` are pruned too.

    What the files say of a scope's roles is written before anything is pruned, so it counts.
    """
    left = Scope.objects.exclude(name__in=scopes).exclude(resource__identifier__in=apis)
    reserved = {
        scope.name: {written(role) for role in scope.roles.all()}
        for scope in left.prefetch_related("roles")
    }
    for one in declared:
        for scope in one.entry.scopes if isinstance(one.entry, ResourceEntry) else ():
            if "roles" in scope.model_fields_set:
                reserved[scope.name] = set(scope.roles)
    return {role for held in reserved.values() if held <= roles for role in held}
