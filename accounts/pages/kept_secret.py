"""The secret of a mailed link while its page is open: out of the address bar, and sealed.

History and screenshots do not keep it, and who reads the database, where sessions lie, must not
find links that work.
"""

from django.http import HttpRequest

from accounts import authentication
from idp.ground.encryption import SealBroken, open_sealed, seal


def keep(request: HttpRequest, name: str, secret: str) -> None:
    """Take it over into this browser's session; the caller goes on to the page without it."""
    authentication.renew(request)  # a cookie planted before must not share it
    request.session[name] = seal(name, secret.encode(), b"")


def kept(request: HttpRequest, name: str) -> str:
    """The secret of the link that was opened last; empty when none was."""
    try:
        return open_sealed(name, request.session.get(name, ""), b"").decode()
    except SealBroken:
        return ""
