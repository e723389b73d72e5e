"""The second factors there are, who has which, and who must have one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.acr import has_held, has_known
from accounts.models import MessageDevice, Passkey, RecoveryCode, Role, TOTPDevice, User

# What a login or an app demands; see `PendingLogin.demands`.
MFA = "mfa"


@dataclass(frozen=True, slots=True)
class Factor:
    """A further factor is one entry here, one page and one template.

    `page` asks for it during a login, `set_up` enrols it: names of URLs; without the latter the
    person cannot add it. `way`: the link to it from another one's page; `words` and `detail`: what
    it is. `model` and `only` say which rows are a person's. `is_strong`: a factor of its own kind
    (NIST SP 800-63B-4 §3.1.3.1: e-mail is none). `stands_alone`: somebody who has only this one has
    a second factor; recovery codes are just the way out for the day another one is lost. `setting`
    switches it on and off.
    """

    name: str
    page: str
    model: type[models.Model]
    way: Promise | str
    words: Promise | str = ""
    detail: Promise | str = ""
    set_up: str = ""
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
    Factor(
        "passkey",
        page="accounts:passkey",
        set_up="accounts:set_up_passkey",
        model=Passkey,
        only={"confirmed": True},
        way=_("Use a passkey"),
        words=_("Passkey"),
        detail=_("Your fingerprint, face or screen lock, or a security key."),
    ),
    Factor(
        "totp",
        page="accounts:totp",
        set_up="accounts:set_up_totp",
        model=TOTPDevice,
        only={"confirmed": True},
        way=_("Use your authenticator app"),
        words=_("Authenticator app"),
        detail=_("An app on your phone shows six digits."),
    ),
    Factor(
        "sms",
        page="accounts:sms",
        set_up="accounts:set_up_sms",
        model=MessageDevice,
        only={"confirmed": True, "channel": "sms"},
        way=_("Use a code by SMS"),
        words=_("Code by SMS"),
        detail=_("Less safe: messages can be intercepted or misdirected."),
    ),
    Factor(
        "email",
        page="accounts:email_code",
        set_up="accounts:set_up_email",
        model=MessageDevice,
        only={"confirmed": True, "channel": "email"},
        way=_("Use a code by e-mail"),
        words=_("Code by e-mail"),
        detail=_("Only as safe as your mailbox."),
        is_strong=False,
        setting="email_codes",
    ),
    Factor(
        "recovery_code",
        page="accounts:recovery_code",
        model=RecoveryCode,
        only={"used_at": None},
        way=_("Use a recovery code"),
        stands_alone=False,
    ),
)


def words_of(name: str) -> str:
    """What people call a kind of factor; its name where that is all there is to say."""
    return str(next((one.words for one in FACTORS if one.name == name and one.words), name))


def offered(
    user: User, demands: Iterable[str] = (), shown: Iterable[str] = ()
) -> tuple[Factor, ...]:
    """The factors this person can show now; empty where none stands alone.

    `shown`: what the login has seen already (`amr`). A code by e-mail is no second factor for
    somebody who came in by one. Where two factors are demanded only the strong ones are offered;
    whoever has none of those is asked for what they have: a request that demands more, and which
    anybody can write, must not be the way around it.
    """
    mine = _enrolled(user, shown)
    strong = tuple(one for one in mine if one.is_strong)
    found = strong if MFA in demands and _stand_alone(strong) else mine
    return found if _stand_alone(found) else ()


def to_set_up(demands: Iterable[str] = (), shown: Iterable[str] = ()) -> tuple[Factor, ...]:
    """The factors that can be added; within a login (`demands`, `shown`) those that count in it."""
    left_out = {one.name for one in FACTORS if not one.is_strong} & set(shown)
    return tuple(
        one
        for one in FACTORS
        if one.is_on
        and one.set_up
        and (one.is_strong or MFA not in demands)
        and one.name not in left_out
    )


def was_shown(user: User, amr: Iterable[str]) -> bool:
    """Whether a second factor is among these methods: something held, or this person's own code by
    e-mail, besides something known."""
    methods = frozenset(amr)
    if has_held(methods):
        return True
    return has_known(methods) and any(one.name in methods for one in offered(user))


def has_strong(user: User) -> bool:
    """Whether the person can show a factor that counts where two are demanded."""
    return _stand_alone(one for one in _enrolled(user) if one.is_strong)


def _enrolled(user: User, shown: Iterable[str] = ()) -> tuple[Factor, ...]:
    seen = set(shown)
    return tuple(
        one
        for one in FACTORS
        if one.is_on and (one.is_strong or one.name not in seen) and one.rows(user).exists()
    )


def _stand_alone(factors: Iterable[Factor]) -> bool:
    return any(one.stands_alone for one in factors)


def deployment_requires(*, administrator: bool) -> bool:
    """Whether this deployment demands a second factor of everybody, or of such a person."""
    rule = settings.SIGNET.second_factor
    return rule == "everybody" or (rule == "administrators" and administrator)


def is_required(user: User, demands: Iterable[str] = ()) -> bool:
    """Whether this person must have a second factor: for this login, by role, or by deployment."""
    if MFA in demands or deployment_requires(administrator=user.is_staff or user.is_superuser):
        return True
    # Most deployments have no such role, and the roles of a person are more than one query.
    if not Role.objects.filter(requires_second_factor=True).exists():
        return False
    return any(role.requires_second_factor for role in user.effective_roles())
