"""A redirect whatever the method was: what follows is a GET (RFC 9110 §15.4.4)."""

from django.http import HttpResponseRedirect


class SeeOther(HttpResponseRedirect):
    """303. Never 307 or 308, which would carry a password along (RFC 9700 §4.12)."""

    status_code = 303
