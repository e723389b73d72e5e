"""What a proof is begun in: a login of one browser, or a session of one person in it."""

import uuid

from accounts.models import PendingLogin, Session

Holder = PendingLogin | Session


def lives(holder: uuid.UUID | None) -> bool:
    """Whether it (an id) still goes on: asked with the person's row locked, as whoever ends it
    locks that.

    Without it a request that began before everything was shut would add something after.
    """
    if holder is None:
        return False
    return (
        Session.objects.living().filter(pk=holder).exists()
        or PendingLogin.objects.filter(pk=holder, completed_at=None).exists()
    )
