"""The configuration of an embedded deployment, its secrets made once and kept in its folder."""

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from idp.embedded.servers import Servers

_SECRETS: dict[str, Callable[[], str]] = {
    "secret_key": lambda: secrets.token_urlsafe(48),
    "key": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="),
}


def load_secrets(path: Path, further: dict[str, int] | None = None) -> dict[str, str]:
    """Secrets of this deployment; what is missing is made. `further`: name → random bytes."""
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    for name, make in _SECRETS.items():
        kept.setdefault(name, make())
    for name, size in (further or {}).items():
        kept.setdefault(name, secrets.token_urlsafe(size))
    path.touch(mode=0o600)
    path.write_text(json.dumps(kept, indent=2))
    return kept


def chosen() -> dict[str, str]:
    """Settings that whoever started us chose: SIGNET_* variables, but for that of our folder."""
    return {
        name: value
        for name, value in os.environ.items()
        if name.startswith("SIGNET_") and name != "SIGNET_VAR"
    }


def environment(
    servers: Servers,
    kept: dict[str, str],
    issuer: str,
    settings: Mapping[str, str] | None = None,
    **more: str,
) -> dict[str, str]:
    """Variables for a Signet process, on top of our own environment.

    `settings`: SIGNET_* variables to respect (none by default, so that tests run alike everywhere).
    What makes it embedded is not theirs to choose.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SIGNET_")}
    return {
        **ours,
        "SIGNET_REGISTRATION": "open",
        **(settings or {}),
        **_embedded(servers, kept, issuer),
        **more,
    }


def _embedded(servers: Servers, kept: dict[str, str], issuer: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "idp.settings",
        "SIGNET_ISSUER": issuer,
        "SIGNET_EMBEDDED": "true",
        "SIGNET_OUTBOX_VISIBLE": "true",
        "SIGNET_SECRET_KEY": kept["secret_key"],
        "SIGNET_KEYS": f"k1:{kept['key']}",
        "SIGNET_DATABASE_URL": servers.database_url(),
        "SIGNET_VALKEY_URL": servers.valkey_url(0),
        "SIGNET_QUEUE_URL": servers.valkey_url(1),
    }
