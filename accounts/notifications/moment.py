"""A moment as one person reads it: in their language and their time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User


def told(moment: datetime, user: User) -> dict[str, str]:
    """`when` and `zone`, for messages; the language is the active one."""
    zone = _zone(user)
    return {
        "when": date_format(timezone.localtime(moment, zone), "DATETIME_FORMAT"),
        "zone": zone.key,
    }


def _zone(user: User) -> ZoneInfo:
    try:
        return ZoneInfo(user.zoneinfo or "UTC")
    except (KeyError, ValueError, OSError):  # nothing, or a directory, has this name
        return ZoneInfo("UTC")
