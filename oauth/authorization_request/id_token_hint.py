"""id_token_hint: an ID token of ours that says who is expected (OIDC Core §3.1.2.1)."""

from oauth import tokens
from oauth.authorization_request.asked import Asked
from oauth.errors import InvalidRequest

# In a request that is carried on: what the token said. A stranger's parameter of this name is
# nothing to anybody.
HINTED_SUB = "hinted_sub"


def check(asked: Asked) -> str | None:
    """The `sub` it names. Expired is fine; forged, foreign or another client's is not.

    Raises `InvalidRequest`.
    """
    if asked.ours and asked.one(HINTED_SUB) is not None:
        return asked.one(HINTED_SUB)
    text = asked.one("id_token_hint")
    if text is None:
        return None
    found = tokens.open_id_token_hint(text)
    if found is None or found["aud"] != asked.client.client_id:
        raise InvalidRequest("id_token_hint_refused", "id_token_hint was not issued to this client")
    return str(found["sub"])
