"""Which path is which endpoint, for both mounts."""

from oauth.door import Endpoint
from oauth.endpoints import (
    authorize,
    discovery,
    end_session,
    introspection,
    jwks,
    revocation,
    token,
    userinfo,
)

ENDPOINTS: dict[str, Endpoint] = {
    "/oauth/authorize": authorize.begin,
    "/oauth/token": token.answer,
    "/oauth/userinfo": userinfo.answer,
    "/oauth/introspect": introspection.answer,
    "/oauth/revoke": revocation.answer,
    "/oauth/end_session": end_session.begin,
    "/oauth/jwks": jwks.answer,
    "/.well-known/openid-configuration": discovery.answer,
    "/.well-known/oauth-authorization-server": discovery.answer,
}
