"""A login under way: the person stays anonymous until every step is done."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.models.browser import Browser
from accounts.models.session import Session
from accounts.models.user import User


class PendingLogin(models.Model):
    """Keyed (browser, id): the id alone, carried by forms, is worth nothing elsewhere.

    `next_url` is a local path. `branding` is what the pages show of the app that asked
    (`name`, `logo_url`, `cancel_url`), so that this floor need not know apps.

    `kind` says what its end is: a session begins, or the one of `session` is confirmed (the person
    proved again that they are there), or gets a further factor.
    """

    class Kind(models.TextChoices):
        SIGN_IN = "sign_in"
        CONFIRM = "confirm"
        STEP_UP = "step_up"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    browser = models.ForeignKey(Browser, on_delete=models.CASCADE, related_name="pending_logins")
    kind = models.CharField(max_length=10, default=Kind.SIGN_IN, db_default="sign_in")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, null=True, related_name="+")
    # What must be met at the end: "mfa".
    demands = ArrayField(models.CharField(max_length=20), default=list, db_default=[])
    # The challenge that a passkey is to sign, with what was asked of it.
    challenge = models.JSONField(null=True)
    trust_browser = models.BooleanField(default=False, db_default=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    # The password state the first step believed: a reset in between voids the login.
    password_state = models.CharField(max_length=64, blank=True, default="")
    steps_done = ArrayField(models.CharField(max_length=40), default=list)
    amr = ArrayField(models.CharField(max_length=20), default=list)
    login_hint = models.CharField(max_length=254, blank=True, default="")
    next_url = models.TextField()
    branding = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["browser", "-created_at"], name="accounts_pending_of_browser"),
            models.Index(fields=["expires_at"], name="accounts_pending_expiry"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
