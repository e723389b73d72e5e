"""Who the client says it is: its id, its name, its profile."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from oauth.client_rules.fault import Fault
from oauth.profiles import PROFILES, Profile

# Unreserved characters of RFC 3986: every encoding of HTTP Basic agrees on them.
_CLIENT_ID = re.compile(r"[A-Za-z0-9._~-]{1,255}\Z")
_RESERVED = ("u_",)  # begins every `sub`; one name must not mean a person and a client
_NAME_MAX = 100


def profile_of(data: Mapping[str, Any]) -> Profile | None:
    """The profile these metadata name; None for unknown ones and those not built yet."""
    profile = PROFILES.get(str(data.get("profile", "web")))
    return profile if profile and profile.grant_types else None


def usable_profiles() -> tuple[str, ...]:
    """Names of the profiles a client may have today."""
    return tuple(name for name, profile in PROFILES.items() if profile.grant_types)


def is_plain_text(value: str) -> bool:
    """No control, invisible or directional characters: they make one name look like another."""
    return not any(unicodedata.category(char)[0] == "C" for char in value)


def check(data: Mapping[str, Any]) -> Iterator[Fault]:
    if profile_of(data) is None:
        yield Fault("profile", _("Choose one of: %s.") % ", ".join(usable_profiles()))
    client_id = data.get("client_id")
    if client_id is not None and (
        not _CLIENT_ID.match(client_id) or client_id.startswith(_RESERVED)
    ):
        yield Fault(
            "client_id",
            _("Use 1 to 255 letters, digits and . _ ~ - and do not begin with u_."),
        )
    name = data.get("client_name", "")
    if not name.strip():
        yield Fault("client_name", _("The client needs a name: people see it."))
    elif len(name) > _NAME_MAX or not is_plain_text(name):
        yield Fault("client_name", _("Use at most 100 characters, none of them invisible."))
    for contact in data.get("contacts", ()):
        if not is_plain_text(contact):
            yield Fault("contacts", _("A contact must not contain control characters."))
