"""Text of any kind is read in linear time: twice as much of it takes about twice the steps, counted, not timed."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from assistant.drafts.draft_sentences import split_sentences
from assistant.verify import verify
from store.paper import Paper
from store.readers import read_bytes
from store.readers.author_names import strip_et_al
from tests.store.readers.samples import SAMPLES

PAPER = Paper(id="soups", title="Soups", abstract="We average weights. Accuracy improves by 2%.")
PATHS: dict[str, Callable[[str], object]] = {
    "a claim": lambda text: verify(text, [PAPER]),
    "a source": lambda text: verify("We average weights.", [PAPER.model_copy(update={"abstract": text})]),
    "a draft": lambda text: [*split_sentences(f"We [@a] stir. {text}", is_latex=False)],
    "authors": lambda text: [*read_bytes(SAMPLES["bibtex"].replace("John Roe", text).encode(), "x", "bibtex")],
    "a journal": lambda text: [*read_bytes(SAMPLES["bibtex"].replace("Soups", text).encode(), "x", "bibtex")],
    "records of nothing": lambda text: [*read_bytes(f"[{text}]".encode(), "x", "crossref")],
}
STRINGS = ("et al. ", "1. ", "[@a]", "`", "{}", "@a{", "and ", "No. ", "Fig. 2. ", "a, ", "not ", "\n", "than ")


def count_steps(path: Callable[[str], object], text: str) -> int:
    """Count the calls, of Python and of C, that reading a text takes."""
    steps = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal steps
        steps += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        path(text)
    finally:
        sys.setprofile(None)
    return steps


@pytest.mark.parametrize("text", STRINGS, ids=repr)
@pytest.mark.parametrize("path", PATHS.values(), ids=list(PATHS))
def test_twice_as_much_takes_about_twice_the_steps(path: Callable[[str], object], text: str) -> None:
    few, once, twice = (text * (size // len(text)) for size in (500, 2_000, 4_000))
    path(few)  # What is loaded once is not counted.
    assert count_steps(path, twice) <= 2.5 * count_steps(path, once) + 500


@pytest.mark.parametrize(
    ("text", "names"),
    [("Ann Poe et al.", "Ann Poe"), ("Ann Poe, et al. et al. and others", "Ann Poe"), ("et al. et al.", "")],
)
def test_every_et_al_at_the_end_goes(text: str, names: str) -> None:
    assert strip_et_al(text) == (names, True)


def test_a_name_that_only_looks_so_stays() -> None:
    assert strip_et_al("Ann Poe, Etal Brothers") == ("Ann Poe, Etal Brothers", False)


def test_of_a_source_without_end_the_first_thousand_sentences_are_read() -> None:
    late = PAPER.model_copy(update={"abstract": "Rye is tall. " * 999 + "Clover grew by 3%. Barley grew by 7%."})
    assert verify("Clover grew by 3%.", [late]).citations[0].quote == "Clover grew by 3%."
    assert not any(
        citation.quote == "Barley grew by 7%." for citation in verify("Barley grew by 7%.", [late]).citations
    )
