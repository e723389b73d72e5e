"""The form of a person: every rule of names, and nobody beyond their own rights."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.admin.forms import JSONObjectField, VersionedForm
from accounts.delegation import may_grant, may_grant_groups
from accounts.models import User
from accounts.person_rules import check_person
from idp.ground.canonical import NotCanonical, email_key, phone_key, username_key


class UserForm(VersionedForm):
    """There is no password here: a person chooses their own by the link they get."""

    address = JSONObjectField(label=_("Address"), required=False)
    attributes = JSONObjectField(label=_("Other attributes"), required=False)

    def _others(self) -> Any:
        return User.objects.exclude(pk=self.instance.pk)

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"].strip()
        try:
            key = username_key(name)
        except NotCanonical:
            raise forms.ValidationError(
                _("Use letters and digits, without @ and spaces.")
            ) from None
        if self._others().filter(username_key=key).exists():
            raise forms.ValidationError(_("There is somebody of this name already."))
        return name

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"]
        if not address:
            return ""
        try:
            key = email_key(address)
        except NotCanonical:
            raise forms.ValidationError(_("This cannot be an e-mail address.")) from None
        if self._others().filter(email_key=key).exists():
            raise forms.ValidationError(_("Somebody else has this address."))
        return address

    def clean_phone_number(self) -> str:
        number: str = self.cleaned_data["phone_number"]
        if not number:
            return ""
        try:
            return phone_key(number)
        except NotCanonical:
            raise forms.ValidationError(
                _("Write it with its country, such as +15550100.")
            ) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._check_claims(cleaned)
        if self.instance.pk == self.actor.pk:
            # Nobody locks themselves out, so somebody is always left.
            for name in ("is_active", "is_staff", "is_superuser"):
                if name in self.changed_data and name in self.fields:
                    self.add_error(name, _("You cannot take this from yourself."))
        had = self.initial
        new_roles = set(cleaned.get("roles", ())) - set(had.get("roles", ()))
        if new_roles and not may_grant(self.actor, new_roles):
            self.add_error("roles", _("One of these roles gives rights that you do not have."))
        new_groups = set(cleaned.get("groups", ())) - set(had.get("groups", ()))
        if new_groups and not may_grant_groups(self.actor, new_groups):
            self.add_error("groups", _("One of these groups gives rights that you do not have."))
        return cleaned

    def _check_claims(self, cleaned: dict[str, Any]) -> None:
        """Only what is new: what stood there before must keep nobody from disabling an account."""
        for fault in check_person(cleaned):
            if fault.field in self.changed_data:
                told = f"{fault.place}: {fault.message}" if fault.place else fault.message
                self.add_error(fault.field, told)
