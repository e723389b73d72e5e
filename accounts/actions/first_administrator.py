"""The first administrator, by a link that works while there is none."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.errors import LinkNotValid, NameTaken
from accounts.models import User
from accounts.password_policy import check

_SALT = "accounts.first_administrator"
_LIFETIME = 86_400  # seconds
_LOCK = 0x5161_0001  # advisory lock: two submissions of one link are one


def _exists() -> bool:
    return User.objects.filter(is_superuser=True, is_active=True).exists()


def _state() -> int:
    """What a link stands on: once used it is over for good, also when its account is disabled."""
    return User.objects.filter(is_superuser=True).count()


def make_link() -> str | None:
    """The link, valid for a day; None when there is an administrator already."""
    if _exists():
        return None
    query = urlencode({"token": signing.dumps(_state(), salt=_SALT)})
    return f"{settings.SIGNET.issuer}{reverse('accounts:first_administrator')}?{query}"


def is_open(token: str) -> bool:
    """Whether the link may still be used. Changes nothing."""
    try:
        state = signing.loads(token, salt=_SALT, max_age=_LIFETIME)
    except signing.BadSignature:
        return False
    return bool(state == _state()) and not _exists()


def create(*, request: HttpRequest, token: str, username: str, email: str, password: str) -> User:
    """Make exactly one. Raises `LinkNotValid`, `NameTaken` and `PasswordRefused`."""
    person = User(username=username, email=email, is_staff=True, is_superuser=True)
    person.password = make_password(check(password, person))
    person.password_changed_at = timezone.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if not is_open(token):
            raise LinkNotValid
        try:
            with transaction.atomic():
                person.save(force_insert=True)
        except IntegrityError:
            raise NameTaken from None
        audit.record(audit.FIRST_ADMINISTRATOR, request=request, actor=person, subject=person)
    return person
