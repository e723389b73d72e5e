"""What a client's flow may look like: a few design tokens, each safe to read."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from oauth.client_rules.fault import Fault

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
_MEMBERS = frozenset({"color", "ink", "headline", "help_uri"})
_LONGEST = 120
# WCAG 2.2, 1.4.3 for text of ordinary size.
_LEAST_CONTRAST = 4.5


def _luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, Definitions)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def check(data: Mapping[str, Any]) -> Iterator[Fault]:
    found = data.get("branding") or {}
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        yield Fault("branding", _("Names and texts only."))
        return
    for name in sorted(found.keys() - _MEMBERS):
        yield Fault("branding", _("There is no %s.") % name[:40])
    colours = [found[name] for name in ("color", "ink") if found.get(name)]
    if any(not _COLOUR.match(one) for one in colours):
        yield Fault("branding", _("A colour is written #rrggbb."))
    elif len(colours) == 1:
        yield Fault("branding", _("Give both color and ink, the text upon it."))
    elif colours and contrast(*colours) < _LEAST_CONTRAST:
        yield Fault("branding", _("Text in these colours cannot be read: contrast under 4.5 : 1."))
    if len(found.get("headline", "")) > _LONGEST or not found.get("headline", " ").isprintable():
        yield Fault("branding", _("A headline is one line of 120 characters at most."))
    if found.get("help_uri") and not re.match(r"https://[^\s\"'<>\\]{1,480}\Z", found["help_uri"]):
        yield Fault("branding", _("help_uri is an https address."))
