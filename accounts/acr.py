"""How sure we are who it is: `amr` values (RFC 8176) and the `acr` they amount to."""

from collections.abc import Iterable

SINGLE_FACTOR = "urn:signet:acr:single-factor"
MULTI_FACTOR = "urn:signet:acr:multi-factor"
SUPPORTED = (SINGLE_FACTOR, MULTI_FACTOR)


# `mfa` says that something known was among them: a passkey that checked its owner tells no more of
# it. `user` is the test of presence (RFC 8176 §2), a touch, and proves neither.
_KNOWN = frozenset({"pwd", "pin", "mfa"})
_HELD = frozenset({"otp", "sms", "hwk", "swk"})
# A code by e-mail is told as "email", a value of our own as RFC 8176 §2 allows: "otp" would claim
# that something is held, and a mailbox is no such thing (NIST SP 800-63B-4 §3.1.3.1). It stands in
# neither set, and so never adds up to "mfa".


def combined(amr: Iterable[str]) -> tuple[str, ...]:
    """The methods, with `mfa` where they are of two kinds: something known, something held."""
    methods = dict.fromkeys(amr)
    if _KNOWN & methods.keys() and _HELD & methods.keys():
        methods["mfa"] = None
    return tuple(methods)


def of_passkey(*, can_leave_hardware: bool, verified: bool = False) -> tuple[str, ...]:
    """What a passkey amounts to: held, and somebody was there, without which it never answers
    (WebAuthn Level 3 §7.2). `verified`: it checked who, so that it is of two kinds by itself.
    """
    held = "swk" if can_leave_hardware else "hwk"
    return (held, "user", "mfa") if verified else (held, "user")


def has_known(amr: Iterable[str]) -> bool:
    """Whether something that only the person knows (or is) was among the methods."""
    return bool(_KNOWN & set(amr))


def has_held(amr: Iterable[str]) -> bool:
    """Whether something that the person holds was among the methods."""
    return bool(_HELD & set(amr))


def met_by(reached: str) -> tuple[str, ...]:
    """Every class that a sign-in of this class meets: more is never too much."""
    return SUPPORTED if reached == MULTI_FACTOR else (SINGLE_FACTOR,)


def acr_of(amr: Iterable[str]) -> str:
    """The class that these methods reach."""
    return MULTI_FACTOR if "mfa" in set(amr) else SINGLE_FACTOR
