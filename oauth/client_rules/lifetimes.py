"""Times: lifetimes in seconds, the tolerance of a code sent twice in milliseconds."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.acr import SUPPORTED
from oauth.client_rules.fault import Fault

# Member, least, most, in words.
_BOUNDS = (
    # Under a second, or a stolen code would have a window (design §4).
    ("replay_tolerance", 0, 999, gettext_lazy("0 to 999 milliseconds.")),
    ("access_token_lifetime", 30, 86_400, gettext_lazy("30 to 86,400 seconds.")),
    ("default_max_age", 0, 31_536_000, gettext_lazy("0 to 31,536,000 seconds.")),
)


def check(data: Mapping[str, Any]) -> Iterator[Fault]:
    for field, least, most, words in _BOUNDS:
        value = data.get(field)
        if value is not None and not least <= value <= most:
            yield Fault(field, str(words))
    for acr in data.get("default_acr_values", ()):
        if acr not in SUPPORTED:
            yield Fault("default_acr_values", _("Choose of: %s.") % ", ".join(SUPPORTED))
