"""Delete one's own account: typed, fresh, and with time to think better of it."""

from datetime import datetime
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import authentication
from accounts.actions.leave import ask_to_leave
from accounts.errors import LastAdministrator
from accounts.models import Session, User
from accounts.notifications.moment import stamped
from accounts.pages.access import fresh, public
from accounts.see_other import SeeOther
from idp.ground.canonical import NotCanonical, username_key

_DAY = 86_400
_DONE = "leaving"
_ZONE = "leaving_zone"


class DeleteForm(forms.Form):
    confirmation = forms.CharField(
        label=_("Type your username"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type your username, so that nothing happens by mistake.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_confirmation(self) -> str:
        typed: str = self.cleaned_data["confirmation"]
        try:
            same = username_key(typed) == self.user.username_key
        except NotCanonical:
            same = False
        if not same:
            raise forms.ValidationError(_("This is not your username."))
        return typed


@fresh
def _signed_in(request: HttpRequest, session: Session) -> HttpResponse:
    if request.method != "POST":
        request.session.pop(_DONE, None)  # they came back since
    form = DeleteForm(request.POST or None, user=session.user)
    if form.is_valid():
        try:
            left = ask_to_leave(request=request, user=session.user)
        except LastAdministrator:
            form.add_error(
                "confirmation",
                _("You are the only administrator. Make somebody else one first."),
            )
        else:
            after = left.delete_after if left else None
            request.session[_DONE] = after.isoformat() if after else ""
            request.session[_ZONE] = session.user.zoneinfo
            request.__dict__.pop("_signet_sessions", None)
            return SeeOther(reverse("accounts:account_deleted"))
    context = {
        "form": form,
        "session": session,
        "tab": "profile",
        "days": settings.SIGNET.deletion_grace // _DAY,
    }
    status = 400 if form.errors else 200
    return render(request, "accounts/delete_account.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@wraps(_signed_in, assigned=())
def view(request: HttpRequest) -> HttpResponse:
    """Asked for by a form; sent twice, it finds the person signed out by the first."""
    again = request.method == "POST" and _DONE in request.session
    if again and not authentication.current(request):
        return SeeOther(reverse("accounts:account_deleted"))
    return _signed_in(request)


@public
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Signed out; until when one can come back."""
    if _DONE not in request.session:
        return SeeOther(settings.LOGIN_REDIRECT_URL)
    after = request.session[_DONE]
    zone = request.session.get(_ZONE, "")
    context = {
        "is_gone": not after,
        "when": stamped(datetime.fromisoformat(after), zone) if after else "",
    }
    return render(request, "accounts/account_deleted.html", context)
