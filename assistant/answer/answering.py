"""From a question to a checked answer, without a model. Yields events; the last one holds the answer."""

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import NamedTuple

from assistant.answer import replies
from assistant.answer.replies import Reply
from assistant.answer.routing import Finding, reply_to
from assistant.events import AnswerDone, AskEvent, ClaimChecked, EvidenceFound, Searching, TextDelta
from assistant.question.filters import both
from assistant.question.followup import Context, completed, context, searched
from assistant.question.parse import Query, understand
from assistant.types import Answer, Trace, Turn
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.library import Library


class Try(NamedTuple):
    """A way to understand a question; ``earlier`` is the turn to whose papers it is narrowed."""

    query: Query
    earlier: Context | None = None


def answer(
    library: Library, question: str, history: Sequence[Turn] = (), filters: Filters | None = None
) -> Iterator[AskEvent]:
    """Answer from the library alone.

    Args:
        library: What may be cited.
        question: One line of clean text.
        history: Earlier turns of the session, for what "it" means. An earlier answer is never evidence.
        filters: Papers that the answer is restricted to.
    """
    began = perf_counter()
    view = library.view()
    within = filters or Filters(retracted=False)
    if view is None or not view.count:
        tried, reply = Try(Query(question=question, filters=within)), replies.empty_library()
        yield Searching(query=question)
    else:
        tries = _tries(understand(question, view), history, within, view)
        yield Searching(query=searched(*tries[0]) or question)
        tried, reply = _first_answer(Finding(library, view), tries)
    yield EvidenceFound(paper_ids=tuple(reference.paper_id for reference in reply.references))
    for claim in reply.claims:
        yield ClaimChecked(claim=claim)
    yield TextDelta(text=reply.text)
    trace = Trace(
        searched=searched(*tried),
        kind=tried.query.kind,
        filters=replies.in_words(tried.query.filters),
        papers_considered=len(view.rows(tried.query.filters)) if view else 0,
        seconds=perf_counter() - began,
    )
    yield AnswerDone(answer=Answer(question=question, trace=trace, **dict(reply)))


def _tries(query: Query, history: Sequence[Turn], within: Filters, view: Snapshot) -> list[Try]:
    """The question asked of all papers, and of those of the earlier turn; what is likelier meant comes first."""
    whole = completed(query, history, view)
    alone = Try(whole.model_copy(update={"filters": both(whole.filters, within)}))
    earlier = context(query.question, history)
    if whole is not query or not earlier.paper_ids:
        return [alone]
    narrowed = both(alone.query.filters, Filters(ids=earlier.paper_ids))
    carried = Try(alone.query.model_copy(update={"filters": narrowed}), earlier)
    if earlier.only:
        return [carried]
    return [carried, alone] if earlier.pointed else [alone, carried]


def _first_answer(finding: Finding, tries: Sequence[Try]) -> tuple[Try, Reply]:
    """The first reply that is no abstention; else that of the question asked of the most papers."""
    abstained = []
    for one in tries:
        reply = reply_to(finding, *one)
        if not reply.abstained:
            return one, reply
        abstained.append((one, reply))
    return min(abstained, key=lambda each: each[0].earlier is not None)
