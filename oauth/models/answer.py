"""What a person did for one authorization request in one browser."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.models import Browser, Session


class Answer(models.Model):
    """Keyed (browser, request_id) and changed by conditional UPDATE only, so that tabs
    of one browser lose nothing of each other. Only the last 20 of a browser are kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    browser = models.ForeignKey(Browser, on_delete=models.CASCADE, related_name="+")
    request_id = models.UUIDField()
    session = models.ForeignKey(Session, null=True, on_delete=models.SET_NULL, related_name="+")
    account_chosen_at = models.DateTimeField(null=True)
    # A login begun for this very request was completed, as the person of `session`.
    authenticated_at = models.DateTimeField(null=True)
    consented_at = models.DateTimeField(null=True)
    # What was on the page when "Allow" was pressed (see oauth/consent.py).
    consented_parts = ArrayField(models.CharField(max_length=700), default=list)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["browser", "request_id"], name="oauth_answer_unique")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["created_at"], name="oauth_answer_created")
        ]

    def __str__(self) -> str:
        return str(self.request_id)
