"""What a page must not do: break its own policy, fail in a script, or call somebody else."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

# How the same page is seen: in either colour scheme, or where no script runs at all.
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "without scripts": {"java_script_enabled": False},
}


@dataclass
class Watch:
    """`origins` may be asked; everything else a page does outside of them is a fault."""

    origins: set[str]
    faults: list[str] = field(default_factory=list)
    requests: int = 0

    def follow(self, context: BrowserContext) -> None:
        """Listen to all pages of this context, also to those that open later."""
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("page", lambda page: page.on("pageerror", self._failed))

    def _request(self, request: Request) -> None:
        self.requests += 1
        parts = urlsplit(request.url)
        if f"{parts.scheme}://{parts.netloc}" not in self.origins:
            self.faults.append(f"asked {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # A refusal with a status of its own is logged as a failed load; that is no fault here.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(message.text)

    def _failed(self, error: object) -> None:
        self.faults.append(str(error))

    def done(self) -> None:
        """Fail the test with what was seen."""
        assert self.requests, "nothing was watched"
        assert not self.faults, "\n".join(self.faults)


@contextmanager
def watched(chromium: Browser, origins: set[str], **options: Any) -> Iterator[Page]:
    """A page of a browser of its own; what it did wrong is told at the end."""
    context = chromium.new_context(**options)
    context.set_default_timeout(15_000)
    watch = Watch(origins)
    watch.follow(context)
    yield context.new_page()
    watch.done()
    context.close()
