"""Which statements a piece of code sends, transaction control left out."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """First words of the statements, counted; complete when the block has ended."""
    found: Counter[str] = Counter()
    with CaptureQueriesContext(connection) as captured:
        yield found
    words = [one["sql"].split(None, 1)[0].upper() for one in captured.captured_queries]
    found.update(word for word in words if word not in _CONTROL)
