"""Which statements a piece of code sends, values left out: what its time on the database is made of."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@contextmanager
def recorded() -> Iterator[list[str]]:
    """The text of every statement, in order, with placeholders where its values stood."""
    found: list[str] = []

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(sql)
        if not text.lstrip().upper().startswith(_CONTROL):
            found.append(text)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found
