"""The list of a person's second factors: rename one, remove one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from accounts import audit, second_factors
from accounts.actions.remove_factors import forget_what_hung_on
from accounts.actions.security_notice import notify
from accounts.errors import FactorNeeded, LastFactor
from accounts.models import User
from accounts.second_factors import Factor, is_required, offered


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One device, whatever its kind. `key` is `kind/id`; `words` says the kind to people, and
    `detail` what tells it from others."""

    key: str
    kind: str
    words: str
    name: str
    detail: str
    created_at: datetime
    last_used_at: datetime | None


def enrolled(user: User) -> list[Enrolled]:
    """Every device of the person, in the order in which factors are offered."""
    found = []
    for factor in second_factors.FACTORS:
        if factor.stands_alone:
            found += [_described(factor, row) for row in factor.rows(user).order_by("created_at")]
    return found


def _described(factor: Factor, row: Any) -> Enrolled:
    return Enrolled(
        key=f"{factor.name}/{row.pk}",
        kind=factor.name,
        words=str(factor.words),
        name=row.name,
        detail=getattr(row, "masked", ""),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
    )


def _find(user: User, key: str) -> tuple[Factor, Any]:
    """Raises LookupError: somebody else's is as unknown as none."""
    name, _slash, row_id = key.partition("/")
    factor = next(
        (one for one in second_factors.FACTORS if one.name == name and one.stands_alone), None
    )
    try:
        row = factor.rows(user).select_for_update().get(pk=row_id) if factor else None
    except (ValueError, ValidationError, factor.model.DoesNotExist):  # type: ignore[union-attr]
        row = None
    if factor is None or row is None:
        raise LookupError(key)
    return factor, row


def rename(request: HttpRequest, user: User, key: str, name: str) -> None:
    """Raises LookupError."""
    with transaction.atomic():
        factor, row = _find(user, key)
        if row.name == name[:64]:
            return
        row.name = name[:64]
        row.save(update_fields=["name"])
        audit.record(
            audit.FACTOR_RENAMED,
            request=request,
            actor=user,
            subject=user,
            data={"factor": factor.name, "device": row.name},
        )


def remove(request: HttpRequest, user: User, key: str, *, even_the_last: bool) -> None:
    """Remove one, and what hung on it.

    `even_the_last`: the person was asked whether they mean it. Raises LookupError, `LastFactor`
    where they were not, and `FactorNeeded` for the last one of somebody who must have one.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        factor, row = _find(user, key)
        found = _described(factor, row)
        words = {"factor": factor.name, "device": found.detail or found.name}
        row.delete()
        rest = offered(user)
        if not rest and is_required(user):
            raise FactorNeeded
        if not rest and not even_the_last:
            raise LastFactor
        forget_what_hung_on(user)
        audit.record(
            audit.FACTOR_REMOVED,
            request=request,
            actor=user,
            subject=user,
            data=words,
        )
        notify(user, "factor_removed", request=request, context=words)
