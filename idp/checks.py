"""What `manage.py check --deploy` and `migrate` refuse or warn of, each with its remedy.

Faults of a single value are `idp.config`'s, at start; here is what needs two values, or a server.
"""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connections

from idp.config_checks import LOOPBACK
from idp.connection_count import REMEDY, shortage


@register(Tags.security, deploy=True)
def network(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Who is believed about addresses and TLS."""
    config = settings.SIGNET
    found: list[CheckMessage] = []
    if any(ipaddress.ip_network(one).prefixlen == 0 for one in config.trusted_proxies):
        found.append(
            Error(
                "SIGNET_TRUSTED_PROXIES trusts every address.",
                hint="Name your proxies; otherwise anybody chooses the address that is limited.",
                id="signet.E001",
            )
        )
    if config.issuer.startswith("https:") and not config.proxy_secret and not config.embedded:
        found.append(
            Warning(
                "SIGNET_PROXY_SECRET is not set.",
                hint="Let the proxy send it as X-Signet-Proxy-Secret; without it no request "
                "counts as TLS.",
                id="signet.W001",
            )
        )
    return found


@register(Tags.security, deploy=True)
def messages(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Whether links and codes travel in the open."""
    config = settings.SIGNET
    found: list[CheckMessage] = []
    if config.email_host and config.email_security == "none" and config.email_host not in LOOPBACK:
        found.append(
            Warning(
                "Mail leaves without TLS, and with it links that set passwords.",
                hint="Set SIGNET_EMAIL_SECURITY to starttls or tls.",
                id="signet.W002",
            )
        )
    if config.sms_sender in ("console", "file") and not config.embedded:
        found.append(
            Warning(
                f"SMS are only shown (sender: {config.sms_sender}), with their codes.",
                hint="Set SIGNET_SMS_SENDER to a provider, and what that one needs.",
                id="signet.W003",
            )
        )
    return found


@register(Tags.caches, deploy=True)
def queue(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The queue must not be where the cache pushes it out."""
    config = settings.SIGNET
    here, there = urlsplit(config.queue_url), urlsplit(config.valkey_url)
    if (here.netloc, here.path) == (there.netloc, there.path):
        return [
            Error(
                "SIGNET_QUEUE_URL and SIGNET_VALKEY_URL are the same database.",
                hint="Clearing the cache would clear the queue: use another number, or server.",
                id="signet.E002",
            )
        ]
    try:
        client = redis.Redis.from_url(config.queue_url, socket_connect_timeout=2, socket_timeout=2)
        policy = client.config_get("maxmemory-policy")["maxmemory-policy"]
    except (redis.RedisError, KeyError):
        return []  # away, or it does not tell: nothing is lost, the outbox is in PostgreSQL
    if policy != "noeviction":
        return [
            Warning(
                f"The queue's server drops keys when memory is short ({policy}).",
                hint="Give the queue a server with maxmemory-policy noeviction.",
                id="signet.W004",
            )
        ]
    return []


@register(Tags.database)
def connection_count(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Part of every `migrate`; `idp.serve` asks the same before it starts."""
    for name in kwargs.get("databases") or ():
        try:
            with connections[name].cursor() as cursor:
                cursor.execute("SHOW max_connections")
                most = int(cursor.fetchone()[0])
        except DatabaseError:
            return []  # the command itself tells
        if fault := shortage(settings.SIGNET, most):
            return [Error(fault, hint=REMEDY, id="signet.E003")]
    return []
