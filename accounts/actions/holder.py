"""What a proof is begun in: a login of one browser, or a session of one person in it."""

from accounts.models import PendingLogin, Session

Holder = PendingLogin | Session


def lives(holder: Holder) -> bool:
    """Whether it still goes on: asked with the person's row locked, as whoever ends it locks that.

    Without it a request that began before everything was shut would add something after.
    """
    if isinstance(holder, Session):
        return Session.objects.living().filter(pk=holder.pk).exists()
    return PendingLogin.objects.filter(pk=holder.pk, completed_at=None).exists()
