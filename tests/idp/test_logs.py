"""One JSON object a line, with what was let through and nothing else."""

import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
import structlog

from idp.ground.correlation import named
from idp.logs import ALLOWED, logging_config

_SECRET = "marker-secret-5f2c"
Lines = Callable[[], list[dict[str, object]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What the one handler writes, at DEBUG, with the filters and formatter of production."""
    stream = StringIO()
    config = logging_config("DEBUG")
    handler = logging.StreamHandler(stream)
    configured = logging.config.DictConfigurator(config)
    handler.setFormatter(configured.configure_formatter(config["formatters"]["json"]))
    handler.addFilter(configured.configure_filter(config["filters"]["quiet"]))
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers, root.level = [handler], logging.DEBUG
    foreign = [logging.getLogger(name) for name in ("authlib", "django", "django.request")]
    levels = [logger.level for logger in foreign]
    for logger in foreign:
        logger.setLevel(logging.DEBUG)
    try:
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    finally:
        root.handlers, root.level = before, level
        for logger, was in zip(foreign, levels, strict=True):
            logger.setLevel(was)


def test_a_line_has_its_time_level_logger_and_request(lines: Lines) -> None:
    with named("0123456789abcdef"):
        structlog.get_logger("accounts.test").info("sent", message_id="1", attempts=2)
    (line,) = lines()
    assert line["request_id"] == "0123456789abcdef"
    assert (line["event"], line["level"], line["logger"]) == ("sent", "info", "accounts.test")
    assert (line["message_id"], line["attempts"]) == ("1", 2)
    assert str(line["timestamp"]).endswith("Z")


@pytest.mark.parametrize(
    "field",
    ["password", "token", "code", "refresh_token", "authorization", "cookie", "secret", "body",
     "email", "recipient", "username", "code_verifier", "query", "link", "new_field"],
)  # fmt: skip
def test_a_field_nobody_let_through_is_counted_and_not_written_case_360(
    field: str, lines: Lines
) -> None:
    assert field not in ALLOWED
    structlog.get_logger("accounts.test").warning("event", **{field: _SECRET})
    (line,) = lines()
    assert _SECRET not in str(line)
    assert line["dropped_fields"] == 1


@pytest.mark.parametrize(
    "name", ["authlib.oauth2.rfc6749.grants.authorization_code", "django.request", "celery.x", "x"]
)
@pytest.mark.parametrize("level", ["debug", "info", "warning", "error", "critical"])
def test_the_text_of_a_library_stays_out_at_every_level_case_360(
    name: str, level: str, lines: Lines
) -> None:
    """Authlib's `log.debug("Issue token %r to %r")` is the one that is known (gap L13)."""
    getattr(logging.getLogger(name), level)("Issue token %r to %r", {"access_token": _SECRET}, "x")
    getattr(logging.getLogger(name), level)(f"token {_SECRET}")
    found = lines()
    assert len(found) == 2
    assert _SECRET not in str(found)
    for line in found:
        assert line["logger"] == name
        assert "test_logs.py:" in str(line["event"])


def _raise() -> None:
    raise ValueError(f"invalid input: {_SECRET}")


@pytest.mark.parametrize("name", ["accounts.test", "django.request"])
def test_an_exception_is_its_kind_and_its_way_without_its_text_case_360(
    name: str, lines: Lines
) -> None:
    try:
        _raise()
    except ValueError:
        logging.getLogger(name).exception("failed with %s", _SECRET)
        logging.getLogger(name).error("failed", exc_info=True, stack_info=True)
        structlog.get_logger(name).exception("crash", endpoint="token")
    found = lines()
    assert len(found) == 3
    assert _SECRET not in str(found)
    for line in found:
        text = f"{line['event']} {line.get('exception', '')}"
        assert "ValueError at idp/test_logs.py" in text or name == "django.request"


def test_our_own_exceptions_keep_their_event_and_fields(lines: Lines) -> None:
    try:
        _raise()
    except ValueError:
        structlog.get_logger("oauth.door").exception("crash", endpoint="token")
    (line,) = lines()
    assert (line["event"], line["endpoint"]) == ("crash", "token")
    assert str(line["exception"]).startswith("ValueError at idp/test_logs.py")
    assert "dropped_fields" not in line


@pytest.mark.parametrize(
    "text",
    [
        'a"},{"level":"critical","event":"forged',
        'a\r\n{"level": "critical"}',
        "a\x1b[2J\x1b[31m",
        "a\u2028b\u2029c\x85d",
        "a\0b",
        "\ud800",
    ],
)
def test_whatever_a_stranger_writes_stays_inside_one_escaped_record_case_361(
    text: str, lines: Lines
) -> None:
    with named(text):
        structlog.get_logger("oauth.test").info("refused", client_id=text, reason=text)
    found = lines()
    assert len(found) == 1
    assert found[0]["level"] == "info"
    assert found[0]["client_id"] == text
    assert found[0]["request_id"] != text


def test_a_megabyte_becomes_a_bounded_line_case_361(lines: Lines) -> None:
    structlog.get_logger("oauth.test").info("refused", client_id="a" * 1_000_000, path="b" * 9_999)
    (line,) = lines()
    assert len(str(line)) < 5_000


def test_nothing_below_a_warning_leaves_a_library_in_production() -> None:
    config = logging_config("DEBUG")
    assert config["root"]["level"] == "WARNING"
    assert config["loggers"]["django"]["level"] == "WARNING"
    assert config["loggers"]["authlib"]["level"] == "ERROR"
