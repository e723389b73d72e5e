"""A browser: what the cookie names."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.user_agent import described


class Browser(models.Model):
    """One browser profile, whoever sits before it; it has any number of Sessions.

    The Django session (database backend) holds only this id and the CSRF secret.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_seen_at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)
    user_agent = models.CharField(max_length=300, blank=True, default="")
    address = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        verbose_name = _("browser")
        verbose_name_plural = _("browsers")

    def __str__(self) -> str:
        return self.user_agent or str(self.pk)

    @property
    def label(self) -> str:
        """Program and system, as its owner would call it."""
        return described(self.user_agent)
