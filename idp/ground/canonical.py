"""One canonical form for usernames, e-mail addresses and telephone numbers.

Two spellings of one name must not become two people, nor two budgets of guesses.
"""

import unicodedata

import phonenumbers

_USERNAME_MAX = 150
_EMAIL_MAX = 254


class NotCanonical(ValueError):
    """The text can be no such name; `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _folded(text: str) -> str:
    # Twice, because folding may leave NFKC (Unicode §3.13, toNFKC_Casefold).
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    # Invisible and directional characters make two names look alike; spaces likewise.
    if any(unicodedata.category(char)[0] in "CZ" for char in folded):
        raise NotCanonical("characters")
    return folded


def username_key(text: str) -> str:
    """The form in which usernames are compared. Raises `NotCanonical`."""
    key = _folded(text.strip())
    if not key:
        raise NotCanonical("empty")
    if len(key) > _USERNAME_MAX:
        raise NotCanonical("long")
    if "@" in key:
        raise NotCanonical("at")  # an address as a username would let one shadow another's e-mail
    return key


def email_key(text: str) -> str:
    """The form in which e-mail addresses are compared: folded, domain in IDNA.

    The local part is compared without case, as every large provider does. Raises `NotCanonical`.
    """
    key = _folded(text.strip())
    local, at, domain = key.rpartition("@")
    if not at or not local or not domain or len(key) > _EMAIL_MAX:
        raise NotCanonical("form")
    if any(char in local for char in '"@\\,;:<>()[]'):
        raise NotCanonical("form")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise NotCanonical("domain") from None
    if domain.startswith(".") or domain.endswith(".") or ".." in domain:
        raise NotCanonical("domain")
    return f"{local}@{domain}"


def phone_key(text: str) -> str:
    """The number in E.164 (`+15550100`), from a text that names its country. Raises `NotCanonical`."""
    text = unicodedata.normalize("NFKC", text).strip()
    if text.startswith("00"):
        text = "+" + text[2:]
    if not text.isascii():
        raise NotCanonical("characters")
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        raise NotCanonical("form") from None
    if number.extension or not phonenumbers.is_possible_number(number):
        raise NotCanonical("form")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
