"""Write `docs/specifications.md` from the `spec` markers of the tests, or check it.

Read from the source, so that it needs no servers and cannot count a test that is not there.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = Path("docs/specifications.md")
_HEAD = """# Specifications and their tests

Sentences of the specifications and the tests that prove them. It is a map, not a census: what is
missing here may be tested all the same, under `tests/oauth`, `tests/spec` (one test per module of
the OpenID conformance suite) and `tests/attacks`. Sentences may be shortened. A test names its
sentence by `@pytest.mark.spec(document, section, sentence)`; `make docs` writes this page.
"""


@dataclass(frozen=True)
class Proof:
    """One sentence and one test."""

    document: str
    section: str
    sentence: str
    path: Path
    test: str


def _marks(decorators: list[ast.expr]) -> Iterator[list[str]]:
    for one in decorators:
        if isinstance(one, ast.Call) and ast.unparse(one.func) == "pytest.mark.spec":
            values = [ast.literal_eval(value) for value in one.args]
            if len(values) != 3 or one.keywords or not all(values):
                raise ValueError("spec takes document, section and sentence")
            yield values


def proofs(root: Path) -> Iterator[Proof]:
    """Every marked test below a folder. Raises ValueError with file and line."""
    for path in sorted(root.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                try:
                    for document, section, sentence in _marks(node.decorator_list):
                        yield Proof(document, section, sentence, path, node.name)
                except ValueError as error:
                    raise ValueError(f"{path}:{node.lineno}: {error}") from None


def _natural(text: str) -> list[tuple[int, str]]:
    return [
        (int(part), "") if part.isdigit() else (10**9, part)
        for part in re.findall(r"\d+|\D+", text)
    ]


def page(found: list[Proof]) -> str:
    """Documents in order of their numbers, within them by section."""
    text = _HEAD
    for document in sorted({proof.document for proof in found}, key=_natural):
        rows = [proof for proof in found if proof.document == document]
        text += f"\n## {document}\n\n| section | sentence | test |\n|---|---|---|\n"
        for proof in sorted(rows, key=lambda one: (_natural(one.section), one.sentence, one.test)):
            words = proof.test.removeprefix("test_").replace("_", " ")
            sentence = proof.sentence.replace("|", "\\|")
            text += f"| {proof.section} | {sentence} | [{words}](../{proof.path.as_posix()}) |\n"
    return text


def main() -> int:
    text = page(list(proofs(Path("tests"))))
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        sys.stdout.write(f"{PAGE} is out of date: make docs\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
