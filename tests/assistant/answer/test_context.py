from itertools import pairwise

import pytest

from assistant.answer.generation import (
    MAX_PAPERS,
    PromptContext,
    compute_token_budget,
    estimate_tokens,
    format_evidence,
    pack_papers,
    shrink_until_it_fits,
)
from store.errors import PromptTooLong
from tests.assistant.small import FIELD, paper


@pytest.mark.parametrize("context", [256, 1000, 8192, 128_000])
@pytest.mark.parametrize("question", ["Why?", "w" * 2000])
def test_abstracts_get_what_is_left_and_at_least_a_quarter(context: int, question: str) -> None:
    room = compute_token_budget(question, context, 1024)
    assert room >= context // 4
    text = PromptContext(FIELD, question, room).evidence
    assert text
    assert len(text) <= room * 3.5


def test_the_least_relevant_are_left_out() -> None:
    assert pack_papers(FIELD, 100_000) == list(FIELD)
    few = pack_papers(FIELD, 200)
    assert 1 <= len(few) < len(FIELD)
    assert few == list(FIELD[: len(few)])
    assert pack_papers(FIELD, 0) == [FIELD[0]]
    assert len(pack_papers(FIELD * 3, 100_000)) == MAX_PAPERS


def test_they_are_numbered_in_order() -> None:
    text = format_evidence(FIELD[:2], 1000)
    assert text.startswith(f"[1] {FIELD[0].title} (2023)\n{FIELD[0].abstract}")
    assert f"[2] {FIELD[1].title}" in text
    assert "(no abstract)" in format_evidence([paper("x", "")], 100)


def test_halving_halves() -> None:
    given = PromptContext(FIELD, "Why?", 8000)
    half = given.halved()
    assert estimate_tokens(half.evidence) <= estimate_tokens(given.evidence) // 2 + 1
    assert half.ids == given.ids[: len(half.ids)]


@pytest.mark.parametrize(("failures", "lengths"), [(0, 1), (1, 2), (2, 3)])
async def test_what_does_not_fit_is_halved_and_written_again(failures: int, lengths: int) -> None:
    sizes: list[int] = []

    async def write(given: PromptContext) -> str:
        sizes.append(estimate_tokens(given.evidence))
        if len(sizes) <= failures:
            raise PromptTooLong("Too long.")
        return "written"

    assert await shrink_until_it_fits(PromptContext(FIELD, "Why?", 8000), write) == "written"
    assert len(sizes) == lengths
    assert all(later <= earlier // 2 + 1 for earlier, later in pairwise(sizes))


async def test_a_quarter_that_does_not_fit_is_an_error() -> None:
    tries: list[PromptContext] = []

    async def write(given: PromptContext) -> str:
        tries.append(given)
        raise PromptTooLong("Too long.")

    with pytest.raises(PromptTooLong):
        await shrink_until_it_fits(PromptContext(FIELD, "Why?", 8000), write)
    assert len(tries) == 3
