"""The words of a `scope` parameter, read the same way wherever one is sent (RFC 6749 §3.3)."""

import re

from oauth.errors import InvalidScope

# Appendix A.4. Another white space is not a space: two readers would see two different scopes.
_WORD = r"[\x21\x23-\x5b\x5d-\x7e]+"
_SCOPE = re.compile(rf"{_WORD}(?: {_WORD})*\Z")


def scope_words(text: str) -> tuple[str, ...]:
    """Each once, in the order sent. Raises `InvalidScope` for what the grammar does not allow."""
    if not _SCOPE.match(text):
        raise InvalidScope("scope_malformed", "scope must be words with single spaces between")
    return tuple(dict.fromkeys(text.split(" ")))
