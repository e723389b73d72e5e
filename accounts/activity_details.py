"""What a security event was about: which factor, from which address to which, signed in by what."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import audit, second_factors
from accounts.models import AuditEvent, User

# `mfa`, `user` and `pin` add nothing that a person did. "otp": an app's code or a recovery code.
_METHODS: Mapping[str, "str | Promise"] = {
    "pwd": _("Password"),
    "otp": _("One-time code"),
    "sms": _("Code by SMS"),
    "email": _("Code by e-mail"),
    "hwk": _("Passkey"),
    "swk": _("Passkey"),
    "mfa": "",
    "user": "",
    "pin": "",
}


def method_words(amr: Iterable[str]) -> str:
    """“Password + Code by SMS” for methods as the audit and sessions hold them (RFC 8176)."""
    words = [str(_METHODS.get(one, one)) for one in amr]
    return " + ".join(dict.fromkeys(word for word in words if word))


def details_of(event: AuditEvent) -> str:
    """In the active language; empty where the event says it all, or is from before it was noted."""
    make = _DETAILS.get(event.name)
    return make(event.data) if make else ""


def _kind(name: str) -> str:
    if name == "recovery_code":
        return str(_("Recovery code"))
    return second_factors.words_of(name)


def _factor(data: dict[str, Any]) -> str:
    kind, device = _kind(data.get("factor", "")), data.get("device", "")
    return f"{kind} ({device})" if kind and device else kind


def _factors(data: dict[str, Any]) -> str:
    return ", ".join(_kind(one) for one in data.get("factors", []))


def _change(data: dict[str, Any]) -> str:
    return " → ".join(one for one in (data.get("from", ""), data.get("to", "")) if one)


def _methods(data: dict[str, Any]) -> str:
    return method_words(data.get("amr", []))


def _failed(data: dict[str, Any]) -> str:
    return _kind("email") if data.get("by") == "magic_code" else _factor(data)


def _left(data: dict[str, Any]) -> str:
    if "left" not in data:
        return ""
    words = ngettext("%(left)s code is left.", "%(left)s codes are left.", data["left"])
    return words % {"left": data["left"]}


def _fields(data: dict[str, Any]) -> str:
    return ", ".join(_field(one) for one in data.get("fields", []))


def _field(name: str) -> str:
    try:
        return str(getattr(User._meta.get_field(name), "verbose_name", name))
    except FieldDoesNotExist:  # an event may be older than the model
        return name


_DETAILS: Mapping[str, Callable[[dict[str, Any]], str]] = {
    audit.LOGIN: _methods,
    audit.CONFIRMED: _methods,
    audit.LOGIN_FAILED: _failed,
    audit.SECOND_FACTOR_FAILED: _factor,
    audit.SECOND_FACTOR_DISABLED: _factor,
    audit.FACTOR_ADDED: _factor,
    audit.FACTOR_REMOVED: _factor,
    audit.FACTOR_RENAMED: _factor,
    audit.RECOVERY_CODE_USED: _left,
    audit.RECOVERY_COMPLETED: _factors,
    audit.FACTORS_RESET: _factors,
    audit.EMAIL_CHANGED: _change,
    audit.EMAIL_CHANGE_UNDONE: _change,
    audit.EMAIL_REMOVED: _change,
    audit.PHONE_CHANGED: _change,
    audit.PHONE_CHANGE_UNDONE: _change,
    audit.PHONE_REMOVED: _change,
    audit.PROFILE_CHANGED: _fields,
}
