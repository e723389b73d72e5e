"""A person's second factors are removed: a page that asks why, from the person's own page."""

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import authentication, login
from accounts.actions.factor_devices import enrolled
from accounts.actions.reset_factors import reset_factors
from accounts.models import PendingLogin, User

if TYPE_CHECKING:
    from accounts.admin.user import UserAdmin


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        min_length=5,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy(
            "How you made sure that it is them. Kept in the audit log, and in the mail they get."
        ),
    )


class ResetFactorsPage:
    """With the rights of the person's own page, and only after a fresh proof of who acts."""

    def __init__(self, admin: "UserAdmin") -> None:
        self.admin = admin

    def view(self, request: HttpRequest, person_pk: uuid.UUID) -> HttpResponse:
        person = get_object_or_404(User, pk=person_pk)
        # One's own are removed on one's own pages, which ask for a factor first.
        if person.pk == request.user.pk or not self.admin.has_change_permission(request, person):
            raise PermissionDenied
        session = authentication.current(request)
        if session is None or not authentication.is_fresh(session):
            return self._confirm_first(request)
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            return self._reset(request, person, form.cleaned_data["reason"])
        context = {
            **self.admin.admin_site.each_context(request),
            "opts": self.admin.opts,
            "title": _("Remove all second factors"),
            "person": person,
            "devices": enrolled(person),
            "form": form,
            "back": self._address(person),
        }
        return TemplateResponse(request, "admin/accounts/reset_factors.html", context)

    def _confirm_first(self, request: HttpRequest) -> HttpResponse:
        session = authentication.current(request)
        if session is None:
            return login.begin(request, request.path)
        kind = PendingLogin.Kind.CONFIRM
        return login.begin_for(request, session, request.path, kind=kind)

    def _reset(self, request: HttpRequest, person: User, reason: str) -> HttpResponse:
        done = reset_factors(
            person=person,
            reason=reason,
            request=request,
            actor=request.user,  # type: ignore[arg-type]
        )
        if done:
            messages.success(request, _("Removed. The person is signed out everywhere and told."))
        else:
            messages.info(request, _("There was no second factor."))
        return redirect(self._address(person))

    def _address(self, person: User) -> str:
        return reverse("admin:accounts_user_change", args=[person.pk])


def reset_urls(admin: "UserAdmin") -> list[Any]:
    """Ahead of the person's own addresses."""
    view = admin.admin_site.admin_view(ResetFactorsPage(admin).view)
    return [path("<uuid:person_pk>/factors/", view, name="accounts_user_reset_factors")]
