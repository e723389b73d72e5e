"""The algorithm of ID tokens: one that Signet has a key for, never `none` (RFC 8725 §3.1)."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from oauth.client_rules.fault import Fault
from oauth.keys import ALGORITHMS


def check(data: Mapping[str, Any]) -> Iterator[Fault]:
    if data.get("id_token_signed_response_alg", "RS256") not in ALGORITHMS:
        yield Fault("id_token_signed_response_alg", _("Choose one of: %s.") % ", ".join(ALGORITHMS))
