"""Programs of the system that some tests need."""

import os
import shutil

import pytest


def skip(why: str) -> None:
    """Skip the test; in CI, where everything is installed, that is a failure."""
    # Some set CI to the empty string to say no.
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


def need(*programs: str) -> None:
    """Skip without one of them, saying which."""
    missing = [one for one in programs if shutil.which(one) is None]
    if missing:
        skip(f"not on the PATH: {', '.join(missing)}")
