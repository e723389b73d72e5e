"""Everything kept about a person, as one JSON document written while it is read."""

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from accounts.actions.factor_devices import enrolled
from accounts.actions.recovery_codes import left_of
from accounts.activity_details import details_of, method_words
from accounts.activity_words import words_of
from accounts.floor_above import floor_above
from accounts.models import (
    AuditEvent,
    Avatar,
    ContactChange,
    Invitation,
    OutboxMessage,
    SelfRecovery,
    Session,
    TrustedBrowser,
    User,
)

_PROFILE = (
    *("id", "username", "email", "email_verified", "phone_number", "phone_number_verified"),
    *("name", "given_name", "family_name", "middle_name", "nickname", "profile", "picture"),
    *("website", "gender", "birthdate", "zoneinfo", "locale", "address", "attributes"),
    *("created_at", "updated_at", "password_changed_at", "terms_version", "terms_accepted_at"),
    *("approval", "is_active", "is_staff", "is_superuser", "must_reset_password"),
    *("delete_after", "locked_down_at", "answered_mails", "access_not_before"),
)
_CHUNK = 500


def as_json(user: User) -> Iterator[str]:
    """Pieces of the document: an object of lists, each row read when its turn comes."""
    yield "{\n"
    yield f'"profile": {_dumped(_profile(user))}'
    for name, rows in _sections(user):
        yield f",\n{json.dumps(name)}: ["
        for number, row in enumerate(rows):
            yield f"{',' if number else ''}\n  {_dumped(row)}"
        yield "]"
    yield "\n}\n"


def _dumped(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


def _profile(user: User) -> dict[str, Any]:
    found = {name: getattr(user, name) for name in _PROFILE}
    image = Avatar.objects.filter(user=user).values_list("image", flat=True).first()
    return {
        **found,
        "groups": sorted(user.groups.values_list("name", flat=True)),
        "roles": sorted(role.name for role in user.effective_roles()),
        "picture_webp": base64.b64encode(bytes(image)).decode() if image else None,
        "recovery_codes_left": left_of(user),
    }


def _sections(user: User) -> Iterator[tuple[str, Iterable[dict[str, Any]]]]:
    yield "second_factors", _factors(user)
    yield "sessions", _sessions(user)
    yield "trusted_browsers", _trusted(user)
    yield "contact_changes", _contacts(user)
    yield "recoveries", _recoveries(user)
    yield "invitations", _invitations(user)
    yield "activity", _activity(user)
    yield "messages", _messages(user)
    for name, rows in floor_above().exported.items():
        yield name, rows(user.pk)


def _factors(user: User) -> Iterator[dict[str, Any]]:
    """Their secrets are not the person's to read: whoever copies the file would have them."""
    for one in enrolled(user):
        yield {
            "kind": one.kind,
            "name": one.name,
            "detail": one.detail,
            "added_at": one.created_at,
            "last_used_at": one.last_used_at,
        }


def _sessions(user: User) -> Iterator[dict[str, Any]]:
    rows = Session.objects.filter(user=user).select_related("browser").order_by("created_at")
    for one in rows.iterator(chunk_size=_CHUNK):
        yield {
            "browser": one.browser.user_agent,
            "address": one.browser.address,
            "signed_in_at": one.auth_time,
            "by": one.amr,
            "by_words": method_words(one.amr),
            "last_used_at": one.last_used_at,
            "ended_at": one.ended_at,
            "end_reason": one.end_reason,
        }


def _trusted(user: User) -> Iterator[dict[str, Any]]:
    for one in TrustedBrowser.objects.filter(user=user).select_related("browser"):
        yield {"browser": one.browser.user_agent, "since": one.created_at, "until": one.expires_at}


def _contacts(user: User) -> Iterator[dict[str, Any]]:
    for one in ContactChange.objects.filter(user=user).order_by("created_at"):
        yield {
            "kind": one.kind,
            "old": one.old,
            "new": one.new,
            "asked_at": one.created_at,
            "done_at": one.completed_at,
            "undone_at": one.undone_at,
        }


def _recoveries(user: User) -> Iterator[dict[str, Any]]:
    for one in SelfRecovery.objects.filter(user=user).order_by("created_at"):
        yield {
            "begun_at": one.created_at,
            "told_at": one.told_at,
            "ready_at": one.ready_at,
            "until": one.expires_at,
            "stopped_at": one.cancelled_at,
            "finished_at": one.completed_at,
        }


def _invitations(user: User) -> Iterator[dict[str, Any]]:
    """Those the person accepted; who sent them is somebody else's to tell."""
    for one in Invitation.objects.filter(accepted_by=user).order_by("created_at"):
        yield {
            "to": one.email,
            "message": one.note,
            "sent_at": one.created_at,
            "accepted_at": one.accepted_at,
        }


def _activity(user: User) -> Iterator[dict[str, Any]]:
    rows = AuditEvent.objects.filter(subject=user).order_by("id")
    for one in rows.iterator(chunk_size=_CHUNK):
        own = one.actor_id in (None, user.pk)
        yield {
            "at": one.at,
            "event": one.name,
            "words": words_of(one),
            "details": details_of(one),
            "app": one.client_id,
            "address": one.address if own else None,
            "browser": one.user_agent if own else "",
            "reason": one.reason,
        }


def _messages(user: User) -> Iterator[dict[str, Any]]:
    """That they were sent, not what they said: their codes and links may still work."""
    rows = OutboxMessage.objects.filter(user=user).order_by("created_at")
    for one in rows.iterator(chunk_size=_CHUNK):
        yield {
            "channel": one.channel,
            "purpose": one.purpose,
            "to": one.recipient,
            "written_at": one.created_at,
            "status": one.status,
            "sent_at": one.sent_at,
        }
