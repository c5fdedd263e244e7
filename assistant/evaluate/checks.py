"""One function a check: what it makes of a question and its answer. ``Evaluation`` says what they add up to."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from assistant.evaluate.matching import holds, title_key
from assistant.evaluate.questions import Question
from assistant.types import Answer, Citation
from store.errors import NotFound
from store.paper import Paper
from store.results import Hit

Search = Callable[[str], Sequence[Hit]]
FindPaper = Callable[[str], Paper]

TOP = 5


class Run(NamedTuple):
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


class Outcome(NamedTuple):
    """What a check gave: the metric, a value of 0–1, and in words what is missing, empty for 1."""

    metric: str
    value: float
    missing: str


Check = Callable[[Run], Iterator[Outcome]]


def failed(run: Run) -> Iterator[Outcome]:
    """The question ended in an error."""
    if run.error:
        yield Outcome("failed", 0, run.error)


def unknown_titles(run: Run, search: Search) -> Iterator[Outcome]:
    """Gold titles that neither the answer nor a search for the title itself brings up."""
    for key, title in run.gold.items():
        if run.error or key in run.ranked or key in run.cited:
            continue
        if all(title_key(hit.paper.title) != key for hit in search(title)):
            advice = "add the paper, or mend the title in the question file"
            yield Outcome("unknown_titles", 0, f"the library holds no paper “{title}”: {advice}")


def gold_at_5(run: Run) -> Iterator[Outcome]:
    """A gold paper is among the first that search finds."""
    if run.gold:
        yield _any_of("gold_at_5", run.gold, run.ranked, f"the first {TOP} papers of search hold none of")


def cited(run: Run) -> Iterator[Outcome]:
    """A gold paper is among the references."""
    if run.gold:
        yield _any_of("cited", run.gold, run.cited, "the answer cites none of")


def contains(run: Run) -> Iterator[Outcome]:
    """The answer or its quotes hold the words that were wanted."""
    wanted_any, wanted_all = run.question.answer_any, run.question.answer_all
    if run.question.abstain or not (wanted_any or wanted_all):
        return
    texts = [run.answer.text, *(citation.quote for citation in _citations(run.answer))]
    lacks = [wanted for wanted in wanted_all if not _held(texts, wanted)]
    missing = [f"the answer and its quotes lack {_quoted(lacks)}"] if lacks else []
    if wanted_any and not any(_held(texts, wanted) for wanted in wanted_any):
        missing.append(f"the answer and its quotes hold none of {_quoted(wanted_any)}")
    yield Outcome("contains", not missing, "; ".join(missing))


def recall(run: Run) -> Iterator[Outcome]:
    """The share of the gold papers that are cited, where all are needed."""
    if run.gold and run.question.need_all_papers:
        lacks = [title for key, title in run.gold.items() if key not in run.cited]
        metric = "metadata_recall" if run.question.type == "metadata" else "multi_recall"
        missing = f"{len(lacks)} of {len(run.gold)} papers are not cited: {_quoted(lacks)}" if lacks else ""
        yield Outcome(metric, 1 - len(lacks) / len(run.gold), missing)


def verbatim(run: Run, paper: FindPaper) -> Iterator[Outcome]:
    """Each citation's quote stands at its place in the abstract."""
    for citation in _citations(run.answer):
        missing = _misquoted(citation, paper)
        yield Outcome("verbatim", not missing, missing)


def abstention(run: Run) -> Iterator[Outcome]:
    """A question without an answer got none, and no other."""
    due, abstained = run.question.abstain, run.answer.abstained
    if due:
        yield Outcome("abstention_recall", abstained, "" if abstained else "answered what the library cannot answer")
    if abstained:
        reason = run.answer.reason or "no reason given"
        yield Outcome("abstention_precision", due, "" if due else f"abstained though there is an answer: {reason}")


def _any_of(metric: str, gold: dict[str, str], titles: Sequence[str], lack: str) -> Outcome:
    found = any(key in titles for key in gold)
    return Outcome(metric, found, "" if found else f"{lack} {_quoted(gold.values())}")


def _held(texts: Iterable[str], wanted: str) -> bool:
    return any(holds(text, wanted) for text in texts)


def _misquoted(citation: Citation, paper: FindPaper) -> str:
    try:
        abstract = paper(citation.paper_id).abstract
    except NotFound:
        return f"[{citation.n}] cites {citation.paper_id!r}, which the library does not hold"
    start, end, quote = citation.start, citation.end, citation.quote
    if 0 <= start <= end and quote == abstract[start:end] and (quote or not abstract):
        return ""
    return f"[{citation.n}] quotes “{quote}”, which “{citation.title}” does not hold at {start}–{end}"


def _citations(answer: Answer) -> Iterator[Citation]:
    return (citation for claim in answer.claims for citation in claim.citations)


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
