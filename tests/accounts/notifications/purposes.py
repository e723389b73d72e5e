"""Which messages the code writes, found in the code: nobody can forget to add one to a list."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeGuard

_ROOT = Path(__file__).parents[3]

# Every value that some purpose's words need.
CONTEXT: dict[str, Any] = {
    "link": "https://op.test/password/reset?token=abc%3Adef&x=1",
    "cancel_link": "https://op.test/recovery/cancel?token=abc",
    "minutes": 60,
    "hours": 72,
    "days": 7,
    "left": 3,
    "code": "123456",
    "factor": "totp",
    "client_name": "Shop",
    "browser": "Firefox on Linux",
    "address": "192.0.2.7",
    "when": "2026-01-02 03:04 UTC",
    "reason": "Lost phone",
    "zone": "Europe/Berlin",
    "inviter": "Ada",
    "note": "Welcome.",
    "ready": "Jan. 5, 2026, 3:04 a.m.",
    "until": "Jan. 9, 2026, 3:04 a.m.",
    "gone_on": "Jan. 9, 2026, 3:04 a.m. (UTC)",
    "number": "•••• 60",
}


def written() -> dict[str, set[str]]:
    """The purposes of each channel."""
    found: dict[str, set[str]] = {"email": set(), "sms": set()}
    for floor in ("accounts", "oauth"):
        for path in (_ROOT / floor).rglob("*.py"):
            calls = [one for one in ast.walk(ast.parse(path.read_text())) if _is_call(one)]
            for call in calls:
                for channel, purpose in _of(call, _channels(calls)):
                    found[channel].add(purpose)
    return found


def _is_call(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call)


def _channels(calls: list[ast.Call]) -> list[str]:
    """The channels a file names; all, where it leaves that to a variable."""
    values = [one.value for call in calls for one in call.keywords if one.arg == "channel"]
    texts = [list(_texts(one)) for one in values]
    return sorted({text for found in texts for text in found}) if all(texts) else ["email", "sms"]


def _of(call: ast.Call, channels: list[str]) -> Iterator[tuple[str, str]]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    named = {one.arg: one.value for one in call.keywords}
    if name == "notify" and len(call.args) > 1:
        yield from (("email", one) for one in _texts(call.args[1]))
    elif name == "Purpose":  # of a one-time code, sent elsewhere in the same file
        message = named.get("message") or call.args[1]
        yield from ((way, one) for one in _texts(message) for way in channels or ("email", "sms"))
    elif name == "queue" and "purpose" in named:
        ways = list(_texts(named["channel"])) or ["email", "sms"]
        yield from ((way, one) for one in _texts(named["purpose"]) for way in ways)


def _texts(node: ast.expr) -> Iterator[str]:
    """The words an expression may stand for; of a variable none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
