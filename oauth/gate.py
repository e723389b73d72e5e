"""`may_issue`: the one gate that every grant, userinfo and introspection pass."""

from datetime import datetime

from django.conf import settings

from accounts import second_factors, steps
from accounts.acr import has_held
from accounts.models import User
from oauth import claims
from oauth.clients import ClientFacts, ResourceFacts
from oauth.errors import InvalidGrant
from oauth.grant_row import GrantRow

OIDC_SCOPES = frozenset(
    {"openid", "profile", "email", "address", "phone", "offline_access", "roles", "groups"}
)


_WORDS = {
    "second_factor_missing": "The user must sign in again and show a second factor",
}


def _lacks_factor(row: GrantRow) -> bool:
    """Whether a role's or the deployment's rule of today asks for more than this sign-in showed.

    A token from before the rule must not outlive it. Only where the row itself says that it may
    be so are the person's factors and the trust in their browser looked up.
    """
    demanded = row.role_requires_factor or second_factors.deployment_requires(
        administrator=row.user_administers
    )
    if not demanded or has_held(row.amr):
        return False
    user = User.objects.filter(pk=row.user_id).first()
    return user is None or steps.falls_short(user, row.amr, row.browser_id)


def _closed(row: GrantRow, now: datetime) -> str:
    """Why the gate is closed, in one word; empty when it is open."""
    if row.revoked_at is not None:
        return "authorization_revoked"
    if row.refused_at is not None:
        return "authorization_refused"
    if row.expires_at <= now:
        return "authorization_expired"
    if row.epoch != settings.SIGNET.epoch:
        return "epoch_over"
    if not row.client_enabled:
        return "client_disabled"
    if not row.user_active:
        return "user_disabled"
    if row.must_reset_password:
        return "password_reset_forced"
    if row.access_not_before is not None and row.created_at < row.access_not_before:
        return "access_ended"
    if not row.offline and (
        row.session_id is None
        or row.session_ended_at is not None
        or row.session_expires_at is None
        or row.session_expires_at <= now
        or row.session_epoch != settings.SIGNET.epoch
    ):
        return "session_over"
    if (row.require_second_factor and "mfa" not in row.amr) or _lacks_factor(row):
        return "second_factor_missing"
    if not row.first_party and row.consented_scopes is None:
        return "consent_withdrawn"
    return ""


def may_issue(row: GrantRow, now: datetime) -> None:
    """Raise `InvalidGrant` unless client, person, session, consent and row all still say yes."""
    reason = _closed(row, now)
    if reason:
        words = _WORDS.get(reason, "The grant is invalid, expired or revoked")
        raise InvalidGrant(reason, words)


def is_open(row: GrantRow, now: datetime) -> bool:
    """The same answer without an exception, for introspection and userinfo."""
    return not _closed(row, now)


def present_scopes(row: GrantRow, client: ClientFacts) -> frozenset[str]:
    """What the person's yes is worth today: row ∩ client ∩ consent ∩ roles."""
    scopes = frozenset(row.scopes) & (client.scopes | {"openid"})
    if not row.first_party and row.consented_scopes is not None:
        scopes &= row.consented_scopes
    return scopes_for_roles(scopes, client, row.role_ids)


def own_scopes(api: ResourceFacts | None) -> frozenset[str]:
    """What a client may have at an API for itself; at Signet (None) that is nothing.

    A scope for holders of a role is for people: a client holds none.
    """
    return frozenset(name for name, scope in (api.scopes.items() if api else ()) if not scope.roles)


def may_name(client: ClientFacts, claim: str) -> bool:
    """Whether the client may ask for this claim by name (OIDC Core §5.5).

    A standard claim needs the scope it belongs to. A free attribute may hold anything (a staff
    number, a note), and no scope describes it: only first-party clients may name one.
    """
    scope = claims.SCOPE_OF.get(claim)
    return client.first_party if scope is None else scope in client.scopes


def present_claims(row: GrantRow, client: ClientFacts, member: str) -> tuple[str, ...]:
    """Claims asked for by name in `member` (`id_token`, `userinfo`): row ∩ client ∩ consent."""
    names = [name for name in claims.requested(row, member) if may_name(client, name)]
    if row.first_party or row.consented_scopes is None:
        return tuple(names)
    consented = {*(row.consented_claims or ()), *claims.of_scopes(row.consented_scopes)}
    return tuple(name for name in names if name in consented)


def scopes_for_roles(
    scopes: frozenset[str], client: ClientFacts, roles: frozenset[str]
) -> frozenset[str]:
    """Leave out scopes that only holders of a role get, where none of these is held."""
    known = {name: facts for api in client.resources.values() for name, facts in api.scopes.items()}
    return frozenset(
        scope
        for scope in scopes
        if scope in OIDC_SCOPES
        or (scope in known and (not known[scope].roles or known[scope].roles & roles))
    )
