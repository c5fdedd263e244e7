"""The largest or smallest study is found by how many were studied."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from tests.assistant import small

PAPERS = (
    small.paper("few", "Newts in ponds", "We included 12 participants. They heard newts."),
    small.paper("many", "Newts in rivers", "A total of 1,340 patients were included. They heard newts."),
    small.paper("some", "Toads on roads", "We enrolled 250 patients. They saw toads."),
    small.paper("silent", "Frogs", "Frogs sing in ponds."),
)


@pytest.fixture
def pond(tmp_path: Path) -> Iterator[Assistant]:
    with small.assistant(tmp_path / "library", PAPERS) as made:
        yield made


@pytest.mark.parametrize(
    ("question", "opening"),
    [
        ("Which study had the most patients?", "A total of 1,340 patients were included."),
        ("which paper included the largest number of participants", "A total of 1,340 patients were included."),
        ("What is the largest study?", "A total of 1,340 patients were included."),
        ("Which study has the smallest sample?", "We included 12 participants."),
        ("Which study on toads had the most participants?", "We enrolled 250 patients."),
    ],
)
def test_papers_are_ranked_by_their_samples(pond: Assistant, question: str, opening: str) -> None:
    assert pond.ask(question).claims[0].text == opening


def test_of_how_many_papers_it_is_known_is_told(pond: Assistant) -> None:
    notes = pond.ask("Which study had the most patients?").trace.notes
    assert "Ranked by how many were studied; 3 of 4 abstracts say so" in notes


@pytest.mark.parametrize("number", ["12 000", "4 hundred", "Three hundred"])
def test_numbers_of_several_words_are_read_whole(tmp_path: Path, number: str) -> None:
    larger = small.paper("larger", "Newts in lakes", f"{number} patients were enrolled. They saw newts.")
    with small.assistant(tmp_path / "library", (*PAPERS[:1], *PAPERS[2:], larger)) as lake:
        answer = lake.ask("Which study had the most patients?")
    assert answer.claims[0].text == f"{number} patients were enrolled."


def test_where_no_paper_says_it_nothing_is_ranked(tmp_path: Path) -> None:
    with small.assistant(tmp_path / "library", PAPERS[3:]) as pond:
        assert not pond.ask("Which study had the most patients?").trace.notes
