"""What the pages of a client's flow show of it."""

from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import urlencode

from django.urls import reverse

from accounts.login import Branding
from oauth import consent
from oauth.clients import ClientFacts


def stylesheet(branding: Mapping[str, str]) -> str:
    """The two colours as design tokens; empty where the client has none of its own."""
    color, ink = branding.get("color"), branding.get("ink")
    if not color or not ink:
        return ""
    return f":root {{ --brand-fill: {color}; --brand-fill-ink: {ink}; }}\n"


def css_url(client_id: str, branding: Mapping[str, str]) -> str:
    """Where the stylesheet is; another one has another address."""
    text = stylesheet(branding)
    if not text:
        return ""
    query = urlencode({"v": sha256(text.encode()).hexdigest()[:16]})
    return f"{reverse('oauth:client_brand', args=[client_id])}?{query}"


def branding_of(client: ClientFacts, redirect_uri: str = "", cancel_url: str = "") -> Branding:
    """For the pages below, which know nothing of clients."""
    return Branding(
        name=client.client_name,
        logo_url=client.logo_url,
        cancel_url=cancel_url,
        host=consent.destination(redirect_uri) if redirect_uri else "",
        css_url=css_url(client.client_id, client.branding),
        headline=client.branding.get("headline", ""),
        help_url=client.branding.get("help_uri", ""),
    )
