"""The logo of a client, fetched once and kept here: no page sends a browser to its server."""

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from oauth.models.client import Client

_IN_URL = 16  # hexadecimal digits of the hash: enough to tell two logos of one client apart


class ClientLogo(models.Model):
    """`content` is a picture we drew anew from what was fetched, never the client's own bytes.

    It counts only while `source` is the client's `logo_uri`. `fault`: why the last attempt brought
    nothing, in one word; what an earlier one brought stays. `fetched_at`: the last attempt.
    """

    client = models.OneToOneField(
        Client, primary_key=True, on_delete=models.CASCADE, related_name="logo"
    )
    source = models.URLField(max_length=500)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    content_type = models.CharField(max_length=20, blank=True, default="")
    content = models.BinaryField(default=bytes)
    fault = models.CharField(max_length=60, blank=True, default="")
    fetched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["fetched_at"], name="oauth_client_logo_fetched")
        ]

    def __str__(self) -> str:
        return self.source


def logo_url(client_id: str, sha256: str) -> str:
    """Where our own origin serves the logo; another logo has another address. Empty: no logo."""
    if not sha256:
        return ""
    return f"{reverse('oauth:client_logo', args=[client_id])}?v={sha256[:_IN_URL]}"


def logo_url_of(client: Client) -> str:
    """The same for a row; read it with `select_related("logo").defer("logo__content")`."""
    logo: ClientLogo | None = getattr(client, "logo", None)
    if logo is None or logo.source != client.logo_uri:
        return ""
    return logo_url(client.client_id, logo.sha256)
