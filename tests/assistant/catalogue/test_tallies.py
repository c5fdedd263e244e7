from typing import Any

from assistant.catalogue.tallies import Tally, count_names

RECORDS: list[dict[str, Any]] = [
    {"id": "a", "date": "2018-05", "authors": [{"name": "Ann Ode"}, {"name": "Bo Li"}], "venue": "Frog Letters"},
    {
        "id": "b",
        "date": "2021",
        "authors": [{"name": "ann ode"}],
        "venue": "frog letters",
        "keywords": ["pond", "Frog"],
    },
    {"id": "c", "date": "2021-02", "authors": [{"name": "Ann Ode"}], "keywords": ["frog"], "tags": ["Pond"]},
    {"id": "d"},
]


def test_authors_are_counted_once_a_paper_and_spelled_as_they_mostly_are() -> None:
    assert count_names(RECORDS, "authors") == (
        Tally(name="Ann Ode", papers=3, newest="c"),
        Tally(name="Bo Li", papers=1, newest="a"),
    )


def test_names_that_differ_in_case_alone_are_one() -> None:
    assert [(tally.name, tally.papers) for tally in count_names(RECORDS, "venues")] == [("Frog Letters", 2)]
    assert [(tally.name, tally.papers) for tally in count_names(RECORDS, "keywords")] == [("Frog", 2), ("Pond", 2)]


def test_years_stand_in_their_order() -> None:
    assert [(tally.name, tally.papers) for tally in count_names(RECORDS, "years")] == [("2018", 1), ("2021", 2)]


def test_of_nothing_nothing_is_counted() -> None:
    assert count_names([], "authors") == count_names([{"id": "d"}], "venues") == ()


def test_months_are_those_that_a_date_states() -> None:
    assert [(tally.name, tally.papers) for tally in count_names(RECORDS, "months")] == [("2018-05", 1), ("2021-02", 1)]


def test_languages_categories_and_kinds() -> None:
    records = [
        {"id": "a", "title": "Frogs", "language": "de", "categories": ["LG", "ML"], "kind": "thesis"},
        {"id": "b", "title": "Newts: a systematic review", "language": "de", "categories": ["ML"]},
    ]
    assert [(tally.name, tally.papers) for tally in count_names(records, "languages")] == [("German", 2)]
    assert [(tally.name, tally.papers) for tally in count_names(records, "categories")] == [("ML", 2), ("LG", 1)]
    kinds = [(tally.name, tally.papers) for tally in count_names(records, "kinds")]
    assert kinds == [("review", 1), ("systematic review", 1), ("thesis", 1)]
