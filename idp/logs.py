"""Logs: one JSON object a line, with the request's id, and only fields that were let through."""

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

from idp.ground.correlation import request_id

# An allow-list: a field that nobody thought about cannot leak. Values of these are ids, names,
# numbers and fixed words, never tokens, codes, passwords, addresses of mail or message bodies.
ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "logger", "request_id", "exception", "method", "path",
        "status", "duration_ms", "client_id", "error", "reason", "reference", "endpoint",
        "grant_type", "message_id", "channel", "purpose", "attempts", "kid", "alg", "state",
        "count", "table", "task", "audit", "peer",
    }
)  # fmt: skip
_LONGEST = 2_000


def _add_request_id(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    found = request_id.get()
    if found:
        event["request_id"] = found
    return event


def allow(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep the allowed fields, cut to a bounded length; count the others."""
    kept = {
        name: value if isinstance(value, int | float | bool) else str(value)[:_LONGEST]
        for name, value in event.items()
        if name in ALLOWED and value is not None
    }
    dropped = len(set(event) - ALLOWED - {"_record", "_from_structlog"})
    if dropped:
        kept["dropped_fields"] = dropped
    return kept


class Quiet(logging.Filter):
    """Lines of libraries may carry anything (Authlib logs whole tokens): keep their text out.

    What passes from a foreign logger is its name, level and the kind of exception.
    """

    _OURS = ("idp", "oauth", "accounts", "signet")

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.split(".")[0] not in self._OURS and record.levelno < logging.ERROR:
            record.msg, record.args = f"message of {record.name}", ()
        if record.exc_info and record.exc_info[0] is not None:
            # The text of an exception may quote a request; its class and place may not.
            trace = record.exc_info[2]
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            place = (
                f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
                if trace
                else ""
            )
            record.msg = f"{record.exc_info[0].__name__} at {place}"
            record.args, record.exc_info, record.exc_text = (), None, None
        return True


_SHARED: list[Any] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _add_request_id,
]


def logging_config(level: str) -> dict[str, Any]:
    """A `dictConfig` for Django, and structlog set up to go the same way."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"quiet": {"()": "idp.logs.Quiet"}},
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    allow,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "filters": ["quiet"],
            }
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            **{name: {"level": level} for name in ("idp", "oauth", "accounts")},
            # SQL and request lines hold values; nothing below a warning leaves these.
            "django": {"level": "WARNING", "handlers": [], "propagate": True},
            "authlib": {"level": "ERROR"},
        },
    }
