"""A relying party, in the words of RFC 7591 §2 and OIDC Registration §2."""

import secrets
import uuid
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


def new_client_id() -> str:
    """`c_` and 96 random bits: disjoint from every `sub` (RFC 9700 §4.15)."""
    return f"c_{secrets.token_hex(12)}"


def _uris(help_text: Any = "") -> "ArrayField[list[str], list[str]]":
    return ArrayField(
        models.CharField(max_length=2000), blank=True, default=list, help_text=help_text
    )


def _words(default: Callable[[], list[str]] = list) -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=100), blank=True, default=default)


def _code_grant() -> list[str]:
    return ["authorization_code", "refresh_token"]


def _code() -> list[str]:
    return ["code"]


class ClientQuerySet(models.QuerySet["Client"]):
    def enabled(self) -> "ClientQuerySet":
        return self.filter(enabled=True)


class Client(models.Model):
    """`profile` (see oauth/profiles.py) says what the other members may be.

    `trusted`: an administrator vouches for its redirect URIs, so errors may go there
    without a page of ours first (RFC 9700 §4.11.2). `first_party`: no consent is asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client_id = models.CharField(max_length=255, unique=True, default=new_client_id)
    profile = models.CharField(_("profile"), max_length=20, default="web")
    enabled = models.BooleanField(_("enabled"), default=True)
    trusted = models.BooleanField(_("trusted"), default=False)
    first_party = models.BooleanField(_("first-party"), default=False)
    owners = models.ManyToManyField(User, blank=True, related_name="owned_clients")

    client_name = models.CharField(_("name"), max_length=100)
    client_uri = models.URLField(max_length=500, blank=True, default="")
    logo_uri = models.URLField(max_length=500, blank=True, default="")
    policy_uri = models.URLField(max_length=500, blank=True, default="")
    tos_uri = models.URLField(max_length=500, blank=True, default="")
    initiate_login_uri = models.URLField(max_length=500, blank=True, default="")
    contacts = _words()

    redirect_uris = _uris()
    post_logout_redirect_uris = _uris()
    backchannel_logout_uri = models.URLField(
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text=_("Is told when a session ends in which people used the app."),
    )
    backchannel_logout_session_required = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("Apps are always told; this is what the app itself says."),
    )
    allowed_origins = _uris(help_text=_("Web origins whose scripts may call the endpoints (CORS)."))
    grant_types = _words(_code_grant)
    response_types = _words(_code)
    response_modes = _words()
    scopes = _words()
    token_endpoint_auth_method = models.CharField(max_length=40, default="client_secret_basic")
    jwks = models.JSONField(null=True, blank=True)
    jwks_uri = models.URLField(max_length=500, blank=True, default="")
    id_token_signed_response_alg = models.CharField(max_length=10, default="RS256")
    subject_type = models.CharField(max_length=10, default="public")
    sector_identifier_uri = models.URLField(max_length=500, blank=True, default="")
    default_max_age = models.PositiveIntegerField(null=True, blank=True)
    require_auth_time = models.BooleanField(default=False)
    default_acr_values = _words()

    require_pkce = models.BooleanField(
        default=True,
        help_text=_(
            "Exception for old confidential clients only; public clients always need PKCE."
        ),
    )
    require_second_factor = models.BooleanField(
        _("needs a second factor"), default=False, db_default=False
    )
    # Design tokens of this client's flow: brand, brand_ink (colours), headline, support_url.
    branding = models.JSONField(blank=True, default=dict, db_default={})
    session_refresh = models.BooleanField(
        default=False,
        help_text=_(
            "Give a refresh token that ends with the person's session, without offline_access."
        ),
    )
    replay_tolerance = models.PositiveIntegerField(
        default=0, help_text=_("Milliseconds in which a code sent twice does not revoke.")
    )
    default_resource = models.ForeignKey(
        "oauth.Resource", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    access_token_lifetime = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("Seconds; empty: as the deployment or the API says.")
    )
    tokens_not_before = models.DateTimeField(null=True, blank=True)
    # Written by `manage.py apply`, which may delete it again when its file no longer names it.
    declared = models.BooleanField(default=False, db_default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering: ClassVar[list[str]] = ["client_name"]

    def __str__(self) -> str:
        return self.client_name

    @property
    def is_public(self) -> bool:
        return self.token_endpoint_auth_method == "none"  # noqa: S105


class ClientSecretQuerySet(models.QuerySet["ClientSecret"]):
    def living(self, now: datetime | None = None) -> "ClientSecretQuerySet":
        now = now or timezone.now()
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)


class ClientSecret(models.Model):
    """One of a client's live secrets; several at once let it change without a gap.

    A secret is generated, never chosen, so one SHA-256 is enough (256 random bits).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="secrets")
    label = models.CharField(_("label"), max_length=100, blank=True, default="")
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    objects = ClientSecretQuerySet.as_manager()

    class Meta:
        verbose_name = _("client secret")
        verbose_name_plural = _("client secrets")

    def __str__(self) -> str:
        return self.label or str(self.pk)

    @staticmethod
    def hash(secret: str) -> str:
        return sha256(secret.encode()).hexdigest()

    @classmethod
    def generate(cls) -> str:
        """A new secret: unreserved characters only, so every Basic encoding agrees."""
        return f"sgs_{secrets.token_hex(32)}"
