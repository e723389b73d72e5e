"""A protected resource (an API) and its scopes."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Role


class Resource(models.Model):
    """An audience of access tokens (RFC 8707 §2): absolute URI, no fragment."""

    class TokenFormat(models.TextChoices):
        JWT = "jwt", "JWT (RFC 9068)"
        OPAQUE = "opaque", _("opaque")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    identifier = models.CharField(_("identifier (URI)"), max_length=500, unique=True)
    name = models.CharField(_("name"), max_length=100)
    enabled = models.BooleanField(_("enabled"), default=True)
    token_format = models.CharField(max_length=10, choices=TokenFormat, default=TokenFormat.JWT)
    access_token_lifetime = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("Seconds; empty: as the deployment says.")
    )
    signing_alg = models.CharField(max_length=10, default="ES256")
    claims = ArrayField(
        models.CharField(max_length=100),
        blank=True,
        default=list,
        help_text=_("Claims about the person that its access tokens carry, such as email."),
    )
    introspectors = models.ManyToManyField("oauth.Client", blank=True, related_name="introspects")
    # Written by `manage.py apply`, which may delete it again when its file no longer names it.
    declared = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        verbose_name = _("API")
        verbose_name_plural = _("APIs")
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class Scope(models.Model):
    """One permission of an API. With `roles`, only people holding one of them get it.

    The OpenID Connect scopes (openid, profile, email …) are no rows: they are fixed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="scopes")
    name = models.CharField(_("name"), max_length=100, unique=True)
    title = models.CharField(_("in words"), max_length=150)
    detail = models.CharField(_("explanation"), max_length=300, blank=True, default="")
    roles = models.ManyToManyField(Role, blank=True, related_name="+", verbose_name=_("only for"))

    class Meta:
        verbose_name = _("scope")
        verbose_name_plural = _("scopes")
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name
