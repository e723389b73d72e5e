"""Everything a decision about an authorization needs, in one SELECT."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

_ROLES = """
(WITH RECURSIVE held AS (
    SELECT role_id FROM accounts_user_roles WHERE user_id = u.id
    UNION SELECT gr.role_id FROM accounts_user_groups ug
      JOIN accounts_group_roles gr ON gr.group_id = ug.group_id WHERE ug.user_id = u.id
    UNION SELECT inc.to_role_id FROM accounts_role_includes inc
      JOIN held ON inc.from_role_id = held.role_id)
 SELECT coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name,
    'audience', r.audience, 'factor', r.requires_second_factor)), '[]')
    FROM accounts_role r JOIN held ON held.role_id = r.id)
"""

_GROUPS = """
(SELECT coalesce(jsonb_agg(jsonb_build_object('name', g.name, 'audience', g.audience)), '[]')
 FROM accounts_user_groups ug JOIN accounts_group g ON g.id = ug.group_id WHERE ug.user_id = u.id)
"""

# Columns of the person that become claims, as one value: names equal those of OIDC Core §5.1.
_PERSON = """
jsonb_build_object('name', u.name, 'given_name', u.given_name, 'family_name', u.family_name,
  'middle_name', u.middle_name, 'nickname', u.nickname, 'username', u.username,
  'profile', u.profile, 'picture', u.picture, 'website', u.website, 'gender', u.gender,
  'birthdate', u.birthdate, 'zoneinfo', u.zoneinfo, 'locale', u.locale,
  'email', u.email, 'email_verified', u.email_verified, 'phone_number', u.phone_number,
  'phone_number_verified', u.phone_number_verified, 'address', u.address,
  'attributes', u.attributes, 'updated_at', floor(extract(epoch FROM u.updated_at)))
"""

# Each column under the name of its field in `GrantRow`.
_SELECT = f"""
SELECT a.id, a.client_id AS client_pk, c.client_id, c.enabled AS client_enabled, c.first_party,
  c.require_second_factor, c.tokens_not_before, a.user_id, u.is_active AS user_active,
  u.must_reset_password, u.is_staff OR u.is_superuser AS user_administers,
  u.access_not_before, a.session_id, s.ended_at AS session_ended_at,
  s.expires_at AS session_expires_at, s.epoch AS session_epoch, s.browser_id,
  a.offline, a.refreshable, a.scopes, a.claims_request, a.resources, a.nonce, a.redirect_uri,
  a.code_challenge, a.auth_time, a.acr, a.amr, a.sid, a.secret, a.token_key, a.code_expires_at,
  a.code_redeemed_at, a.generation, a.rotated_at, a.created_at, a.last_used_at, a.expires_at,
  a.refused_at, a.revoked_at, a.epoch, j.sub,
  k.scopes AS consented_scopes, k.claims AS consented_claims, l.claims AS told,
  {_ROLES} AS roles, {_GROUPS} AS groups, {_PERSON} AS person
FROM oauth_authorization a
JOIN oauth_client c ON c.id = a.client_id
JOIN accounts_user u ON u.id = a.user_id
JOIN oauth_subject j ON j.id = a.subject_id
LEFT JOIN accounts_session s ON s.id = a.session_id
LEFT JOIN oauth_consent k ON k.user_id = a.user_id AND k.client_id = a.client_id
LEFT JOIN oauth_ledgerentry l ON l.user_id = a.user_id AND l.client_id = a.client_id
WHERE a.id = %s
"""  # noqa: S608 - no value is interpolated, only the constants above


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One authorization with its client, person, session and consent, as they are now."""

    id: uuid.UUID
    client_pk: uuid.UUID
    client_id: str
    client_enabled: bool
    first_party: bool
    require_second_factor: bool
    tokens_not_before: datetime | None
    user_id: uuid.UUID
    user_active: bool
    must_reset_password: bool
    user_administers: bool
    access_not_before: datetime | None
    session_id: uuid.UUID | None
    session_ended_at: datetime | None
    session_expires_at: datetime | None
    session_epoch: int | None
    browser_id: uuid.UUID | None
    offline: bool
    refreshable: bool
    scopes: tuple[str, ...]
    claims_request: Mapping[str, Any]
    resources: tuple[str, ...]
    nonce: str
    redirect_uri: str
    code_challenge: str
    auth_time: datetime
    acr: str
    amr: tuple[str, ...]
    sid: str
    secret: bytes = field(repr=False)
    token_key: str
    code_expires_at: datetime
    code_redeemed_at: datetime | None
    generation: int
    rotated_at: datetime | None
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime
    refused_at: datetime | None
    revoked_at: datetime | None
    epoch: int
    sub: str
    # Both None where no consent is remembered.
    consented_scopes: frozenset[str] | None
    consented_claims: frozenset[str] | None
    # `roles` and `groups` concern this client; `role_ids` are all that the person holds.
    roles: tuple[str, ...]
    groups: tuple[str, ...]
    person: Mapping[str, Any]
    # Claim → [first, last] time this client was told it, seconds since 1970.
    told: Mapping[str, list[int]]
    role_ids: frozenset[str]
    # Whether one of them demands a second factor.
    role_requires_factor: bool


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _set(value: list[str] | None) -> frozenset[str] | None:
    return None if value is None else frozenset(value)


def _names(held: list[dict[str, Any]], client_id: str) -> tuple[str, ...]:
    """Those that concern the client: a role of another application is none of its business."""
    return tuple(sorted(one["name"] for one in held if one["audience"] in ("", client_id)))


_columns: tuple[str, ...] = ()


def read(authorization_id: uuid.UUID) -> GrantRow | None:
    """The row as it is now, or None."""
    global _columns
    with connection.cursor() as cursor:
        cursor.execute(_SELECT, [authorization_id])
        row = cursor.fetchone()
        if row is None:
            return None
        # The same for every row; psycopg makes them anew each time, for 100 µs.
        _columns = _columns or tuple(column.name for column in cursor.description)
    columns: dict[str, Any] = dict(zip(_columns, row, strict=True))
    roles = _json(columns["roles"])
    columns |= {name: tuple(columns[name]) for name in ("scopes", "resources", "amr")}
    return GrantRow(
        **columns
        | {
            "claims_request": _json(columns["claims_request"]),
            "secret": bytes(columns["secret"]),
            "consented_scopes": _set(columns["consented_scopes"]),
            "consented_claims": _set(columns["consented_claims"]),
            "roles": _names(roles, columns["client_id"]),
            "groups": _names(_json(columns["groups"]), columns["client_id"]),
            "person": _json(columns["person"]),
            "told": _json(columns["told"]) or {},
            "role_ids": frozenset(str(one["id"]) for one in roles),
            "role_requires_factor": any(one["factor"] for one in roles),
        }
    )
