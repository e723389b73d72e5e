"""The one-time link that `bootstrap` prints: make the first administrator."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import authentication
from accounts.actions.first_administrator import create, is_open
from accounts.errors import LinkNotValid, NameTaken, PasswordRefused
from accounts.pages.access import public
from accounts.pages.password_fields import NewPasswordForm
from accounts.see_other import SeeOther
from idp.ground.canonical import NotCanonical, email_key, username_key

_TOKEN = "first_administrator"  # noqa: S105


class FirstAdministratorForm(NewPasswordForm):
    username = forms.CharField(
        label=_("Username"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
        error_messages={"required": _("Enter a username.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Enter your e-mail address.")},
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
            raise forms.ValidationError(
                _("Enter an e-mail address such as anna@example.com.")
            ) from None
        return address


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """As if it did not exist once there is an administrator; opening it consumes nothing."""
    if "token" in request.GET and is_open(request.GET["token"]):
        # Out of the address bar at once: history and screenshots do not keep it.
        authentication.renew(request)  # a cookie planted before must not share it
        request.session[_TOKEN] = request.GET["token"]
        response = SeeOther(reverse("accounts:first_administrator"))
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
    token = request.session.get(_TOKEN, "")
    form = FirstAdministratorForm(request.POST or None)
    form.fields["new_password"].widget.attrs.pop("autofocus")
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
            request.session.pop(_TOKEN, None)
            return SeeOther(reverse("accounts:first_administrator_done"))
    except LinkNotValid:
        request.session.pop(_TOKEN, None)
        raise Http404 from None
    except PasswordRefused as error:
        form.refuse(error)
    except NameTaken:
        form.add_error("username", _("This username or address is taken. Choose another."))
    status = 400 if form.errors else 200
    # With Referrer-Policy no-referrer browsers would send this form with `Origin: null`, which
    # the CSRF check refuses. The address holds no token by now.
    return render(request, "accounts/first_administrator.html", {"form": form}, status=status)


@public
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Where to sign in with it."""
    return render(request, "accounts/first_administrator_done.html")
