"""Look at a page as people with other eyes do: axe, two widths, and what it loads."""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_OPTIONS: dict[str, Any] = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "rules": {"target-size": {"enabled": True}},
}
_WIDTHS = (375, 1280)


def inspect(page: Page, name: str) -> list[str]:
    """What is wrong with the page at both widths; BROWSER_SCREENSHOTS names a folder to fill."""
    faults = []
    for width in _WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        _keep(page, f"{name}-{width}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{name} at {width}: scrolls sideways")
        found = Axe().run(page, options=_OPTIONS).response
        faults += [
            f"{name} at {width}: {one['id']} {node['html'][:120]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]
    return faults


def _keep(page: Page, name: str) -> None:
    folder = os.environ.get("BROWSER_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
