"""Finding a person, and rows of a person, by index."""

import uuid
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from idp.ground.canonical import NotCanonical, username_key


def prefix(term: str) -> Q:
    """People whose username or e-mail address begins so, in any spelling, or with this id."""
    try:
        key = username_key(term) if "@" not in term else term.casefold()
    except NotCanonical:
        return Q(pk__in=[])
    found = Q(email_key__startswith=key)
    if "@" not in term:
        found |= Q(username_key__startswith=key)
    as_id = identifier(term)
    return found | Q(pk=as_id) if as_id else found


def identifier(term: str) -> uuid.UUID | None:
    """The term as an id, if it is one."""
    try:
        return uuid.UUID(term)
    except ValueError:
        return None


def exactly(term: str) -> User | None:
    """The person this term names: username, e-mail address or id."""
    as_id = identifier(term)
    if as_id:
        return User.objects.filter(pk=as_id).first()
    return User.objects.find(term)


def rows_of(rows: "QuerySet[Any]", term: str) -> "QuerySet[Any]":
    """Rows of that person; none when there is no such person."""
    person = exactly(term)
    return rows.filter(user=person) if person else rows.none()
