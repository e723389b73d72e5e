"""Look at a page as people with other eyes and hands do: axe, two widths, keyboard alone."""

import os
from itertools import pairwise
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_OPTIONS: dict[str, Any] = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "rules": {"target-size": {"enabled": True}},
}
_NO_SCRIPTS = "matchMedia('(scripting: none)').matches"
_WIDTHS = (375, 1280)
# Everything that can be pressed or filled in, as a person sees it.
_CONTROLS = """
[...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(one =>
  !one.disabled && one.type !== "hidden" && one.checkVisibility({visibilityProperty: true})
  && !(one.type === "radio" && !one.checked))
"""
_FOCUSED = f"""
() => {{
  const one = document.activeElement, style = getComputedStyle(one);
  return [({_CONTROLS}).indexOf(one), style.outlineStyle !== "none" && style.outlineWidth !== "0px"];
}}
"""
_NAMES = f"({_CONTROLS}).map(one => one.outerHTML.slice(0, 100))"


def inspect(page: Page, name: str) -> list[str]:
    """What is wrong with the page at both widths; BROWSER_SCREENSHOTS names a folder to fill.

    Where scripts are off there is nothing to look with: there the way itself is what is tested.
    """
    # A click that leads on may have begun to, and between two pages there is no document.
    page.wait_for_load_state()
    page.locator("body").wait_for()
    if page.evaluate(_NO_SCRIPTS):
        return []
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
    return faults + by_keyboard(page, name)


def by_keyboard(page: Page, name: str) -> list[str]:
    """Whether the Tab key reaches everything, in the order of the page, and shows where it is."""
    names: list[str] = page.evaluate(_NAMES)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    faults, order = [], []
    for _ in range(len(names) + 3):
        page.keyboard.press("Tab")
        at, visible = page.evaluate(_FOCUSED)
        if at < 0 or at in order:
            continue
        order.append(at)
        if not visible:
            faults.append(f"{name}: nothing shows the focus on {names[at]}")
    missed = [names[at] for at in range(len(names)) if at not in order]
    faults += [f"{name}: the keyboard does not reach {one}" for one in missed]
    # It may begin where the page set the focus, and goes round from there.
    turns = sum(later < earlier for earlier, later in pairwise(order))
    if turns > 1:
        faults.append(f"{name}: the focus jumps about: {order}")
    return faults


def _keep(page: Page, name: str) -> None:
    folder = os.environ.get("BROWSER_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
