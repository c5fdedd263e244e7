"""Which papers of a library are about the topic of a report: rated as ``ask`` rates them, behind the same gate."""

from collections.abc import Sequence
from math import exp, log
from typing import TYPE_CHECKING, NamedTuple

from assistant.answer.relevance import DEPTH, gather_evidence, measure_background
from assistant.answer.relevance import rate_papers as rate_hits
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
from store.search import measure_cosines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


SURE = 0.2
"""Relevance from which a paper's neighbours count, as much as it is sure."""
NEAR, STEP = 1.25, 1.5
"""By how many standard deviations a paper is nearer to the sure ones than papers of the library are, from where its
odds rise, and by how much for each more. All three are the best of a few (.1, .2; 1 to 1.5; .6 to 1.5) on part dev of
``benchmarks/topics.jsonl``: of the 45 papers recall .858 and precision .944, of med .847 and .689."""
_LEAST = 1e-6


def raise_relevance(library: Library, view: Snapshot, hits: Sequence[Hit], possible: Sequence[float]) -> list[float]:
    """Raise the relevance of papers that are near to those that are sure.

    Args:
        library: Where their vectors are.
        view: The same as it is now.
        hits: Papers with their relevance to a topic, 0 for those that nothing but a vector speaks for.
        possible: The relevance that each would have by its figures alone.

    Returns:
        The relevance of each: no lower than it was.
    """
    import numpy as np

    weights = np.array([hit.relevance if hit.relevance >= SURE else 0.0 for hit in hits])
    if not weights.any():
        return [hit.relevance for hit in hits]
    by_id = library.get_vectors([hit.paper.id for hit in hits])
    vectors = np.array([by_id[hit.paper.id] for hit in hits], dtype=np.float64)
    nearness = _measure_nearness(view, vectors, weights)
    return [
        _raise(hit.relevance, chance, float(near)) for hit, chance, near in zip(hits, possible, nearness, strict=True)
    ]


def _measure_nearness(view: Snapshot, vectors: "Floats", weights: "Floats") -> "Floats":
    """Measure how far each paper stands out in nearness to the others that are sure; itself does not count."""
    import numpy as np

    total = weights @ vectors
    length = max(float(np.linalg.norm(total)), _LEAST)
    background = measure_cosines(view, (total / length).astype(np.float32))
    squares = (vectors * vectors).sum(axis=1)
    others = (vectors @ total - weights * squares) / np.maximum(weights.sum() - weights, _LEAST)
    nearness: Floats = (others * weights.sum() / length - background.mean) / background.spread
    return np.where(weights.sum() - weights > _LEAST, nearness, 0.0)


def _raise(relevance: float, chance: float, nearness: float) -> float:
    if nearness <= NEAR:
        return relevance
    chance = min(max(chance, relevance, _LEAST), 1 - _LEAST)
    return 1 / (1 + exp(-log(chance / (1 - chance)) - STEP * (nearness - NEAR)))


__all__ = ["CUT", "DEPTH", "RatedPaper", "choose_cut", "rate_papers"]

CUT = 0.25
"""Relevance that a paper of a report has at the least, unless its reader says otherwise. Chosen on part dev of
``benchmarks/topics.jsonl`` with what follows: of .15 to .3 the best for recall and precision of both libraries."""
LOWEST, EXPECTED, FEW = 0.08, 0.6, 12
"""Where the papers of a topic are few and sure, the cut goes down to ``LOWEST`` as long as their mean relevance, which
is the precision to be expected of them, stays at ``EXPECTED`` or above, and they are ``FEW`` at the most. Chosen on
part dev of the same; ``FEW`` with the weights before."""
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
            background = measure_background(library, view, read.search_text)
            rated = rate_hits(read, hits, background)
            possible = [proof.estimate_relevance() for proof in gather_evidence(read, rated, background)]
            relevance = raise_relevance(library, view, rated, possible)
            papers = [RatedPaper(hit.paper, value) for hit, value in zip(rated, relevance, strict=True)]
            return sorted(papers, key=lambda rated_paper: -rated_paper.relevance)
    raise TooLittle(
        f"The library holds too little about “{topic[:_SHOWN]}” for a report.{_name_nearest(near)}",
        "Take other words, or leave the topic out.",
    )


def choose_cut(rated: Sequence[RatedPaper]) -> float:
    """Choose the relevance from which the papers of a topic are taken: ``CUT``, or less where they are few and sure."""
    cut, total = CUT, 0.0
    for number, rated_paper in enumerate(rated, 1):
        total += rated_paper.relevance
        if rated_paper.relevance < LOWEST or (
            rated_paper.relevance < CUT and (number > FEW or total < EXPECTED * number)
        ):
            break
        cut = min(cut, round(rated_paper.relevance, 2))
    return cut


def _is_enough(view: Snapshot, topic: str, filters: Filters, hits: Sequence[Hit]) -> bool:
    query = Query(question=topic, topic=topic, filters=filters)
    return bool(hits) and is_sufficient(measure_coverage(view, topic, hits), query)


def _name_nearest(hits: Sequence[Hit]) -> str:
    return f" The nearest paper is “{hits[0].paper.marked_title}”." if hits else ""
