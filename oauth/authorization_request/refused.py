"""A refused authorization request: what was wrong, and who may hear of it."""

from oauth.clients import ClientFacts
from oauth.errors import ProtocolError
from oauth.response import Target


class Refused(Exception):
    """`target` is where the error goes; None: nothing was accepted yet, so it goes to no client."""

    def __init__(
        self, error: ProtocolError, client: ClientFacts | None = None, target: Target | None = None
    ) -> None:
        super().__init__(error.error)
        self.error = error
        self.client = client
        self.target = target
