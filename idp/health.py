"""Is it alive, and may it get traffic?"""

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.urls import path

from oauth.models import SigningKey


def livez(request: HttpRequest) -> JsonResponse:
    """The process answers. Looks at nothing else."""
    return JsonResponse({"status": "ok"})


def _database() -> str:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return "migrations missing"
    return "ok"


def _signing_key() -> str:
    return "ok" if SigningKey.objects.filter(state="active").exists() else "no active key"


def _valkey() -> str:
    # Degraded, not dead: nothing that must be remembered lives there.
    cache.get("readyz")
    return "ok"


def readyz(request: HttpRequest) -> JsonResponse:
    """503 without database, migrations or signing key; a dead Valkey is only told."""
    found = {}
    for name, check in (
        ("database", _database),
        ("signing_key", _signing_key),
        ("valkey", _valkey),
    ):
        try:
            found[name] = check()
        except Exception:  # the reason may hold an address or a password
            found[name] = "unreachable"
    good = found["database"] == "ok" and found["signing_key"] == "ok"
    return JsonResponse(
        {"status": "ok" if good else "unavailable", **found}, status=200 if good else 503
    )


urlpatterns = [path("livez", livez), path("readyz", readyz)]
