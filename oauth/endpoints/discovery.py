"""Discovery (OIDC Discovery §4, RFC 8414): what is built, and a word on what is not."""

from functools import lru_cache

import orjson
from django.conf import settings
from django.utils.translation import to_locale

from accounts import acr
from oauth import claims, client_auth, client_keys, etag, keys
from oauth.authorization_request import prompt
from oauth.door import endpoint
from oauth.gate import OIDC_SCOPES
from oauth.protocol_request import ProtocolRequest
from oauth.protocol_response import ProtocolResponse
from oauth.server import GRANTS


@lru_cache(maxsize=1)
def _document(issuer: str, prompts: tuple[str, ...]) -> tuple[bytes, str]:
    base = f"{issuer}/oauth"
    with_secret = [method for method in client_auth.METHODS if method != "none"]
    document = {
        "issuer": issuer,
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
        "userinfo_endpoint": f"{base}/userinfo",
        "jwks_uri": f"{base}/jwks",
        "introspection_endpoint": f"{base}/introspect",
        "revocation_endpoint": f"{base}/revoke",
        "end_session_endpoint": f"{base}/end_session",
        "scopes_supported": sorted(OIDC_SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": [grant.GRANT_TYPE for grant in GRANTS],
        "subject_types_supported": ["public", "pairwise"],
        "acr_values_supported": list(acr.SUPPORTED),
        "id_token_signing_alg_values_supported": list(keys.ALGORITHMS),
        "token_endpoint_auth_methods_supported": list(client_auth.METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(client_keys.ALGORITHMS),
        "introspection_endpoint_auth_methods_supported": with_secret,
        "introspection_endpoint_auth_signing_alg_values_supported": list(client_keys.ALGORITHMS),
        "revocation_endpoint_auth_methods_supported": list(client_auth.METHODS),
        "revocation_endpoint_auth_signing_alg_values_supported": list(client_keys.ALGORITHMS),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "claim_types_supported": ["normal"],
        "claims_supported": [
            "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid",
            *claims.SUPPORTED[1:],
        ],
        "claims_parameter_supported": True,
        "display_values_supported": ["page", "popup", "touch", "wap"],
        "prompt_values_supported": list(prompts),
        # As BCP 47 writes them: pt-BR, zh-Hans.
        "ui_locales_supported": [
            to_locale(code).replace("_", "-") for code, _ in settings.LANGUAGES
        ],
        # Their defaults would be untrue (request_uri_parameter_supported defaults to true).
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "require_request_uri_registration": False,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": False,
    }  # fmt: skip
    body = orjson.dumps(document)
    return body, etag.of(body)


@endpoint(methods=("GET", "HEAD"), cors="any")
def answer(request: ProtocolRequest) -> ProtocolResponse:
    """The same bytes at both well-known addresses."""
    body, tag = _document(settings.SIGNET.issuer, prompt.supported())
    headers = (
        ("Content-Type", "application/json"),
        ("Cache-Control", "public, max-age=300"),
        ("ETag", tag),
    )
    if etag.is_known(request.headers.get("if-none-match"), tag):
        return ProtocolResponse(304, headers)
    return ProtocolResponse(200, headers, body)
