"""All processes together must find a connection each: PostgreSQL gives only so many.

Otherwise the one too many is told so by an error page, at the busiest moment.
"""

import psycopg

from idp.config import Config

SPARE = 10  # connections left to administrators, backups, migrations
# In a worker: its main thread, the sweeper of messages, and those that tell apps (with the one that
# hands out their work; oauth/backchannel_pool.py).
_BESIDES = 2 + 1 + 8


def needed(config: Config) -> int:
    """Connections that web processes and workers may hold at the same time."""
    web = config.web_processes * (config.web_threads + 1)
    return web + config.worker_threads + _BESIDES


def shortage(config: Config, most: int) -> str:
    """What is wrong where `max_connections` is `most`; empty when it is enough."""
    need = needed(config)
    if need <= most - SPARE:
        return ""
    return f"{need} connections may be needed; PostgreSQL allows {most}, {SPARE} of them spare."


REMEDY = (
    "Lower SIGNET_WEB_PROCESSES, SIGNET_WEB_THREADS or SIGNET_WORKER_THREADS, "
    "or raise max_connections."
)


def allowed(database_url: str) -> int | None:
    """PostgreSQL's `max_connections`; None while it does not answer."""
    try:
        with psycopg.connect(database_url, connect_timeout=5) as connection:
            found = connection.execute("SHOW max_connections").fetchone()
    except psycopg.Error:
        return None
    return int(found[0]) if found else None
