"""From an understood question to its reply: each kind of question has its way through the library."""

from typing import NamedTuple

from assistant.answer import replies
from assistant.answer.extractive import facts, line
from assistant.answer.listing import about_topic, catalogue
from assistant.answer.replies import Reply
from assistant.answer.sufficiency import enough, weigh
from assistant.answer.wording import form_bonus
from assistant.question.filters import at_least_one, both
from assistant.question.followup import Context, searched
from assistant.question.parse import Kind, Query, understand
from store.evidence import best_sentences, term_weights
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
    if query.unknown:
        return replies.unknown_name(query.unknown)
    if query.kind is Kind.CATALOGUE or (query.kind is Kind.COUNT and not query.topic):
        return catalogue(*finding, query)
    if query.kind in (Kind.PAPERS, Kind.COUNT):
        return about_topic(*finding, query, earlier)
    hits = _hits(finding, query, earlier)
    if not hits:
        return replies.none_match(query, finding.view)
    if not _bears(finding.view, query, hits, earlier):
        return replies.too_little(query, hits)
    if query.kind is Kind.RECORD:
        return replies.record(hits[0].paper, line(finding.view, "", hits[0].paper))
    return _facts(finding.view, query, hits)


def _bears(view: Snapshot, query: Query, hits: list[Hit], earlier: Context | None) -> bool:
    """Whether the papers found bear on the question."""
    if earlier is not None and not query.topic:  # "Why not?" asks of the earlier papers whatever they say.
        return True
    if enough(weigh(view, query.topic, hits), query, earlier):
        return True
    pointed = earlier is not None and earlier.pointed
    return pointed and any(form_bonus(query.question, one.text) for one in hits[0].sentences)


def _facts(view: Snapshot, query: Query, hits: list[Hit]) -> Reply:
    quotes = facts(view, query.question, query.topic or query.question, hits)
    if not quotes:  # The papers have no abstracts.
        return replies.papers(query, [line(view, query.topic, hits[0].paper)], total=1, counted=False)
    return replies.quotes(quotes)


def _hits(finding: Finding, query: Query, earlier: Context | None) -> list[Hit]:
    """The papers to answer from, their sentences ranked by the question itself."""
    library, view = finding
    text = searched(query, earlier) or query.question
    if earlier is None:
        return library.search(text, DEEP, query.filters)
    if not query.topic:
        hits = library.search(text, len(earlier.paper_ids), query.filters)
        return sorted(hits, key=lambda hit: earlier.paper_ids.index(hit.paper.id))[:DEEP]
    hits = library.search(text, DEEP, query.filters)
    weights = term_weights(view, query.topic)
    return [hit.model_copy(update={"sentences": best_sentences(weights, hit.paper.abstract)}) for hit in hits]


def look_up(library: Library, text: str, k: int, filters: Filters) -> list[Hit]:
    """Search; what the text says of authors, years and categories filters where the library knows it.

    Where nothing else is left to search for, the papers come in order of time, each with score 1.
    """
    view, k = library.view(), at_least_one(k)
    if view is None:
        return []
    k = min(k, view.count)
    query = understand(text, view)
    joined = both(query.filters, filters)
    if query.topic or (joined == Filters() and query.oldest_first is None):
        return library.search(query.topic or query.question, k, joined)
    found = library.get(view.catalogue(joined, bool(query.oldest_first))[:k])
    return [Hit(paper=paper, score=1.0, sentences=best_sentences({}, paper.abstract)) for paper in found]
