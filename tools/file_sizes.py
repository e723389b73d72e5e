"""Small rooms: half of the source files under 80 lines, none over 300."""

import statistics
import sys
from pathlib import Path

MEDIAN, LONGEST = 80, 300


def main() -> int:
    sizes = {
        path: len(path.read_text(encoding="utf-8").splitlines())
        for folder in ("idp", "accounts", "oauth")
        for path in Path(folder).rglob("*.py")
        if "migrations" not in path.parts
    }
    filled = [size for size in sizes.values() if size]
    median = statistics.median(filled)
    long = {path: size for path, size in sizes.items() if size > LONGEST}
    for path, size in long.items():
        sys.stdout.write(f"{path} has {size} lines; {LONGEST} is the most\n")
    sys.stdout.write(f"{len(filled)} files, median {median:.0f} lines, longest {max(filled)}\n")
    return 1 if long or median >= MEDIAN else 0


if __name__ == "__main__":
    sys.exit(main())
