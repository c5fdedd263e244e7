"""The retracted papers that an answer would have drawn on, had they not been left out."""

from assistant.answer.sufficiency import THRESHOLD, weigh
from assistant.question.filters import both
from assistant.question.parse import understand
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper

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
