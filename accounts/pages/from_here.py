"""Was a form sent by a page of ours? For forms that carry no token.

A token has to be remembered, and remembering it makes a row for everybody who was shown the form.
So this is only for what the worst page on the web may do as well as a friend's joke could.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says so; no page can make it say what is not true (Fetch §3.2, §4.6).

    Where it says nothing at all, the answer is no.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    said = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        parts = urlsplit(said)
    except ValueError:
        return False
    ours = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    return f"{parts.scheme}://{parts.netloc}" in ours
