"""Grant types, response types, response modes and scopes: consistent and within the profile."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from oauth.client_rules.fault import Fault
from oauth.client_rules.identity import profile_of

_SCOPE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]{1,100}\Z")  # RFC 6749 §3.3, scope-token
_DEFAULT = ("authorization_code", "refresh_token")


def grants_of(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The grant types, the default where the member is absent."""
    return tuple(data.get("grant_types", _DEFAULT))


def check(data: Mapping[str, Any]) -> Iterator[Fault]:
    profile = profile_of(data)
    assert profile is not None  # noqa: S101 - `check_client` stops before
    grants = grants_of(data)
    responses = tuple(data.get("response_types", ("code",)))
    with_code = "authorization_code" in grants
    if not grants:
        yield Fault("grant_types", _("A client without a grant type can do nothing."))
    for place, grant in enumerate(grants):
        if grant not in profile.grant_types:
            yield Fault(
                "grant_types",
                _("%(grant)s is not for clients of the profile %(profile)s.")
                % {"grant": grant, "profile": profile.name},
                place,
            )
    if "refresh_token" in grants and not with_code:
        yield Fault("grant_types", _("refresh_token needs authorization_code."))
    # RFC 7591 §2.1: the two lists must agree.
    for place, response in enumerate(responses):
        if response != "code":
            yield Fault("response_types", _("Only code is supported."), place)
    if "code" in responses and not with_code:
        yield Fault("response_types", _("code needs the grant type authorization_code."))
    if with_code and "code" not in responses:
        yield Fault("response_types", _("The grant type authorization_code needs code."))
    for place, mode in enumerate(data.get("response_modes", ())):
        if mode not in profile.response_modes:
            yield Fault("response_modes", _("Unknown or not for this profile: %s.") % mode, place)
    scopes = data.get("scopes", ())
    for place, scope in enumerate(scopes):
        if not _SCOPE.match(scope):
            yield Fault("scopes", _("Not a scope of RFC 6749: %r.") % scope, place)
    for setting, wanted in (
        ("scopes", "offline_access" in scopes),
        ("session_refresh", bool(data.get("session_refresh"))),
    ):
        if wanted and "refresh_token" not in grants:
            yield Fault(setting, _("Refresh tokens need the grant type refresh_token."))
