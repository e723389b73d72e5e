"""How you sign in: the password, the second factors, the browsers that skip them."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.actions import factor_devices, recovery_codes
from accounts.actions.trust_browser import distrust
from accounts.errors import FactorNeeded
from accounts.models import Session, TrustedBrowser
from accounts.pages.access import fresh, signed_in
from accounts.see_other import SeeOther


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def view(request: HttpRequest, session: Session) -> HttpResponse:
    """Looking needs a session; changing anything needs a fresh one."""
    if request.method == "POST":
        return _change(request)
    user = session.user
    context = {
        "session": session,
        "tab": "security",
        "devices": factor_devices.enrolled(user),
        "codes_left": recovery_codes.left_of(user),
        "trusted": TrustedBrowser.objects.living().filter(user=user).select_related("browser"),
        "has_password": user.has_usable_password(),
    }
    return render(request, "accounts/security.html", context)


@fresh
def _change(request: HttpRequest, session: Session) -> HttpResponse:
    try:
        if "remove" in request.POST:
            factor_devices.remove(request, session.user, request.POST["remove"][:100])
            messages.success(request, _("Removed."))
        elif "rename" in request.POST:
            name = request.POST.get("name", "").replace("\0", "").strip()
            if name:
                factor_devices.rename(request, session.user, request.POST["rename"][:100], name)
                messages.success(request, _("Renamed."))
        elif "distrust" in request.POST:
            trusted = uuid.UUID(request.POST["distrust"])
            if distrust(request=request, user=session.user, trusted=trusted):
                messages.success(
                    request, _("That browser will be asked for the second factor again.")
                )
    except FactorNeeded:
        messages.error(
            request,
            _("Your account needs a second factor. Add another one before you remove this."),
        )
    except LookupError:
        # Pressed twice, or gone by another tab: the list shows how it is now.
        return SeeOther(reverse("accounts:security"))
    except ValueError:
        raise Http404 from None
    return SeeOther(reverse("accounts:security"))
