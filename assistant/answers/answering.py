"""From a question to a checked answer, without a model. Yields events; the last one holds the answer."""

from collections.abc import Iterator, Sequence
from time import perf_counter

from assistant.answers import replies
from assistant.answers.finding import Finding, reply_to
from assistant.answers.replies import Reply
from assistant.events import AnswerDone, AskEvent, ClaimChecked, EvidenceFound, Searching, TextDelta
from assistant.questions.conditions import both
from assistant.questions.followup import context
from assistant.questions.understand import Query, understand
from assistant.types import Answer, Trace, Turn
from store.filters import Filters
from store.library import Library

# A longer question is cut: the rest would only drown what is asked.
MAX_QUESTION = 2000


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
    if view is None or not view.count:
        query, reply = Query(question=question), replies.empty_library()
        yield Searching(query=question)
    else:
        query = understand(question[:MAX_QUESTION], view)
        yield Searching(query=query.topic or question)
        reply = _reply(Finding(library, view), query, history, filters or Filters())
    yield EvidenceFound(paper_ids=tuple(reference.paper_id for reference in reply.references))
    for claim in reply.claims:
        yield ClaimChecked(claim=claim)
    yield TextDelta(text=reply.text)
    trace = Trace(
        searched=query.topic,
        kind=query.kind,
        filters=replies.in_words(query.filters),
        papers_considered=view.count if view else 0,
        seconds=perf_counter() - began,
    )
    yield AnswerDone(answer=Answer(question=question, trace=trace, **dict(reply)))


def _reply(finding: Finding, query: Query, history: Sequence[Turn], within: Filters) -> Reply:
    """Ask the whole library, or first the papers of the earlier turn where the question points back to them."""
    if query.unknown:
        return replies.unknown_name(query.unknown)
    query = query.model_copy(update={"filters": both(query.filters, within)})
    earlier = context(query.question, history)
    if not earlier.paper_ids:
        return reply_to(finding, query)
    carried = query.model_copy(update={"filters": both(query.filters, Filters(ids=earlier.paper_ids))})
    tries = [(query, None), (carried, earlier)]
    first, second = reversed(tries) if earlier.pointed else tries
    reply = reply_to(finding, *first)
    if not reply.abstained:
        return reply
    other = reply_to(finding, *second)
    return reply if other.abstained else other
