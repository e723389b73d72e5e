"""For owners of apps: what was wrong with the requests of their apps that were refused."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Session
from accounts.pages.access import signed_in
from oauth.models import Client, RequestRecord
from oauth.record import reference_of

_MOST = 50


@require_safe
@signed_in
def view(request: HttpRequest, session: Session) -> HttpResponse:
    """The newest, or the one of a reference. Somebody else's is as unknown as none.

    Neither values nor addresses are shown: a request tells of a person, and the owner of an app
    needs to know what was wrong with it, not with them.
    """
    names = dict(Client.objects.filter(owners=session.user).values_list("client_id", "client_name"))
    asked = request.GET.get("reference", "").strip()[:40]
    found = RequestRecord.objects.filter(client_id__in=names).order_by("-id")
    if asked:
        found = found.filter(reference=reference_of(asked))
    context: dict[str, Any] = {
        "session": session,
        "tab": "home",
        "owns": bool(names),
        "asked": asked,
        "records": [(one, names[one.client_id]) for one in found[:_MOST]],
    }
    return render(request, "oauth/refused_requests.html", context)
