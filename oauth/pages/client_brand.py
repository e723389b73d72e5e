"""The colours of a client, as a stylesheet of our own origin."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.pages.access import public
from oauth import brand, clients


@public
@require_safe
def view(request: HttpRequest, client_id: str) -> HttpResponse:
    """Kept for ever under the address that names its hash; any other address is not kept."""
    client = clients.find(client_id)
    text = brand.stylesheet(client.branding) if client is not None and client.enabled else ""
    if client is None or not text:
        raise Http404
    named = request.get_full_path() == brand.css_url(client_id, client.branding)
    kept = "public, max-age=31536000, immutable" if named else "no-store"
    headers = {"Cache-Control": kept, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(text, content_type="text/css; charset=utf-8", headers=headers)
