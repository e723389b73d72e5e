"""`make bench`: each pair in turns, so that what the machine does meanwhile falls on both.

The figures of two runs, or of two machines, are not comparable; the ratios within one run are.
"""

import os
import secrets
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from bench import work
from bench.load import Request, Seen, run
from bench.server import ROOT, Server, serving

_SECRET = "sgs_" + secrets.token_hex(24)
_ROUNDS = int(os.environ.get("ROUNDS", "5"))
_SECONDS = float(os.environ.get("SECONDS", "2"))


@dataclass(frozen=True)
class Way:
    """One side of a comparison: what is served, and by how many threads."""

    name: str
    application: str = "idp.wsgi:application"
    threads: int = 4


@dataclass(frozen=True)
class Round:
    """A few seconds of one side: answers a second, µs of server CPU each, ms of the slowest 1 %."""

    rate: float
    cost: float
    p99: float
    beside: Seen | None


def _round(server: Server, request: Request, sign_ins: Callable[[], Request] | None) -> Round:
    before = server.cpu()
    beside = run(server.port, sign_ins, 6, _SECONDS) if sign_ins else None
    seen = run(server.port, lambda: request, 4, _SECONDS)()
    others = beside() if beside else None
    answers = len(seen.latencies)
    cost = (server.cpu() - before) / answers * 1e6
    return Round(answers / _SECONDS, cost, seen.at(0.99) * 1e3, others)


def _row(name: str, rounds: list[Round], alone: bool) -> str:
    rate, cost, p99 = (
        statistics.median(getattr(one, field) for one in rounds)
        for field in ("rate", "cost", "p99")
    )
    text = f"| {name} | {rate:,.0f} | {f'{cost:,.0f}' if alone else '–'} | {p99:.1f} |"
    if alone:
        return text + " – |"
    seconds = _SECONDS * len(rounds)
    done, refused = (
        sum(one.beside.statuses.get(status, 0) for one in rounds if one.beside) / seconds
        for status in (400, 503)
    )
    return f"{text} {done:.0f}, refused {refused:.0f} |"


def compare(title: str, request: Request, first: Way, second: Way, *, busy: bool = False) -> None:
    """Serve both ways at once, load them in turns, print both and their ratio."""
    rounds: dict[str, list[Round]] = {first.name: [], second.name: []}
    with (
        serving(first.application, first.threads) as one,
        serving(second.application, second.threads) as other,
    ):
        sides = ((first, one), (second, other))
        forms = {way.name: work.sign_ins(server.port) if busy else None for way, server in sides}
        for number in range(_ROUNDS + 1):
            for way, server in sides if number % 2 else sides[::-1]:
                found = _round(server, request, forms[way.name])
                if number:  # the first one warms up
                    rounds[way.name].append(found)
    ratios = [a.rate / b.rate for a, b in zip(rounds[first.name], rounds[second.name], strict=True)]
    lines = [
        f"\n## {title}\n",
        "| | answers/s | server CPU µs each | p99 ms | sign-ins/s |\n|---|---|---|---|---|",
        *(_row(way.name, rounds[way.name], not busy) for way, _ in sides),
        f"\n{first.name} : {second.name} = **{statistics.median(ratios):.2f} : 1** in answers/s "
        f"({min(ratios):.2f} to {max(ratios):.2f} over {_ROUNDS} rounds of {_SECONDS:g} s).",
    ]
    print("\n".join(lines), flush=True)


def main() -> int:
    env = {**os.environ, "BENCH_SECRET": _SECRET}
    for command in (["migrate", "--verbosity", "0"], ["apply", "bench/data.yaml"]):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
    token = work.token(_SECRET)
    compare(
        "Token endpoint: ahead of Django, or in its URLs", token,
        Way("bare mount"), Way("Django's mount", "bench.through_django:application"),
    )  # fmt: skip
    compare(
        "JWKS: made beforehand, or built for each request", work.JWKS,
        Way("made beforehand"), Way("built each time", "bench.jwks_built:application"),
    )  # fmt: skip
    compare(
        "Tokens while six people keep trying to sign in: eight threads, or four", token,
        Way("8 threads", threads=8), Way("4 threads"), busy=True,
    )  # fmt: skip
    compare(
        "Tokens and nothing else: eight threads, or four", token,
        Way("8 threads", threads=8), Way("4 threads"),
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
