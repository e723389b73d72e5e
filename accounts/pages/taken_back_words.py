"""What “That wasn’t me”, or an undo link, set back: in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions.take_back import TakenBack


def told_of(taken: TakenBack, *, is_kept: bool) -> list[str]:
    """A line each; `is_kept`: the account was going to be deleted."""
    told: list[str] = []
    contacts, none_before = taken.contacts, taken.none_before
    if "email" in taken.lost:
        told.append(
            _("Another account has the old e-mail address by now. The present one was taken away.")
        )
    if "email" in none_before:
        told.append(_("The e-mail address that was added since was taken away."))
    elif "email" in contacts:
        told.append(_("The account has its old e-mail address again."))
    if "phone" in none_before:
        told.append(_("The phone number that was added since was taken away."))
    elif "phone" in contacts:
        told.append(_("The account has its old phone number again."))
    if taken.factors:
        words = ngettext(
            "%d second factor that was added since was removed.",
            "%d second factors that were added since were removed.",
            taken.factors,
        )
        told.append(words % taken.factors)
    if taken.is_bare:
        told.append(_("The account has no second factor now. Add one when you are signed in."))
    if is_kept:
        told.append(_("The account was going to be deleted. It is kept."))
    return told
