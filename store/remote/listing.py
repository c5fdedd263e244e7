"""The papers on a server in the order of their dates, or of how often they are cited.

A server of Chroma sorts nothing. But it finds the papers of a year, a month or a day, so the order is walked in steps:
a step of few papers is read and sorted here, one of many is halved.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from store.index.index_schema import UNDATED
from store.remote.collection import ServerCollection
from store.remote.conditions import Where, join_all

# Papers of one step that are read to be sorted. Chosen by hand: about half a second.
_STEP = 400
_LAST = 99_999_999
_MOST_CITED = 2_000_000_000
# Where steps of citations end; papers that are cited often are few.
_CITED = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000)


def list_in_order(
    collection: ServerCollection, where: Where, years: Sequence[int], oldest_first: bool, most_cited: bool
) -> Iterator[str]:
    """Yield the ids of the papers that fit a condition, newest first, undated ones last.

    Args:
        collection: The papers.
        where: The condition.
        years: Those that papers have.
        oldest_first: Whether the oldest come first instead; undated ones stay last.
        most_cited: Whether the most cited come first instead; those of which that is not known are left out.
    """
    if most_cited:
        yield from _walk(collection, where, "citations", [*_CITED, _MOST_CITED], backwards=True)
        return
    bounds = sorted({year * 10_000 for year in years} | {(year + 1) * 10_000 for year in years} | {1, _LAST})
    yield from _walk(collection, where, "date", bounds, backwards=not oldest_first)
    yield from sorted(collection.find_ids(join_all([where, {"date": {"$eq": UNDATED}}])))


def _walk(
    collection: ServerCollection, where: Where, field: str, bounds: Sequence[int], backwards: bool
) -> Iterator[str]:
    steps = list(pairwise(bounds))
    for low, high in reversed(steps) if backwards else steps:
        yield from _take_step(collection, where, field, low, high, backwards)


def _take_step(
    collection: ServerCollection, where: Where, field: str, low: int, high: int, backwards: bool
) -> Iterator[str]:
    """Yield the ids of the papers whose value is at least ``low`` and below ``high``, in order."""
    span: list[Where] = [{field: {"$gte": low}}, {field: {"$lt": high}}] if high - low > 1 else [{field: {"$eq": low}}]
    within = join_all([where, *span])
    ids = collection.find_ids(within)
    if high - low == 1 or len(ids) <= 1:
        yield from sorted(ids)
    elif len(ids) <= _STEP:
        values = collection.read_numbers(within, field, len(ids))
        yield from sorted(values, key=lambda paper_id: (-values[paper_id] if backwards else values[paper_id], paper_id))
    else:
        middle = (low + high) // 2
        halves = [(low, middle), (middle, high)]
        for first, last in reversed(halves) if backwards else halves:
            yield from _take_step(collection, where, field, first, last, backwards)
