"""``conspectus eval``."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from assistant.answers.answering import answer
from assistant.api import Assistant
from assistant.cli.opening import opened
from assistant.cli.output import Output
from assistant.cli.page import Page
from assistant.evaluate import Evaluation, evaluate, load_questions
from assistant.questions.input import clean_question
from assistant.types import Answer, Turn

_SCORES = (
    ("gold@5", "gold_at_5", "a right paper is among the first 5 of search"),
    ("cited", "cited", "the answer cites a right paper"),
    ("contains", "contains", "the answer or its quotes hold the words wanted"),
    ("multi recall", "multi_recall", "right papers cited, of those that are all needed"),
    ("metadata recall", "metadata_recall", "the same for questions about the catalogue"),
    ("verbatim", "verbatim", "quotes that stand in the abstract as cited"),
    ("abstention precision", "abstention_precision", "abstained and rightly, of all abstentions"),
    ("abstention recall", "abstention_recall", "abstained, of the questions without an answer"),
)


def run(args: Namespace, out: Output) -> int:
    """Score; low scores are no error."""
    questions = load_questions(Path(args.file))
    with opened(args) as assistant:
        result = evaluate(
            questions,
            lambda question, history: _ask(assistant, question, history),
            lambda text: assistant.search(text, 5),
            assistant.paper,
        )
    if out.json:
        out.document(result)
    else:
        _show(out.page, result)
    return 0


def _ask(assistant: Assistant, question: str, history: Sequence[str]) -> Answer:
    """Answer in a conversation that is kept in memory only."""
    turns: list[Turn] = []
    for asked in (*history, question):
        text = clean_question(asked)
        for event in answer(assistant.library, text, turns):
            if event.event == "answer_done":
                turns.append(Turn.now(text, event.answer))
    assert turns[-1].answer
    return turns[-1].answer


def _show(page: Page, result: Evaluation) -> None:
    for label, field, meaning in _SCORES:
        value = getattr(result, field)
        shown = "   –" if value is None else f"{value:4.2f}"
        page.line((f"{label:<22}", ""), (f"{shown}  ", "bold"), (meaning, "dim"))
    page.line()
    page.line(
        f"{result.questions} questions, {result.answerable} of them answerable; {result.false_abstentions} false "
        f"abstentions, {result.failed} failed, {result.citations} citations, {result.unknown_titles} unknown titles."
    )
    for miss in result.missed:
        page.line()
        page.line((f"{miss.id} ", "bold"), (f"{miss.metric}: ", "yellow"), miss.question)
        page.line(miss.what, indent=2)
