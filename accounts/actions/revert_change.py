"""The address or phone number of the account is the one from before again."""

from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.actions import change_email, change_phone
from accounts.actions.contact_change import end_unfinished
from accounts.actions.security_notice import notify
from accounts.masked import masked_address, masked_number
from accounts.models import ContactChange, User


def revert(request: HttpRequest, user: User, change: ContactChange) -> bool:
    """Within the caller's transaction, the user's row locked. False: it was undone already.

    Where there was none before, there is none again.
    Raises IntegrityError when another account has the old address by now.
    """
    if not _close(user, change):
        return False
    if change.kind == "email":
        present = user.email
        if change.old:
            change_email.set_address(user, change.old)
            change_email.move_mailbox(user, present, change.old)
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
        change_phone.set_number(user, change.old)
        if change.old:
            change_phone.move_phone(user, present, change.old)
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
    if not _close(user, change):
        return False
    present = user.email
    change_email.take_away(user)
    change_email.drop_mailbox(user, present)
    audit.record(audit.EMAIL_REMOVED, request=request, subject=user, reason="not_me")
    return True


def _close(user: User, change: ContactChange) -> bool:
    now = timezone.now()
    mine = ContactChange.objects.filter(pk=change.pk, undone_at=None, undo_until__gt=now)
    if not mine.update(undone_at=now):
        return False
    # Whoever made this change made the later ones too, and holds their links.
    of_user = ContactChange.objects.filter(user=user, kind=change.kind)
    of_user.filter(completed_at__gt=change.completed_at, undone_at=None).update(undone_at=now)
    end_unfinished(ContactChange.objects.filter(user=user))
    return True
