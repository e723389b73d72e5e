"""A test plan of the OpenID Foundation's suite: static clients, one person, one response mode."""

from dataclasses import dataclass, field
from typing import Any

from tests.support.browser import Browser
from tests.support.callback import Callback
from tests.support.deployment import Deployment
from tests.support.page import Page
from tests.support.people import Person
from tests.support.ride_along import Flow
from tests.support.rp import OMIT, Asked, RelyingParty


@dataclass
class Plan:
    """`mode` is empty for the default. The plans send no PKCE, as old relying parties do."""

    signet: Deployment
    mode: str
    rp: RelyingParty = field(init=False)
    person: Person = field(init=False)
    browser: Browser = field(init=False)

    def __post_init__(self) -> None:
        self.rp = self.signet.rp("oidc")
        self.person = self.signet.person()
        self.browser = self.signet.op.browser()

    def parameters(self, over: dict[str, Any]) -> dict[str, Any]:
        mode = {"response_mode": self.mode} if self.mode else {}
        return {"code_challenge": OMIT, "code_challenge_method": OMIT, **mode, **over}

    def ask(self, scope: str = "openid", **over: Any) -> Asked:
        return self.rp.ask(scope, **self.parameters(over))

    def start(self, scope: str = "openid", **over: Any) -> tuple[Asked, Page | Callback]:
        """The request, and where the browser stops."""
        asked = self.ask(scope, **over)
        return asked, self.browser.open(asked.url)

    def authorize(self, scope: str = "openid", **over: Any) -> tuple[Asked, Callback]:
        asked, stop = self.start(scope, **over)
        callback = self.browser.walk(stop, self.person)
        self.rp.check_callback(asked, callback)
        return asked, callback

    def run(self, scope: str = "openid", **over: Any) -> Flow:
        """A whole flow with every check that rides along."""
        return Flow(self.rp, *self.authorize(scope, **over))

    def finish(self, asked: Asked, stop: Page | Callback) -> Flow:
        callback = self.browser.walk(stop, self.person)
        self.rp.check_callback(asked, callback)
        return Flow(self.rp, asked, callback)

    def pages(self) -> list[str]:
        """Kinds of pages shown since the last call."""
        seen, self.browser.seen = self.browser.seen, []
        return seen
