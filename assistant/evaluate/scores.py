"""Scores of answers: one function a check, and ``Evaluation``, which says what they add up to.

Nothing here reads, writes or knows a library: it is handed functions.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from statistics import fmean
from typing import NamedTuple

from assistant.evaluate.questions import Question
from assistant.types import Answer, Citation
from store.errors import ConspectusError, NotFound
from store.paper import Frozen, Paper
from store.results import Hit

_DASHES = re.compile(r"\s*[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]+\s*")
_MARKDOWN_ESCAPE = re.compile(r"\\([^\w\s])")
_WORD_START = r"(?<![^\W_])"  # an underscore is Markdown's, not the word's
_NUMBER_START = _WORD_START + r"(?<!\d[.,])"
_WORD_END = r"(?:e?s)?(?![^\W_])"
_NUMBER_END = r"(?![^\W_])(?![.,]\d)"


def title_key(title: str) -> str:
    """Fold case, punctuation and spacing of a title; one of symbols only stays as it is."""
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", title).casefold()).strip() or title


def contains_phrase(text: str, phrase: str) -> bool:
    """Tell whether a text, Markdown or plain, holds the wanted words.

    Case, white space, dashes and Markdown's backslashes do not count. Words and numbers match whole: "9" is
    not in "90.94", nor "Meta" in "metadata"; only a plural may be added ("minority group" is in "minority groups").
    """
    needle = _fold_text(phrase)
    first, last = needle[:1], needle[-1:]
    start = _NUMBER_START if first.isdigit() else _WORD_START if first.isalpha() else ""
    end = _NUMBER_END if last.isdigit() else _WORD_END if last.isalpha() else ""
    return re.search(start + re.escape(needle) + end, _fold_text(text)) is not None


def _fold_text(text: str) -> str:
    plain = _MARKDOWN_ESCAPE.sub(r"\1", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(_DASHES.sub("-", plain).split())


Search = Callable[[str], Sequence[Hit]]
FindPaper = Callable[[str], Paper]

TOP = 5
"""Papers of a search among which a right one counts as found, as ``gold_at_5`` says."""


class QuestionRun(NamedTuple):
    """A question and what came of it; ``ranked`` holds the titles that search puts first, best first, as keys."""

    question: Question
    answer: Answer
    ranked: tuple[str, ...] = ()
    error: str = ""

    @property
    def cited(self) -> tuple[str, ...]:
        """The titles of the references, as keys."""
        return tuple(title_key(reference.title) for reference in self.answer.references)

    @property
    def gold(self) -> dict[str, str]:
        """The gold titles by their keys; none for a question that has no answer."""
        return {} if self.question.abstain else {title_key(title): title for title in self.question.papers}


class CheckOutcome(NamedTuple):
    """What a check gave: the metric, a value of 0–1, and in words what is missing, empty for 1."""

    metric: str
    value: float
    missing: str


Check = Callable[[QuestionRun], Iterator[CheckOutcome]]


def check_failure(run: QuestionRun) -> Iterator[CheckOutcome]:
    """Check whether the question ended in an error."""
    if run.error:
        yield CheckOutcome("failed", 0, run.error)


def check_unknown_titles(run: QuestionRun, search: Search) -> Iterator[CheckOutcome]:
    """Check for gold titles that neither the answer nor a search for the title itself brings up."""
    for key, title in run.gold.items():
        if run.error or key in run.ranked or key in run.cited:
            continue
        if all(title_key(hit.paper.title) != key for hit in search(title)):
            advice = "add the paper, or mend the title in the question file"
            yield CheckOutcome("unknown_titles", 0, f"the library holds no paper “{title}”: {advice}")


def check_gold_at_5(run: QuestionRun) -> Iterator[CheckOutcome]:
    """Check whether a gold paper is among the first that search finds."""
    if run.gold:
        yield _check_any("gold_at_5", run.gold, run.ranked, f"the first {TOP} papers of search hold none of")


def check_cited(run: QuestionRun) -> Iterator[CheckOutcome]:
    """Check whether a gold paper is among the references."""
    if run.gold:
        yield _check_any("cited", run.gold, run.cited, "the answer cites none of")


def check_contains(run: QuestionRun) -> Iterator[CheckOutcome]:
    """Check whether the answer or its quotes hold the words that were wanted."""
    any_phrases, all_phrases = run.question.answer_any, run.question.answer_all
    if run.question.abstain or not (any_phrases or all_phrases):
        return
    texts = [run.answer.text, *(citation.quote for citation in _list_citations(run.answer))]
    lacks = [phrase for phrase in all_phrases if not _is_held(texts, phrase)]
    missing = [f"the answer and its quotes lack {_join_quoted(lacks)}"] if lacks else []
    if any_phrases and not any(_is_held(texts, phrase) for phrase in any_phrases):
        missing.append(f"the answer and its quotes hold none of {_join_quoted(any_phrases)}")
    yield CheckOutcome("contains", not missing, "; ".join(missing))


def check_recall(run: QuestionRun) -> Iterator[CheckOutcome]:
    """Measure the share of the gold papers that are cited, where all are needed."""
    if run.gold and run.question.need_all_papers:
        lacks = [title for key, title in run.gold.items() if key not in run.cited]
        metric = "metadata_recall" if run.question.type == "metadata" else "multi_recall"
        missing = f"{len(lacks)} of {len(run.gold)} papers are not cited: {_join_quoted(lacks)}" if lacks else ""
        yield CheckOutcome(metric, 1 - len(lacks) / len(run.gold), missing)


def check_verbatim(run: QuestionRun, paper: FindPaper) -> Iterator[CheckOutcome]:
    """Check whether each citation's quote stands at its place in the abstract."""
    for citation in _list_citations(run.answer):
        missing = _describe_misquote(citation, paper)
        yield CheckOutcome("verbatim", not missing, missing)


def check_abstention(run: QuestionRun) -> Iterator[CheckOutcome]:
    """Check whether a question without an answer got none, and no other."""
    due, abstained = run.question.abstain, run.answer.abstained
    if due:
        yield CheckOutcome(
            "abstention_recall", abstained, "" if abstained else "answered what the library cannot answer"
        )
    if abstained:
        reason = run.answer.reason or "no reason given"
        yield CheckOutcome("abstention_precision", due, "" if due else f"abstained though there is an answer: {reason}")


def _check_any(metric: str, gold: dict[str, str], titles: Sequence[str], lack: str) -> CheckOutcome:
    is_held = any(key in titles for key in gold)
    return CheckOutcome(metric, is_held, "" if is_held else f"{lack} {_join_quoted(gold.values())}")


def _is_held(texts: Iterable[str], phrase: str) -> bool:
    return any(contains_phrase(text, phrase) for text in texts)


def _describe_misquote(citation: Citation, paper: FindPaper) -> str:
    try:
        abstract = paper(citation.paper_id).abstract
    except NotFound:
        return f"[{citation.n}] cites {citation.paper_id!r}, which the library does not hold"
    start, end, quote = citation.start, citation.end, citation.quote
    if 0 <= start <= end and quote == abstract[start:end] and (quote or end == 0):
        return ""
    return f"[{citation.n}] quotes “{quote}”, which “{citation.title}” does not hold at {start}–{end}"


def _list_citations(answer: Answer) -> Iterator[Citation]:
    return (citation for claim in answer.claims for citation in claim.citations)


def _join_quoted(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


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
    runs = [_run_question(question, ask, search) for question in questions]
    all_checks: tuple[Check, ...] = (
        check_failure,
        partial(check_unknown_titles, search=search),
        check_gold_at_5,
        check_cited,
        check_contains,
        check_recall,
        partial(check_verbatim, paper=paper),
        check_abstention,
    )
    scored = [(run, outcome) for run in runs for check in all_checks for outcome in check(run)]
    return _sum_up(runs, scored)


def _run_question(question: Question, ask: Ask, search: Search) -> QuestionRun:
    try:
        answer = ask(question.question, question.history)
        return QuestionRun(question, answer, _rank_titles(question, answer, search))
    except ConspectusError as error:  # one question that fails must not cost the scores of the others
        return QuestionRun(question, Answer(question=question.question, text=""), error=str(error))


def _rank_titles(question: Question, answer: Answer, search: Search) -> tuple[str, ...]:
    query = answer.trace.searched if question.history else question.question
    if not query:
        return tuple(title_key(reference.title) for reference in answer.references[:TOP])
    return tuple(title_key(hit.paper.title) for hit in search(query)[:TOP])


def _sum_up(runs: Sequence[QuestionRun], scored: Sequence[tuple[QuestionRun, CheckOutcome]]) -> Evaluation:
    values: dict[str, list[float]] = {}
    for _, outcome in scored:
        values.setdefault(outcome.metric, []).append(outcome.value)
    mean = {metric: fmean(scores) for metric, scores in values.items()}
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
