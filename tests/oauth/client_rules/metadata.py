"""Metadata of a good web client, and which members of a changed one are faulty."""

from typing import Any

from oauth.client_rules import check_client

WEB: dict[str, Any] = {
    "client_id": "shop",
    "client_name": "Shop",
    "redirect_uris": ["https://rp.test/cb"],
}


def fields(**over: Any) -> set[str]:
    return {fault.field for fault in check_client({**WEB, **over})}
