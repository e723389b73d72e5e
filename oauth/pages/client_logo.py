"""The logo of a client, from our own origin: its server learns nothing of who signs in."""

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from accounts.pages.access import public
from oauth.models import ClientLogo, logo_url

# Somebody who opens the picture alone must not find anything that can act (it is from a stranger).
_POLICY = "default-src 'none'; sandbox"
_FOR_EVER = "public, max-age=31536000, immutable"


@public
@require_safe
def view(request: HttpRequest, client_id: str) -> HttpResponse:
    """Kept for ever under the address that names its hash; any other address is not kept."""
    found = (
        ClientLogo.objects.filter(client__client_id=client_id, source=F("client__logo_uri"))
        .exclude(sha256="")
        .first()
    )
    if found is None:
        raise Http404
    named = request.get_full_path() == logo_url(client_id, found.sha256)
    tag = quote_etag(found.sha256)
    headers = {
        "Cache-Control": _FOR_EVER if named else "no-store",
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "ETag": tag,
    }
    body = bytes(found.content)
    answer = HttpResponse(body, content_type=found.content_type, headers=headers)
    # Every page varies by cookie, so that browsers ask again after a sign-in: answered in brief.
    return get_conditional_response(request, etag=tag, response=answer) or answer
