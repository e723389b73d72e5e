"""Pages while PostgreSQL is away: 503, and when to try again; any other crash is a 500.

Django ends every exception here, those of the middleware included, which no middleware sees. The
page is made without the request: session, person and form token all lie in the database.
"""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from accounts.pages import errors
from idp.ground.correlation import request_id

_RETRY_AFTER = "2"  # seconds; the endpoints say the same


def server_error(request: HttpRequest) -> HttpResponse:
    """The last word about a request whose page raised."""
    if not isinstance(sys.exception(), OperationalError | InterfaceError):
        return errors.server_error(request)
    # By cookie and header: what the person chose for all browsers lies in the database.
    with translation.override(translation.get_language_from_request(request)):
        context = {
            "error_code": 503,
            "reference": request_id.get(),
            "can_repeat": request.method in ("GET", "HEAD"),
            "LANGUAGE_CODE": translation.get_language(),
            "LANGUAGE_BIDI": translation.get_language_bidi(),
        }
        page = render_to_string("database_away.html", context)
    return HttpResponse(page, status=503, headers={"Retry-After": _RETRY_AFTER})
