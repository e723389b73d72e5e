"""How you sign in: the password, the second factors, the browsers that skip them."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.actions import factor_devices, recovery_codes
from accounts.actions.trust_browser import distrust
from accounts.errors import FactorNeeded, LastFactor
from accounts.models import Session, TrustedBrowser, User
from accounts.pages.access import fresh, signed_in
from accounts.see_other import SeeOther


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def view(request: HttpRequest, session: Session) -> HttpResponse:
    """Looking needs a session, and so does trusting a browser less; all else needs a fresh one."""
    if "distrust" in request.POST:
        return _distrust(request, session.user)
    if request.method == "POST":
        return _change(request)
    user = session.user
    devices = factor_devices.enrolled(user)
    context = {
        "session": session,
        "tab": "security",
        "devices": devices,
        "codes_left": recovery_codes.left_of(user),
        "trusted": TrustedBrowser.objects.living().filter(user=user).select_related("browser"),
        "has_password": user.has_usable_password(),
    }
    if [one.key for one in devices] == [request.GET.get("remove")]:
        return render(request, "accounts/remove_last_factor.html", context | {"one": devices[0]})
    return render(request, "accounts/security.html", context)


@fresh
def _change(request: HttpRequest, session: Session) -> HttpResponse:
    try:
        if "remove" in request.POST:
            _remove(request, session.user, request.POST["remove"][:100])
        elif "rename" in request.POST:
            name = request.POST.get("name", "").replace("\0", "").strip()
            if name:
                factor_devices.rename(request, session.user, request.POST["rename"][:100], name)
                messages.success(request, _("Renamed."))
    except FactorNeeded:
        messages.error(
            request,
            _("Your account needs a second factor. Add another one before you remove this."),
        )
    except LastFactor:
        query = urlencode({"remove": request.POST["remove"][:100]})
        return SeeOther(f"{reverse('accounts:security')}?{query}")
    except LookupError:
        # Pressed twice, or gone by another tab: the list shows how it is now.
        return SeeOther(reverse("accounts:security"))
    return SeeOther(reverse("accounts:security"))


def _distrust(request: HttpRequest, user: User) -> HttpResponse:
    try:
        trusted = uuid.UUID(request.POST["distrust"])
    except ValueError:
        raise Http404 from None
    if distrust(request=request, user=user, trusted=trusted):
        messages.success(request, _("That browser will be asked for the second factor again."))
    return SeeOther(reverse("accounts:security"))


def _remove(request: HttpRequest, user: User, key: str) -> None:
    """The last one only from the page that says what that means."""
    sure = "sure" in request.POST
    factor_devices.remove(request, user, key, even_the_last=sure)
    told = _("Removed. Your password alone opens your account now.") if sure else _("Removed.")
    messages.success(request, told)
