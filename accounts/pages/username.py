"""Change the name one signs in with."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.actions.edit_profile import change_username
from accounts.errors import NameTaken, TooManyAttempts
from accounts.models import Session
from accounts.pages.access import fresh
from accounts.see_other import SeeOther
from idp.ground.canonical import NotCanonical


class UsernameForm(forms.Form):
    username = forms.CharField(
        label=_("Username"),
        max_length=150,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
        error_messages={"required": _("Enter a username.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@fresh
def view(request: HttpRequest, session: Session) -> HttpResponse:
    form = UsernameForm(request.POST or None, initial={"username": session.user.username})
    status = 200
    if request.method == "POST":
        status = _status(request, session, form)
        if status == 200:
            messages.success(request, _("Saved. From now on you sign in with this name."))
            return SeeOther(reverse("accounts:profile"))
    context = {"form": form, "session": session, "tab": "profile"}
    return render(request, "accounts/username.html", context, status=status)


def _status(request: HttpRequest, session: Session, form: UsernameForm) -> int:
    if not form.is_valid():
        return 400
    try:
        change_username(request=request, user=session.user, username=form.cleaned_data["username"])
    except NotCanonical:
        form.add_error("username", _("Use letters and digits, without @ and spaces."))
        return 400
    except NameTaken:
        form.add_error("username", _("Somebody has this name already. Choose another."))
        return 400
    except TooManyAttempts:
        form.add_error("username", _("You tried many names. Wait an hour and try again."))
        return 429
    return 200
