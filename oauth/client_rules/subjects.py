"""What the client knows people by: the public or a pairwise `sub` (OIDC Core §8).

Only the host of `sector_identifier_uri` counts here. Its document, which lists the addresses that
belong to the sector (§8.1), is for strangers who register themselves; here an operator names the
sector and vouches for it, as for the addresses.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from oauth.client_rules.fault import Fault

SUBJECT_TYPES = ("public", "pairwise")


def _host(uri: str) -> str | None:
    try:
        return urlsplit(uri).hostname
    except ValueError:
        return None  # another check says so


def check(data: Mapping[str, Any]) -> Iterator[Fault]:
    kind = data.get("subject_type", "public")
    if kind not in SUBJECT_TYPES:
        yield Fault("subject_type", _("Choose one of: %s.") % ", ".join(SUBJECT_TYPES))
    if kind != "pairwise":
        return
    hosts = {_host(uri) for uri in data.get("redirect_uris", ())}
    # OIDC Core §8.1: with several hosts only the sector identifier says which of them counts.
    if len(hosts) > 1 and not data.get("sector_identifier_uri"):
        yield Fault("sector_identifier_uri", _("Needed: the addresses are on several hosts."))
