"""A person's picture: kept as we drew it, at an address that names its digest."""

from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.avatar_image import squared
from accounts.models import Avatar, User
from accounts.throttling import Limit, claim


def set_picture(*, request: HttpRequest, user: User, data: bytes) -> None:
    """Raises `NotAPicture`, and `TooManyAttempts`: drawing costs time and memory."""
    claim([Limit(f"picture/{user.pk}", burst=10, every=60)])
    image = squared(data)
    digest = sha256(image).hexdigest()
    now = timezone.now()
    with transaction.atomic():
        Avatar.objects.update_or_create(
            user=user, defaults={"digest": digest, "image": image, "updated_at": now}
        )
        url = f"{settings.SIGNET.issuer}{reverse('accounts:avatar', args=[digest])}"
        _told(request, user, url)


def remove_picture(*, request: HttpRequest, user: User) -> None:
    """Also one that an operator named: the `picture` claim is empty afterwards."""
    with transaction.atomic():
        Avatar.objects.filter(user=user).delete()
        _told(request, user, "")


def _told(request: HttpRequest, user: User, url: str) -> None:
    if user.picture == url:
        return
    User.objects.filter(pk=user.pk).update(picture=url, updated_at=timezone.now())
    audit.record(audit.PICTURE_CHANGED, request=request, actor=user, subject=user)
