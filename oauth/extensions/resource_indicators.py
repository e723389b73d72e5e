"""Which API is the token for? (RFC 8707)"""

from urllib.parse import urlsplit

from django.conf import settings

from oauth.clients import ClientFacts, ResourceFacts
from oauth.errors import InvalidTarget
from oauth.gate import OIDC_SCOPES


def check_requested(client: ClientFacts, wanted: list[str]) -> tuple[str, ...]:
    """The resources of an authorization request, each known to this client.

    Signet itself, by its issuer, is always granted and needs no asking. Raises `InvalidTarget`
    (§2): absolute URI, no fragment, registered.
    """
    wanted = [one for one in wanted if one != settings.SIGNET.issuer]
    for one in wanted:
        parts = urlsplit(one) if one.isascii() else None
        if parts is None or not parts.scheme or "#" in one or one not in client.resources:
            raise InvalidTarget("resource_unknown", "The requested resource is unknown")
    return tuple(dict.fromkeys(wanted))


def meant(client: ClientFacts, named: tuple[str, ...], scopes: tuple[str, ...]) -> tuple[str, ...]:
    """The resources of a yes to these scopes: those that were named, else the APIs of the scopes.

    Who asks for a scope of an API asks for that API (RFC 9068 §3), as an app does that has never
    heard of `resource`: else a person would allow what no token could ever carry.
    """
    if named:
        return named
    return tuple(
        one for one, api in client.resources.items() if not api.scopes.keys().isdisjoint(scopes)
    )


def choose(
    client: ClientFacts, granted: tuple[str, ...] | None, wanted: list[str], *, openid: bool
) -> ResourceFacts | None:
    """The one audience of this token; None means Signet itself.

    `granted`: resources of the authorization (`meant`); None where there is no authorization.
    Several may be granted, one at a time is asked for (§2.2). Where none is named now, it is the
    only one that was granted, unless the person was asked who they are (`openid`): then, and where
    none or several were granted, it is the client's default, else Signet, whose userinfo needs the
    token. Raises `InvalidTarget`, also where the default is disabled, and where one of several must
    be named because userinfo would not take the token either: a token for somebody else instead
    would be refused where it is shown, and nobody would know why.
    """
    if len(wanted) > 1:
        raise InvalidTarget("resource_several", "Ask for one resource at a time")
    if not wanted and granted and len(granted) == 1 and not openid:
        wanted = list(granted)
    if not wanted:
        if client.default_resource is None:
            if granted and not openid:
                raise InvalidTarget("resource_missing", "Name one of the granted resources")
            return None
        if client.default_resource not in client.resources:
            raise InvalidTarget("resource_disabled", "The client's default resource is disabled")
        return client.resources[client.default_resource]
    (one,) = wanted
    if one == settings.SIGNET.issuer:
        # How a client with a default API gets a token for userinfo.
        return None
    if one not in client.resources or (
        granted is not None and one not in granted and one != client.default_resource
    ):
        raise InvalidTarget("resource_not_granted", "The requested resource was not granted")
    return client.resources[one]


def scopes_at(api: ResourceFacts | None, scopes: frozenset[str]) -> frozenset[str]:
    """Of these scopes, the ones that mean something at the audience of the token."""
    if api is None:
        return scopes & OIDC_SCOPES
    return scopes & frozenset(api.scopes)
