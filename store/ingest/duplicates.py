"""Papers of a library that may be one: what the rule was unsure about, and nobody decided yet."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from store.dedup.decisions import Decisions
from store.dedup.keys import keys_of
from store.dedup.match import DIFFERENT, SAME
from store.dedup.matching import between
from store.dedup.merge import records_of
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from store.results import Duplicate

# Keys whose papers are read at once.
PAGE = 200
# Papers with one key that are compared with each other: more have a title that says nothing.
ALIKE = 30


def duplicates(library: Library) -> Iterator[Duplicate]:
    """Pairs of papers that share an id or a title, and may be one; pairs that a person keeps apart are left out.

    ``same`` marks those that would be joined: they were added before the rule was there, or a merge by hand was
    broken off after it was decided.

    Raises:
        LibraryError: The library cannot be read.
    """
    view = library.view()
    if view is None:
        return
    decisions = Decisions.of(library.chroma.state())
    for one, other in _pairs(view):
        said = between(records_of(one), records_of(other), decisions)
        if said.decision is not DIFFERENT:
            yield Duplicate(first=one, second=other, reason=said.reason, same=said.decision is SAME)


def _pairs(view: Snapshot) -> Iterator[tuple[Paper, Paper]]:
    """Every two papers that share a key, once, by id in order."""
    seen = set()
    shared = view.shared_keys()
    for keys in (shared[first : first + PAGE] for first in range(0, len(shared), PAGE)):
        for papers in _by_key(view.keyed(keys), set(keys)):
            for one, other in combinations(papers[:ALIKE], 2):
                if (one.id, other.id) not in seen:
                    seen.add((one.id, other.id))
                    yield one, other


def _by_key(papers: list[Paper], keys: set[str]) -> list[list[Paper]]:
    found: dict[str, list[Paper]] = defaultdict(list)
    for paper in papers:
        for key in keys.intersection(keys_of(paper)):
            found[key].append(paper)
    return [found[key] for key in sorted(found)]
