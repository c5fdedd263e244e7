"""Filters as conditions of a Chroma server."""

from collections.abc import Sequence

import pytest

from store.filters import Filters
from store.remote.conditions import EVERYTHING, MOST_AUTHORS, NOTHING, build_where, join_all, join_any, negate


class Names:
    """Authors of whom very many are called Wang."""

    def find_authors(self, name: str) -> dict[str, str]:
        """Find them."""
        if "wang" in name.lower():
            return {f"{n} wang": f"{n} Wang" for n in range(MOST_AUTHORS + 1)}
        return {"ada poe": "Ada Poe"} if name == "Poe" else {}

    def find_values(self, field: str, name: str) -> tuple[str, ...]:
        """Find a value; of journals very many."""
        return tuple(f"{n} {name}" for n in range(1001)) if name == "journal" else (f"{field} {name}",)

    def resolve_ids(self, ids: Sequence[str]) -> Sequence[str]:
        """Leave ids as they are."""
        return ids


@pytest.mark.parametrize(
    ("filters", "where"),
    [
        (Filters(), EVERYTHING),
        (Filters(author=("Poe",)), {"author_key": {"$contains": "ada poe"}}),
        (Filters(author=("nobody",)), NOTHING),
        (
            Filters(author=("Wei Wang",)),
            {"$and": [{"author_word": {"$contains": "wei"}}, {"author_word": {"$contains": "wang"}}]},
        ),
        (Filters(year_from=2020, year_to=2020), {"year": {"$eq": 2020}}),
        (Filters(year_from=2020), {"$and": [{"year": {"$gte": 2020}}, {"year": {"$lte": 10_000}}]}),
        (Filters(retracted=False), {"retracted": {"$eq": 0}}),
        (Filters(ids=("a", "b")), {"paper": {"$in": ["a", "b"]}}),
        (Filters(ids=()), NOTHING),
        (Filters(without=(Filters(retracted=True),)), {"retracted": {"$ne": 1}}),
        (
            Filters(without=(Filters(year_from=2020, year_to=2020, category=("AI",)),)),
            {"$or": [{"year": {"$ne": 2020}}, {"category": {"$not_contains": "AI"}}]},
        ),
        (
            Filters(text="frogs", venue=("Pond",)),
            {"$and": [{"venue": {"$contains": "venue Pond"}}, {"words": {"$contains": "frog"}}]},
        ),
    ],
)
def test_filters_are_written_as_chroma_takes_them(filters: Filters, where: object) -> None:
    assert build_where(filters, Names()) == where


def list_alternatives(where: object) -> list[str]:
    """List the values of a condition, and hold that nowhere more than a hundred parts are joined: SQLite's limit."""
    assert isinstance(where, dict)
    [(key, value)] = where.items()
    if key not in ("$or", "$and"):
        return list(value.values())
    assert 1 < len(value) <= 100
    return [found for part in value for found in list_alternatives(part)]


@pytest.mark.parametrize("turned", [False, True])
def test_a_thousand_names_are_all_asked_for(turned: bool) -> None:
    where = build_where(Filters(venue=("journal",)), Names())
    assert list_alternatives(negate(where) if turned else where) == [f"{n} journal" for n in range(1001)]


def test_conditions_of_everything_and_nothing_fall_away() -> None:
    one = {"year": {"$eq": 1}}
    assert join_all([EVERYTHING, one]) == join_any([NOTHING, one]) == one
    assert join_all([one, NOTHING]) == join_any([]) == NOTHING
    assert join_any([one, EVERYTHING]) == join_all([]) == EVERYTHING
    assert (negate(EVERYTHING), negate(NOTHING)) == (NOTHING, EVERYTHING)
    both = join_any([one, join_all([{"date": {"$gt": 2}}, {"words": {"$contains": "a"}}])])
    assert negate(negate(both)) == both
