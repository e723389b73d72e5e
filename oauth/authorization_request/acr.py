"""acr: which classes of sign-in are known here."""

from accounts import acr
from oauth.authorization_request import claims
from oauth.authorization_request.asked import Asked
from oauth.errors import UnmetAuthenticationRequirements


def check(asked: Asked) -> tuple[str, ...]:
    """The classes asked for, best first: essential ones, else `acr_values`, else the client's own.

    An essential acr of which no value exists here cannot be met by anybody (OIDC Core §5.5.1.1);
    `acr_values` are wishes and never fail. Raises `UnmetAuthenticationRequirements`.
    """
    wanted = claims.check(asked).acr
    if wanted and not set(wanted) & set(acr.SUPPORTED):
        raise UnmetAuthenticationRequirements("acr_unknown", "The requested acr cannot be met")
    wishes = wanted or asked.words("acr_values") or asked.client.default_acr_values
    return tuple(one for one in wishes if one in acr.SUPPORTED)
