"""The mailed link: choose a new password. Opening it consumes nothing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import languages, login
from accounts.actions.reset_password import complete, open_link
from accounts.actions.sign_in import make_known
from accounts.errors import LinkNotValid, PasswordRefused
from accounts.pages.access import public
from accounts.pages.kept_secret import keep, kept
from accounts.pages.password_fields import NewPasswordForm
from accounts.see_other import SeeOther

_TOKEN = "reset_password"  # noqa: S105
# What is left of the token once it has worked: a form sent twice ends where the first one did.
_DONE = "reset_done"


def _silent(response: HttpResponse) -> HttpResponse:
    # Not even our own next page should learn where this one was.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _not_valid(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/link_not_valid.html", status=400)


def _take(request: HttpRequest, token: str) -> HttpResponse:
    try:
        open_link(token)
    except LinkNotValid:
        return _not_valid(request)
    keep(request, _TOKEN, token)
    request.session.pop(_DONE, None)
    return _silent(SeeOther(reverse("accounts:reset_password")))


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """GET only shows; the POST of the new password is the one use."""
    if "token" in request.GET:
        return _take(request, request.GET["token"])
    if _DONE in request.session:
        return SeeOther(reverse("accounts:reset_password_done"))
    token = kept(request, _TOKEN)
    form = NewPasswordForm(request.POST or None)
    try:
        opened = open_link(token)
        languages.lend(request, opened.user)
        if form.is_valid():
            complete(request, token, form.cleaned_data["new_password"])
            request.session.pop(_TOKEN, None)
            request.session[_DONE] = opened.login
            make_known(request, opened.user)
            return SeeOther(reverse("accounts:reset_password_done"))
    except LinkNotValid:
        return _not_valid(request)
    except PasswordRefused as error:
        form.refuse(error)
    context: dict[str, Any] = {"form": form, "person": opened.user}
    status = 400 if form.errors else 200
    # The page itself relaxes it to same-origin: under no-referrer, browsers send its form with
    # `Origin: null`, which the CSRF check refuses.
    return _silent(render(request, "accounts/reset_password.html", context, status=status))


@public
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """It worked; what ended with it, and the way back to the sign-in it interrupted."""
    languages.lent(request)
    pending = login.by_id(request, request.session.get(_DONE, ""))
    context = {
        "sign_in_url": login.page_url("accounts:login", pending) if pending else "/",
        "branding": pending.branding if pending else {},
    }
    return render(request, "accounts/reset_password_done.html", context)
