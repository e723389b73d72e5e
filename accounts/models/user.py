"""A person."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Permission
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.group import Group
from accounts.models.role import Role
from idp.ground.canonical import email_key, username_key


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username_key=username_key(username or ""))

    def find(self, identifier: str) -> "User | None":
        """The person with this username or e-mail address, in any spelling, else None."""
        try:
            if "@" in identifier:
                return self.filter(email_key=email_key(identifier)).first()
            return self.filter(username_key=username_key(identifier)).first()
        except ValueError:
            return None


# How a hash of ours begins (accounts/hashers.py).
_OUR_HASH = "argon2$argon2id$v=19$m=19456,t=2,p=1$"


class User(AbstractBaseUser):
    """One account, with the OpenID Connect standard claims (OIDC Core §5.1) as fields.

    The primary key is random and never reused. What an app sees as `sub` is a row of
    its own, one floor up. `username_key` and `email_key` hold the canonical form,
    so that two spellings of one name cannot become two people.
    """

    class Approval(models.TextChoices):
        WAITING = "waiting", _("waiting for approval")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(_("username"), max_length=150)
    username_key = models.CharField(max_length=200, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True, default="")
    email_key = models.CharField(max_length=320, null=True, editable=False)
    email_verified = models.BooleanField(_("e-mail address proven"), default=False)

    name = models.CharField(_("full name"), max_length=200, blank=True, default="")
    given_name = models.CharField(_("given name"), max_length=100, blank=True, default="")
    family_name = models.CharField(_("family name"), max_length=100, blank=True, default="")
    middle_name = models.CharField(_("middle name"), max_length=100, blank=True, default="")
    nickname = models.CharField(_("nickname"), max_length=100, blank=True, default="")
    profile = models.URLField(_("profile page"), blank=True, default="")
    picture = models.URLField(_("picture"), blank=True, default="")
    website = models.URLField(_("website"), blank=True, default="")
    gender = models.CharField(_("gender"), max_length=50, blank=True, default="")
    birthdate = models.CharField(_("birth date"), max_length=10, blank=True, default="")
    zoneinfo = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    locale = models.CharField(_("language"), max_length=35, blank=True, default="")
    phone_number = models.CharField(_("phone number"), max_length=20, blank=True, default="")
    phone_number_verified = models.BooleanField(_("phone number proven"), default=False)
    address = models.JSONField(_("address"), blank=True, default=dict)
    attributes = models.JSONField(_("other attributes"), blank=True, default=dict)

    groups = models.ManyToManyField(
        Group, blank=True, related_name="members", verbose_name=_("groups")
    )
    roles = models.ManyToManyField(
        Role, blank=True, related_name="holders", verbose_name=_("roles")
    )

    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    is_superuser = models.BooleanField(_("has every permission"), default=False)
    must_reset_password = models.BooleanField(_("must choose a new password"), default=False)
    # Waiting for, or refused by, an administrator; empty: nothing stands in the way.
    approval = models.CharField(
        _("approval"), max_length=10, choices=Approval, blank=True, default="", db_default=""
    )
    terms_version = models.CharField(
        _("terms accepted"), max_length=40, blank=True, default="", db_default="", editable=False
    )
    terms_accepted_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The person asked for the account to be deleted; until then one press keeps it.
    delete_after = models.DateTimeField(_("to be deleted"), null=True, blank=True, editable=False)
    # Raised by each request for a reset link: an older link is over.
    reset_generation = models.PositiveIntegerField(default=0, editable=False)
    password_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)
    # When “That wasn’t me” was last said by mail; and from when to when mails are answered by now:
    # pairs of moments, seconds since 1970 (actions/answered_mails.py).
    locked_down_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_mails = models.JSONField(default=list, db_default=[], editable=False)
    # The hash of the password that was voided then: a stranger knew it, so it never comes back.
    voided_password = models.CharField(
        max_length=256, blank=True, default="", db_default="", editable=False
    )
    # Everything issued before this moment is over (OIDC Core §5.1 has no such claim; ours).
    access_not_before = models.DateTimeField(null=True, blank=True, editable=False)

    objects = UserManager()

    # Django wants a unique field here; people type `username`.
    USERNAME_FIELD = "username_key"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    # AbstractBaseUser brings a column that would be written at each login.
    last_login = None

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering: ClassVar[list[str]] = ["username_key"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Partial, though NULLs never collide: a change of what a foreign key could name waits
            # for every row that is being written about the person. A thief who keeps writing some
            # would make “That wasn’t me”, which sets an address back, end in a deadlock.
            models.UniqueConstraint(
                fields=["email_key"],
                condition=models.Q(email_key__isnull=False),
                name="accounts_user_email_key",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # What the administration filters by, among a million people: both are few.
            models.Index(
                fields=["username_key"],
                condition=models.Q(is_active=False),
                name="accounts_user_disabled",
            ),
            models.Index(
                fields=["username_key"],
                condition=models.Q(is_staff=True),
                name="accounts_user_staff",
            ),
            models.Index(
                fields=["created_at"],
                condition=~models.Q(approval=""),
                name="accounts_user_approval",
            ),
            models.Index(
                fields=["delete_after"],
                condition=models.Q(delete_after__isnull=False),
                name="accounts_user_leaving",
            ),
            # Hashes that people brought along (accounts/foreign_hashes.py looks once a minute).
            models.Index(
                fields=["password"],
                condition=~models.Q(("password__startswith", _OUR_HASH))
                & ~models.Q(("password__startswith", "!"))
                & ~models.Q(("password", "")),
                name="accounts_user_foreign_hash",
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.username_key = username_key(self.username)
        self.email_key = email_key(self.email) if self.email else None
        super().save(*args, **kwargs)

    @property
    def display_name(self) -> str:
        return (
            self.name
            or " ".join(filter(None, (self.given_name, self.family_name)))
            or self.username
        )

    def change_password(self, encoded: str, now: datetime) -> bool:
        """Write an encoded hash if nobody else changed the password meanwhile.

        One conditional UPDATE: of a hundred uses of one reset link exactly one wins.
        """
        changed = User.objects.filter(pk=self.pk, password=self.password).update(
            password=encoded, password_changed_at=now, must_reset_password=False, updated_at=now
        )
        if changed:
            self.password = encoded
            self.password_changed_at = now
            self.must_reset_password = False
        return bool(changed)

    def effective_roles(self) -> set[Role]:
        """Own roles, those of the groups, and all that these include."""
        return (
            Role.objects.filter(models.Q(holders=self) | models.Q(groups__members=self))
            .distinct()
            .with_included()
        )

    # What Django admin asks of a user; permissions come from roles, there is no second list.

    def get_all_permissions(self, obj: object = None) -> set[str]:
        if not hasattr(self, "_permissions"):
            names = Permission.objects.filter(
                pk__in=Role.permissions.through.objects.filter(
                    role_id__in=[role.pk for role in self.effective_roles()]
                ).values("permission_id")
            ).values_list("content_type__app_label", "codename")
            self._permissions = {f"{label}.{codename}" for label, codename in names}
        return self._permissions

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and (self.is_superuser or perm in self.get_all_permissions())

    def has_perms(self, perm_list: "list[str]", obj: object = None) -> bool:
        return all(self.has_perm(perm) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        if not self.is_active:
            return False
        prefix = f"{app_label}."
        return self.is_superuser or any(p.startswith(prefix) for p in self.get_all_permissions())
