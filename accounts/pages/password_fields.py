"""The fields in which a new password is chosen, and the words for what is wrong with it."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.errors import PasswordRefused

_REASONS: dict[str, "str | Promise"] = {
    "short": _("Use at least %(minimum)d characters. A few unrelated words make a good password."),
    "long": _("Use at most 1,024 characters."),
    "common": _("This password is on lists that attackers try first. Choose another."),
    "personal": _("Your password should not consist of your name or ours."),
    "used": _("Choose one that you did not use before."),
    "characters": _("Control characters cannot be part of a password."),
}


class NewPasswordForm(forms.Form):
    """One field: a second one to repeat it only makes people choose shorter ones."""

    new_password = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "new-password", "autofocus": True, "spellcheck": "false"}
        ),
        error_messages={"required": _("Enter a new password.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password"].help_text = ngettext_lazy(
            "At least %(minimum)d character. A few unrelated words make a good password.",
            "At least %(minimum)d characters. A few unrelated words make a good password.",
            settings.SIGNET.password_min_length,
        ) % {"minimum": settings.SIGNET.password_min_length}

    def refuse(self, error: PasswordRefused) -> None:
        """Show every reason at the field."""
        for reason in error.reasons:
            self.add_error(
                "new_password",
                str(_REASONS[reason]) % {"minimum": settings.SIGNET.password_min_length},
            )
