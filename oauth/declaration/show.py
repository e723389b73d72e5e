"""A plan in words: one line a member, never a secret."""

import json
from collections.abc import Iterator
from typing import Any

from oauth.declaration.kinds import BY_SECTION
from oauth.declaration.plan import Change

_SIGNS = {"create": "+", "change": "~", "delete": "-"}


def _value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def lines(change: Change) -> Iterator[str]:
    """`~ client demo-app`, then each member with its old and new value."""
    kind = BY_SECTION.get(change.section)
    yield f"{_SIGNS[change.action]} {kind.noun if kind else 'scope'} {change.key}"
    for name, (before, after) in change.fields.items():
        if name.partition(".")[0] in ("password", "secrets"):
            yield f"    {name}: {after} (hidden)"
        elif change.action == "create":
            yield f"    {name}: {_value(after)}"
        else:
            yield f"    {name}: {_value(before)} -> {_value(after)}"
