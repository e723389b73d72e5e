"""Invitations: adding one mails it; it is never edited, only sent again or withdrawn."""

import secrets
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions.invite import invite, withdraw
from accounts.admin.base import SignetAdmin
from accounts.admin.forms import VersionedForm
from accounts.delegation import may_grant, may_grant_groups
from accounts.models import Invitation, User
from idp.ground.canonical import NotCanonical, email_key


class InvitationForm(VersionedForm):
    """Nobody hands out by invitation what they may not hand out by hand."""

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"]
        try:
            key = email_key(address)
        except NotCanonical:
            raise forms.ValidationError(_("This cannot be an e-mail address.")) from None
        if User.objects.filter(email_key=key).exists():
            raise forms.ValidationError(_("Somebody has an account with this address already."))
        return address

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if settings.SIGNET.registration == "closed":
            self.add_error(None, _("Nobody can join while SIGNET_REGISTRATION is “closed”."))
        if not may_grant(self.actor, cleaned.get("roles", ())):
            self.add_error("roles", _("One of these roles gives rights that you do not have."))
        if not may_grant_groups(self.actor, cleaned.get("groups", ())):
            self.add_error("groups", _("One of these groups gives rights that you do not have."))
        return cleaned


class OpenFilter(admin.SimpleListFilter):
    """Those that still work."""

    title = gettext_lazy("state")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("yes", _("open"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        if self.value() != "yes":
            return queryset
        return queryset.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())


@admin.register(Invitation)
class InvitationAdmin(SignetAdmin):
    form = InvitationForm
    list_display = ("email", "state", "invited_by", "created_at", "expires_at")
    list_select_related = ("invited_by",)
    list_filter = (OpenFilter,)
    lookups = frozenset({"open"})
    search_fields = ("email",)
    search_help_text = gettext_lazy("E-mail address, or how it begins.")
    ordering = ("-created_at",)
    autocomplete_fields = ("groups", "roles")
    actions = ("send_again", "withdraw")
    fields: ClassVar[Any] = ("email", "groups", "roles", "note")

    def find(self, rows: "QuerySet[Invitation]", term: str) -> "QuerySet[Invitation]":
        return rows.filter(email__istartswith=term.replace("\0", ""))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # What was mailed is not changed under whoever reads it.
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # withdrawn ones stay: who was asked, and by whom

    @admin.display(description=gettext_lazy("state"))
    def state(self, obj: Invitation) -> str:
        if obj.accepted_at:
            return _("accepted")
        if obj.revoked_at:
            return _("withdrawn")
        return _("expired") if obj.expires_at <= timezone.now() else _("open")

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        # No link has this digest; `invite` makes the one that counts once the groups are there.
        obj.digest = secrets.token_hex(32)
        obj.expires_at = timezone.now()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        invite(request=request, actor=request.user, invitation=form.instance)  # type: ignore[arg-type]
        messages.info(request, _("The invitation of %s is on its way.") % form.instance)

    @admin.action(description=gettext_lazy("Send again, with a new link"), permissions=["change"])
    def send_again(self, request: HttpRequest, queryset: "QuerySet[Invitation]") -> None:
        actor: Any = request.user
        for one in queryset.filter(accepted_at=None, revoked_at=None)[:100]:
            allowed = may_grant(actor, one.roles.all()) and may_grant_groups(
                actor, one.groups.all()
            )
            if not allowed or User.objects.filter(email_key=email_key(one.email)).exists():
                messages.warning(request, _("Not sent to %s.") % one)
                continue
            invite(request=request, actor=actor, invitation=one)
            messages.success(request, _("The invitation of %s is on its way.") % one)

    @admin.action(description=gettext_lazy("Withdraw"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: "QuerySet[Invitation]") -> None:
        for one in queryset[:100]:
            if withdraw(request=request, actor=request.user, invitation=one):  # type: ignore[arg-type]
                messages.success(request, _("The invitation of %s is withdrawn.") % one)
            else:
                messages.warning(request, _("The invitation of %s was over already.") % one)
