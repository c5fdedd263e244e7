"""From an understood question to its reply: each kind of question has its way through the library.

Answers that list papers: those about a topic, and those of an author, a year or a category.
"""

import re
from typing import NamedTuple

from assistant.answer import replies
from assistant.answer.extractive import facts, form_bonus, line, relevant
from assistant.answer.replies import Reply
from assistant.answer.sufficiency import enough, weigh
from assistant.question.filters import at_least_one, both
from assistant.question.followup import Context, searched
from assistant.question.parse import COMPARE, Kind, Query, understand
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from store.results import Hit
from store.search import best_sentences, term_weights

# As many lines as a reader takes in; the count of all of them is said.
LINES = 50
LISTING_DEEP = 40
_PARTS = re.compile(r"\s+(?:and|versus|vs\.?|with|or|to)\s+|\s*[,;]\s*", re.I)


def catalogue(library: Library, view: Snapshot, query: Query) -> Reply:
    """The papers for which the filters hold, in order of time."""
    ids = view.catalogue(query.filters, bool(query.oldest_first))
    if not ids:
        return replies.none_match(query, view)
    papers = library.get(ids[: query.limit or LINES])
    return _listed(view, query, papers, len(papers) if query.limit else len(ids))


def about_topic(library: Library, view: Snapshot, query: Query, earlier: Context | None = None) -> Reply:
    """The papers about a topic, best first, or in order of time where the question asks for it."""
    hits = library.search(query.topic, LISTING_DEEP, query.filters)
    found = relevant(view, query.topic, hits)
    if COMPARE.search(query.question):
        found = _each_side(library, view, query, found)
    if not hits:
        return replies.none_match(query, view)
    if not enough(weigh(view, query.topic, hits), query, earlier):
        return replies.too_little(query, hits)
    if query.oldest_first is not None:
        undated = "9999" if query.oldest_first else ""
        found = sorted(found, key=lambda hit: hit.paper.date or undated, reverse=not query.oldest_first)
    papers = [hit.paper for hit in found[: query.limit or LINES]]
    return _listed(view, query, papers, len(papers) if query.limit else len(found))


def _each_side(library: Library, view: Snapshot, query: Query, found: list[Hit]) -> list[Hit]:
    """What is compared, each looked up by itself, so that no side is crowded out."""
    sides = [part for part in _PARTS.split(COMPARE.sub(" ", query.topic)) if part.strip()]
    best = [(side, hit) for side in sides for hit in library.search(side, 1, query.filters)]
    sure = [hit for side, hit in best if enough(weigh(view, side, [hit]), query)]
    return list({hit.paper.id: hit for hit in (*sure, *found)}.values())


def _listed(view: Snapshot, query: Query, papers: list[Paper], total: int) -> Reply:
    quotes = [line(view, query.topic, paper) for paper in papers]
    return replies.papers(query, quotes, total, counted=query.kind is Kind.COUNT)


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
