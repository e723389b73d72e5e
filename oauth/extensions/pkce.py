"""Proof Key for Code Exchange (RFC 7636): S256 only."""

import base64
import hashlib
import hmac
import re

from oauth.clients import ClientFacts
from oauth.errors import InvalidGrant, InvalidRequest

# RFC 7636 §4.1 and §4.2: 43 to 128 unreserved characters; a S256 challenge has 43.
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}\Z")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}\Z")


def check_challenge(client: ClientFacts, challenge: str | None, method: str | None) -> str:
    """The challenge of an authorization request, empty where an exception allows none.

    Raises `InvalidRequest`. Public clients always need it (RFC 9700 §2.1.1).
    """
    if challenge is None:
        if method is not None:
            raise InvalidRequest("pkce_method_alone", "code_challenge is missing")
        if client.require_pkce or client.is_public or not client.profile.may_skip_pkce:
            raise InvalidRequest("pkce_missing", "code_challenge is required (PKCE with S256)")
        return ""
    if method != "S256":
        raise InvalidRequest("pkce_not_s256", "code_challenge_method must be S256")
    if not _CHALLENGE.match(challenge):
        raise InvalidRequest("pkce_malformed", "code_challenge is malformed")
    return challenge


def check_verifier(client: ClientFacts, challenge: str, verifier: str | None) -> None:
    """Raises `InvalidGrant` unless the verifier belongs to the challenge (RFC 7636 §4.6)."""
    if not challenge:
        if client.is_public:
            # It was confidential when it asked; now nothing would tie the code to it.
            raise InvalidGrant("pkce_missing", "code_verifier is required")
        if verifier is not None:
            # RFC 9700 §4.8.2: somebody stripped the challenge from the request.
            raise InvalidGrant("pkce_downgraded", "No code_challenge was sent for this code")
        return
    if verifier is None:
        raise InvalidGrant("pkce_verifier_missing", "code_verifier is required")
    if not _VERIFIER.match(verifier):
        raise InvalidGrant("pkce_verifier_malformed", "code_verifier does not fit")
    digest = hashlib.sha256(verifier.encode()).digest()
    if not hmac.compare_digest(base64.urlsafe_b64encode(digest).decode().rstrip("="), challenge):
        raise InvalidGrant("pkce_mismatch", "code_verifier does not fit")
