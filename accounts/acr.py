"""How sure we are who it is: `amr` values (RFC 8176) and the `acr` they amount to."""

from collections.abc import Iterable

SINGLE_FACTOR = "urn:signet:acr:single-factor"
MULTI_FACTOR = "urn:signet:acr:multi-factor"
SUPPORTED = (SINGLE_FACTOR, MULTI_FACTOR)


def acr_of(amr: Iterable[str]) -> str:
    """The class that these methods reach."""
    return MULTI_FACTOR if "mfa" in set(amr) else SINGLE_FACTOR
