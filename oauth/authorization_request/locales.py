"""ui_locales: languages the client would like its people to see (OIDC Core §3.1.2.1)."""

import re

from oauth.authorization_request.asked import Asked

_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}\Z")
_MOST = 10


def check(asked: Asked) -> tuple[str, ...]:
    """Well-formed tags in order of wish; what cannot be read is no error (§3.1.2.1)."""
    return tuple(tag for tag in asked.words("ui_locales") if _TAG.match(tag))[:_MOST]
