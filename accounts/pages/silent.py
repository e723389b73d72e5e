"""Pages that were reached by a secret in their address."""

from django.http import HttpResponse


def silent(response: HttpResponse) -> HttpResponse:
    """Not even our own next page should learn where this one was.

    A page with a form relaxes it to same-origin by a meta element: under no-referrer browsers send
    the form with `Origin: null`, which the CSRF check refuses.
    """
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
