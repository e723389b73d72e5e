"""What kind of client may do what, as data."""

from dataclasses import dataclass

SECRETS = ("client_secret_basic", "client_secret_post")


@dataclass(frozen=True, slots=True)
class Profile:
    """`auth_methods`: how it may authenticate. `redirects`: kinds of redirect URI it may have."""

    name: str
    auth_methods: tuple[str, ...]
    grant_types: tuple[str, ...]
    redirects: tuple[str, ...] = ()
    may_skip_pkce: bool = False
    response_modes: tuple[str, ...] = ("query", "fragment", "form_post")
    # RFC 7523 §3 lets assertions name the token endpoint; the strict kind names the issuer only.
    lenient_assertion_audience: bool = True


_CODE = ("authorization_code", "refresh_token")

PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            "web",
            (*SECRETS, "private_key_jwt"),
            (*_CODE, "client_credentials"),
            ("https", "loopback"),
            may_skip_pkce=True,
        ),
        Profile("spa", ("none",), _CODE, ("https", "loopback")),
        Profile("native", ("none",), _CODE, ("https", "loopback", "private_use")),
        Profile("machine", (*SECRETS, "private_key_jwt"), ("client_credentials",)),
        # Plain OpenID Connect Core, for relying parties older than PKCE and for certification.
        Profile(
            "oidc",
            (*SECRETS, "private_key_jwt"),
            (*_CODE, "client_credentials"),
            ("https", "loopback"),
            may_skip_pkce=True,
        ),
        # Reserved: everything FAPI 2 asks for comes with the features it stands on.
        Profile("fapi", ("private_key_jwt",), ()),
    )
}
