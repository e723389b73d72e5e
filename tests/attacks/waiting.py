"""Cases of `cases.txt` that no test can cover yet, and the feature each waits for."""

WAITING: dict[int, str] = {}
