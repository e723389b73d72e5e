"""What was asked: the raw parameters before the checks, the typed request after them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.acr import SINGLE_FACTOR
from oauth.clients import ClientFacts
from oauth.protocol_request import Pairs, single
from oauth.response import Target


@dataclass(frozen=True, slots=True)
class Asked:
    """Parameters as they came, and the client they came from.

    `ours`: not as they came, but as the first reading left them in a seal of ours.
    """

    client: ClientFacts
    pairs: Pairs
    ours: bool = False

    def one(self, name: str) -> str | None:
        """The value; empty counts as omitted (RFC 6749 §3.1). Raises `InvalidRequest`."""
        return single(self.pairs, name)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name and value]

    def words(self, name: str) -> tuple[str, ...]:
        """Space-separated words, each once, in their order."""
        return tuple(dict.fromkeys((self.one(name) or "").split(" "))) if self.one(name) else ()


@dataclass(frozen=True, slots=True)
class ClaimsRequest:
    """The claims parameter (OIDC Core §5.5), less what this client may not ask for.

    `subs`: the only acceptable people, None for anybody. `acr`: classes that must be reached.
    """

    userinfo: Mapping[str, Any] = field(default_factory=dict)
    id_token: Mapping[str, Any] = field(default_factory=dict)
    subs: frozenset[str] | None = None
    acr: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted({*self.userinfo, *self.id_token}))

    def as_json(self) -> dict[str, Any]:
        """What the authorization keeps."""
        both = {"userinfo": dict(self.userinfo), "id_token": dict(self.id_token)}
        return {member: names for member, names in both.items() if names}


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request that passed every check. Parsed once; from here on the types are trusted.

    `scopes` are requested ∩ allowed for the client. `max_age` in seconds. `acr_values`: classes of
    sign-in known here that the client asks for.
    """

    client: ClientFacts
    redirect_uri: str
    response_mode: str
    state: str | None
    scopes: tuple[str, ...]
    resources: tuple[str, ...]
    code_challenge: str
    nonce: str
    prompts: frozenset[str]
    max_age: int | None
    claims: ClaimsRequest
    hinted_sub: str | None
    ui_locales: tuple[str, ...]
    acr_values: tuple[str, ...] = ()
    login_hint: str = ""

    @property
    def target(self) -> Target:
        return Target(self.redirect_uri, self.response_mode, self.state)

    @property
    def meant_subs(self) -> frozenset[str] | None:
        """Whom the client means by hint or `sub` claim; None: anybody."""
        hinted = None if self.hinted_sub is None else frozenset({self.hinted_sub})
        if hinted is None or self.claims.subs is None:
            return self.claims.subs if hinted is None else hinted
        return hinted & self.claims.subs

    @property
    def wants_second_factor(self) -> bool:
        """Whether the client, or this request of it, is content with nothing less (RFC 9470)."""
        asked = bool(self.acr_values) and SINGLE_FACTOR not in self.acr_values
        return asked or self.client.require_second_factor

    @property
    def is_tied_to_client(self) -> bool:
        """Whether the answer can reach only this client: it authenticates, or owns the https host.

        Anybody can listen on loopback or register a private-use scheme (RFC 8252 §8.6).
        """
        return not self.client.is_public or self.redirect_uri.startswith("https://")
