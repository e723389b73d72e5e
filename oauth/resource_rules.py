"""What an API and its scopes may be called."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from oauth.gate import OIDC_SCOPES

_SCOPE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]{1,100}\Z")  # RFC 6749 §3.3, scope-token


def identifier_fault(identifier: str) -> str:
    """RFC 8707 §2: an absolute URI without a fragment. Empty when it is one, and not ours.

    A token for the issuer opens userinfo: an API of that name would be given people's data.
    """
    try:
        parts = urlsplit(identifier)
    except ValueError:
        parts = urlsplit("")
    good = parts.scheme and (parts.netloc or parts.path) and identifier.isascii()
    if not good or "#" in identifier or any(char.isspace() for char in identifier):
        return _("must be an absolute URI without a fragment (RFC 8707 §2)")
    if identifier.rstrip("/") == settings.SIGNET.issuer:
        return _("is the address of Signet itself, which is no API")
    return ""


def scope_fault(name: str) -> str:
    """Empty when an API may have a scope of this name."""
    if not _SCOPE.match(name):
        return _("is no scope of RFC 6749 §3.3")
    if name in OIDC_SCOPES:
        return _("is a scope of OpenID Connect and cannot be an API's")
    return ""
