"""Why somebody who is signed in is asked to prove that it is them, and the way back."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import PendingLogin

_PROFILE, _SIGN_IN = "accounts:profile", "accounts:security"
_HOW_YOU_SIGN_IN = _("You are about to change how you sign in.")

# The page that wants it, by the name of its URL: what is about to happen, and where "back" leads.
_REASONS: dict[str, tuple["str | Promise", str]] = {
    "accounts:username": (_("You are about to change your username."), _PROFILE),
    "accounts:change_email": (_("You are about to change your e-mail address."), _PROFILE),
    "accounts:change_phone": (_("You are about to change your phone number."), _PROFILE),
    "accounts:my_data": (_("You are about to download all your data."), _PROFILE),
    "accounts:delete_account": (_("You are about to delete your account."), _PROFILE),
    "accounts:change_password": (_("You are about to change your password."), _SIGN_IN),
    "accounts:recovery_codes": (_("You are about to make new recovery codes."), _SIGN_IN),
    "accounts:not_me": (_("You are about to shut your account."), "accounts:activity"),
    "accounts:security": (_HOW_YOU_SIGN_IN, _SIGN_IN),
    "accounts:set_up_factor": (_HOW_YOU_SIGN_IN, _SIGN_IN),
    "accounts:set_up_passkey": (_HOW_YOU_SIGN_IN, _SIGN_IN),
    "accounts:set_up_totp": (_HOW_YOU_SIGN_IN, _SIGN_IN),
    "accounts:set_up_sms": (_HOW_YOU_SIGN_IN, _SIGN_IN),
    "accounts:set_up_email": (_HOW_YOU_SIGN_IN, _SIGN_IN),
}
# A stranger's factor must not stand in front of the button against it, nor must whoever sits at an
# open screen remove the owner's by that button: the mailbox tells them apart.
_BY_MAIL = _("Is it not yours? Press “That wasn’t me” in our mail about it.")
_OTHER = _("You are about to do something that not everybody may.")


@dataclass(frozen=True, slots=True)
class Why:
    """`back_url`: for whoever does not want to after all; nothing has happened then. `hint`: what
    else helps who cannot show what is asked for."""

    words: "str | Promise"
    back_url: str
    hint: "str | Promise" = ""


def why_asked(pending: PendingLogin) -> Why | None:
    """None where a login, or an app, asks: their pages say so themselves."""
    if pending.kind != PendingLogin.Kind.CONFIRM:
        return None
    try:
        name = resolve(urlsplit(pending.next_url).path).view_name
    except Resolver404:
        name = ""
    words, back = _REASONS.get(name, (_OTHER, ""))
    hint = _BY_MAIL if name == "accounts:not_me" else ""
    return Why(words, reverse(back) if back else settings.LOGIN_REDIRECT_URL, hint)
