"""Which papers of a library are about the topic of a report: rated as ``ask`` rates them, behind the same gate."""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.answer.relevance import DEPTH, rate_beside_others
from assistant.answer.relevance import choose_cut as choose_relevance
from assistant.answer.sufficiency import LOOKED_AT, find_nearest, is_sufficient, measure_coverage
from assistant.question.parse import parse_question
from assistant.question.query import Query
from assistant.question.topic import read_topic
from store.errors import TooLittle
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from store.results import Hit

__all__ = ["DEPTH", "RatedPaper", "choose_cut", "rate_papers"]

# Characters of a topic that a message repeats.
_SHOWN = 80


class RatedPaper(NamedTuple):
    """A paper, and how likely it is about a topic, 0 to 1."""

    paper: Paper
    relevance: float


def rate_papers(library: Library, topic: str, filters: Filters) -> list[RatedPaper]:
    """Rate the papers that come in question for a topic, the surest first; at most ``DEPTH``.

    Args:
        library: Where to look.
        topic: The topic, or a question: of this what it asks for is left out.
        filters: Papers that come in question.

    Raises:
        TooLittle: The library holds too little about the topic: by the gate that questions have to pass.
        LibraryError: The library cannot be read.
    """
    view = library.view()
    near: list[Hit] = []
    if view is not None:
        text = parse_question(topic, view).topic if topic.endswith("?") else topic
        read = read_topic(view, text or topic, near=True)
        hits = library.search(read.search_text, DEPTH, filters, view)
        looked = library.search(text or topic, LOOKED_AT, filters, view)
        near = find_nearest(view, text or topic, looked)
        if _is_enough(view, text or topic, filters, looked):
            rated = rate_beside_others(library, view, read, hits)
            papers = [RatedPaper(hit.paper, hit.relevance) for hit in rated]
            return sorted(papers, key=lambda rated_paper: -rated_paper.relevance)
    raise TooLittle(
        f"The library holds too little about “{topic[:_SHOWN]}” for a report.{_name_nearest(near)}",
        "Take other words, or leave the topic out.",
    )


def choose_cut(rated: Sequence[RatedPaper]) -> float:
    """Choose the relevance from which the papers of a topic are taken, as lists do."""
    return choose_relevance([rated_paper.relevance for rated_paper in rated])


def _is_enough(view: Snapshot, topic: str, filters: Filters, hits: Sequence[Hit]) -> bool:
    query = Query(question=topic, topic=topic, filters=filters)
    return bool(hits) and is_sufficient(measure_coverage(view, topic, hits), query)


def _name_nearest(hits: Sequence[Hit]) -> str:
    return f" The nearest paper is “{hits[0].paper.marked_title}”." if hits else ""
