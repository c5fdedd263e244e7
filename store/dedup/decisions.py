"""What people decided of records, against the rule or where it was unsure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import product

from store.dedup.keys import fingerprint
from store.paper import Paper
from store.state import Pair, State


class Decisions:
    """Pairs of records that belong together, and pairs that do not, by their fingerprints."""

    def __init__(self, together: Iterable[Pair] = (), apart: Iterable[Pair] = ()) -> None:
        self._together = _both_ways(together)
        self._apart = _both_ways(apart)

    @classmethod
    def of(cls, state: State) -> "Decisions":
        """Those that a library keeps."""
        return cls(state.together, state.apart)

    def partners(self, record: Paper) -> set[str]:
        """Fingerprints of the records that belong to this one."""
        return self._together.get(fingerprint(record), set()) if self._together else set()

    def together(self, one: Sequence[Paper], other: Sequence[Paper]) -> bool:
        """Whether any record of the one belongs to one of the other."""
        return _any_pair(self._together, one, other)

    def apart(self, one: Sequence[Paper], other: Sequence[Paper]) -> bool:
        """Whether any record of the one must not stand with one of the other."""
        return _any_pair(self._apart, one, other)

    def inside(self, records: Sequence[Paper]) -> bool:
        """Whether a person joined some of these records: what speaks against it was known then."""
        return len(records) > 1 and self.together(records, records)


def pairs(one: Iterable[str], other: Iterable[str]) -> list[Pair]:
    """Every fingerprint of the one with every one of the other, but for itself."""
    return [(a, b) for a, b in product(one, other) if a != b]


def _any_pair(found: dict[str, set[str]], one: Sequence[Paper], other: Sequence[Paper]) -> bool:
    if not found:
        return False
    others = {fingerprint(record) for record in other}
    return any(found.get(fingerprint(record), set()) & others for record in one)


def _both_ways(given: Iterable[Pair]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in given:
        found[one].add(other)
        found[other].add(one)
    return dict(found)
