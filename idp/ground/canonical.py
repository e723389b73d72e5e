"""One canonical form for usernames, names of roles, e-mail addresses and telephone numbers.

Two spellings of one name must not become two people, nor two budgets of guesses.
"""

import re
import unicodedata

import idna
import phonenumbers

_USERNAME_MAX = 150
_EMAIL_MAX = 254
_PHONE_MAX = 40
# Letters and marks that show nothing (Unicode: Default_Ignorable_Code_Point outside category C)
# and the blank braille pattern. Joiners, directions and spaces are found by their category.
_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u2800\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
_MARKS_OF_I = re.compile("(?<=i)[\u0300-\u036f]+")
_LOCAL = re.compile(r'[^\s"@\\,;:<>()\[\]]+\Z')
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*\Z")


class NotCanonical(ValueError):
    """The text can be no such name; `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _folded(text: str, longest: int) -> str:
    text = text.strip()
    if len(text) > longest:
        # Before normalising, whose cost grows with the square of a run of marks.
        raise NotCanonical("long")
    # Twice, because folding may leave NFKC (Unicode §3.13, toNFKC_Casefold).
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    # Invisible and directional characters make two names look alike; spaces likewise.
    if any(unicodedata.category(char)[0] in "CZ" or char in _INVISIBLE for char in folded):
        raise NotCanonical("characters")
    if len(folded) > longest:
        raise NotCanonical("long")
    return folded


def name_key(text: str) -> str:
    """The form in which names of roles are compared.

    No database agrees with Python, or with another one, about lower(): İ becomes i or i̇, I becomes
    ı where the locale is Turkish, Σ has two small forms. This is coarser than all of them: names
    that PostgreSQL takes for one are one here. Compatible letters stay apart (NFC, not NFKC): the
    wide slash must not become the one that parts a client from its role.
    """
    folded = unicodedata.normalize("NFD", text).replace("ı", "i").casefold()
    folded = unicodedata.normalize("NFD", folded)
    return unicodedata.normalize(
        "NFC", _MARKS_OF_I.sub(lambda marks: marks[0].replace("\u0307", ""), folded)
    )


def username_key(text: str) -> str:
    """The form in which usernames are compared. Raises `NotCanonical`."""
    key = _folded(text, _USERNAME_MAX)
    if not key:
        raise NotCanonical("empty")
    if "@" in key:
        raise NotCanonical("at")  # an address as a username would let one shadow another's e-mail
    return key


def email_key(text: str) -> str:
    """The form in which e-mail addresses are compared: folded, domain in IDNA 2008 (RFC 5891).

    The local part is compared without case, as every large provider does. What would be read as
    two recipients, or quoted, is no address here. Raises `NotCanonical`.
    """
    local, at, _ = _folded(text, _EMAIL_MAX).rpartition("@")
    if not at or not _LOCAL.match(local):
        raise NotCanonical("form")
    # Of the text as it was: folding makes ss of ß, and that is somebody else's domain.
    return f"{local}@{_domain(unicodedata.normalize('NFKC', text.strip()).rpartition('@')[2])}"


def kept_email_key(text: str) -> str:
    """The same of one that was let in once, perhaps by older rules: then the text itself."""
    try:
        return email_key(text)
    except NotCanonical:
        return text


def mail_address(text: str) -> str:
    """The address as a mail server takes it: local part as written, domain in ASCII.

    Mail libraries would turn the domain into that of IDNA 2003. Raises `NotCanonical`.
    """
    local = unicodedata.normalize("NFKC", text.strip()).rpartition("@")[0]
    return f"{local}@{email_key(text).rpartition('@')[2]}"


def _domain(text: str) -> str:
    """A domain as DNS knows it. straße.de and strasse.de have two owners (RFC 5894 §7.2).

    Raises `NotCanonical`.
    """
    try:
        if not text.isascii():
            text = idna.uts46_remap(text, std3_rules=True, transitional=False)
        labels = [
            one if one.isascii() else idna.alabel(one).decode("ascii")
            for one in text.lower().split(".")
        ]
    except UnicodeError:
        raise NotCanonical("domain") from None
    domain = ".".join(labels)
    if not _DOMAIN.match(domain):
        raise NotCanonical("domain")
    return domain


def phone_key(text: str) -> str:
    """The number in E.164 (`+15550100`); the text names its country. Raises `NotCanonical`."""
    text = text.strip()
    if len(text) > _PHONE_MAX:
        raise NotCanonical("long")
    text = unicodedata.normalize("NFKC", text)
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


def kept_phone_key(text: str) -> str:
    """The same of one that was let in once, perhaps by older rules: then the text itself."""
    try:
        return phone_key(text)
    except NotCanonical:
        return text
