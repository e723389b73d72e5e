"""Is it alive, and may it get traffic?

Probes come ahead of everything else: they name any host, and they must answer while the rest
cannot. Only somebody on this machine learns which part fails; the log tells it too.
"""

import ipaddress
from collections.abc import Callable
from datetime import datetime

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from oauth.models import SigningKey

_SKEW = 60.0  # seconds between our clock and the database's: more and one-time values go wrong
_log = structlog.get_logger("idp.health")
_migrated = False


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        return "ok" if cursor.fetchone() == ("off",) else "read only"


def _clock() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there: datetime = cursor.fetchone()[0]
    return "ok" if abs((timezone.now() - there).total_seconds()) < _SKEW else "differs"


def _migrations() -> str:
    global _migrated
    if not _migrated:  # what was applied stays applied: migrations only go forward
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "ok" if _migrated else "missing"


def _signing_key() -> str:
    active = list(SigningKey.objects.filter(state="active"))
    if not active:
        return "none active"
    # Reading the private half opens it: with the wrong key ring that raises.
    return "ok" if all(key.private_jwk for key in active) else "unusable"


def _valkey() -> str:
    cache.get("readyz")
    return "ok"


# What a node cannot work without; Valkey is degraded, not dead: it holds nothing to remember.
_NEEDED: tuple[tuple[str, Callable[[], str]], ...] = (
    ("database", _database),
    ("clock", _clock),
    ("migrations", _migrations),
    ("signing_key", _signing_key),
)
_WELCOME: tuple[tuple[str, Callable[[], str]], ...] = (("valkey", _valkey),)


def _state(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception:  # whatever it is; its text may hold an address or a password
        return "unreachable"


def _on_this_machine(request: HttpRequest) -> bool:
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _livez() -> tuple[dict[str, str], int]:
    return {"status": "ok"}, 200


def _readyz() -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    for name, check in _NEEDED:
        found[name] = _state(check)
        if found[name] != "ok":
            # The next ones stand on it, and would each wait for it in turn.
            _log.error("not_ready", reason=f"{name}: {found[name]}")
            return {"status": "unavailable", **found}, 503
    return {"status": "ok", **found, **{name: _state(check) for name, check in _WELCOME}}, 200


_PROBES = {"/livez": _livez, "/readyz": _readyz}


class Probes:
    """Answers /livez (the process, nothing else) and /readyz (503: send no traffic)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = _PROBES.get(request.path)
        if probe is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        told, status = probe()
        if not _on_this_machine(request):
            told = {"status": told["status"]}
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        if settings.SECURE_HSTS_SECONDS:
            hsts = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
            headers["Strict-Transport-Security"] = hsts
        return JsonResponse(told, status=status, headers=headers)
