"""The link of an invitation: the registration page, with the address that it was mailed to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions.invite import by_secret
from accounts.actions.prove_address import prove
from accounts.actions.register import Origin, register
from accounts.errors import LinkNotValid, NameTaken
from accounts.models import Invitation
from accounts.pages.access import public
from accounts.pages.kept_secret import keep, kept
from accounts.pages.register import RegisterForm, shown
from accounts.pages.register_code import account_exists, code_url
from accounts.pages.silent import silent
from accounts.see_other import SeeOther
from accounts.throttling import page_limit

_LINK = "invitation"
# Where the last one led: a form sent twice ends where the first one did.
_DONE = "invitation_done"


class InvitedForm(RegisterForm):
    """The address is what the invitation says, whatever is posted."""

    def __init__(self, *args: object, invitation: Invitation) -> None:
        super().__init__(*args, initial={"email": invitation.email})
        self.fields["email"].disabled = True
        self.fields["email"].widget.attrs.pop("autofocus")
        self.fields["name"].widget.attrs["autofocus"] = True


@public
@sensitive_post_parameters()
@page_limit("invitation", "60/m")
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """Whoever has the link reads the mailbox: no further proof of the address is asked for."""
    if "token" in request.GET:
        return _take(request, request.GET["token"])
    try:
        invitation = by_secret(kept(request, _LINK))
    except LinkNotValid:
        return _over(request)
    form = InvitedForm(request.POST or None, invitation=invitation)
    if form.is_valid():
        try:
            return _join(request, invitation, form)
        except LinkNotValid:
            return _over(request)
    status = 400 if form.errors else 200
    return silent(shown(request, None, form, status=status, invitation=invitation))


def _take(request: HttpRequest, secret: str) -> HttpResponse:
    try:
        by_secret(secret)
    except LinkNotValid:
        return _not_valid(request)
    keep(request, _LINK, secret)
    request.session.pop(_DONE, None)
    return silent(SeeOther(reverse("accounts:invitation")))


def _join(request: HttpRequest, invitation: Invitation, form: InvitedForm) -> HttpResponse:
    registration = register(
        request=request,
        details=form.details(),
        password=form.cleaned_data["new_password"],
        origin=Origin(),
        invitation=invitation,
    )
    try:
        prove(request=request, registration=registration)
    except NameTaken:
        return account_exists(request, registration)
    request.session.pop(_LINK, None)
    request.session[_DONE] = code_url(registration)
    return SeeOther(code_url(registration))


def _over(request: HttpRequest) -> HttpResponse:
    if _DONE in request.session:
        return SeeOther(request.session[_DONE])
    return _not_valid(request)


def _not_valid(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/invitation_not_valid.html", status=400)
