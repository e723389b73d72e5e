"""Refusals, in the words of the specifications.

Two texts each: the public description is fixed and uses only the characters RFC 6749 §5.2 allows;
the private `reason` is one word for the request record.
"""

from typing import ClassVar

from authlib.oauth2 import OAuth2Error


class ProtocolError(OAuth2Error):
    """A refusal. `reason` goes to the record, never to the client."""

    error = "invalid_request"
    status_code = 400
    section: ClassVar[str] = "RFC 6749 §5.2"

    def __init__(self, reason: str, description: str = "", *, status: int | None = None) -> None:
        super().__init__(description or None, status_code=status)
        self.reason = reason
        # Added to the answer (WWW-Authenticate, Allow, Retry-After).
        self.headers: tuple[tuple[str, str], ...] = ()
        # Set where a guess was refused: the door takes it from this budget.
        self.guess_key = ""


class InvalidRequest(ProtocolError):
    pass


class InvalidClient(ProtocolError):
    error = "invalid_client"
    status_code = 401


class InvalidGrant(ProtocolError):
    error = "invalid_grant"


class UnauthorizedClient(ProtocolError):
    error = "unauthorized_client"


class UnsupportedGrantType(ProtocolError):
    error = "unsupported_grant_type"


class UnsupportedTokenType(ProtocolError):
    error = "unsupported_token_type"
    section = "RFC 7009 §2.2.1"


class _AuthorizationError(ProtocolError):
    """Told to an app by the way of a browser."""

    section = "RFC 6749 §4.1.2.1"


class UnsupportedResponseType(_AuthorizationError):
    error = "unsupported_response_type"


class InvalidScope(ProtocolError):
    error = "invalid_scope"
    section = "RFC 6749 §3.3"


class InvalidTarget(ProtocolError):
    error = "invalid_target"
    section = "RFC 8707 §2"


class AccessDenied(_AuthorizationError):
    error = "access_denied"


class _OpenIDError(ProtocolError):
    """What OpenID Connect adds to these."""

    section = "OIDC Core §3.1.2.6"


class LoginRequired(_OpenIDError):
    error = "login_required"


class InteractionRequired(_OpenIDError):
    error = "interaction_required"


class ConsentRequired(_OpenIDError):
    error = "consent_required"


class AccountSelectionRequired(_OpenIDError):
    error = "account_selection_required"


class UnmetAuthenticationRequirements(ProtocolError):
    error = "unmet_authentication_requirements"
    section = "OIDC Unmet Authentication Requirements §2"


class RequestNotSupported(_OpenIDError):
    error = "request_not_supported"


class RequestUriNotSupported(_OpenIDError):
    error = "request_uri_not_supported"


class RegistrationNotSupported(_OpenIDError):
    error = "registration_not_supported"


class _BearerError(ProtocolError):
    """What is wrong with an access token."""

    section = "RFC 6750 §3.1"


class InvalidToken(_BearerError):
    error = "invalid_token"
    status_code = 401


class InsufficientScope(_BearerError):
    error = "insufficient_scope"
    status_code = 403


class MissingToken(_BearerError):
    """No token at all: 401 without an error code (RFC 6750 §3.1)."""

    error = ""
    status_code = 401


class TooManyRequests(ProtocolError):
    error = "temporarily_unavailable"
    status_code = 429
    section = "RFC 6585 §4"


class MethodNotAllowed(ProtocolError):
    status_code = 405
    section = "RFC 9110 §15.5.6"


class ServerError(_AuthorizationError):
    error = "server_error"
    status_code = 500


class TemporarilyUnavailable(_AuthorizationError):
    error = "temporarily_unavailable"
    status_code = 503
