"""The bars that answers on the sample have to reach, and answers on it that a researcher would look at first."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant import Answer, Assistant
from assistant.evaluate import Evaluation, evaluate, load_questions
from tests.assistant.small import talk

OWN = Path(__file__).resolve().parents[2] / "benchmarks" / "questions.jsonl"


def scored(of: Assistant, questions: Path) -> Evaluation:
    def ask(question: str, history: Sequence[str]) -> Answer:
        return talk(of, *history, question)[-1]

    return evaluate(load_questions(questions), ask, lambda text: of.search(text, 5), of.papers.get)


def assert_reaches_the_bars(scores: Evaluation) -> None:
    missed = "\n".join(f"{miss.id} {miss.metric}: {miss.what}" for miss in scores.missed)
    assert (scores.failed, scores.unknown_titles) == (0, 0), missed
    least = {"gold_at_5": 0.95, "cited": 0.9, "contains": 0.8, "multi_recall": 0.95, "metadata_recall": 0.95}
    for metric, bar in (least | {"verbatim": 1.0, "abstention_recall": 1.0}).items():
        assert getattr(scores, metric) >= bar, f"{metric}\n{missed}"
    assert scores.false_abstentions <= 1, missed


def test_the_first_questions(namkoong: Assistant, shared: Path) -> None:
    assert_reaches_the_bars(scored(namkoong, shared / "eval" / "questions.jsonl"))


def test_our_own_questions(namkoong: Assistant) -> None:
    assert_reaches_the_bars(scored(namkoong, OWN))


@pytest.mark.parametrize(
    ("question", "years"),
    [("Which papers appeared in 2018?", {2018}), ("papers before 2018", {2016, 2017}), ("the earliest paper", {2016})],
)
def test_years_of_the_sample(namkoong: Assistant, question: str, years: set[int]) -> None:
    assert {reference.year for reference in namkoong.ask(question).references} == years


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("papers by Namkoong", 45),
        ("papers by Hongseok Namkoong since 2016", 45),
        ("papers by Ethan Che", 4),
        ("papers by O'Kelly", 2),
    ],
)
def test_people_of_the_sample(namkoong: Assistant, question: str, count: int) -> None:
    answer = namkoong.ask(question)
    assert len(answer.references) == min(count, 20)  # A longer list is cut, and says how many there are.
    assert answer.text.startswith(f"This library holds {count} papers") == (count > 20)


def test_thompson_is_no_author_of_the_sample(namkoong: Assistant) -> None:
    answer = namkoong.ask("Which papers study Thompson sampling?")
    assert all("Thompson" in reference.title for reference in answer.references[:3])
    assert answer.trace.filters == ""


def test_an_author_whom_the_caller_names_lowers_no_bar(namkoong: Assistant) -> None:
    for question in ("What is the boiling point of tungsten?", "How many parameters does GPT-4 have?"):
        assert namkoong.ask(question, author="Namkoong").abstained
