"""The `sub` a client knows a person by: public, or one of its sector's (OIDC Core §8)."""

from urllib.parse import urlsplit

from accounts.models import User
from oauth.clients import ClientFacts
from oauth.models import Subject


def sector_of(client: ClientFacts, redirect_uri: str) -> str:
    """Empty for public clients; else the host that stands for the sector (OIDC Core §8.1)."""
    if client.subject_type != "pairwise":
        return ""
    return urlsplit(client.sector_identifier_uri or redirect_uri).hostname or client.client_id


def subject_of(user: User, client: ClientFacts, redirect_uri: str) -> Subject:
    """The row, made at the first use and never changed."""
    sector = sector_of(client, redirect_uri)
    found, _ = Subject.objects.get_or_create(user=user, sector=sector)
    return found
