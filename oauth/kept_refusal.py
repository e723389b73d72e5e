"""One transaction in which a refusal keeps what was written before it, and a crash does not.

A replayed code revokes what the first one gave: that must not be undone by the answer being a no.
"""

from collections.abc import Callable
from typing import TypeVar

from authlib.oauth2 import OAuth2Error
from django.db import transaction

Answer = TypeVar("Answer")


def run(work: Callable[[], Answer]) -> Answer:
    """What `work` returns. Its `OAuth2Error` is raised after the commit."""
    refusal: OAuth2Error
    with transaction.atomic():
        try:
            return work()
        except OAuth2Error as error:
            refusal = error
    raise refusal
