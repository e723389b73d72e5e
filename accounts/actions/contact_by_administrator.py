"""An administrator changed an address or number: both sides are told, the rest is over."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.actions.contact_change import end_unfinished
from accounts.actions.remove_factors import forget_what_hung_on
from accounts.actions.security_notice import notify
from accounts.models import ContactChange, MessageDevice, User
from accounts.notifications import outbox
from idp.ground.canonical import kept_email_key, kept_phone_key


@dataclass(frozen=True, slots=True)
class Contacts:
    """What an account had before. `phone_proven`: an SMS may go there."""

    email: str = ""
    phone: str = ""
    phone_proven: bool = False


def contacts_of(user: User) -> Contacts:
    """As they are kept, within a transaction, and locked: the object at hand has the new ones."""
    row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return Contacts(row.email, row.phone_number, row.phone_number_verified)


def follow(
    *, user: User, before: Contacts, request: HttpRequest | None, actor: User | None
) -> list[str]:
    """Within the transaction that saved the new ones; the factors (`email`, `sms`) that are gone.

    No link undoes it: an administrator changes an address because somebody lost it, or never had
    it. For the same reason links of earlier changes work no longer, nor is the factor moved as it
    is when people prove the new one themselves.
    """
    gone = []
    if kept_email_key(before.email) != kept_email_key(user.email):
        _close(user, ContactChange.Kind.EMAIL)
        User.objects.filter(pk=user.pk).update(reset_generation=F("reset_generation") + 1)
        user.refresh_from_db(fields=["reset_generation"])
        gone += _drop(user, "email", kept_email_key(before.email), request, actor)
        if before.email:
            left = {"left": True}
            notify(user, "email_changed_by_administrator", context=left, recipient=before.email)
        notify(user, "email_changed_by_administrator")
    if kept_phone_key(before.phone) != kept_phone_key(user.phone_number):
        _close(user, ContactChange.Kind.PHONE)
        gone += _drop(user, "sms", kept_phone_key(before.phone), request, actor)
        notify(user, "phone_changed_by_administrator")
        if before.phone and before.phone_proven:
            outbox.queue(
                channel="sms",
                purpose="phone_changed_by_administrator",
                recipient=before.phone,
                user=user,
                not_after=timezone.now() + timedelta(days=1),
            )
    return gone


def _close(user: User, kind: ContactChange.Kind) -> None:
    changes = ContactChange.objects.filter(user=user, kind=kind)
    end_unfinished(changes)
    changes.filter(undone_at=None).exclude(completed_at=None).update(undone_at=timezone.now())


def _drop(
    user: User, channel: str, old: str, request: HttpRequest | None, actor: User | None
) -> list[str]:
    """A second factor whose codes went to the old one; with the last one goes what hangs on it."""
    key = kept_email_key if channel == "email" else kept_phone_key
    devices = MessageDevice.objects.filter(user=user, channel=channel)
    mine = [one.pk for one in devices if old and key(one.destination) == old]
    had = devices.filter(pk__in=mine, confirmed=True).exists()
    devices.filter(pk__in=mine).delete()
    if not had:
        return []
    forget_what_hung_on(user)
    audit.record(
        audit.FACTOR_REMOVED,
        request=request,
        actor=actor,
        subject=user,
        reason="changed_by_administrator",
        data={"factor": channel},
    )
    notify(user, "factor_removed", context={"factor": channel})
    return [channel]
