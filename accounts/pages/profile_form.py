"""The form of a person's profile. What may be in it: accounts/person_rules."""

from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.languages import supported
from accounts.models import User
from accounts.person_rules import LONGEST_PART, check_person, longest, places, zones
from accounts.templatetags.signet import own_name

_PARTS = ("street_address", "postal_code", "locality", "region", "country")


@cache
def _places() -> tuple[tuple[str, str], ...]:
    """Those of tz database that are named after a place, as people look for them."""
    areas = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe")
    kept = sorted(
        name
        for name in places()
        if name.partition("/")[0] in (*areas, "Indian", "Pacific") or name == "UTC"
    )
    return tuple((name, name.replace("_", " ")) for name in kept)


def _language_choices() -> list[tuple[str, Any]]:
    return [
        ("", _("As the browser asks")),
        *((code, own_name(code)) for code, _n in settings.LANGUAGES),
    ]


def _line(label: Any, autocomplete: str, most: int = LONGEST_PART) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete, "dir": "auto"})
    return forms.CharField(label=label, required=False, max_length=most, widget=widget)


class ProfileForm(forms.Form):
    """Its fields are all that a person can change here, whatever else a request may name."""

    name = _line(_("Full name"), "name", longest("name"))
    given_name = _line(_("Given name"), "given-name", longest("given_name"))
    family_name = _line(_("Family name"), "family-name", longest("family_name"))
    nickname = _line(_("Nickname"), "nickname", longest("nickname"))
    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=longest("website"),
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
        error_messages={"invalid": _("Enter an address such as https://example.com.")},
    )
    gender = _line(_("Gender"), "sex", longest("gender"))
    birthdate = forms.CharField(
        label=_("Date of birth"),
        required=False,
        max_length=longest("birthdate"),
        widget=forms.TextInput(
            attrs={"autocomplete": "bday", "placeholder": "1990-12-31", "dir": "ltr"}
        ),
    )
    zoneinfo = forms.ChoiceField(label=_("Time zone"), required=False)
    locale = forms.ChoiceField(label=_("Language"), required=False)
    street_address = forms.CharField(
        label=_("Street"),
        required=False,
        max_length=LONGEST_PART,
        widget=forms.Textarea(attrs={"autocomplete": "street-address", "rows": 2, "dir": "auto"}),
    )
    postal_code = _line(_("Postal code"), "postal-code")
    locality = _line(_("Town"), "address-level2")
    region = _line(_("Region"), "address-level1")
    country = _line(_("Country"), "country-name")

    def __init__(self, data: Any, user: User) -> None:
        self.user = user
        super().__init__(data, initial=_initial(user))
        listed = _places()
        if user.zoneinfo in zones() and user.zoneinfo not in dict(listed):
            listed = ((user.zoneinfo, user.zoneinfo), *listed)  # declared by an operator
        self.fields["zoneinfo"].choices = [("", _("UTC")), *listed]  # type: ignore[attr-defined]
        self.fields["locale"].choices = _language_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        parts = {name: found[name] for name in _PARTS if name in found}
        told = {name: value for name, value in found.items() if name not in parts}
        for fault in check_person(told | {"address": parts}):
            self.add_error(fault.place or fault.field, fault.message)
        return found

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
