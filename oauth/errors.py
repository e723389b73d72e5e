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


class UnsupportedResponseType(ProtocolError):
    error = "unsupported_response_type"
    section = "RFC 6749 §4.1.2.1"


class InvalidScope(ProtocolError):
    error = "invalid_scope"
    section = "RFC 6749 §3.3"


class InvalidTarget(ProtocolError):
    error = "invalid_target"
    section = "RFC 8707 §2"


class AccessDenied(ProtocolError):
    error = "access_denied"
    section = "RFC 6749 §4.1.2.1"


class LoginRequired(ProtocolError):
    error = "login_required"
    section = "OIDC Core §3.1.2.6"


class InteractionRequired(ProtocolError):
    error = "interaction_required"
    section = "OIDC Core §3.1.2.6"


class ConsentRequired(ProtocolError):
    error = "consent_required"
    section = "OIDC Core §3.1.2.6"


class AccountSelectionRequired(ProtocolError):
    error = "account_selection_required"
    section = "OIDC Core §3.1.2.6"


class UnmetAuthenticationRequirements(ProtocolError):
    error = "unmet_authentication_requirements"
    section = "OIDC Unmet Authentication Requirements §2"


class RequestNotSupported(ProtocolError):
    error = "request_not_supported"
    section = "OIDC Core §3.1.2.6"


class RequestUriNotSupported(ProtocolError):
    error = "request_uri_not_supported"
    section = "OIDC Core §3.1.2.6"


class RegistrationNotSupported(ProtocolError):
    error = "registration_not_supported"
    section = "OIDC Core §3.1.2.6"


class InvalidToken(ProtocolError):
    error = "invalid_token"
    status_code = 401
    section = "RFC 6750 §3.1"


class InsufficientScope(ProtocolError):
    error = "insufficient_scope"
    status_code = 403
    section = "RFC 6750 §3.1"


class MissingToken(ProtocolError):
    """No token at all: 401 without an error code (RFC 6750 §3.1)."""

    error = ""
    status_code = 401
    section = "RFC 6750 §3.1"


class TooManyRequests(ProtocolError):
    error = "temporarily_unavailable"
    status_code = 429
    section = "RFC 6585 §4"


class MethodNotAllowed(ProtocolError):
    status_code = 405
    section = "RFC 9110 §15.5.6"


class ServerError(ProtocolError):
    error = "server_error"
    status_code = 500
    section = "RFC 6749 §4.1.2.1"


class TemporarilyUnavailable(ProtocolError):
    error = "temporarily_unavailable"
    status_code = 503
    section = "RFC 6749 §4.1.2.1"
