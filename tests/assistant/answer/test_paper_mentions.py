"""Papers that a question names by authors, years, words of titles and words that they coined."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answer.paper_mentions import find_lead, find_pair
from store.index.snapshot import Snapshot
from tests.assistant import small

PAPERS = (
    small.paper("lamp", "A lamp for warts", "RESULTS: Warts were reduced by 64%.", "Ann Ode", 2002),
    small.paper("salve", "A salve for warts of the hand", "Twelve patients were treated.", "Bo Li, Cy Poe", 2004),
    small.paper("frogs", "Frogs and their songs", "Frogs sing at night.", "Bo Li", 2010),
    small.paper("tool", "ToadTool: counting toads", "We count toads.", "Di Roe", 2019),
    small.paper("newts", "Robust counting of newts", "We call it NewtNet, which counts newts.", "Ed Fox, Bo Li", 2021),
)


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """A library of the papers above."""
    with small.assistant(tmp_path_factory.mktemp("mentions"), PAPERS) as made:
        view = made.library.view()
        assert view is not None
        yield view


@pytest.mark.parametrize(
    ("question", "papers", "asked"),
    [
        (
            "Ode 2002 next to Li 2004, both on warts. How far did warts drop in each?",
            "lamp salve",
            "How far did warts drop",
        ),
        ("Li/Poe and Ode: number of patients side by side", "salve lamp", "number of patients"),
        ("sample size: compare Ode and Li (warts)", "lamp salve", "sample size"),
        ("ToadTool and NewtNet, what does each count?", "tool newts", "what does it count"),
        ("How do the ToadTool paper and the Fox one handle rain differently?", "tool newts", "handle rain"),
        ("Ode et al., Fox & Li - what gets better in the two of them", "lamp newts", "what gets better"),
        ("compare ToadTool with Ode 2002", "tool lamp", ""),
        ("ToadTool beside the newts one by Fox, number of animals in each", "tool newts", "number of animals"),
    ],
)
def test_names_are_parted_where_both_sides_name_a_paper(view: Snapshot, question: str, papers: str, asked: str) -> None:
    pair = find_pair(question, view)
    assert pair is not None
    assert (" ".join(pair.ids), "; ".join(pair.asked)) == (papers, asked)


@pytest.mark.parametrize(
    "question",
    [
        "What do Li and Poe both find about warts?",  # one paper is by both
        "Compare Li and Ode",  # three papers are by Li
        "Are there papers by both Ode and Roe?",
        "Compare warts and frogs",
        "Compare Ode 2002 and Li 1999: number of patients",  # no such paper
        "Ode 2002 and not Li 2004: number of patients in each",
        "Ode 2002 and Li 2004",  # nothing says that it is about two
    ],
)
def test_where_no_two_papers_are_named_nothing_is_found(view: Snapshot, question: str) -> None:
    assert find_pair(question, view) is None


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("Ode (2002), Li (2004): number of patients in both", ["Ode (2002)", "Li (2004)"]),
        ("compare lamp (Ode) with the Fox study, number of newts", ["lamp (Ode)", "the Fox study"]),
    ],
)
def test_a_side_is_called_as_the_question_calls_it(view: Snapshot, question: str, labels: list[str]) -> None:
    pair = find_pair(question, view)
    assert pair is not None
    assert [pair.one.label(question), pair.two.label(question)] == labels


@pytest.mark.parametrize(
    ("question", "paper", "asked"),
    [
        ("ToadTool: how many toads are counted?", "tool", "how many toads are counted?"),
        ("toadtool package - how many toads in total", "tool", "how many toads in total"),
        ("NewtNet. Does it count newts?", "newts", "Does it count newts?"),
        ("Ode et al.: were warts reduced", "lamp", "were warts reduced"),
        ("size of the salve for warts trial? patients, I mean", "salve", "patients"),
    ],
)
def test_a_paper_stands_in_front_of_a_question(view: Snapshot, question: str, paper: str, asked: str) -> None:
    lead = find_lead(question, view)
    assert lead is not None
    assert (lead.named.paper.id, lead.asked) == (paper, asked)


@pytest.mark.parametrize(
    "question",
    [
        "Warts: which treatment helps?",
        "What is ToadTool? And does it count toads?",
        "ToadTool: list papers by Roe",
        "Li: how many patients?",
    ],
)
def test_a_topic_or_a_question_in_front_names_no_paper(view: Snapshot, question: str) -> None:
    assert find_lead(question, view) is None


def test_a_colon_in_a_path_names_no_paper(tmp_path: Path, view: Snapshot) -> None:
    assert find_lead(f"{tmp_path}: how many toads?", view) is None
