"""The one-time link that `bootstrap` prints: make the first administrator."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions.first_administrator import create, is_open
from accounts.errors import LinkNotValid, NameTaken, PasswordRefused
from accounts.pages.password_fields import NewPasswordForm
from idp.ground.canonical import NotCanonical, email_key, username_key

_KEY = "first_administrator"


class FirstAdministratorForm(NewPasswordForm):
    username = forms.CharField(
        label=_("Username"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    field_order = ("username", "email", "new_password")

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        try:
            username_key(name)
        except NotCanonical:
            raise forms.ValidationError(
                _("Use letters and digits, without @ and spaces.")
            ) from None
        return name

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"]
        try:
            email_key(address)
        except NotCanonical:
            raise forms.ValidationError(_("This cannot be an e-mail address.")) from None
        return address


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """404-like once there is an administrator; opening the page consumes nothing."""
    if "token" in request.GET:
        # The token leaves the address bar at once, as a reset link's does.
        request.session[_KEY] = request.GET["token"][:1000]
        response = redirect("accounts:first_administrator")
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
    token = request.session.get(_KEY, "")
    form = FirstAdministratorForm(request.POST or None)
    try:
        if not is_open(token):
            raise LinkNotValid
        if form.is_valid():
            create(
                request=request,
                token=token,
                username=form.cleaned_data["username"],
                email=form.cleaned_data["email"],
                password=form.cleaned_data["new_password"],
            )
            request.session.pop(_KEY, None)
            return redirect("accounts:first_administrator_done")
    except LinkNotValid:
        return render(request, "404.html", status=404)
    except NameTaken:
        form.add_error("username", _("Somebody has this username or e-mail address already."))
    except PasswordRefused as error:
        form.refuse(error)
    # With Referrer-Policy no-referrer browsers would send this form with `Origin: null`, which
    # the CSRF check refuses. The address holds no token by now.
    return render(
        request,
        "accounts/first_administrator.html",
        {"form": form},
        status=400 if form.errors else 200,
    )


def done(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/first_administrator_done.html")
