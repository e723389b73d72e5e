"""Give oneself a picture, or take it away."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions.avatar import remove_picture, set_picture
from accounts.avatar_image import NotAPicture
from accounts.models import Session
from accounts.pages.access import signed_in
from accounts.see_other import SeeOther

_MOST = settings.PICTURE_MOST_BYTES


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def view(request: HttpRequest, session: Session) -> HttpResponse:
    """The file alone: whatever name, kind or address it claims to have is not looked at."""
    fault = ""
    if "remove" in request.POST:
        remove_picture(request=request, user=session.user)
        messages.success(request, _("Your picture was removed."))
        return SeeOther(reverse("accounts:profile"))
    if request.method == "POST":
        fault = _fault(request, session)
        if not fault:
            messages.success(request, _("This is your picture now."))
            return SeeOther(reverse("accounts:profile"))
    context = {
        "session": session,
        "tab": "profile",
        "fault": fault,
        "megabytes": _MOST // 1_048_576,
    }
    return render(request, "accounts/picture.html", context, status=400 if fault else 200)


def _fault(request: HttpRequest, session: Session) -> str:
    """Why this is not the picture now; empty: it is."""
    file = request.FILES.get("picture")
    if file is None:
        return _("Choose a file first.")
    if file.size is None or file.size > _MOST:
        return _("This file is too large. Choose a smaller picture.")
    try:
        set_picture(request=request, user=session.user, data=file.read())
    except NotAPicture:
        return _("This is no picture we can read. Choose a PNG, JPEG, WebP or GIF.")
    return ""
