"""What is measured of a claim beside its source: each group of features tells what it is there for."""

import pytest

from assistant.types import Support
from assistant.verify import verify
from assistant.verify.alignment import find_evidence
from assistant.verify.nearness import lay_beside, read_text
from assistant.verify.source import parse_sentence, read_source
from assistant.verify.verdict import Verdict
from assistant.verify.weigher import MOST_SENTENCES, list_places, measure_claim
from store.paper import Paper

SOURCE = "The new drug lowered blood pressure in 120 elderly patients. It did not change their weight."


def measure(claim: str, source: str = SOURCE) -> dict[str, float]:
    papers = [Paper(id="source", title="", abstract=source)]
    values = measure_claim(verify(claim, papers), papers)
    assert values is not None
    return values


def test_a_word_of_like_sense_is_near_and_another_is_not() -> None:
    like, other = measure("The medication lowered blood pressure."), measure("The locomotive lowered blood pressure.")
    assert like["other: least"] > other["other: least"] + 0.1
    assert like["all: mean"] > other["all: mean"]
    assert like["stems: all"] == pytest.approx(other["stems: all"], abs=0.2)  # The stems do not tell.


def test_a_sentence_of_like_sense_is_near() -> None:
    near, far = measure("The medicine reduces hypertension in old people."), measure("Glaciers retreat in the Alps.")
    assert near["sentence: best"] > 0.5 > far["sentence: best"]


def test_numbers_are_found_among_their_neighbours() -> None:
    there, wrong = measure("There were 120 elderly patients."), measure("There were 340 elderly patients.")
    assert (there["number: missing"], wrong["number: missing"]) == (0.0, 1.0)
    assert there["number: fit"] > 0.5 > wrong["number: fit"] == 0.0


def test_two_sentences_carry_more_than_one() -> None:
    joined = measure("The new drug lowered blood pressure and did not change their weight.")
    assert joined["two: gain"] > 0.05 > measure("The new drug lowered blood pressure.")["two: gain"]


def test_the_names_are_the_same_for_every_claim() -> None:
    names = [set(measure(claim)) for claim in ("Drugs.", "x", "1 2 3", "深度学习", "The new drug! " * 50)]
    assert all(each == names[0] for each in names)


@pytest.mark.parametrize(("claim", "source"), [("", SOURCE), ("...", SOURCE), ("Drugs help.", ""), ("", "")])
def test_nothing_is_measured_where_one_side_has_no_word(claim: str, source: str) -> None:
    assert lay_beside(claim, [source] if source else []) is None or claim == "..."
    verdict = Verdict(text=claim, support=Support.ABSENT)
    assert measure_claim(verdict, [Paper(id="source", title="", abstract=source)]) is None or claim == "..."


def test_a_long_source_is_embedded_in_part_only() -> None:
    """So that a claim takes no more time, whatever it is laid beside."""
    abstract = " ".join(f"The new drug number {n} lowered blood pressure." for n in range(200))
    papers = [Paper(id="source", title="", abstract=abstract)]
    evidence = find_evidence(parse_sentence("The new drug lowered blood pressure."), [read_source(papers[0])])
    read_text.cache_clear()
    assert len(list_places(evidence, papers)) == MOST_SENTENCES
    measure("The new drug lowered blood pressure.", abstract)
    assert read_text.cache_info().misses == 1 + MOST_SENTENCES


def test_a_text_is_read_as_far_as_the_embedder_does() -> None:
    """A claim of a megabyte takes as long as one of a hundred words."""
    assert len(read_text("word " * 200_000).words) == len(read_text("word " * 200).words) <= 126
