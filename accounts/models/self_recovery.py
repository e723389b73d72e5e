"""Getting back in without the second factor: slowly, and with everybody told."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.models.browser import Browser
from accounts.models.user import User


class SelfRecovery(models.Model):
    """Begun with the right password, announced on every channel, cancelled by one press.

    After `ready_at` it may be completed once: the lost factors are removed, the person enrols anew.
    `told_at`: when the first announcement left, from which the waiting counts. Without one nobody
    could stop it, so it is never ready. `ready_told_at`: when the person was told that it is.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="self_recoveries")
    # Where it was begun, and nowhere else is it finished: whoever knows the password besides the
    # owner would wait for the owner's.
    browser = models.ForeignKey(Browser, on_delete=models.SET_NULL, null=True, related_name="+")
    # The SHA-256 of the cancel link's secret.
    cancel_digest = models.CharField(max_length=64, unique=True)
    password_state = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    told_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField()
    ready_told_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(cancelled_at=None, completed_at=None),
                name="accounts_self_recovery_one_open",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
