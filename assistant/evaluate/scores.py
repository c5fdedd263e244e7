"""Asks the questions and adds the checks up. Nothing here reads, writes or knows a library: it is handed functions."""

from collections.abc import Callable, Sequence
from functools import partial
from statistics import fmean

from assistant.evaluate import checks
from assistant.evaluate.checks import Check, FindPaper, Outcome, Run, Search
from assistant.evaluate.matching import title_key
from assistant.evaluate.questions import Question
from assistant.types import Answer
from store.errors import ConspectusError
from store.paper import Frozen

Ask = Callable[[str, Sequence[str]], Answer]


class Miss(Frozen):
    """What one question lacked: ``metric`` is the field of ``Evaluation`` it cost, ``what`` says it in words.

    ``metric`` is ``failed`` for a question that ended in an error, ``unknown_titles`` for a gold title that
    the library does not hold.
    """

    id: str
    question: str
    metric: str
    what: str


class Evaluation(Frozen):
    """Scores of 0–1, each None where no question is of its kind, counts, and what was missed.

    A question is *answerable* unless it is marked ``abstain``. Gold papers match by title, whatever its
    case, punctuation and spacing.

    Attributes:
        gold_at_5: |a gold paper is among the first 5 of search| ÷ |answerable with gold papers|. What is searched
            is the question; with a history, which the bare question needs to make sense, it is what the answerer
            searched (``trace.searched``), or the first 5 references where it does not say.
        cited: |a gold paper is among the references| ÷ |answerable with gold papers|.
        contains: |the answer's text or a quote of its citations holds one of ``answer_any`` and every one of
            ``answer_all``| ÷ |answerable with either|. Case, white space and dashes do not count; whole words
            and whole numbers only ("9" is not in "90.94"), a plural aside.
        multi_recall: mean of |gold papers among the references| ÷ |gold papers| over the answerable questions
            with ``need_all_papers``, those of type ``metadata`` aside.
        metadata_recall: the same over those of type ``metadata``.
        verbatim: |citations whose quote is ``abstract[start:end]`` of their paper| ÷ |citations|; an empty
            quote is verbatim only where the paper has no abstract.
        abstention_precision: |abstained and to abstain| ÷ |abstained|.
        abstention_recall: |abstained and to abstain| ÷ |to abstain|.
        false_abstentions: Answerable questions that were not answered.
        questions: Questions scored, the failed ones included.
        answerable: Those not marked ``abstain``.
        failed: Those that ended in an error.
        citations: Citations looked at.
        unknown_titles: Gold titles that no search for them found. They stay in the other scores.
        missed: Every shortfall, in the order of the questions; of a failed one the error alone.
    """

    gold_at_5: float | None
    cited: float | None
    contains: float | None
    multi_recall: float | None
    metadata_recall: float | None
    verbatim: float | None
    abstention_precision: float | None
    abstention_recall: float | None
    false_abstentions: int
    questions: int
    answerable: int
    failed: int
    citations: int
    unknown_titles: int
    missed: tuple[Miss, ...] = ()


def evaluate(questions: Sequence[Question], ask: Ask, search: Search, paper: FindPaper) -> Evaluation:
    """Ask every question and score the answers.

    A question that raises a ``ConspectusError`` is scored as one that was answered with nothing.

    Args:
        questions: What to ask, in this order.
        ask: Answers a question; its second argument holds the questions to ask before it in the same session.
        search: Papers for a question, best first.
        paper: The paper of an id; raises ``NotFound``.
    """
    runs = [_run(question, ask, search) for question in questions]
    all_checks: tuple[Check, ...] = (
        checks.failed,
        partial(checks.unknown_titles, search=search),
        checks.gold_at_5,
        checks.cited,
        checks.contains,
        checks.recall,
        partial(checks.verbatim, paper=paper),
        checks.abstention,
    )
    scored = [(run, outcome) for run in runs for check in all_checks for outcome in check(run)]
    return _evaluation(runs, scored)


def _run(question: Question, ask: Ask, search: Search) -> Run:
    try:
        answer = ask(question.question, question.history)
        return Run(question, answer, _ranked(question, answer, search))
    except ConspectusError as error:  # one question that fails must not cost the scores of the others
        return Run(question, Answer(question=question.question, text=""), error=str(error))


def _ranked(question: Question, answer: Answer, search: Search) -> tuple[str, ...]:
    query = answer.trace.searched if question.history else question.question
    if not query:
        return tuple(title_key(reference.title) for reference in answer.references[: checks.TOP])
    return tuple(title_key(hit.paper.title) for hit in search(query)[: checks.TOP])


def _evaluation(runs: Sequence[Run], scored: Sequence[tuple[Run, Outcome]]) -> Evaluation:
    values: dict[str, list[float]] = {}
    for _, outcome in scored:
        values.setdefault(outcome.metric, []).append(outcome.value)
    mean = {metric: fmean(of) for metric, of in values.items()}
    return Evaluation(
        gold_at_5=mean.get("gold_at_5"),
        cited=mean.get("cited"),
        contains=mean.get("contains"),
        multi_recall=mean.get("multi_recall"),
        metadata_recall=mean.get("metadata_recall"),
        verbatim=mean.get("verbatim"),
        abstention_precision=mean.get("abstention_precision"),
        abstention_recall=mean.get("abstention_recall"),
        false_abstentions=sum(run.answer.abstained and not run.question.abstain for run in runs),
        questions=len(runs),
        answerable=sum(not run.question.abstain for run in runs),
        failed=len(values.get("failed", [])),
        citations=len(values.get("verbatim", [])),
        unknown_titles=len(values.get("unknown_titles", [])),
        missed=tuple(
            Miss(id=run.question.id, question=run.question.question, metric=outcome.metric, what=outcome.missing)
            for run, outcome in scored
            if outcome.missing and (not run.error or outcome.metric == "failed")  # the rest follows from the error
        ),
    )
