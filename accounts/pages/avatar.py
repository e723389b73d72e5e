"""A person's picture, for everybody who was told its address; no cookie is read or set."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from accounts.avatar_image import CONTENT_TYPE
from accounts.models import Avatar
from accounts.pages.access import public

_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    # Somebody who opens the picture alone must not find anything that can act.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
    "X-Content-Type-Options": "nosniff",
    # Apps show it on their pages.
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@public
@require_safe
def view(request: HttpRequest, digest: str) -> HttpResponse:
    """The address names the bytes, so it is kept for ever; a removed picture is gone here."""
    found = Avatar.objects.filter(digest=digest).values_list("image", flat=True).first()
    if found is None:
        raise Http404
    tag = quote_etag(digest)
    answer = HttpResponse(
        bytes(found), content_type=CONTENT_TYPE, headers={**_HEADERS, "ETag": tag}
    )
    return get_conditional_response(request, etag=tag, response=answer) or answer
