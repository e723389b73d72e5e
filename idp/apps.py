"""The roof as an app: brings Celery and the deployment checks along."""

from django.apps import AppConfig

from idp import celery

__all__ = ["IdpConfig", "celery"]


class IdpConfig(AppConfig):
    name = "idp"
    verbose_name = "Signet"
