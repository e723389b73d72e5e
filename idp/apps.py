"""The roof as an app: brings Celery and the deployment checks along."""

from django.apps import AppConfig

from idp import celery, checks

__all__ = ["IdpConfig", "celery", "checks"]


class IdpConfig(AppConfig):
    name = "idp"
    verbose_name = "Signet"
