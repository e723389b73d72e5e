"""A person changes what they say of themselves, or the name they sign in with."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.actions.reserved_names import RESERVED
from accounts.errors import NameTaken
from accounts.models import User
from accounts.throttling import Limit, claim
from idp.ground.canonical import username_key

# The claims a person may change themselves (OIDC Core §5.1); `address` holds its parts.
EDITABLE = (
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "address",
)


def edit_profile(*, request: HttpRequest, user: User, values: Mapping[str, Any]) -> bool:
    """Write what differs; whether anything did. Names outside `EDITABLE` raise KeyError."""
    strange = set(values) - set(EDITABLE)
    if strange:
        raise KeyError(*sorted(strange))
    changed = {name: value for name, value in values.items() if getattr(user, name) != value}
    if not changed:
        return False
    with transaction.atomic():
        # Only these columns: a page that was open for a day writes nothing else back.
        User.objects.filter(pk=user.pk).update(**changed, updated_at=timezone.now())
        audit.record(
            audit.PROFILE_CHANGED,
            request=request,
            actor=user,
            subject=user,
            data={"fields": sorted(changed)},
        )
    return True


def change_username(*, request: HttpRequest, user: User, username: str) -> None:
    """Raises `NotCanonical`, `NameTaken`, and `TooManyAttempts`: it tells which names exist."""
    username = username.strip()
    key = username_key(username)
    if username == user.username:
        return
    if key in RESERVED:
        raise NameTaken
    claim([Limit(f"username/{user.pk}", burst=5, every=3_600)])
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(
                username=username, username_key=key, updated_at=timezone.now()
            )
            audit.record(audit.USERNAME_CHANGED, request=request, actor=user, subject=user)
    except IntegrityError:
        raise NameTaken from None
