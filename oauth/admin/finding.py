"""Rows of a person and a client, by index."""

from typing import Any

from django.db.models import QuerySet

from accounts.admin.people import exactly
from oauth.models import Client


def rows_of(rows: "QuerySet[Any]", term: str) -> "QuerySet[Any]":
    """Rows of the client or the person of this name; none when there is neither."""
    client = Client.objects.filter(client_id=term).first()
    if client is not None:
        return rows.filter(client=client)
    person = exactly(term)
    return rows.filter(user=person) if person else rows.none()
