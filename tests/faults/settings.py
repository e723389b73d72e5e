"""Signet's own settings, and the words of one SMS that only these tests send."""

from pathlib import Path

from idp.settings import *  # noqa: F403
from idp.settings import TEMPLATES

_HERE = str(Path(__file__).resolve().parent / "templates")
TEMPLATES = [{**TEMPLATES[0], "DIRS": [*TEMPLATES[0]["DIRS"], _HERE]}]
