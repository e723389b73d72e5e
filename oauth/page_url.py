"""Addresses of the pages that carry a sealed value along."""

from urllib.parse import urlencode

from django.urls import reverse


def page_url(page: str, sealed: str) -> str:
    """The page of this URL name, for the request (or logout) sealed in `c`."""
    return f"{reverse(page)}?{urlencode({'c': sealed})}"
