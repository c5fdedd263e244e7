"""From an understood question to its reply: each kind of question has its way through the library."""

from typing import NamedTuple

from assistant.answers import replies
from assistant.answers.evidence import enough, weigh
from assistant.answers.extract import facts
from assistant.answers.listing import about_topic, catalogue
from assistant.answers.replies import Reply
from assistant.questions.conditions import both
from assistant.questions.followup import Context
from assistant.questions.understand import Kind, Query, understand
from store.evidence import best_sentences
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.library import Library
from store.results import Hit

# How many papers are looked at for a fact.
DEEP = 10


class Finding(NamedTuple):
    """Where to look."""

    library: Library
    view: Snapshot


def reply_to(finding: Finding, query: Query, earlier: Context | None = None) -> Reply:
    """Reply to one question.

    Args:
        finding: Where to look.
        query: The question, its filters already narrowed to the earlier papers where ``earlier`` is given.
        earlier: The turn that the question follows.
    """
    if query.kind is Kind.CATALOGUE or (query.kind is Kind.COUNT and not query.topic):
        return catalogue(*finding, query)
    if query.kind in (Kind.PAPERS, Kind.COUNT):
        return about_topic(*finding, query)
    hits = _hits(finding, query, earlier)
    if not hits:
        return replies.none_match(query, finding.view)
    pointless = earlier is not None and not query.topic  # "Why not?" asks of the earlier papers whatever they say.
    if not pointless and not enough(weigh(finding.view, query.topic, hits), query.filters):
        return replies.too_little(query, hits)
    if query.kind is Kind.RECORD:
        return _record(finding, hits)
    return replies.quotes(facts(finding.view, query.question, query.topic or query.question, hits))


def _hits(finding: Finding, query: Query, earlier: Context | None) -> list[Hit]:
    """The papers to answer from, their sentences ranked by the question itself."""
    library, view = finding
    if earlier is None:
        return library.search(query.topic or query.question, DEEP, query.filters)
    if not query.topic:
        found = {hit.paper.id: hit for hit in library.search(earlier.searched, DEEP, Filters(ids=earlier.paper_ids))}
        return [found[paper_id] for paper_id in earlier.paper_ids if paper_id in found]
    hits = library.search(f"{query.topic} {earlier.searched}", DEEP, query.filters)
    return [hit.model_copy(update={"sentences": best_sentences(view, query.topic, hit.paper.abstract)}) for hit in hits]


def _record(finding: Finding, hits: list[Hit]) -> Reply:
    paper = hits[0].paper
    return replies.record(paper, replies.gist(finding.view, paper))


def look_up(library: Library, text: str, k: int, filters: Filters) -> list[Hit]:
    """Search; what the text says of authors, years and categories filters where the library knows it.

    Where nothing else is left to search for, the papers come in order of time, each with score 1.
    """
    view = library.view()
    if view is None:
        return []
    query = understand(text, view)
    joined = both(query.filters, filters)
    if query.topic or joined == Filters():
        return library.search(query.topic or text, k, joined)
    found = library.get(view.catalogue(joined, bool(query.oldest_first))[:k])
    return [Hit(paper=paper, score=1.0, sentences=best_sentences(view, "", paper.abstract)) for paper in found]
