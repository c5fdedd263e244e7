"""Which words win and which lose in a comparison."""

import pytest

from assistant.verify.comparison import find_comparisons
from assistant.verify.source import parse_sentence

Sides = list[tuple[str, str, str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Clover outperforms rye.", [("better", "clover", "rye")]),
        ("Clover trails rye.", [("better", "rye", "clover")]),
        ("Rye is outperformed by clover in wet years.", [("better", "clover", "rye")]),
        ("Clover yields more hay than rye.", [("up", "clover yields", "rye")]),
        ("Clover yields less hay than rye.", [("up", "rye", "clover yields")]),
        ("Bees visit clover rather than rye.", [("rather", "bees visit clover", "rye")]),
        ("Bees visit clover instead of rye.", [("rather", "bees visit clover", "rye")]),
        ("Flax is ahead of rye.", [("rather", "flax", "rye")]),
        # Each comparison ends where the next begins; without a left side of its own it has that of the one before.
        ("Clover beats rye and surpasses flax.", [("better", "clover", "rye"), ("better", "clover", "flax")]),
        (
            "Clover beats rye and surpasses flax and exceeds oats.",
            [("better", "clover", "rye"), ("better", "clover", "flax"), ("better", "clover", "oats")],
        ),
        ("Clover trails rye but surpasses flax.", [("better", "rye", "clover"), ("better", "clover", "flax")]),
        # Twelve words to either side, stop words among them, belong to it.
        (
            "Clover beats old rye and new rye and flax and oats and barley and maize and hay.",
            [("better", "clover", "old rye new rye flax oats barley")],
        ),
        ("Clover and rye grow.", []),
        ("Clover feeds more than bees.", [("up", "clover feeds", "bees")]),
    ],
)
def test_comparisons_have_a_kind_and_two_sides(text: str, expected: Sides) -> None:
    sentence = parse_sentence(text)
    sides = [
        (kind, *(" ".join(sentence.words[place].low for place in sorted(side)) for side in (over, under)))
        for kind, over, under in find_comparisons(sentence)
    ]
    assert sides == expected
