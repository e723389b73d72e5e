"""The queue: Celery tells a worker to look, PostgreSQL says at what."""

import os
from pathlib import Path

from celery import Celery
from django.conf import settings

from idp import heartbeat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp.settings")

# A dead broker may cost a page a blink, never seconds: the outbox sweeper finds what was missed.
_IMPATIENT = {"socket_connect_timeout": 0.2, "socket_timeout": 0.2, "retry_on_timeout": False}

app = Celery("signet")
app.conf.update(
    broker_url=settings.SIGNET.queue_url,
    broker_transport_options={
        "max_retries": 0,
        "visibility_timeout": 300,
        **({} if os.environ.get("SIGNET_WORKER") else _IMPATIENT),
    },
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_publish_retry=False,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_serializer="json",
    accept_content=["json"],
    task_time_limit=120,
    task_soft_time_limit=90,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    timezone="UTC",
    beat_schedule={
        "sweep-outbox": {"task": "accounts.tasks.sweep_outbox", "schedule": 10.0},
        "delete-accounts": {"task": "accounts.tasks.delete_accounts", "schedule": 300.0},
        "tell-guessed": {"task": "accounts.tasks.tell_guessed", "schedule": 300.0},
        "tell-recoverable": {"task": "accounts.tasks.tell_recoverable", "schedule": 120.0},
        "prune-accounts": {"task": "accounts.tasks.prune", "schedule": 3600.0},
        "prune-oauth": {"task": "oauth.tasks.prune", "schedule": 3600.0},
        "fetch-logos": {"task": "oauth.tasks.fetch_logos", "schedule": 60.0},
        "rotate-keys": {"task": "oauth.tasks.rotate_keys", "schedule": 60.0},
    },
)
app.autodiscover_tasks(["accounts", "oauth"])
if os.environ.get("SIGNET_HEARTBEAT"):
    heartbeat.keep(Path(os.environ["SIGNET_HEARTBEAT"]))
