"""Logs: one JSON object a line, with the request's id, and only fields that were let through."""

import logging
import sys
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
        "count", "table", "task", "audit", "peer", "route",
    }
)  # fmt: skip
_LONGEST = 2_000
_FRAMES = 12


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


def where(error: BaseException) -> str:
    """An exception as its class and the places it came through, innermost first.

    Its text is left out: it may quote a request, an SQL statement, an address.
    """
    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{'/'.join(code.co_filename.split('/')[-2:])}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{type(error).__name__} at {' < '.join(reversed(frames[-_FRAMES:]))}"


def _add_exception(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()[1]
    if isinstance(given, tuple):
        given = given[1]
    if isinstance(given, BaseException):
        event["exception"] = where(given)
    return event


class Quiet(logging.Filter):
    """Lines of libraries may carry anything (Authlib logs whole tokens): keep their text out.

    What passes from a foreign logger is its name, its level, the place in its code and what
    `where` says of an exception.
    """

    _OURS = ("idp", "oauth", "accounts")

    def filter(self, record: logging.LogRecord) -> bool:
        if hasattr(record, "_logger"):  # structlog's, whose fields `allow` goes through
            record.exc_info, record.stack_info = None, None
            return True
        error = record.exc_info[1] if record.exc_info else None
        if record.name.split(".")[0] not in self._OURS:
            record.msg = f"{record.name} at {record.filename}:{record.lineno}"
            record.args = ()
        if error is not None:
            record.msg = f"{record.name}: {where(error)}"
            record.args = ()
        record.exc_info, record.exc_text, record.stack_info = None, None, None
        return True


_SHARED: list[Any] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _add_request_id,
    _add_exception,
]


def logging_config(level: str) -> dict[str, Any]:
    """A `dictConfig` for Django, and structlog set up to go the same way."""
    # A line that cannot be written must not be printed with all it holds instead.
    logging.raiseExceptions = False
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
            "django.request": {"level": "ERROR"},  # the page's own line has its 4xx
            "authlib": {"level": "ERROR"},
        },
    }
