"""PKCE may be waived for old confidential clients alone (RFC 9700 §2.1.1)."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from oauth.client_rules.fault import Fault
from oauth.client_rules.identity import profile_of


def check(data: Mapping[str, Any]) -> Iterator[Fault]:
    if data.get("require_pkce", True):
        return
    profile = profile_of(data)
    public = data.get("token_endpoint_auth_method", "client_secret_basic") == "none"
    if public or profile is None or not profile.may_skip_pkce:
        yield Fault(
            "require_pkce", _("Only confidential clients of the profiles web and oidc may skip it.")
        )
