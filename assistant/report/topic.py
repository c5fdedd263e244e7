"""Which papers of a library are about the topic of a report: rated as ``ask`` rates them, behind the same gate."""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.answer.sufficiency import is_sufficient, measure_coverage, select_relevant
from assistant.question.parse import Query
from store.errors import TooLittle
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from store.results import Hit

FOUND = 200
"""Papers that are rated for a topic; chosen by hand, not measured."""
CUT = 0.3
"""Relevance that a paper of a report has at the least, unless its reader says otherwise."""
# Papers that the gate looks at.
_GATE = 10
# Characters of a topic that a message repeats.
_SHOWN = 80


class RatedPaper(NamedTuple):
    """A paper, and how likely it is about a topic, 0 to 1."""

    paper: Paper
    relevance: float


def rate_papers(library: Library, topic: str, filters: Filters) -> list[RatedPaper]:
    """Rate the papers that come in question for a topic, the surest first; at most ``FOUND``.

    Raises:
        TooLittle: The library holds too little about the topic: by the gate that questions have to pass.
        LibraryError: The library cannot be read.
    """
    view = library.view()
    hits = library.search(topic, FOUND, filters, view) if view else []
    if view is None or not hits or not _is_enough(view, topic, filters, hits):
        raise TooLittle(
            f"The library holds too little about “{topic[:_SHOWN]}” for a report.{_name_nearest(hits)}",
            "Take other words, or leave the topic out.",
        )
    about = {hit.paper.id for hit in select_relevant(view, topic, hits)}
    rated = [RatedPaper(hit.paper, hit.score if hit.paper.id in about else hit.score * CUT) for hit in hits]
    return sorted(rated, key=lambda one: -one.relevance)


def _is_enough(view: Snapshot, topic: str, filters: Filters, hits: Sequence[Hit]) -> bool:
    query = Query(question=topic, topic=topic, filters=filters.model_copy(update={"ids": None}))
    return is_sufficient(measure_coverage(view, topic, hits[:_GATE]), query)


def _name_nearest(hits: Sequence[Hit]) -> str:
    return f" The nearest paper is “{hits[0].paper.marked_title}”." if hits else ""
