"""Codes and links that stopped working while their message still waited: it does not leave."""

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Browser, OneTimeCode, OutboxMessage, PendingLogin, User
from accounts.notifications import outbox


def void_codes(codes: "QuerySet[OneTimeCode]") -> None:
    """These cannot be typed any more, and whichever still waits is not sent."""
    now = timezone.now()
    found = list(codes.filter(used_at=None, expires_at__gt=now).values_list("pk", "message"))
    if not found:
        return
    OneTimeCode.objects.filter(pk__in=[pk for pk, _ in found]).update(expires_at=now)
    outbox.withdraw(OutboxMessage.objects.filter(pk__in=[message for _, message in found]))


def void_codes_of(logins: "QuerySet[PendingLogin]") -> None:
    """The codes of logins that are over, or are about to be deleted."""
    rows = list(logins.values_list("pk", "browser"))
    if rows:
        void_codes(
            # By its browser: that is what finds a code without looking at all of them.
            OneTimeCode.objects.filter(
                browser__in={browser for _, browser in rows}, subject__in=[pk for pk, _ in rows]
            )
        )


def withdraw_reset_links(user: User) -> None:
    """Links to choose a new password: a newer one, or a new password, voids them.

    That an account was shut is told all the same, without the link.
    """
    mine = OutboxMessage.objects.filter(user=user)
    outbox.withdraw(mine.filter(purpose="password_reset"))
    outbox.drop_link(mine.filter(purpose="locked_down"))


def withdraw_links_asked_in(browser: Browser, user: User) -> None:
    """Who signs in there remembers the password: the links they asked for there are void."""
    mine = OutboxMessage.objects.filter(user=user, purpose="password_reset")
    waiting = mine.filter(status__in=outbox.UNSENT)
    void = [one.pk for one in waiting if one.context.get("asked_in") == str(browser.pk)]
    outbox.withdraw(mine.filter(pk__in=void))
