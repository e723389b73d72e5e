"""What of an accepted request travels on: what the checks made of it, no longer than they allow.

Anybody may send a request, and one too long for a URL becomes a row. So what no check would look
at again is carried nowhere.
"""

from oauth.authorization_request.asked import Asked, AuthorizationRequest
from oauth.authorization_request.id_token_hint import HINTED_SUB
from oauth.protocol_request import Pairs

# Checked as they are, and needed as they are: exact values, or no longer than what they name.
_VERBATIM = (
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "state",
    "nonce",
    "max_age",
    "claims",
    "code_challenge",
    "code_challenge_method",
)


def carried(found: AuthorizationRequest, pairs: Pairs) -> Pairs:
    """Parameters of which the checks make the same request again (`read` with `ours`)."""
    asked = Asked(found.client, pairs)
    kept = [(name, asked.one(name) or "") for name in _VERBATIM]
    kept += [
        ("scope", " ".join(found.scopes)),
        ("prompt", " ".join(sorted(found.prompts))),
        ("ui_locales", " ".join(found.ui_locales)),
        ("login_hint", found.login_hint),
        ("acr_values", _acr_values(asked, found)),
        # A token with all its claims would make a row of every silent renewal.
        (HINTED_SUB, found.hinted_sub or ""),
    ]
    kept += [("resource", one) for one in found.resources]
    return tuple((name, value) for name, value in kept if value)


def _acr_values(asked: Asked, found: AuthorizationRequest) -> str:
    """Those known here; one that is not, so that none at all is not taken for no wish at all."""
    wishes = asked.words("acr_values")
    return " ".join(one for one in wishes if one in found.acr_values) or " ".join(wishes[:1])[:100]
