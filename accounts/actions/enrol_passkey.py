"""Add a passkey to an account (WebAuthn Level 3 §7.1)."""

import json
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.http import HttpRequest

from accounts.actions.factor_added import factor_added
from accounts.actions.holder import Holder, lives
from accounts.actions.passkey_challenge import Ceremony, keep, take
from accounts.errors import PasskeyNotRight
from accounts.models import Passkey, User
from accounts.passkeys import PasskeyHelper

# More than anybody has; the browser is told all of them each time.
_MOST = 30


def is_full(user: User) -> bool:
    """Whether this person has as many as one may have."""
    count: int = Passkey.objects.filter(user=user).count()
    return count >= _MOST


def begin(request: HttpRequest, user: User, holder: Holder) -> dict[str, Any]:
    """Options for `navigator.credentials.create()`; their challenge is kept with the holder."""
    options, state = PasskeyHelper(request).register_begin(user)
    keep(holder, Ceremony.ENROL, state)
    found: dict[str, Any] = options
    return found


def enrol(request: HttpRequest, user: User, holder: Holder, answer: str, name: str) -> Passkey:
    """Add what the browser made. Raises `PasskeyNotRight`, the same for every reason."""
    state = take(holder, Ceremony.ENROL)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not lives(holder.pk):
            raise PasskeyNotRight("ended")  # shut in this very moment
        if is_full(user):
            raise PasskeyNotRight("too_many")
        passkey = _registered(request, user, state, answer)
        passkey.name = name[:64]
        passkey.save(update_fields=["name"])
        factor_added(request, user, holder.pk, "passkey", passkey.name)
    return passkey


def _registered(request: HttpRequest, user: User, state: dict[str, Any], answer: str) -> Passkey:
    try:
        with transaction.atomic():
            passkey: Passkey = PasskeyHelper(request).register_complete(
                user, state, json.loads(answer)
            )
    except IntegrityError as error:
        # One that is here already, theirs or somebody else's.
        raise PasskeyNotRight("known") from error
    except DatabaseError:
        raise
    except Exception as error:
        # Parsers of three formats look at what a stranger wrote: they raise what they like.
        raise PasskeyNotRight(type(error).__name__) from error
    return passkey
