"""A bearer token at one of our own resources (RFC 6750)."""

from oauth.errors import InvalidRequest, MissingToken, ProtocolError
from oauth.protocol_request import ProtocolRequest

_REALM = 'Bearer realm="signet"'


def challenged(error: ProtocolError, scope: str = "") -> ProtocolError:
    """The error with the header RFC 6750 §3 demands."""
    text = _REALM
    if error.error:
        text += f', error="{error.error}"'
        if error.description:
            text += f', error_description="{error.description}"'
        if scope:
            text += f', scope="{scope}"'
    error.headers = (("WWW-Authenticate", text),)
    return error


def token_of(request: ProtocolRequest) -> str:
    """The token from header or form body, never from the query (RFC 9700 §4.3.2).

    Raises `MissingToken` and, for two places at once, `InvalidRequest`.
    """
    header = request.headers.get("authorization")
    in_body: str | None = None
    try:
        if request.method == "POST":
            if request.fault and request.fault != "body_not_form":
                request.check_form()
            in_body = request.single("access_token")
    except InvalidRequest as error:
        raise challenged(error) from None
    if header is not None and "," in header:
        raise challenged(InvalidRequest("authorization_repeated", "Send one Authorization header"))
    if header is not None and in_body is not None:
        raise challenged(InvalidRequest("token_twice", "Send the access token in one place"))
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise challenged(MissingToken("token_missing"))
        return token.strip()
    if in_body is None:
        raise challenged(MissingToken("token_missing"))
    return in_body
