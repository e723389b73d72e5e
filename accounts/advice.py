"""How well an account is protected, and what its person could do about it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import RecoveryCode, User
from accounts.second_factors import offered

_FEW = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """One sentence, and the page (a URL's name) where it is mended; `link` names that page."""

    words: "str | Promise"
    link: "str | Promise"
    page: str


def advice(user: User) -> list[Advice]:
    """The most pressing first; empty where all is well."""
    found = []
    if user.email and not user.email_verified:
        found.append(
            Advice(
                _("Nobody has confirmed your e-mail address yet."),
                _("Confirm it"),
                "accounts:change_email",
            )
        )
    factors = offered(user)
    if not factors:
        found.append(
            Advice(
                _("Your password alone opens your account."),
                _("Add a second factor"),
                "accounts:set_up_factor",
            )
        )
        return found
    left = RecoveryCode.objects.filter(user=user, used_at=None).count()
    if left == 0:
        words, link = _("You have no recovery codes that work."), _("Make some")
        found.append(Advice(words, link, "accounts:recovery_codes"))
    elif left < _FEW:
        words, link = _("You have few recovery codes left."), _("Make new ones")
        found.append(Advice(words, link, "accounts:recovery_codes"))
    return found
