"""The address or phone number of the account is the one from before again."""

from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.actions import change_email, change_phone
from accounts.actions.contact_change import close, end_unfinished
from accounts.actions.security_notice import notify
from accounts.masked import masked_address, masked_number
from accounts.models import ContactChange, User


def revert(
    request: HttpRequest, user: User, change: ContactChange, *, with_codes: bool = True
) -> bool:
    """Within the caller's transaction, the user's row locked. False: it was undone already.

    Where there was none before, there is none again. `with_codes`: a second factor whose codes went
    along with the change comes back with it.
    Raises IntegrityError when another account has the old address by now.
    """
    left = _close(user, change)
    if left is None:
        return False
    if change.kind == "email":
        present = user.email
        if change.old:
            change_email.set_address(user, change.old, proven=change.old_proven)
            change_email.move_mailbox(user, left, change.old)
        else:
            change_email.take_away(user)
        audit.record(
            audit.EMAIL_CHANGE_UNDONE,
            request=request,
            subject=user,
            data={"from": masked_address(present), "to": masked_address(change.old)},
        )
        if present:
            # It may be the owner's, and the undoing that of whoever holds the old mailbox.
            notify(user, "email_change_undone", request=request, recipient=present)
    else:
        present = user.phone_number
        change_phone.set_number(user, change.old, proven=change.old_proven)
        if with_codes:
            change_phone.move_phone(user, left, change.old)
        audit.record(
            audit.PHONE_CHANGE_UNDONE,
            request=request,
            subject=user,
            data={"from": masked_number(present), "to": masked_number(change.old)},
        )
    return True


def give_up(request: HttpRequest, user: User, change: ContactChange) -> bool:
    """The same for an old e-mail address that another account has by now: it cannot come back.

    The present one is of whoever changed it, who would have a link to a new password sent there: it
    is taken away, and an administrator gives the account another.
    """
    left = _close(user, change)
    if left is None:
        return False
    change_email.take_away(user)
    change_email.drop_mailbox(user, left)
    audit.record(audit.EMAIL_REMOVED, request=request, subject=user, reason="not_me")
    return True


def _close(user: User, change: ContactChange) -> tuple[str, ...] | None:
    """What it was changed to since; None: it was undone already."""
    now = timezone.now()
    mine = ContactChange.objects.filter(pk=change.pk, undone_at=None, undo_until__gt=now)
    if not mine.update(undone_at=now):
        return None
    end_unfinished(ContactChange.objects.filter(user=user))
    return close(change)
