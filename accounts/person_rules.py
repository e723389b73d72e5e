"""What a person's claims may be (OIDC Core §5.1): one list for all who write them.

The administration, the profile page and `apply` ask it, so that what one of them takes, the others
take too. Names and addresses have their canonical forms in idp/ground/canonical.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import TZPATH, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import CharField
from django.utils.translation import gettext as _

from accounts.models import User
from idp.ground.strict_json import is_deep

# OIDC Core §5.1.1; the first two may have several lines.
ADDRESS = ("formatted", "street_address", "locality", "region", "postal_code", "country")
LONGEST_PART = 500  # characters in one member of the address
_OF_LINES = ADDRESS[:2]
_DEEPEST = 15  # levels of `attributes`; a file's reader goes a little further
# Directions and overrides: a name must not turn the words around it.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# A day, a day without its year, or a year.
_BIRTHDATE = re.compile(r"(?P<year>\d{4})(-(?P<month>\d\d)-(?P<day>\d\d))?\Z", re.ASCII)
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*\Z")  # BCP 47, by its form
_web_address = URLValidator(schemes=["https", "http"])


@dataclass(frozen=True, slots=True)
class PersonFault:
    """`field`: the claim; `message`: one sentence for a person; `place`: a member inside it."""

    field: str
    message: str
    place: str | None = None


@cache
def zones() -> frozenset[str]:
    """Every name of the tz database."""
    return frozenset(available_timezones())


@cache
def places() -> frozenset[str]:
    """Names a person chooses among: one a place (zone.tab), none of the older names of the same."""
    for folder in TZPATH:
        table = Path(folder) / "zone.tab"
        if table.is_file():
            lines = table.read_text("utf-8").splitlines()
            found = {line.split("\t")[2] for line in lines if line and not line.startswith("#")}
            return zones() & (found | {"UTC"})
    return zones()


@cache
def longest(field: str) -> int:
    """How many characters the claim may have."""
    column = User._meta.get_field(field)
    assert isinstance(column, CharField) and column.max_length  # noqa: S101 - a text
    return column.max_length


def _is_plain(text: str, lines: bool = False) -> bool:
    """Letters of every script, and line ends where there are lines."""
    return not _TURNING.search(text) and not any(
        unicodedata.category(char) in ("Cc", "Cs", "Co", "Zl", "Zp")
        and not (lines and char in "\r\n")
        for char in text
    )


def _is_birthdate(text: str) -> bool:
    found = _BIRTHDATE.match(text)
    if found is None:
        return False
    year = int(found["year"])
    today = date.today()
    if found["month"] is None:
        return 1800 <= year <= today.year
    try:
        # 2000 had a 29 February: a day without its year may be one.
        day = date(year or 2000, int(found["month"]), int(found["day"]))
    except ValueError:
        return False
    return year == 0 or date(1800, 1, 1) <= day <= today


def _is_web_address(text: str) -> bool:
    try:
        _web_address(text)
    except ValidationError:
        return False
    return True


def _birthdate(text: str) -> str:
    return "" if _is_birthdate(text) else _("Write it as year-month-day, such as 1990-12-31.")


def _zone(text: str) -> str:
    return "" if text in zones() else _("There is no such time zone.")


def _locale(text: str) -> str:
    return "" if _LANGUAGE_TAG.match(text) else _("Write it as a language tag, such as de-AT.")


def _url(text: str) -> str:
    return "" if _is_web_address(text) else _("Enter an address such as https://example.com.")


def _name(text: str) -> str:
    return ""  # plain and short is all there is to say


_TEXTS: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(
        ("name", "given_name", "family_name", "middle_name", "nickname", "gender"), _name
    ),
    **dict.fromkeys(("profile", "picture", "website"), _url),
    "birthdate": _birthdate,
    "zoneinfo": _zone,
    "locale": _locale,
}
_FORMATS = frozenset({"birthdate", "zoneinfo", "locale", "profile", "website"})


def is_told(claim: str, text: str) -> bool:
    """Whether a text that is kept is one that apps may be told as this claim.

    There are rows from before these rules, and apps that end with an error at 31.02.1990. A
    `picture` may be our own, of a host whose name has no dot.
    """
    return claim not in _FORMATS or not _TEXTS[claim](text)


def _text_fault(value: Any, most: int, lines: bool = False) -> str:
    if not isinstance(value, str):
        return _("This must be a text.")
    if len(value) > most:
        return _("At most %d characters.") % most
    return "" if _is_plain(value, lines) else _("This has characters that cannot be shown.")


def _address(value: Any) -> Iterator[PersonFault]:
    for name, part in value.items():
        wrong = (
            _text_fault(part, LONGEST_PART, lines=name in _OF_LINES)
            if name in ADDRESS
            else _("An address has no such part; there are %s.") % ", ".join(ADDRESS)
        )
        if wrong:
            yield PersonFault("address", wrong, str(name))


def check_person(data: Mapping[str, Any]) -> Iterator[PersonFault]:
    """Every fault of these claims (names as in accounts/models/user); those left out are fine."""
    for field, rule in _TEXTS.items():
        value = data.get(field, "")
        wrong = _text_fault(value, longest(field)) or (rule(value) if value else "")
        if wrong:
            yield PersonFault(field, wrong)
    yield from _address(data.get("address", {}))
    if is_deep(data.get("attributes", {}), _DEEPEST):
        yield PersonFault("attributes", _("This is nested too deeply."))
    # What is not there cannot be proven (and `email_verified` would be told of an empty address).
    if data.get("email_verified") and not data.get("email", "?"):
        yield PersonFault("email_verified", _("There is no e-mail address."))
    if data.get("phone_number_verified") and not data.get("phone_number", "?"):
        yield PersonFault("phone_number_verified", _("There is no phone number."))
