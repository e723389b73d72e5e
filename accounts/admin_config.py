"""Django's admin as an app, with our site in place of its own."""

from django.contrib.admin.apps import AdminConfig


class SignetAdminConfig(AdminConfig):
    """Finds `accounts.admin` and `oauth.admin`, which register on our site."""

    default_site = "accounts.admin_site.SignetAdminSite"
