"""Clients as the endpoints need them: plain values, one SELECT, kept for a second."""

import json
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from oauth.models import logo_url
from oauth.profiles import PROFILES, Profile

_FRESH = 1.0  # seconds from the start of the SELECT: a change is known everywhere after that
_MOST = 10_000

_SELECT = """
SELECT c.id, c.client_id, c.profile, c.enabled, c.trusted, c.first_party, c.client_name,
  c.redirect_uris, c.post_logout_redirect_uris, c.allowed_origins, c.grant_types,
  c.response_types, c.response_modes, c.scopes, c.token_endpoint_auth_method AS auth_method,
  c.jwks, c.jwks_uri, c.id_token_signed_response_alg AS id_token_alg, c.subject_type,
  c.sector_identifier_uri, c.default_max_age,
  c.require_auth_time, c.default_acr_values, c.require_pkce, c.session_refresh,
  c.require_second_factor, c.branding,
  c.replay_tolerance, c.access_token_lifetime, c.tokens_not_before,
  c.client_uri, c.policy_uri, c.tos_uri,
  (SELECT l.sha256 FROM oauth_clientlogo l WHERE l.client_id = c.id AND l.source = c.logo_uri)
    AS logo_sha256,
  (SELECT d.identifier FROM oauth_resource d WHERE d.id = c.default_resource_id)
    AS default_resource,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'digest', s.digest,
      'expires_at', extract(epoch FROM s.expires_at))), '[]')
     FROM oauth_clientsecret s WHERE s.client_id = c.id AND s.revoked_at IS NULL) AS secrets,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('identifier', r.identifier, 'name', r.name,
      'format', r.token_format, 'lifetime', r.access_token_lifetime, 'alg', r.signing_alg,
      'claims', r.claims, 'scopes', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('name', p.name, 'title', p.title,
            'detail', p.detail, 'roles', (
              SELECT coalesce(jsonb_agg(pr.role_id), '[]') FROM oauth_scope_roles pr
              WHERE pr.scope_id = p.id))), '[]')
        FROM oauth_scope p WHERE p.resource_id = r.id AND p.name = ANY(c.scopes)))), '[]')
     FROM oauth_resource r WHERE r.enabled AND (r.id = c.default_resource_id OR EXISTS (
       SELECT 1 FROM oauth_scope q WHERE q.resource_id = r.id AND q.name = ANY(c.scopes))))
    AS resources
FROM oauth_client c WHERE c.client_id = %s
"""


@dataclass(frozen=True, slots=True)
class Secret:
    id: str
    digest: str
    expires_at: float | None  # seconds since 1970


@dataclass(frozen=True, slots=True)
class ScopeFacts:
    name: str
    title: str
    detail: str
    roles: frozenset[str]  # ids; empty: for everybody


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """An API this client may get tokens for, with the scopes it may have there."""

    identifier: str
    name: str
    opaque: bool
    lifetime: int | None
    alg: str
    claims: tuple[str, ...]
    scopes: Mapping[str, ScopeFacts]


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """One client. Names as in RFC 7591 §2."""

    id: uuid.UUID
    client_id: str
    profile: Profile
    enabled: bool
    trusted: bool
    first_party: bool
    client_name: str
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...]
    allowed_origins: frozenset[str]
    grant_types: frozenset[str]
    response_types: frozenset[str]
    response_modes: frozenset[str]
    scopes: frozenset[str]
    auth_method: str
    jwks: Any
    jwks_uri: str
    id_token_alg: str
    subject_type: str
    sector_identifier_uri: str
    default_max_age: int | None
    require_auth_time: bool
    default_acr_values: tuple[str, ...]
    require_pkce: bool
    session_refresh: bool
    require_second_factor: bool
    branding: Mapping[str, str]
    replay_tolerance: int
    access_token_lifetime: int | None
    tokens_not_before: datetime | None
    client_uri: str
    logo_sha256: str | None
    policy_uri: str
    tos_uri: str
    default_resource: str | None  # also a disabled one, which `resources` does not hold
    secrets: tuple[Secret, ...]
    resources: Mapping[str, ResourceFacts]

    @property
    def is_public(self) -> bool:
        return self.auth_method == "none"

    @property
    def logo_url(self) -> str:
        """Its logo on our own origin; empty where there is none."""
        return logo_url(self.client_id, self.logo_sha256 or "")

    def check_grant_type(self, grant_type: str) -> bool:
        """What Authlib's grants ask (its `ClientMixin`)."""
        return grant_type in self.grant_types and grant_type in self.profile.grant_types


def _resource(value: dict[str, Any]) -> ResourceFacts:
    scopes = {
        one["name"]: ScopeFacts(
            one["name"], one["title"], one["detail"], frozenset(map(str, one["roles"]))
        )
        for one in value["scopes"]
    }
    return ResourceFacts(
        value["identifier"],
        value["name"],
        value["format"] == "opaque",
        value["lifetime"],
        value["alg"],
        tuple(value["claims"]),
        scopes,
    )


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _facts(columns: dict[str, Any]) -> ClientFacts:
    words = ("allowed_origins", "grant_types", "response_types", "response_modes", "scopes")
    lists = ("redirect_uris", "post_logout_redirect_uris", "default_acr_values")
    resources = [_resource(one) for one in _json(columns["resources"])]
    return ClientFacts(
        **columns
        | {name: frozenset(columns[name]) for name in words}
        | {name: tuple(columns[name]) for name in lists}
        | {
            "profile": PROFILES[columns["profile"]],
            "jwks": _json(columns["jwks"]),
            "branding": _json(columns["branding"]),
            "secrets": tuple(
                Secret(str(one["id"]), one["digest"], one["expires_at"])
                for one in _json(columns["secrets"])
            ),
            "resources": {one.identifier: one for one in resources},
        }
    )


_cache: dict[str, tuple[float, ClientFacts | None]] = {}
_lock = threading.Lock()


def find(client_id: str) -> ClientFacts | None:
    """The client, or None; at most a second old. Unknown names are not remembered."""
    started = time.monotonic()
    known = _cache.get(client_id)
    if known is not None and started - known[0] < _FRESH:
        return known[1]
    if not 0 < len(client_id) <= 255 or not client_id.isascii() or not client_id.isprintable():
        return None
    with connection.cursor() as cursor:
        cursor.execute(_SELECT, [client_id])
        row = cursor.fetchone()
        names = [column.name for column in cursor.description]
    columns = dict(zip(names, row, strict=True)) if row else None
    # A profile this version has not heard of (a newer one is being rolled out) allows nothing.
    facts = _facts(columns) if columns and columns["profile"] in PROFILES else None
    with _lock:
        if len(_cache) >= _MOST:
            _cache.clear()
        if facts is not None:
            _cache[client_id] = (started, facts)
        else:
            _cache.pop(client_id, None)
    return facts


def forget() -> None:
    """Read everything anew (after a change in this process; for tests)."""
    with _lock:
        _cache.clear()
