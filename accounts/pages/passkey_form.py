"""The form that carries a passkey's answer, whatever it is for."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.errors import PasskeyNotRight, TooManyAttempts
from accounts.pages.too_many import too_many

T = TypeVar("T")

# The same words for every reason: what exactly was wrong helps nobody but an attacker.
REFUSED = _("This passkey did not work. Try again, or choose another way.")
_CODES = ("required", "max_length", "null_characters_not_allowed")


class PasskeyForm(forms.Form):
    """`passkey` is filled by passkeys.js with JSON as WebAuthn Level 3 §5.1 describes it."""

    passkey = forms.CharField(
        # Without an attestation statement an answer is far shorter.
        max_length=20_000,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(_CODES, REFUSED),
    )
    trust_browser = forms.BooleanField(required=False)

    def answer(self, check: Callable[[str], T]) -> tuple[int, T | None]:
        """The status of the page that comes next, and what `check` found where it liked it."""
        if not self.is_valid():
            return 400, None
        try:
            return 200, check(self.cleaned_data["passkey"])
        except PasskeyNotRight:
            self.add_error("passkey", REFUSED)
            return 400, None
        except TooManyAttempts as error:
            self.add_error("passkey", too_many(error))
            return 429, None


def as_attribute(options: dict[str, Any]) -> str:
    """Options as passkeys.js reads them from the page; the template escapes them."""
    return json.dumps(options, separators=(",", ":"))
