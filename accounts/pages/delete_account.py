"""Delete one's own account: typed, fresh, and with time to think better of it."""

import time
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
_SENT_TWICE = 60  # seconds
_TOLD_FOR = 900  # seconds


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
            request.session[_DONE] = {
                "when": stamped(after, session.user.zoneinfo) if after else "",
                "at": time.time(),
            }
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
    before = request.session.get(_DONE, {"at": 0})
    again = request.method == "POST" and before["at"] > time.time() - _SENT_TWICE
    if again and not authentication.current(request):
        return SeeOther(reverse("accounts:account_deleted"))
    return _signed_in(request)


@public
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Signed out; until when one can come back."""
    found = request.session.get(_DONE)
    if found is None or found["at"] < time.time() - _TOLD_FOR:
        return SeeOther(settings.LOGIN_REDIRECT_URL)
    context = {"is_gone": not found["when"], "when": found["when"]}
    return render(request, "accounts/account_deleted.html", context)
