"""One thing that is wrong with a client's metadata."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """`field`: the member's name as in RFC 7591 §2; `message`: one sentence for a person.

    `place`: which element of a list, from 0.
    """

    field: str
    message: str
    place: int | None = None
