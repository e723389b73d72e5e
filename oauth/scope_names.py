"""A scope of an API gets another name, or is gone: whatever names it follows in one transaction.

Clients, consents and authorizations keep scopes by name. A name left behind would give its old
holders whatever somebody calls so next, and a file that `export` writes could not be applied.
"""

from typing import Any

from django.db import connection, transaction
from django.db.models import F, Func, Value
from django.http import HttpRequest

from accounts import audit
from accounts.changes import described
from accounts.models import User
from oauth.models import Authorization, Client, Consent

# A part of a consent is the name of a scope, with a digest of the words it was shown with.
_PARTS = """
UPDATE oauth_consent SET parts = ARRAY(
  SELECT CASE WHEN starts_with(one, %(old)s || '#') AND %(new)s <> ''
         THEN %(new)s || substr(one, length(%(old)s) + 1) ELSE one END
  FROM unnest(parts) AS one WHERE %(new)s <> '' OR NOT starts_with(one, %(old)s || '#'))
WHERE %(name)s = ANY(scopes)
"""


def _without(column: str, old: str, new: str) -> Any:
    if new:
        return Func(F(column), Value(old), Value(new), function="array_replace")
    return Func(F(column), Value(old), function="array_remove")


def follow(
    *,
    old: str,
    new: str = "",
    reason: str,
    request: HttpRequest | None = None,
    actor: User | None = None,
) -> list[str]:
    """`new` empty: the scope is gone. The names of the clients that named it.

    A renamed scope is the same permission: clients keep it, and nobody is asked again. Call it in
    the transaction of the change itself.
    """
    with transaction.atomic():
        clients = list(Client.objects.select_for_update().filter(scopes__contains=[old]))
        for client in clients:
            before = client.scopes
            followed = [new if scope == old else scope for scope in before]
            client.scopes = [scope for scope in dict.fromkeys(followed) if scope]
            client.save(update_fields=["scopes", "updated_at"])
            audit.record(
                audit.OBJECT_CHANGED,
                request=request,
                actor=actor,
                client_id=client.client_id,
                reason=reason,
                data=described(
                    "client", str(client.pk), str(client), {"scopes": (before, client.scopes)}
                ),
            )
        Authorization.objects.living().filter(client__in=clients, scopes__contains=[old]).update(
            scopes=_without("scopes", old, new)
        )
        told = {"old": f"scope:{old}", "new": f"scope:{new}" if new else "", "name": old}
        with connection.cursor() as cursor:
            cursor.execute(_PARTS, told)
        Consent.objects.filter(scopes__contains=[old]).update(scopes=_without("scopes", old, new))
    return [client.client_name for client in clients]
