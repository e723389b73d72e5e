"""The mailed link of a new account: a page with a button. Opening it proves nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import authentication
from accounts.actions.prove_address import prove
from accounts.actions.register import by_link
from accounts.errors import LinkNotValid, NameTaken
from accounts.models import Registration
from accounts.models.user_agent import described
from accounts.pages.access import public
from accounts.pages.kept_secret import keep, kept
from accounts.pages.register_code import account_exists, code_url
from accounts.pages.silent import silent
from accounts.see_other import SeeOther
from accounts.throttling import page_limit

_LINK = "register_link"


@public
@page_limit("register_link", "120/m")
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """The press proves the address, in any browser; it signs in nobody.

    Somebody else may have typed this address: whoever presses is told where and when that was.
    """
    if "token" in request.GET:
        if by_link(request.GET["token"]) is None:
            return _not_valid(request)
        keep(request, _LINK, request.GET["token"])
        return silent(SeeOther(reverse("accounts:register_link")))
    registration = by_link(kept(request, _LINK))
    if registration is None:
        return _not_valid(request)
    here = authentication.browser(request)
    in_own_browser = here is not None and here.pk == registration.browser_id
    if registration.user is None and request.method == "POST":
        try:
            prove(request=request, registration=registration)
        except NameTaken:
            return account_exists(request, registration)
        except LinkNotValid:
            return _not_valid(request)
    if registration.user is not None:
        if in_own_browser and registration.completed_at is None:
            return SeeOther(code_url(registration))
        return SeeOther(reverse("accounts:register_link_done"))
    return silent(render(request, "accounts/register_link.html", _context(registration)))


@public
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """The address is proven; where to go on."""
    return render(request, "accounts/register_link_done.html")


def _context(registration: Registration) -> dict[str, object]:
    return {
        "address": registration.details["email"],
        "branding": registration.branding,
        "begun_at": registration.created_at,
        "begun_in": described(registration.browser.user_agent),
    }


def _not_valid(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/register_link_gone.html", status=400)
