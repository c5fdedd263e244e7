"""The rates of the labelled claims stay above the bars."""

import pytest

from benchmarks.claims import BARS, LABELS, Labelled, labelled, rates


@pytest.fixture(scope="module")
def rows() -> list[Labelled]:
    return list(labelled())


def test_the_set_is_as_large_as_it_says(rows: list[Labelled]) -> None:
    counts = {label: sum(row.label == label for row in rows) for label in LABELS}
    assert len(rows) == sum(counts.values()) >= 300
    assert counts["true"] >= 110
    assert min(counts.values()) >= 50
    assert len({row.paper.id for row in rows if row.label == "true"}) == 45


def test_rates_on_all_claims_reach_the_bars(rows: list[Labelled]) -> None:
    assert {label: rate for label, rate in rates(rows).items() if rate < BARS[label]} == {}
