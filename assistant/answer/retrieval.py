"""What a model may answer from: the papers found for a question, or the reason why there are none.

The retracted papers that an answer would have drawn on, had they not been left out.
"""

from assistant.answer import replies
from assistant.answer.replies import Reply
from assistant.answer.sufficiency import THRESHOLD, enough, weigh
from assistant.question.filters import both
from assistant.question.parse import Kind, Query, understand
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Frozen, Paper

# A question about a fact needs few papers, one about a field all that touch it.
FOR_A_FACT = 6
FOR_A_FIELD = 12
# A model can tell by itself that abstracts do not answer, so it is asked more readily than quotes are given.
READILY = 0.1


class Gathered(Frozen):
    """The question as understood and the papers to answer from, best first; else ``reply`` says why not."""

    query: Query
    papers: tuple[Paper, ...] = ()
    reply: Reply | None = None


def gather(library: Library, question: str, filters: Filters) -> Gathered:
    """Find the evidence for a question that stands on its own."""
    view = library.view()
    if view is None or not view.count:
        return Gathered(query=Query(question=question), reply=replies.empty_library())
    query = understand(question, view)
    query = query.model_copy(update={"filters": both(query.filters, filters)})
    if query.unknown:
        return Gathered(query=query, reply=replies.unknown_name(query.unknown))
    k = FOR_A_FIELD if query.kind is Kind.PAPERS else FOR_A_FACT
    hits = library.search(query.topic or question, k, query.filters, view)
    if not hits:
        return Gathered(query=query, reply=replies.none_match(query, view))
    found = weigh(view, query.topic or question, hits)
    if found.strength() < READILY and not enough(found, query):
        return Gathered(query=query, reply=replies.too_little(query, hits))
    return Gathered(query=query, papers=tuple(hit.paper for hit in hits))


# As many papers as an answer is made from, and as many as a note names.
LOOKED_AT = 10
NAMED = 3
HOW = "--retracted lets them in"


def left_out(library: Library, question: str, filters: Filters) -> str:
    """A note on the retracted papers among those that a question would have found; "" where there are none.

    Args:
        library: Where to look.
        question: As it was searched.
        filters: Of the answer; nothing is left out unless ``retracted`` is False.
    """
    view = library.view()
    if view is None or filters.retracted is not False or not len(view.rows(Filters(retracted=True))):
        return ""
    query = understand(question, view)
    within = both(query.filters, filters.model_copy(update={"retracted": None}))
    if not query.topic:
        count = len(view.rows(both(within, Filters(retracted=True))))
        return f"Left out: {count} retracted {'paper' if count == 1 else 'papers'}. {HOW}." if count else ""
    return _named(_bearing(library, view, query.topic, within))


def _bearing(library: Library, view: Snapshot, topic: str, within: Filters) -> list[Paper]:
    hits = [hit for hit in library.search(topic, LOOKED_AT, within, view) if hit.paper.retraction]
    return [hit.paper for hit in hits if weigh(view, topic, [hit]).strength() >= THRESHOLD]


def _named(papers: list[Paper]) -> str:
    if not papers:
        return ""
    named = "; ".join(f"“{paper.title}”, {paper.retraction}" for paper in papers[:NAMED])
    more = f" and {len(papers) - NAMED} more" if len(papers) > NAMED else ""
    return f"Left out: {named}{more}. {HOW}."
