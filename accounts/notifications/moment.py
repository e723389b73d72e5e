"""A moment as one person reads it: in their language and their time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User


def told(moment: datetime, user: User) -> dict[str, str]:
    """`when` and `zone`, for messages; the language is the active one."""
    zone = _zone(user.zoneinfo)
    return {
        "when": date_format(timezone.localtime(moment, zone), "DATETIME_FORMAT"),
        "zone": zone.key,
    }


def stamped(moment: datetime, zoneinfo: str = "") -> str:
    """“Nov. 28, 2026, 2:01 p.m. (UTC)”, as mails and pages write it; the language is the active
    one. `zoneinfo`: a name of the tz database."""
    zone = _zone(zoneinfo)
    return f"{date_format(timezone.localtime(moment, zone), 'DATETIME_FORMAT')} ({zone.key})"


def _zone(zoneinfo: str) -> ZoneInfo:
    try:
        return ZoneInfo(zoneinfo or "UTC")
    except (KeyError, ValueError, OSError):  # nothing, or a directory, has this name
        return ZoneInfo("UTC")
