"""``conspectus eval``."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from assistant.cli.console import Output, Page
from assistant.cli.context import opened_with, settings_of
from assistant.cli.phrases import taken
from assistant.client import Assistant
from assistant.evaluate import Evaluation, evaluate, load_questions
from assistant.types import Answer, Turn, Usage

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


class Evaluated(Evaluation):
    """The scores, and the model that wrote the answers with what it took; "" and nothing without one."""

    model: str = ""
    model_usage: Usage = Usage()


class _Asking:
    """Asks in conversations that are kept in memory only, and adds up what the model took."""

    def __init__(self, assistant: Assistant, strict: bool) -> None:
        self._assistant = assistant
        self._strict = strict
        self.usage = Usage()

    def ask(self, question: str, history: Sequence[str]) -> Answer:
        """Answer a question after those of its history."""
        turns: list[Turn] = []
        for earlier in history:
            answer = self._answer(earlier, turns)
            turns.append(Turn.now(answer.question, answer))
        return self._answer(question, turns)

    def _answer(self, question: str, turns: Sequence[Turn]) -> Answer:
        answer = self._assistant.ask(question, strict=self._strict, history=turns)
        self.usage += answer.usage
        return answer


def run(args: Namespace, out: Output) -> int:
    """Score; low scores are no error, but 1 where every question failed."""
    questions = load_questions(Path(args.file))
    settings = settings_of(args)
    with opened_with(settings) as assistant:
        asking = _Asking(assistant, settings.strict)
        scores = evaluate(questions, asking.ask, lambda text: assistant.search(text, 5), assistant.paper)
        model = assistant.chain.model.name if assistant.chain else ""
    result = Evaluated(**dict(scores), model=model, model_usage=asking.usage)
    if out.json:
        out.document(result)
    else:
        _show(out.page, result)
    return 1 if result.failed == result.questions else 0


def _show(page: Page, result: Evaluated) -> None:
    for label, field, meaning in _SCORES:
        value = getattr(result, field)
        shown = "   –" if value is None else f"{value:4.2f}"
        page.line((f"{label:<22}", ""), (f"{shown}  ", "bold"), (meaning, "dim"))
    page.line()
    page.line(
        f"{result.questions} questions, {result.answerable} of them answerable; {result.false_abstentions} false "
        f"abstentions, {result.failed} failed, {result.citations} citations, {result.unknown_titles} unknown titles."
    )
    if result.model:
        page.line(f"Answered with {result.model}: {taken(result.model_usage) or 'no tokens counted'}.")
    for miss in result.missed:
        page.line()
        page.line((f"{miss.id} ", "bold"), (f"{miss.metric}: ", "yellow"), miss.question)
        page.line(miss.what, indent=2)
