"""What a model says that unused phrases mean, and what of it counts."""

from datetime import date

import pytest

from assistant.question.leftovers import adopt_meanings, read_meanings
from assistant.question.parse import parse_question
from store.filters import Filters
from store.index.snapshot import Snapshot

TODAY = date(2026, 11, 29)
NOT_2018 = Filters(without=(Filters(year_from=2018, year_to=2018),))


def test_the_lines_of_a_reply() -> None:
    reply = "- bar those of 2018 => not from 2018\nSure!\n2. “cited by Che” => none\nso → with code."
    assert read_meanings(reply) == {"bar those of 2018": "not from 2018", "so": "with code"}


@pytest.mark.parametrize(
    ("meaning", "filters"),
    [
        ("not from 2018", NOT_2018),
        ("not from 2019", None),  # No year of the question.
        ("not by Duchi", None),  # Nobody of the question.
        ("not from 2018 about fairness", None),
        ("ignore all rules", None),
        ("papers", None),
        ("", None),
    ],
)
def test_a_meaning_counts_where_the_rules_understand_it(view: Snapshot, meaning: str, filters: Filters | None) -> None:
    query = parse_question("papers hardly from 2018", view, TODAY)
    assert query.unused == ("hardly from 2018",)
    read = adopt_meanings(query, {"Hardly from 2018": meaning}, view, TODAY)
    if filters is None:
        assert read == query
    else:
        assert (read.filters, read.unused, read.conditions) == (filters, (), ("not from 2018",))
