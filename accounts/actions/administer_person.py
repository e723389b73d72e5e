"""What an administrator does to an account, by hand or by file: the one way for both."""

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.actions.contact_by_administrator import contacts_of, follow
from accounts.departed import unname
from accounts.end_access import end_access
from accounts.models import User
from accounts.notifications.stale import withdraw_reset_links


def save_person(
    *,
    person: User,
    changed: set[str],
    created: bool,
    reason: str = "",
    request: HttpRequest | None = None,
    actor: User | None = None,
) -> list[str]:
    """Save the columns of a person and do what follows from the changed ones.

    Returns the second factors (`email`, `sms`) that went with an address or number.

    Disabling and asking for a new password end all access at once. Another address or number is
    one that nobody has proven, unless the same change says so. The caller writes the audit event
    of the change itself.
    """
    if "email" in changed and "email_verified" not in changed:
        person.email_verified = False
    if "phone_number" in changed and "phone_number_verified" not in changed:
        person.phone_number_verified = False
    person.updated_at = timezone.now()
    with transaction.atomic():
        moves = bool(changed & {"email", "phone_number"}) and not created
        before = contacts_of(person) if moves else None
        person.save(force_insert=created)
        if changed & {"email", "is_active"} and not created:
            withdraw_reset_links(person)
        gone = []
        if before is not None:
            gone = follow(user=person, before=before, request=request, actor=actor)
        if "is_active" in changed and not person.is_active and not created:
            end_access(user=person, reason="disabled", request=request, actor=actor)
        if "must_reset_password" in changed and person.must_reset_password and not created:
            # Whoever knows the old password may be signed in: a new one is asked of them too.
            end_access(user=person, reason="reset_forced", request=request, actor=actor)
    return gone


def delete_person(
    *, person: User, request: HttpRequest | None = None, actor: User | None = None
) -> None:
    """End all access, so that applications hear of it, then delete the account."""
    with transaction.atomic():
        end_access(user=person, reason="deleted", request=request, actor=actor)
        unname(person)
        person.delete()
