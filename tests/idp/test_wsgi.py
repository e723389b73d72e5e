"""What the web server loads before it says that it is ready."""

import os
import subprocess
import sys

import pytest

from tests.support.live import ROOT

_LOAD = """
import sys
{before}
import idp.wsgi
print({{"accounts.pages.login", "oauth.pages.consent", "accounts.admin.urls"}} <= set(sys.modules))
"""


def _load(before: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", _LOAD.format(before=before)],
        cwd=ROOT, env=dict(os.environ), check=False, capture_output=True, text=True,
    )  # fmt: skip


def test_every_page_is_loaded_before_the_first_visitor_comes() -> None:
    done = _load()
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("True\n")


@pytest.mark.parametrize("page", ["accounts.pages.sessions", "oauth.pages.connected_apps"])
def test_a_page_that_cannot_be_loaded_ends_the_start(page: str) -> None:
    done = _load(before=f"sys.modules[{page!r}] = None")
    assert done.returncode != 0
    assert page.rpartition(".")[2] in done.stderr
