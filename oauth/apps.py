"""The protocol floor as an app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from oauth import account_pages, receivers


class OAuthConfig(AppConfig):
    name = "oauth"
    verbose_name = _("Applications")

    def ready(self) -> None:
        receivers.connect()
        account_pages.connect()
