"""Every case of cases.txt is a test named by its number, or waits for a feature; never both.

Run by `make lint`: `python tests/attacks/check_cases.py`.
"""

import re
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent
_LISTED = re.compile(r"^(\d{3}) ", re.MULTILINE)
_TESTED = re.compile(r"^ *(?:async )?def test_\w+_case_(\d{3})\(", re.MULTILINE)


def faults() -> list[str]:
    """What is wrong, in sentences; empty when all is well."""
    listed = {int(number) for number in _LISTED.findall((HERE / "cases.txt").read_text())}
    waiting: dict[int, str] = runpy.run_path(str(HERE / "waiting.py"))["WAITING"]
    tests = {
        int(number)
        for path in HERE.parent.rglob("test_*.py")
        for number in _TESTED.findall(path.read_text())
    }
    return [
        *(
            f"case {n:03} has neither a test nor an entry in waiting.py"
            for n in sorted(listed - tests - set(waiting))
        ),
        *(f"case {n:03} is tested and waits all the same" for n in sorted(tests & set(waiting))),
        *(f"case {n:03} waits but is not in cases.txt" for n in sorted(set(waiting) - listed)),
        *(
            f"case {n:03} waits for nothing in particular"
            for n, why in sorted(waiting.items())
            if not why.strip()
        ),
    ]


if __name__ == "__main__":
    found = faults()
    for fault in found:
        print(fault)
    sys.exit(1 if found else 0)
