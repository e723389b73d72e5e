"""Who is using this browser: act for another one of the people signed in here, or for a new one."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import authentication, languages, login
from accounts.models import Session
from accounts.pages.access import public
from accounts.see_other import SeeOther


@public
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """GET asks. What is chosen counts for every page that names no account, until it is changed."""
    current = authentication.current(request)
    if current is not None:
        languages.speak_to(request, current.user)
    if request.method == "POST":
        return _answer(request)
    living = authentication.sessions(request)
    if not living:
        return SeeOther(_end(request))
    context = {
        "sessions": living,
        "current": current,
        "each_alone": True,
        "back_url": _end(request),
    }
    return render(request, "accounts/switch_account.html", context)


def _answer(request: HttpRequest) -> HttpResponse:
    if request.POST.get("account") == "another":
        # Nobody's session ends by it; the new one becomes the default.
        return login.begin(request, _end(request))
    leaving = named(request, "sign_out")
    if leaving is not None:
        return sign_out_one(request, leaving)
    chosen = named(request, "account")
    if chosen is None:
        changed = _("The accounts signed in here changed meanwhile. Please choose again.")
        messages.warning(request, changed)
        return SeeOther(request.get_full_path())
    authentication.make_default(request, chosen)
    return SeeOther(_end(request))


def named(request: HttpRequest, field: str) -> Session | None:
    """The session that a button names, if it still lives in this browser."""
    try:
        key = uuid.UUID(request.POST.get(field, ""))
    except ValueError:
        return None
    return authentication.current(request, chosen=key)


def sign_out_one(request: HttpRequest, session: Session) -> HttpResponse:
    """End it alone. Among several that are left somebody chooses; of one there is no doubt."""
    authentication.end(request, session)
    if len(authentication.sessions(request)) < 2:
        return SeeOther(reverse("accounts:signed_out"))
    messages.info(request, _("%(name)s is signed out.") % {"name": session.user.display_name})
    return SeeOther(reverse("accounts:switch_account"))


def _end(request: HttpRequest) -> str:
    """The page that was wanted, else the overview; never this page again."""
    wanted = login.local_path(request.GET.get("next", "/"))
    return "/" if wanted.startswith(reverse("accounts:switch_account")) else wanted
