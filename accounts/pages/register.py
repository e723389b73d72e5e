"""Make an account: address, name, password. Nothing exists until the address is proven."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import login
from accounts.actions.register import Details, Origin, admits, check_password, register
from accounts.errors import PasswordRefused
from accounts.models import PendingLogin
from accounts.pages.access import public
from accounts.pages.password_fields import NewPasswordForm
from accounts.pages.register_code import code_url
from accounts.see_other import SeeOther
from accounts.throttling import page_limit
from idp.ground.canonical import NotCanonical, email_key

_OPEN = ("domains", "open", "approval")


class RegisterForm(NewPasswordForm):
    """The terms are asked for where the deployment has some."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter an e-mail address such as anna@example.com."),
        },
    )
    name = forms.CharField(
        label=_("Your name (optional)"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    terms = forms.BooleanField(
        error_messages={"required": _("You need to accept the terms to make an account.")}
    )
    version = forms.CharField(widget=forms.HiddenInput(), max_length=40, required=False)
    field_order = ("email", "name", "new_password", "terms")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password"].label = _("Password")
        self.fields["new_password"].widget.attrs.pop("autofocus", None)
        if not settings.SIGNET.terms_url:
            del self.fields["terms"], self.fields["version"]
        else:
            self.fields["version"].initial = settings.SIGNET.terms_version

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"].strip()
        try:
            email_key(address)
        except NotCanonical:
            raise forms.ValidationError(
                _("Enter an e-mail address such as anna@example.com.")
            ) from None
        return address

    def clean_terms(self) -> bool:
        """What was accepted is what the page showed, which may be of yesterday."""
        if self.data.get("version", "") != settings.SIGNET.terms_version:
            shown_now = {"version": settings.SIGNET.terms_version, "terms": ""}
            self.data = {**dict(self.data.items()), **shown_now}
            raise forms.ValidationError(
                _("The terms of use have changed meanwhile. Please read and accept them.")
            )
        return bool(self.cleaned_data["terms"])

    def clean(self) -> dict[str, Any]:
        """Everything that is wrong is said at once."""
        cleaned = super().clean() or {}
        if cleaned.get("new_password"):
            try:
                check_password(
                    cleaned["new_password"],
                    email=str(cleaned.get("email", "")),
                    name=str(cleaned.get("name", "")),
                )
            except PasswordRefused as error:
                self.refuse(error)
        return cleaned

    def details(self) -> Details:
        """What was typed, with the language and the terms of the page it was typed in."""
        return Details(
            email=self.cleaned_data["email"],
            name=" ".join(self.cleaned_data["name"].split()),
            locale=get_language() or "",
            terms_version=settings.SIGNET.terms_version if "terms" in self.fields else "",
        )


class OwnAddressForm(RegisterForm):
    """For whoever joins without an invitation."""

    def clean_email(self) -> str:
        address = super().clean_email()
        if not admits(address):
            raise forms.ValidationError(
                _("Only addresses at %(domains)s can join here.")
                % {"domains": ", ".join(settings.SIGNET.registration_domains)}
            )
        return address


def shown(
    request: HttpRequest,
    pending: PendingLogin | None,
    form: RegisterForm,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """The page with the form, also for an invitation."""
    context |= {
        "form": form,
        "branding": pending.branding if pending else {},
        "sign_in_url": _sign_in_url(request, pending),
        "terms_url": settings.SIGNET.terms_url,
        "is_decided": settings.SIGNET.registration == "approval" and "invitation" not in context,
    }
    return render(request, "accounts/register.html", context, status=status)


def open_again(request: HttpRequest) -> HttpResponse:
    """For a form whose CSRF token was replaced meanwhile: the same page, fresh, nothing done."""
    pending = login.find(request)
    if settings.SIGNET.registration not in _OPEN:
        return _not_open(request, pending)
    typed = {name: request.POST.get(name, "")[:254] for name in ("email", "name")}
    return shown(request, pending, OwnAddressForm(initial=typed), status=403, shown_again=True)


@public
@sensitive_post_parameters()
@page_limit("register", "60/m")
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """What is typed counts, however old the page is; the same answer for every address."""
    pending = login.find(request)
    if settings.SIGNET.registration not in _OPEN:
        return _not_open(request, pending)
    if request.method != "POST":
        if pending is not None and login.overtaken(request, pending):
            return login.resume_or_restart(request)
        hint = pending.login_hint if pending and "@" in pending.login_hint else ""
        return shown(request, pending, OwnAddressForm(initial={"email": hint}))
    form = OwnAddressForm(request.POST)
    if not form.is_valid():
        return shown(request, pending, form, status=400)
    registration = register(
        request=request,
        details=form.details(),
        password=form.cleaned_data["new_password"],
        origin=origin_of(request, pending),
    )
    return SeeOther(code_url(registration))


def origin_of(request: HttpRequest, pending: PendingLogin | None) -> Origin:
    """Where it is to lead back to: the login it was begun in, or what the URL says."""
    if pending is None:
        return Origin(next_url=login.next_of(request))
    return Origin(pending.next_url, str(pending.pk), pending.branding)


def _sign_in_url(request: HttpRequest, pending: PendingLogin | None) -> str:
    if pending is not None:
        return login.page_url("accounts:login", pending)
    return login.next_of(request) if "next" in request.GET else "/"


def _not_open(request: HttpRequest, pending: PendingLogin | None) -> HttpResponse:
    context = {
        "invitation_needed": settings.SIGNET.registration == "invite",
        "branding": pending.branding if pending else {},
        "sign_in_url": _sign_in_url(request, pending),
    }
    return render(request, "accounts/register_closed.html", context, status=403)
