"""Download everything that is kept about oneself."""

from django.db import transaction
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.actions.export_data import as_json
from accounts.actions.security_notice import notify
from accounts.models import Session
from accounts.pages.access import fresh
from accounts.throttling import Limit, claim


@require_http_methods(["GET", "HEAD", "POST"])
@fresh
def view(request: HttpRequest, session: Session) -> HttpResponseBase:
    """GET tells what it is; the file is streamed, and kept by nobody on the way."""
    if request.method != "POST":
        return render(request, "accounts/my_data.html", {"session": session, "tab": "profile"})
    user = session.user
    claim([Limit(f"my_data/{user.pk}", burst=5, every=600)])
    with transaction.atomic():
        audit.record(audit.DATA_EXPORTED, request=request, actor=user, subject=user)
        notify(user, "data_exported", request=request)
    name = f"signet-{timezone.now():%Y-%m-%d}.json"
    response = StreamingHttpResponse(as_json(user), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
