"""Django's admin as an app, with our site in place of its own."""

from django.contrib.admin.apps import AdminConfig


class SignetAdminConfig(AdminConfig):
    """Finds the `admin` of every app; our site takes in what keeps its rules."""

    default_site = "accounts.admin_site.SignetAdminSite"
