"""Answers that list papers: those about a topic, and those of an author, a year or a category."""

import re

from assistant.answer import replies
from assistant.answer.extractive import line, relevant
from assistant.answer.replies import Reply
from assistant.answer.sufficiency import enough, weigh
from assistant.question.followup import Context
from assistant.question.parse import Kind, Query
from assistant.question.patterns import COMPARE
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from store.results import Hit

# As many lines as a reader takes in; the count of all of them is said.
LINES = 50
DEEP = 40
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
    hits = library.search(query.topic, DEEP, query.filters)
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
