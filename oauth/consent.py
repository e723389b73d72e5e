"""What a consent covers, part by part, so that "was this allowed?" is set inclusion.

A part names one thing that was on the page: a scope (with a digest of its words, so that a scope
whose meaning changed is asked for again), a single claim, an API, the host the answer goes to.
"""

from hashlib import sha256
from urllib.parse import urlsplit

from accounts.models import User
from oauth import gate
from oauth.authorization_request import AuthorizationRequest
from oauth.claims import SCOPE_CLAIMS
from oauth.clients import ClientFacts, ScopeFacts


def destination(redirect_uri: str) -> str:
    """The host an answer goes to, or the private-use scheme with its colon."""
    address = urlsplit(redirect_uri)
    return address.hostname or f"{address.scheme}:"


def api_scope(client: ClientFacts, name: str) -> tuple[str, ScopeFacts] | None:
    """The API a scope belongs to, by name, and the scope's words; None for OpenID Connect's."""
    for api in client.resources.values():
        if name in api.scopes:
            return api.name, api.scopes[name]
    return None


def scope_part(client: ClientFacts, name: str) -> str:
    found = api_scope(client, name)
    if found is None:
        return f"scope:{name}"
    words = f"{found[1].title}\0{found[1].detail}".encode()
    return f"scope:{name}#{sha256(words).hexdigest()[:8]}"


def scopes_for(request: AuthorizationRequest, user: User) -> tuple[str, ...]:
    """The requested scopes that this person's roles allow."""
    apis = request.client.resources.values()
    guarded = {name for api in apis for name, scope in api.scopes.items() if scope.roles}
    if not guarded & set(request.scopes):
        return request.scopes
    roles = frozenset(str(role.pk) for role in user.effective_roles())
    allowed = gate.scopes_for_roles(frozenset(request.scopes), request.client, roles)
    return tuple(scope for scope in request.scopes if scope in allowed)


def claims_shown(request: AuthorizationRequest, scopes: tuple[str, ...]) -> tuple[str, ...]:
    """Claims asked for by name that no granted scope tells anyway."""
    told = {name for scope in scopes for name in SCOPE_CLAIMS.get(scope, ())}
    return tuple(name for name in request.claims.names if name not in told)


def parts(request: AuthorizationRequest, scopes: tuple[str, ...]) -> frozenset[str]:
    """Everything this request needs a yes for."""
    return frozenset(
        [
            f"host:{destination(request.redirect_uri)}",
            *(scope_part(request.client, scope) for scope in scopes),
            *(f"claim:{name}" for name in claims_shown(request, scopes)),
            *(f"resource:{identifier}" for identifier in request.resources),
        ]
    )
