"""A client is deleted: its roles and groups go with it.

They name it by its `client_id`. Left behind, they would be told, with all who hold them, to
whatever app gets that id next.
"""

from collections.abc import Iterator

from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.changes import described
from accounts.models import Group, Role, User
from oauth.models import Scope


def found(client_id: str) -> Iterator[Role | Group]:
    """What is only this client's."""
    for model in (Role, Group):
        yield from model._default_manager.filter(audience=client_id) if client_id else ()


def end(
    *, client_id: str, reason: str = "", request: HttpRequest | None = None,
    actor: User | None = None,
) -> None:  # fmt: skip
    """Delete them. Call it in the transaction that deletes the client.

    A role that a scope is reserved for is taken from everybody instead: without it the scope would
    be open to all.
    """
    with transaction.atomic():
        for one in found(client_id):
            fields: dict[str, tuple[object, object]] = {}
            kept = isinstance(one, Role) and Scope.objects.filter(roles=one).exists()
            if isinstance(one, Role) and kept:
                fields = {"holders": (one.holders.count(), 0)}
            audit.record(
                audit.OBJECT_CHANGED if kept else audit.OBJECT_DELETED,
                request=request,
                actor=actor,
                client_id=client_id,
                reason=reason,
                data=described(str(one._meta.model_name), str(one.pk), str(one), fields),
            )
            if isinstance(one, Role) and kept:
                for holders in (one.holders, one.groups, one.included_in):
                    holders.clear()
            else:
                one.delete()
