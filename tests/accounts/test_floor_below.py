"""The floor of people stands without the one above: it names no page, table, event or app of OAuth.

import-linter sees imports alone; a URL name, an app label or a template is a string.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from oauth.activity_words import EVENTS

ROOT = Path(settings.BASE_DIR)
# `client_id` is no such word: down here it is the plain string by which the floor above knows an app.
VOCABULARY = re.compile(
    r"oauth|openid|consent|redirect_uri|(access|refresh|id)_token|client_secret|"
    r"authorization_|code_challenge|" + "|".join(EVENTS),
    re.IGNORECASE,
)
PROSE = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def _sources() -> list[Path]:
    return sorted((ROOT / "accounts").rglob("*.py"))


def _docstrings(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, PROSE) and node.body and isinstance(node.body[0], ast.Expr):
            yield id(node.body[0].value)


def named_in(source: str) -> list[str]:
    """Strings and names of the code that say such a word; docstrings may."""
    tree = ast.parse(source)
    prose = set(_docstrings(tree))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            found.append(node.value)
        elif isinstance(node, ast.Name):
            found.append(node.id)
        elif isinstance(node, ast.Attribute):
            found.append(node.attr)
        elif isinstance(node, ast.alias | ast.FunctionDef | ast.ClassDef):
            found.append(node.name)
        elif isinstance(node, ast.arg | ast.keyword):
            found.append(node.arg or "")
    return [one for one in found if VOCABULARY.search(one)]


def _purposes_from_above() -> set[str]:
    """Mails that only the floor above sends: it names their purpose, and nothing down here does."""
    above = "".join(path.read_text() for path in (ROOT / "oauth").rglob("*.py"))
    here = "".join(path.read_text() for path in _sources())
    purposes = {path.name.partition(".")[0] for path in (ROOT / "templates/email").iterdir()}
    return {one for one in purposes if f'"{one}"' in above and f'"{one}"' not in here}


def _templates() -> list[Path]:
    of_people = [
        *(ROOT / "templates/accounts").rglob("*.*"),
        *(ROOT / "templates/admin/accounts").rglob("*.*"),
        *(ROOT / "templates/sms").rglob("*.*"),
    ]
    above = _purposes_from_above()
    mails = (ROOT / "templates/email").iterdir()
    of_people += [path for path in mails if path.name.partition(".")[0] not in above]
    return sorted(of_people)


@pytest.mark.parametrize("path", _sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_names_the_floor_above(path: Path) -> None:
    assert named_in(path.read_text()) == []


@pytest.mark.parametrize("path", _templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_names_the_floor_above(path: Path) -> None:
    assert not VOCABULARY.search(path.read_text())


def test_the_check_sees_what_it_looks_for() -> None:
    assert named_in('"""About OAuth."""\nreverse("oauth:home")') == ["oauth:home"]
    assert named_in('if label in ("accounts", "oauth"): pass') == ["oauth"]
    assert named_in("from oauth.models import Client") == []  # import-linter's
    assert named_in("import oauth") == ["oauth"]
    assert named_in('CODE_REPLAYED = "code_replayed"') == ["CODE_REPLAYED", "code_replayed"]
    assert named_in("f(audit.SECRET_CREATED, redirect_uri=x)") == ["SECRET_CREATED", "redirect_uri"]
    assert named_in("def consent(scope): ...") == ["consent"]
    assert len(EVENTS) > 10
    assert _purposes_from_above() == {"grant_given", "access_ended_by_reuse"}
    assert len(_sources()) > 100 and len(_templates()) > 100
