"""The second factors there are, who has which, and who must have one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models

from accounts.models import MessageDevice, Passkey, RecoveryCode, TOTPDevice, User

# What a login or a client demands; see `PendingLogin.demands`.
MFA = "mfa"


@dataclass(frozen=True, slots=True)
class Factor:
    """`page` asks for it during a login, `set_up` enrols it: names of URLs.

    `model` and `only` say which rows are a person's. `is_strong`: a factor of its own kind (NIST
    SP 800-63B-4 §3.1.3.1: e-mail is none). `stands_alone`: somebody who has only this one has a
    second factor; recovery codes are just the way out for the day another one is lost. `setting`
    switches it on and off.
    """

    name: str
    page: str
    set_up: str
    model: type[models.Model]
    only: Mapping[str, Any] = field(default_factory=dict)
    is_strong: bool = True
    stands_alone: bool = True
    setting: str = ""

    @property
    def is_on(self) -> bool:
        """Whether this deployment offers it."""
        return not self.setting or bool(getattr(settings.SIGNET, self.setting))

    def rows(self, user: User) -> "models.QuerySet[Any]":
        """What this person enrolled of it."""
        return self.model._default_manager.filter(user=user, **self.only)


# In the order in which they are offered.
FACTORS = (
    Factor("passkey", "accounts:passkey", "accounts:set_up_passkey", Passkey, {"confirmed": True}),
    Factor("totp", "accounts:totp", "accounts:set_up_totp", TOTPDevice, {"confirmed": True}),
    Factor(
        "sms",
        "accounts:sms",
        "accounts:set_up_sms",
        MessageDevice,
        {"confirmed": True, "channel": "sms"},
    ),
    Factor(
        "email",
        "accounts:email_code",
        "accounts:set_up_email",
        MessageDevice,
        {"confirmed": True, "channel": "email"},
        is_strong=False,
        setting="email_codes",
    ),
    Factor(
        "recovery_code",
        "accounts:recovery_code",
        "accounts:recovery_codes",
        RecoveryCode,
        {"used_at": None},
        stands_alone=False,
    ),
)


def offered(
    user: User, demands: Iterable[str] = (), shown: Iterable[str] = ()
) -> tuple[Factor, ...]:
    """The factors this person can show now; empty where none stands alone.

    `shown`: what the login has seen already (`amr`). A code by e-mail is no second factor for
    somebody who came in by one.
    """
    strong, seen = MFA in demands, set(shown)
    found = tuple(
        one
        for one in FACTORS
        if one.is_on
        and (one.is_strong or not (strong or one.name in seen))
        and one.rows(user).exists()
    )
    return found if any(one.stands_alone for one in found) else ()


def is_required(user: User, demands: Iterable[str] = ()) -> bool:
    """Whether this person must have a second factor: for this login, by role, or by deployment."""
    if MFA in demands or settings.SIGNET.second_factor == "everybody":
        return True
    if settings.SIGNET.second_factor == "administrators" and (user.is_staff or user.is_superuser):
        return True
    return any(role.requires_second_factor for role in user.effective_roles())
