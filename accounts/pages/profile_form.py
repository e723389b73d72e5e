"""The form of a person's profile: what may be in it, and the words for what may not."""

import re
import unicodedata
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.languages import supported
from accounts.models import User
from accounts.templatetags.signet import own_name

_PARTS = ("street_address", "postal_code", "locality", "region", "country")
# Directions and overrides: a name must not turn the words around it.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# OIDC Core §5.1: a day, a day without its year, or a year.
_BIRTHDATE = re.compile(r"(?P<year>\d{4})(-(?P<month>\d\d)-(?P<day>\d\d))?\Z", re.ASCII)


@cache
def _zones() -> tuple[tuple[str, str], ...]:
    """Those of tz database that are named after a place, as people look for them."""
    areas = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe")
    kept = sorted(
        name
        for name in available_timezones()
        if name.partition("/")[0] in (*areas, "Indian", "Pacific") or name == "UTC"
    )
    return tuple((name, name.replace("_", " ")) for name in kept)


def _language_choices() -> list[tuple[str, Any]]:
    return [
        ("", _("As the browser asks")),
        *((code, own_name(code)) for code, _n in settings.LANGUAGES),
    ]


def _line(label: Any, autocomplete: str, longest: int) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete, "dir": "auto"})
    return forms.CharField(label=label, required=False, max_length=longest, widget=widget)


class ProfileForm(forms.Form):
    """Its fields are all that a person can change here, whatever else a request may name."""

    name = _line(_("Full name"), "name", 200)
    given_name = _line(_("Given name"), "given-name", 100)
    family_name = _line(_("Family name"), "family-name", 100)
    nickname = _line(_("Nickname"), "nickname", 100)
    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
        error_messages={"invalid": _("Enter an address such as https://example.com.")},
    )
    gender = _line(_("Gender"), "sex", 50)
    birthdate = forms.CharField(
        label=_("Date of birth"),
        required=False,
        max_length=10,
        widget=forms.TextInput(
            attrs={"autocomplete": "bday", "placeholder": "1990-12-31", "dir": "ltr"}
        ),
    )
    zoneinfo = forms.ChoiceField(label=_("Time zone"), required=False)
    locale = forms.ChoiceField(label=_("Language"), required=False)
    street_address = forms.CharField(
        label=_("Street"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"autocomplete": "street-address", "rows": 2, "dir": "auto"}),
    )
    postal_code = _line(_("Postal code"), "postal-code", 20)
    locality = _line(_("Town"), "address-level2", 100)
    region = _line(_("Region"), "address-level1", 100)
    country = _line(_("Country"), "country-name", 100)

    def __init__(self, data: Any, user: User) -> None:
        self.user = user
        super().__init__(data, initial=_initial(user))
        zones = _zones()
        if user.zoneinfo and user.zoneinfo not in dict(zones):
            zones = ((user.zoneinfo, user.zoneinfo), *zones)  # declared by an operator
        self.fields["zoneinfo"].choices = [("", _("UTC")), *zones]  # type: ignore[attr-defined]
        self.fields["locale"].choices = _language_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for name, value in list(found.items()):
            if isinstance(value, str) and not _is_plain(value):
                self.add_error(name, _("This has characters that cannot be shown."))
        return found

    def clean_website(self) -> str:
        url: str = self.cleaned_data["website"]
        if url and not url.startswith(("https://", "http://")):
            raise forms.ValidationError(self.fields["website"].error_messages["invalid"])
        return url

    def clean_birthdate(self) -> str:
        text: str = self.cleaned_data["birthdate"]
        if text and not _is_birthdate(text):
            raise forms.ValidationError(_("Write it as year-month-day, such as 1990-12-31."))
        return text

    def values(self) -> dict[str, Any]:
        """What the fields say, as columns of User; parts of an address we do not ask for stay."""
        told = dict(self.cleaned_data)
        kept = self.user.address if isinstance(self.user.address, dict) else {}
        parts = {name: told.pop(name).replace("\r\n", "\n") for name in _PARTS}
        # "formatted" is one writing of the parts, and wrong once one of them is another.
        same = all(kept.get(name, "") == value for name, value in parts.items())
        rest = {k: v for k, v in kept.items() if k not in _PARTS and (same or k != "formatted")}
        told["address"] = rest | {name: value for name, value in parts.items() if value}
        if told["locale"] == (supported(self.user.locale) if self.user.locale else ""):
            told["locale"] = self.user.locale  # "de-AT" stays what it is
        return told


def _initial(user: User) -> dict[str, Any]:
    kept = user.address if isinstance(user.address, dict) else {}
    names = ("name", "given_name", "family_name", "nickname", "website", "gender", "birthdate")
    return {
        **{name: getattr(user, name) for name in (*names, "zoneinfo")},
        "locale": (supported(user.locale) or "") if user.locale else "",
        **{name: kept.get(name, "") for name in _PARTS},
    }


def _is_plain(text: str) -> bool:
    """Letters of every script, and line ends where there are lines."""
    return not _TURNING.search(text) and not any(
        unicodedata.category(char) in ("Cc", "Cs", "Co", "Zl", "Zp") and char not in "\r\n"
        for char in text
    )


def _is_birthdate(text: str) -> bool:
    found = _BIRTHDATE.match(text)
    if found is None:
        return False
    year = int(found["year"])
    today = date.today()
    if found["month"] is None:
        return 1800 <= year <= today.year
    try:
        # 2000 had a 29 February: a day without its year may be one.
        day = date(year or 2000, int(found["month"]), int(found["day"]))
    except ValueError:
        return False
    return year == 0 or date(1800, 1, 1) <= day <= today
