"""What hashes that people brought along cost, so that time tells nobody who has one.

Where there are any, whoever is turned away has paid the same sum: our own hash, and for each
foreign algorithm the slowest one in use. That lasts until the last of them is replaced.
"""

import time
from dataclasses import dataclass

import structlog
from argon2.exceptions import HashingError
from django.contrib.auth.hashers import (
    get_hasher,
    identify_hasher,
    is_password_usable,
    make_password,
)
from django.db import connection

_log = structlog.get_logger("accounts.foreign_hashes")
# What hashers raise for a cost that they or the machine cannot bear.
NOT_COMPUTABLE = (ValueError, MemoryError, HashingError)
_FRESH = 60.0  # seconds
_SHARE = 100.0  # a look that takes long is repeated seldom: at most one per cent of the time

# Algorithm → what decides its cost: the name in what `decode` tells, and that of the attribute.
_COSTS: dict[str, tuple[tuple[str, str], ...]] = {
    "argon2": (
        ("time_cost", "time_cost"),
        ("memory_cost", "memory_cost"),
        ("parallelism", "parallelism"),
    ),
    "pbkdf2_sha256": (("iterations", "iterations"),),
    "pbkdf2_sha1": (("iterations", "iterations"),),
    "scrypt": (
        ("work_factor", "work_factor"),
        ("block_size", "block_size"),
        ("parallelism", "parallelism"),
    ),
    "bcrypt_sha256": (("work_factor", "rounds"),),
}

# One of each kind. The fields that tell the cost are the first two, but for PBKDF2 also others.
_SELECT = r"""
SELECT min(password) FROM accounts_user
WHERE password NOT LIKE %s AND password NOT LIKE '!%%' AND password <> ''
GROUP BY split_part(password, '$', 1), split_part(password, '$', 2),
  CASE WHEN password LIKE 'pbkdf2%%' THEN '' ELSE split_part(password, '$', 4) END,
  CASE WHEN password LIKE 'scrypt%%' THEN split_part(password, '$', 5) ELSE '' END
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """`cost`: in the order of `_COSTS`, in the algorithm's own units."""

    algorithm: str
    cost: tuple[int, ...]

    @property
    def weight(self) -> int:
        """Proportional to the time it takes, among hashes of one algorithm."""
        if self.algorithm == "bcrypt_sha256":
            return 1 << self.cost[0]
        if self.algorithm == "argon2":
            return self.cost[0] * self.cost[1]
        product = 1
        for one in self.cost:
            product *= one
        return product


def kind_of(encoded: str) -> Kind | None:
    """None for what is no hash of ours or of an algorithm that we take."""
    try:
        hasher = identify_hasher(encoded)
        told = hasher.decode(encoded)
        algorithm = str(hasher.algorithm)
        return Kind(algorithm, tuple(int(told[name]) for name, _ in _COSTS[algorithm]))
    except (ValueError, KeyError, AssertionError, TypeError):
        return None


def spend(kind: Kind, password: str) -> None:
    """Compute one hash of this kind and forget it. Raises `Busy`."""
    hasher = type(get_hasher(kind.algorithm))()
    for (_, attribute), value in zip(_COSTS[kind.algorithm], kind.cost, strict=True):
        setattr(hasher, attribute, value)
    hasher.encode(password, hasher.salt())


def is_hash(encoded: str) -> bool:
    """Whether a password can be compared with it at all."""
    try:
        identify_hasher(encoded)
    except ValueError:
        return False
    return is_password_usable(encoded)


def _ours() -> Kind | None:
    """None where a deployment chose an algorithm whose cost is not known here."""
    hasher = get_hasher()
    algorithm = str(hasher.algorithm)
    if algorithm != "argon2":
        return None
    return Kind(algorithm, tuple(getattr(hasher, name) for _, name in _COSTS[algorithm]))


_known: tuple[float, tuple[Kind, ...]] | None = None


def slowest_in_use() -> tuple[Kind, ...]:
    """The slowest foreign hash of each algorithm that somebody has; a minute old at most."""
    global _known
    started = time.monotonic()
    if _known is not None and started < _known[0]:
        return _known[1]
    ours = _ours()
    if ours is None:
        return ()
    time_cost, memory_cost, parallelism = ours.cost
    like = f"argon2$argon2id$v=19$m={memory_cost},t={time_cost},p={parallelism}$%"
    with connection.cursor() as cursor:
        cursor.execute(_SELECT, [like])
        kinds = [kind_of(encoded) for (encoded,) in cursor.fetchall()]
    found: dict[str, Kind] = {}
    for kind in sorted((one for one in kinds if one and one != ours), key=lambda one: one.weight):
        found[kind.algorithm] = kind
    slowest = tuple(found.values())
    ended = time.monotonic()
    _known = (ended + max(_FRESH, (ended - started) * _SHARE), slowest)
    return slowest


def even_out(encoded: str, password: str) -> None:
    """Whoever is turned away pays what their own hash (empty: none) has not cost yet.

    Our own hash was computed where `encoded` is none of a foreign kind. Raises `Busy`.
    """
    own, ours = kind_of(encoded), _ours()
    if ours is None:
        return
    foreign = own is not None and own != ours
    if foreign:
        make_password(password)
    for slowest in slowest_in_use():
        try:
            if own is not None and foreign and own.algorithm == slowest.algorithm:
                _top_up(own, slowest, password)
            else:
                spend(slowest, password)
        except NOT_COMPUTABLE as error:
            # One row with a hash that cannot be computed must not fail everybody's sign-in.
            _log.warning("foreign_hash_unusable", algorithm=slowest.algorithm, error=str(error))


def _top_up(own: Kind, slowest: Kind, password: str) -> None:
    if own.algorithm.startswith("pbkdf2"):
        missing = slowest.cost[0] - own.cost[0]
        if missing > 0:
            spend(Kind(own.algorithm, (missing,)), password)
        return
    for _ in range(round(slowest.weight / own.weight) - 1):
        spend(own, password)


def forget() -> None:
    """Look anew (for tests)."""
    global _known
    _known = None
