"""What the seeded rows are called, for both sides: the seeding process and the tests."""

import hashlib

from jwcrypto import jwk

PASSWORD = "seven brown horses jump"
REDIRECT_URI = "https://rp.test/cb"
POST_LOGOUT_URI = "https://rp.test/post_logout_redirect"
ORIGIN = "https://spa.rp.test"
API = "https://api.test/orders"
API2 = "https://api.test/stock"

# A key of RFC 7517 appendix A.2: known to everybody and to no deployment.
CLIENT_KEY = jwk.JWK(
    kty="EC",
    crv="P-256",
    x="MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    y="4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    d="870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE",
    kid="rp-key-1",
)


def secret_of(name: str) -> str:
    """A generated-looking secret, the same in every process."""
    return f"sgs_{hashlib.sha256(name.encode()).hexdigest()}"


def digest_of(secret: str) -> str:
    """What the database keeps of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
