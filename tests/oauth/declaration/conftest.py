"""A file, applied."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from textwrap import dedent

import pytest
from django.core.management import CommandError, call_command

Apply = Callable[..., str]


@pytest.fixture
def apply(tmp_path: Path, db: None) -> Apply:
    """`apply(text, **options)` → what the command says; a fault is its message."""

    def run(text: str, **options: object) -> str:
        file = tmp_path / "signet.yaml"
        file.write_text(dedent(text))
        out = StringIO()
        try:
            call_command("apply", str(file), stdout=out, **options)
        except CommandError as error:
            return str(error).replace(str(tmp_path) + "/", "")
        return out.getvalue()

    return run
