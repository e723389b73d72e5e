"""The record behind a reference number: one refused protocol request."""

import secrets
import time
from collections import Counter
from typing import Any, ClassVar

import structlog
from django.db import Error, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.throttling import subnet
from idp.ground.correlation import request_id

_log = structlog.get_logger("oauth.record")
# Rows a minute and process: of all, of a network, and of one client there. A flood of nonsense
# fills the log, which rotates, but not the database; and it costs the flooder's records alone.
_OF_ALL, _OF_NETWORK, _OF_CLIENT = 1_200, 300, 120
_minute = 0
_written: Counter[tuple[str, ...]] = Counter()

# Crockford's alphabet: nothing that is misread over the telephone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """`r-7K3Q-92FM`: 40 random bits."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"r-{letters[:4]}-{letters[4:]}"


def _may_write(address: str | None, client_id: str) -> bool:
    global _minute
    present = int(time.monotonic() // 60)
    if present != _minute:
        _minute = present
        _written.clear()
    network = subnet(address or "")
    budgets = {(): _OF_ALL, (network,): _OF_NETWORK, (network, client_id): _OF_CLIENT}
    if any(_written[key] >= most for key, most in budgets.items()):
        return False
    _written.update(budgets.keys())
    return True


def forget() -> None:
    """Begin the minute anew (for tests)."""
    _written.clear()


class RequestRecordQuerySet(models.QuerySet["RequestRecord"]):
    def write(
        self, *, address: str | None, client_id: str = "", reference: str = "", **values: Any
    ) -> str:
        """Keep a record; its reference. Empty when there is none: the log must do.

        A database that is away, or a flood, costs the record and not the answer.
        """
        reference = reference or new_reference()
        if not _may_write(address, client_id):
            return ""
        try:
            with transaction.atomic():
                self.create(
                    reference=reference,
                    client_id=client_id[:255],
                    address=address or None,
                    request_id=request_id.get(),
                    **values,
                )
        except (Error, ValueError):
            _log.warning("record_lost", reference=reference)
            return ""
        return reference


class RequestRecord(models.Model):
    """Fingerprints instead of values; kept seven days; for administrators and its owners."""

    id = models.BigAutoField(primary_key=True)
    reference = models.CharField(_("reference"), max_length=12, unique=True, default=new_reference)
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    endpoint = models.CharField(_("endpoint"), max_length=60)
    method = models.CharField(max_length=10, blank=True, default="")
    client_id = models.CharField(_("client"), max_length=255, blank=True, default="")
    error = models.CharField(_("error"), max_length=60)
    description = models.CharField(_("description"), max_length=300, blank=True, default="")
    reason = models.CharField(_("rule"), max_length=100)
    section = models.CharField(_("specification"), max_length=60, blank=True, default="")
    status = models.PositiveSmallIntegerField(default=400)
    request_id = models.CharField(max_length=64, blank=True, default="")
    address = models.GenericIPAddressField(null=True)
    # Parameter name → length and the first characters of a hash, never the value.
    parameters = models.JSONField(default=dict)

    objects = RequestRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("refused request")
        verbose_name_plural = _("refused requests")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-at"], name="oauth_record_at"),
            models.Index(fields=["client_id", "-id"], name="oauth_record_client"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def hint(self) -> str:
        """What the number after a rule says; the address itself is not kept."""
        alike = self.reason.partition("@")[2]
        if not alike.isdecimal():
            return ""
        return ngettext(
            "The first %(count)d character is as expected, the next one differs.",
            "The first %(count)d characters are as expected, the next one differs.",
            int(alike),
        ) % {"count": int(alike)}
