"""The second factors there are, who has which, and who must have one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models

from accounts.models import Passkey, RecoveryCode, TOTPDevice, User

# What a login or a client demands; see `PendingLogin.demands`.
MFA = "mfa"


@dataclass(frozen=True, slots=True)
class Factor:
    """`page` asks for it during a login, `set_up` enrols it: names of URLs.

    `model` and `only` say which rows are a person's. `is_strong`: a factor of its own kind (NIST
    SP 800-63B-4 §3.1.3.1: e-mail is none). `stands_alone`: somebody who has only this one has a
    second factor; recovery codes are just the way out for the day another one is lost.
    """

    name: str
    page: str
    set_up: str
    model: type[models.Model]
    only: Mapping[str, Any] = field(default_factory=dict)
    is_strong: bool = True
    stands_alone: bool = True

    def rows(self, user: User) -> "models.QuerySet[Any]":
        """What this person enrolled of it."""
        return self.model._default_manager.filter(user=user, **self.only)


# In the order in which they are offered.
FACTORS = (
    Factor("passkey", "accounts:passkey", "accounts:set_up_passkey", Passkey, {"confirmed": True}),
    Factor("totp", "accounts:totp", "accounts:set_up_totp", TOTPDevice, {"confirmed": True}),
    Factor(
        "recovery_code",
        "accounts:recovery_code",
        "accounts:recovery_codes",
        RecoveryCode,
        {"used_at": None},
        stands_alone=False,
    ),
)


def offered(user: User, demands: Iterable[str] = ()) -> tuple[Factor, ...]:
    """The factors this person can show now; empty where none stands alone."""
    strong = MFA in demands
    found = tuple(
        one for one in FACTORS if (one.is_strong or not strong) and one.rows(user).exists()
    )
    return found if any(one.stands_alone for one in found) else ()


def is_required(user: User, demands: Iterable[str] = ()) -> bool:
    """Whether this person must have a second factor: for this login, by role, or by deployment."""
    if MFA in demands or settings.SIGNET.second_factor == "everybody":
        return True
    if settings.SIGNET.second_factor == "administrators" and (user.is_staff or user.is_superuser):
        return True
    return any(role.requires_second_factor for role in user.effective_roles())
