"""All that this app says to its identity provider. idpyoidc does the protocol."""

import logging
import threading
import time
from contextlib import contextmanager
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

from idpyoidc.client.defaults import DEFAULT_CLIENT_CONFIGS, DEFAULT_OIDC_SERVICES
from idpyoidc.client.oauth2.stand_alone_client import StandAloneClient
from idpyoidc.message.oidc.session import LogoutToken
from requests import RequestException

logger = logging.getLogger(__name__)
# It warns of content types that are right, and tells people's claims at INFO.
logging.getLogger("idpyoidc").setLevel(logging.ERROR)
ID_TOKEN = "__verified_id_token"  # where the library puts it once it has checked it
END_SESSION = {"end_session": {"class": "idpyoidc.client.oidc.end_session.EndSession"}}


class ProviderError(Exception):
    """The provider said no, said something that does not check out, or said nothing."""

    def __init__(self, error, description=""):
        super().__init__(error, description)
        self.error, self.description = error, description


def without_scope(request, **_):
    """At a refresh, ask for what was granted: the library would ask for more again."""
    if "scope" in request:
        del request["scope"]
    return request


class Provider:
    """One identity provider, found through discovery when needed: either may start first."""

    def __init__(self, settings):
        self.settings, self._library, self._lock = settings, None, threading.Lock()

    def begin(self):
        """Return the address to send the browser to, and the `state` to expect back."""
        request = {"scope": self.settings.scope.split()}
        if self.settings.api_resource:
            request["resource"] = self.settings.api_resource  # RFC 8707: whom the scopes are for
        with self._client() as client:
            # idpyoidc adds state, nonce, the S256 challenge, and prompt=consent for offline_access.
            url = client.init_authorization(request)
        return url, parse_qs(urlsplit(url).query)["state"][0]

    def finish(self, answer):
        """Turn the callback's parameters into a login: state, id_token, userinfo, tokens."""
        with self._client() as client:
            # RFC 9207 §2.4: idpyoidc compares `iss` if it is there; who promised it must send it.
            metadata = client.get_context().provider_info
            promised = metadata.get("authorization_response_iss_parameter_supported")
            if promised and answer.get("iss") != self.settings.issuer:
                raise ProviderError("issuer_mismatch", "Another identity provider sent this.")
            answer = self._checked(client.finalize_auth(answer))
        # The library adds what it kept under this state: the code, redirect_uri, the PKCE verifier.
        tokens = self._tokens("accesstoken", answer["state"], grant_type="authorization_code")
        if ID_TOKEN not in tokens:
            raise ProviderError("invalid_response", "There is no ID token in the answer.")
        login = SimpleNamespace(state=answer["state"], tokens=tokens, api_tokens=None)
        login.id_token = tokens[ID_TOKEN].to_dict()
        login.api_answer, login.api_trouble = "", None
        login.userinfo = self.userinfo(login)
        return login

    def userinfo(self, login):
        """Ask who the person is; idpyoidc compares `sub` with the ID token's."""
        token = login.tokens["access_token"]
        return self._ask("userinfo", login.state, access_token=token).to_dict()

    def refresh(self, login, **request):
        """Get new tokens: for userinfo, or with `resource` for that API (one API a token)."""
        tokens = self._tokens("refresh_token", login.state, **request)
        # OpenID Connect Core §12.2: a refresh never turns into somebody else.
        if ID_TOKEN in tokens and tokens[ID_TOKEN]["sub"] != login.id_token["sub"]:
            raise ProviderError("invalid_response", "The refreshed ID token is another person's.")
        return tokens

    def sign_out_url(self, login):
        """Return where to send the browser to end the session at the provider as well."""
        with self._client() as client:
            return client.logout(login.state, f"{self.settings.base_url}/")["url"]

    def whose_session_ended(self, token):
        """Check a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6); return its claims."""
        with self._client() as client:
            keys = client.get_context().keyjar
            found = LogoutToken().from_jwt(token, keyjar=keys)
            found.verify(
                iss=self.settings.issuer,
                aud=self.settings.client_id,
                allowed_sign_alg="RS256",
                skew=60,
            )
            # The library looks at neither.
            if found.jws_header.get("typ") != "logout+jwt" or found["exp"] < time.time():
                raise ProviderError("invalid_request", "This is no logout token of now.")
        return found.to_dict()

    def forget(self, state):
        """Drop what the library remembers of a sign-in, tokens included."""
        if self._library:
            self._library.clear_session(state)

    def _ask(self, service, state, **request):
        with self._client() as client:
            return self._checked(client.do_request(service, request_args=request, state=state))

    def _tokens(self, service, state, **request):
        tokens = self._ask(service, state, **request)
        tokens["expires_at"] = time.time() + tokens.get("expires_in", 60)
        return tokens

    def _checked(self, answer):
        if "error" in answer:
            raise ProviderError(answer["error"], answer.get("error_description", ""))
        return answer

    @contextmanager
    def _client(self):
        try:
            with self._lock:
                self._library = self._library or self._discover()
            yield self._library
        except ProviderError:
            raise
        except RequestException as fault:
            logger.warning("identity provider unreachable: %s", fault)
            raise ProviderError("unreachable", "The identity provider does not answer.") from fault
        # The library refuses with anything from KeyError up, and each means: do not sign in.
        except Exception as fault:
            logger.exception("answer refused")
            raise ProviderError(
                "invalid_response", "Its answer did not pass our checks."
            ) from fault

    def _discover(self):
        config = {
            "issuer": self.settings.issuer,
            "client_id": self.settings.client_id,
            "client_secret": self.settings.client_secret,
            "base_url": self.settings.base_url,
            "redirect_uris": [f"{self.settings.base_url}/callback"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "client_authn_methods": ["client_secret_basic", "bearer_header"],
            "services": DEFAULT_OIDC_SERVICES | END_SESSION,
            "add_ons": DEFAULT_CLIENT_CONFIGS[""]["add_ons"],  # PKCE with S256
        }
        client = StandAloneClient(config=config, client_type="oidc", httpc_params={"timeout": 10})
        client.do_provider_info()
        client.do_client_registration()
        # RFC 8725 §3.1: we name the algorithm, not the token.
        client.get_context().claims.set_usage("verify_args", {"allowed_sign_alg": "RS256"})
        client.get_service("refresh_token").post_construct.append(without_scope)
        return client
