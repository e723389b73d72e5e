"""What a client's metadata may say: one list of checks for the admin, `apply` and registration.

Each check is a function from the whole metadata (names as in RFC 7591 §2 and oauth/models/client)
to its faults. None of them reads the database or the network.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from oauth.client_rules import (
    addresses,
    authentication,
    branding,
    grants,
    identity,
    lifetimes,
    pkce,
    redirect_uris,
    signing,
    subjects,
)
from oauth.client_rules.fault import Fault
from oauth.client_rules.identity import profile_of

Check = Callable[[Mapping[str, Any]], Iterator[Fault]]

CHECKS: tuple[Check, ...] = (
    identity.check,
    grants.check,
    redirect_uris.check,
    pkce.check,
    authentication.check,
    signing.check,
    subjects.check,
    addresses.check,
    lifetimes.check,
    branding.check,
)


def check_client(data: Mapping[str, Any]) -> list[Fault]:
    """Every fault of these metadata; an empty list when a client may be so.

    Members left out count as their defaults. With an unknown profile nothing else can be judged.
    """
    if profile_of(data) is None:
        return list(identity.check(data))
    return [fault for check in CHECKS for fault in check(data)]


__all__ = ["CHECKS", "Fault", "check_client"]
