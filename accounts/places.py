"""Where an address is, as far as a database on this machine knows. Shown, never believed."""

from functools import cache
from typing import Any

import maxminddb
import structlog
from django.conf import settings
from django.utils.translation import get_language

_log = structlog.get_logger("accounts.places")


def place_of(address: str | None) -> str:
    """“Berlin, Germany”, in the language of the page; empty where nothing is known."""
    if not settings.SIGNET.geo_database or not address:
        return ""
    reader = _reader(settings.SIGNET.geo_database)
    if reader is None:
        return ""
    try:
        found = reader.get(address)
        parts = [_name(found, "city"), _name(found, "country")] if isinstance(found, dict) else []
    except Exception:  # a damaged file raises whatever comes to its mind; no page fails for it
        return ""
    return ", ".join(part for part in parts if part)


@cache
def _reader(path: str) -> Any:
    """Opened at the first need of a process; None when it cannot be read."""
    try:
        return maxminddb.open_database(path)
    except Exception as error:
        _log.warning("geo_database_unreadable", reason=type(error).__name__)
        return None


def _name(found: dict[str, Any], part: str) -> str:
    names = found.get(part, {}).get("names", {})
    code = get_language() or "en"
    best = next((tag for tag in names if tag.lower() == code.lower()), None)
    general = next((tag for tag in names if tag.lower() == code.partition("-")[0].lower()), "en")
    return str(names.get(best or general) or names.get("en") or "")
