"""A client as a file tells it: the members of RFC 7591 §2 and Signet's own."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, AwareDatetime, StringConstraints

from oauth.declaration.entry import Entry, Reference, each
from oauth.declaration.kinds.user_key import key_of

Uri = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
ShownUri = Annotated[str, StringConstraints(max_length=500)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class SecretEntry(Entry):
    """`value: ${NAME}` brings a secret along; `generate: true` makes one and prints it once."""

    label: Word
    value: str | None = None
    generate: bool = False
    expires_at: AwareDatetime | None = None


class ClientEntry(Entry):
    client_id: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    profile: str = "web"
    enabled: bool = True
    trusted: bool = False
    first_party: bool = False

    client_name: Word
    client_uri: ShownUri = ""
    logo_uri: ShownUri = ""
    policy_uri: ShownUri = ""
    tos_uri: ShownUri = ""
    initiate_login_uri: ShownUri = ""
    contacts: list[Word] = []

    redirect_uris: list[Uri] = []
    post_logout_redirect_uris: list[Uri] = []
    backchannel_logout_uri: ShownUri = ""
    backchannel_logout_session_required: bool = False
    allowed_origins: list[Uri] = []
    grant_types: list[Word] = []
    response_types: list[Word] = []
    response_modes: list[Word] = []
    scopes: list[Word] = []
    token_endpoint_auth_method: Word = "client_secret_basic"  # noqa: S105
    jwks: dict[str, Any] | None = None
    jwks_uri: ShownUri = ""
    id_token_signed_response_alg: Word = "RS256"  # noqa: S105
    subject_type: Word = "public"
    sector_identifier_uri: ShownUri = ""
    default_max_age: int | None = None
    require_auth_time: bool = False
    default_acr_values: list[Word] = []

    require_pkce: bool = True
    require_second_factor: bool = False
    branding: dict[str, str] = {}
    session_refresh: bool = False
    replay_tolerance: int = 0
    access_token_lifetime: int | None = None

    default_resource: str | None = None
    owners: list[Annotated[str, AfterValidator(key_of)]] = []
    secrets: list[SecretEntry] = []

    private = frozenset({"secrets"})
    stand_ins: ClassVar[Mapping[str, Any]] = {"client_name": "?"}

    @property
    def key(self) -> str:
        return self.client_id

    def references(self) -> Iterator[Reference]:
        if self.default_resource:
            yield ("default_resource",), "resources", self.default_resource
        yield from each(self.owners, "users", "owners")
        yield from each(self.scopes, "scopes", "scopes")


# Members that are columns of the same name.
COLUMNS = tuple(
    name
    for name in ClientEntry.model_fields
    if name not in ("default_resource", "owners", "secrets")
)
