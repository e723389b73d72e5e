"""Variables that look like settings and are none: most likely misspelt."""

import difflib
from collections.abc import Collection, Iterator

_PREFIX = "SIGNET_"
# Read by the launcher, the proxy and the like.
_ELSEWHERE = frozenset({"SIGNET_VAR", "SIGNET_WORKER", "SIGNET_HEARTBEAT", "SIGNET_HOST"})
_OF_TESTS = "SIGNET_TEST_"
_SERVICE = "_SERVICE_HOST"


def _of_kubernetes(environment: Collection[str]) -> tuple[str, ...]:
    """Beginnings of what Kubernetes sets in every container for each service of the namespace.

    One that is called `signet` or `signet-…` is no mistake of the operator's.
    """
    names = [name.removesuffix(_SERVICE) for name in environment if name.endswith(_SERVICE)]
    return tuple(f"{name}{end}" for name in names for end in ("_SERVICE_", "_PORT_"))


def unknown(environment: Collection[str], settings: Collection[str]) -> Iterator[str]:
    """What is wrong with each such variable. `settings`: the names of all fields.

    A setting that is not read is worse than one that is missing: somebody believes that it holds.
    """
    known = {_PREFIX + name.upper() for name in settings}
    accepted = known | _ELSEWHERE | {f"{name}_FILE" for name in known}
    elsewhere = (_OF_TESTS, *_of_kubernetes(environment))
    for name in environment:
        # `…_PORT` itself is Kubernetes' too, beside the ones that begin so.
        if name in accepted or not name.startswith(_PREFIX) or f"{name}_".startswith(elsewhere):
            continue
        near = difflib.get_close_matches(name, accepted, n=1, cutoff=0.8)
        yield f"{name} is no setting" + (f"; did you mean {near[0]}?" if near else "")
