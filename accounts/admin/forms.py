"""Forms of the administration: no change is lost to somebody else's, and none asks too much."""

import json
from hashlib import sha256
from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.role_rules import audience_fault
from idp.ground import strict_json


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, list):
        return sorted(map(_plain, value), key=str)
    return value if isinstance(value, dict) else str(value)


class VersionedForm(forms.ModelForm):  # type: ignore[type-arg]
    """Refuses to save over what another administrator changed after the page was opened.

    `version` is a digest of what the page showed; the row is locked when it is compared.
    """

    actor: User  # who uses the form; set by `SignetAdmin.get_form`

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            del self.fields["version"]
            return
        shown = {name: _plain(self.initial.get(name)) for name in sorted(self.fields)}
        text = json.dumps(shown, sort_keys=True, default=str)
        self.current_version = sha256(text.encode()).hexdigest()[:32]
        self.initial["version"] = self.current_version

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "version" in self.fields and cleaned.get("version") != self.current_version:
            self.add_error(
                None,
                _("Somebody else changed this in the meantime. Open the page again to see it."),
            )
        return cleaned


class AudienceForm(VersionedForm):
    """Of what may belong to one app: a role, a group."""

    class Meta:
        help_texts: ClassVar[dict[str, Any]] = {
            "audience": _("The client id of the only app that is told of it; empty: every app.")
        }

    def clean_audience(self) -> str:
        audience: str = self.cleaned_data["audience"]
        # One that was there before may be of an app that is gone: the rest can still be changed.
        wrong = audience_fault(audience) if "audience" in self.changed_data else ""
        if wrong:
            raise forms.ValidationError(wrong)
        return audience


class StrictJSONField(forms.JSONField):
    """JSON that can be kept and shown again. Django's field falls over deep nesting and more."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return strict_json.loads(value)
        except strict_json.TooDeep:
            raise forms.ValidationError(_("This is nested too deeply.")) from None
        except ValueError:
            message = self.error_messages["invalid"]
            raise forms.ValidationError(message, "invalid", {"value": value}) from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was typed, as it was typed where it is no JSON."""
        try:
            return None if data is None else strict_json.loads(data)
        except ValueError:
            return InvalidJSONInput(data)


class JSONObjectField(StrictJSONField):
    """A JSON object; nothing entered is the empty one."""

    def clean(self, value: Any) -> Any:
        found = super().clean(value) or {}
        if not isinstance(found, dict):
            raise forms.ValidationError(_("Enter a JSON object: {…}."))
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(initial or {}, data or "{}")


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        rows = kwargs.pop("rows", 4)
        super().__init__(required=False, **kwargs)
        self.widget.attrs |= {"rows": rows, "spellcheck": "false", "class": "vLargeTextField"}

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        text = super().to_python(value) or ""
        if "\0" in text:
            raise forms.ValidationError(_("Null characters are not allowed."))
        return [line.strip() for line in text.splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return list(initial or []) != self.to_python(data)
        except forms.ValidationError:
            return True
