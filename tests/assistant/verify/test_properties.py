"""What holds for any text: nothing raises, citations stand, and what was checked before makes no difference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.types import Support
from assistant.verify import verify
from store.paper import Author, Paper
from tests.assistant.verify.example import BEES, WIDGETS

_PIECES = st.sampled_from(
    [
        *("not", "no", "without", "rather than", "than", "more", "fewer", "may", "all", "only", "respectively", "and"),
        *("94%", "3.5 × 10⁻³", "2-10", "1e999", "⅔", "twenty-one", "half", "1)", "[1]", "$", "\\times", "{", "}", "~"),
        *("GPT-4", "L2M", "É", "İ", "ß", "CO₂", "α", "LLMs", "un", "-", "--", ".", ",", "'", "n't", "'s", "\u202e"),
        *("accuracy", "improves", "reduces", "stable", "unstable", "widgets", "outperforms", "of magnitude", "orders"),
    ]
)
_TEXTS = st.one_of(st.text(max_size=120), st.lists(_PIECES, max_size=25).map(" ".join), st.lists(_PIECES).map("".join))


@given(_TEXTS, _TEXTS, _TEXTS)
def test_any_text_is_taken_and_every_citation_stands(claim: str, title: str, abstract: str) -> None:
    paper = Paper(id="any", title=title, abstract=abstract, authors=(Author(name=title),))
    verdict = verify(claim, [paper, WIDGETS])
    assert verdict.text == claim
    assert bool(verdict.findings) == (verdict.support not in (Support.QUOTED, Support.WORDED))
    by_id = {"any": paper, "widgets": WIDGETS}
    assert all(one.quote == by_id[one.paper_id].abstract[one.start : one.end] for one in verdict.citations)


@given(st.lists(_PIECES, max_size=12).map(" ".join))
def test_the_same_claim_has_the_same_verdict(claim: str) -> None:
    first = verify(claim, [WIDGETS])
    verify(claim, [BEES])
    assert verify(claim, [WIDGETS]) == first


@pytest.mark.parametrize(
    "piece", ["a ", "improves accuracy ", "X1 Yy ", "1 2 3 ", "[", "[1 ", "not ", "\\", "10^", "than more ", "twenty-"]
)
def test_long_texts_are_taken(piece: str) -> None:
    text = piece * (40_000 // len(piece))
    paper = Paper(id="long", title="Long", abstract=text)
    assert verify(text, [WIDGETS]).text == text
    assert verify("Alloy X leads on the domestic subset.", [paper]).support is Support.ABSENT
