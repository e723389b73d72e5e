"""Recovery codes: a set is shown once, kept as digests, each works once."""

import base64
import secrets
import uuid
from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.actions.factor_guess import claim_guess, right, wrong
from accounts.actions.holder import lives
from accounts.actions.security_notice import notify
from accounts.errors import CodeNotRight, CodesReplaced
from accounts.models import RecoveryCode, User
from accounts.second_factors import FACTORS
from idp.ground.encryption import SealBroken, open_sealed, seal

_COUNT = 10
_BYTES = 10  # 80 bits each (NIST SP 800-63B-4 §4.2.1.1 asks for 64)
_PURPOSE = "recovery_codes"


@dataclass(frozen=True, slots=True)
class NewCodes:
    """Codes nobody has saved yet. `sealed` brings them back to the page that shows them.

    `replaces` names the set that was the person's when these were made, and their factors.
    """

    codes: tuple[str, ...]
    sealed: str
    replaces: str


def make(user: User) -> NewCodes:
    """A new set. Nothing is written: the old set works until one of these is typed back."""
    codes = tuple(_code() for _ in range(_COUNT))
    sealed = seal(_PURPOSE, " ".join((_state(user), *codes)).encode(), user.pk.bytes)
    return NewCodes(codes, sealed, _state(user))


def shown(user: User, sealed: str) -> NewCodes | None:
    """The set that this person was shown, if it was."""
    try:
        opened = open_sealed(_PURPOSE, sealed, user.pk.bytes).decode()
    except SealBroken:
        return None
    replaces, *codes = opened.split(" ")
    return NewCodes(tuple(codes), sealed, replaces)


def keep(request: HttpRequest, user: User, holder: uuid.UUID, new: NewCodes, typed: str) -> None:
    """Make this the person's set, now that one of it was typed back.

    Raises `CodeNotRight`, and `CodesReplaced` when there is another set since, or everything was
    shut: an old page must not bring codes back that were used up or given away.
    """
    digests = [RecoveryCode.hash(code) for code in new.codes]
    if RecoveryCode.hash(typed) not in digests:
        raise CodeNotRight
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        mine = RecoveryCode.objects.filter(user=user)
        if mine.filter(digest__in=digests).exists():
            return  # the same form sent twice
        if new.replaces != _state(user) or not lives(holder):
            raise CodesReplaced
        replaced, _ = mine.delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(user=user, digest=digest) for digest in digests
        )
        audit.record(audit.RECOVERY_CODES_MADE, request=request, actor=user, subject=user)
        words = {"is_first": not replaced}
        notify(user, "recovery_codes_made", request=request, context=words)


def use(request: HttpRequest, user: User, typed: str) -> int:
    """Use one up; how many are left. Raises `CodeNotRight` and `TooManyAttempts`."""
    claim_guess(request, user)
    with transaction.atomic():
        used = RecoveryCode.objects.filter(
            user=user, digest=RecoveryCode.hash(typed[:100]), used_at=None
        ).update(used_at=timezone.now())
        if used:
            left = left_of(user)
            audit.record(
                audit.RECOVERY_CODE_USED,
                request=request,
                actor=user,
                subject=user,
                data={"left": left},
            )
            notify(user, "recovery_code_used", request=request, context={"left": left})
    if not used:
        wrong(request, user, "recovery_code")
        raise CodeNotRight
    right(request, user)
    return left


def left_of(user: User) -> int:
    """How many codes still work."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def _state(user: User) -> str:
    """Names the present set, used codes included, and the factors for whose loss it is: with the
    last of them the set goes, and must not come back beside the next."""
    first = RecoveryCode.objects.filter(user=user).order_by("pk").values_list("pk", flat=True)
    names = [str(first.first())]
    for factor in FACTORS:
        if factor.stands_alone:
            keys = factor.rows(user).values_list("pk", flat=True)
            names += [f"{factor.name}/{key}" for key in keys]
    return sha256(" ".join(sorted(names)).encode()).hexdigest()[:16]


def _code() -> str:
    text = base64.b32encode(secrets.token_bytes(_BYTES)).decode()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
