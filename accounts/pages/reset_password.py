"""The mailed link: choose a new password. Opening it consumes nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.actions.reset_password import complete, person_of
from accounts.errors import LinkNotValid, PasswordRefused
from accounts.pages.password_fields import NewPasswordForm

_KEY = "reset_password"


@require_http_methods(["GET", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """The token leaves the address bar at once, so history and screenshots do not keep it."""
    if "token" in request.GET:
        request.session[_KEY] = request.GET["token"][:1000]
        response = redirect("accounts:reset_password")
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
    token = request.session.get(_KEY, "")
    form = NewPasswordForm(request.POST or None)
    try:
        user = person_of(token)
        if form.is_valid():
            complete(request, token, form.cleaned_data["new_password"])
            request.session.pop(_KEY, None)
            return redirect("accounts:reset_password_done")
    except LinkNotValid:
        request.session.pop(_KEY, None)
        return render(request, "accounts/link_not_valid.html", status=400)
    except PasswordRefused as error:
        form.refuse(error)
    context = {"form": form, "person": user}
    # No stricter Referrer-Policy than everywhere: with no-referrer, browsers send this form with
    # `Origin: null`, which the CSRF check refuses. The address holds no token by now.
    status = 400 if form.errors else 200
    return render(request, "accounts/reset_password.html", context, status=status)


def done(request: HttpRequest) -> HttpResponse:
    """It worked; what ended with it."""
    return render(request, "accounts/reset_password_done.html")
