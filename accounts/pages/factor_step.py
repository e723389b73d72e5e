"""What the pages have in common that ask for a second factor during a login."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from accounts import login
from accounts.actions.recovery_notices import can_be_told
from accounts.actions.self_recovery import is_offered
from accounts.errors import CodeNotRight, TooManyAttempts
from accounts.models import PendingLogin, User
from accounts.pages.login_step import login_step
from accounts.pages.too_many import too_many
from accounts.pages.why_asked import why_asked
from accounts.second_factors import offered
from accounts.see_other import SeeOther


class CodeForm(forms.Form):
    """One field for a code, whatever its kind."""

    otp_token = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "class": "code",
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "autofocus": True,
            }
        ),
        error_messages={"required": _("Enter the code.")},
    )
    trust_browser = forms.BooleanField(required=False)
    not_right = _("This code does not work. It may be used or too old: try the next.")

    def answer(self, check: Callable[[str], Any]) -> int:
        """Whether `check` likes the code: 200, else the status of the page that says why not."""
        if not self.is_valid():
            return 400
        try:
            check(self.cleaned_data["otp_token"])
        except CodeNotRight:
            self.add_error("otp_token", self.not_right)
            return 400
        except TooManyAttempts as error:
            self.add_error("otp_token", too_many(error))
            return 429
        return 200


def factor_step(name: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page within a login whose next step is the second factor; it gets `pending` and `user`."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_step("second_factor")
        @wraps(view)
        def guarded(request: HttpRequest, pending: PendingLogin, user: User) -> HttpResponse:
            mine = [one.name for one in offered(user, pending.demands, pending.amr)]
            if name and name not in mine:
                return SeeOther(login.page_url("accounts:second_factor", pending))
            return view(request, pending=pending, user=user)

        return guarded

    return decorate


def shown(
    request: HttpRequest,
    template: str,
    name: str,
    pending: PendingLogin,
    user: User,
    form: forms.Form,
    status: int,
    **context: Any,
) -> HttpResponse:
    """The page of one factor, with links to the person's other ones."""
    return render(
        request,
        template,
        {
            "form": form,
            "person": user,
            "branding": pending.branding,
            "ways": _ways(pending, user, name),
            "trust_days": _trust_days(pending),
            "why": why_asked(pending),
            **_lost(pending, user),
            **context,
        },
        status=status,
    )


def passed(
    request: HttpRequest, pending: PendingLogin, form: forms.Form, *amr: str
) -> HttpResponse:
    """The factor was right: on with the login."""
    pending.trust_browser = bool(form.cleaned_data.get("trust_browser"))
    return login.done(request, pending, "second_factor", amr=amr)


def _ways(pending: PendingLogin, user: User, present: str) -> list[dict[str, Any]]:
    """Links to the other ways. Automated drivers rely on their ids."""
    return [
        {
            "id": f"use-{one.name.replace('_', '-')}",
            "words": one.way,
            "url": login.page_url(one.page, pending),
        }
        for one in offered(user, pending.demands, pending.amr)
        if one.name != present
    ]


def _lost(pending: PendingLogin, user: User) -> dict[str, Any]:
    """The way on for whoever can show nothing any more. Only a login by password begins it: one
    that began with a code begins anew, and whoever is signed in signs out first."""
    if is_offered(pending):
        return {"lost_url": login.page_url("accounts:lost_factor", pending)}
    can_begin = settings.SIGNET.recovery_delay > 0 and user.has_usable_password()
    if not can_begin or not can_be_told(user):
        return {}
    if pending.kind == PendingLogin.Kind.SIGN_IN:
        return {"password_url": pending.next_url}
    return {"sign_out_first": pending.kind == PendingLogin.Kind.CONFIRM}


def _trust_days(pending: PendingLogin) -> int:
    if pending.kind != PendingLogin.Kind.SIGN_IN:
        return 0
    return settings.SIGNET.trusted_browser_lifetime // 86_400
