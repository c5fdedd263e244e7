"""Search by words and meaning in a Chroma server, by the formula of ``store.search`` over fewer candidates.

The server finds the papers nearest in meaning and those that have one of the question's rarest words, and gives the
words of each; BM25 is computed here over these, with the statistics that are kept beside the papers. What
the words alone would rank first and is far in meaning is missed where none of its words is rare: on three collections
97.5 to 100 % of the first ten were the same (benchmarks/README.md).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from math import log
from typing import TYPE_CHECKING, NamedTuple

from store.filters import Filters
from store.index.index_schema import extract_terms
from store.remote.collection import Near
from store.remote.conditions import EVERYTHING, NOTHING, Where, join_all
from store.remote.fields import count_words

if TYPE_CHECKING:
    from store.embedding import Vectors
    from store.remote.view import ServerView

# Papers that are taken by meaning, at least. Of 60, 100, 200 and 300, with the rare words, the first ten were those of
# the whole library in 95.0, 97.5, 99.1 and 99.7 % on scifact (dev: med, cranfield), and 100 words of papers cost the
# server 8 ms.
NEAREST = 100
# Papers that are taken for their rare words, and in how many papers a word is at most that counts as rare. As before:
# 20 and 100 differ by .001 in nDCG.
RARE = 20
# Rare words that are looked up. Chosen by hand.
_MOST_RARE = 8
# Terms of a question that are weighed; the index cuts it there, too.
_MOST_TERMS = 200
# tantivy's.
_K1, _B = 1.2, 0.75


class RankedPaper(NamedTuple):
    """A paper as it ranks: fused score (0-1 within one search), cosine, BM25, and by how much the cosine stands out."""

    id: str
    score: float
    cosine: float
    bm25: float
    stands_out: float


def rank_in_server(
    view: "ServerView",
    text: str,
    vector: "Vectors",
    filters: Filters,
    k: int,
    alpha: float,
    background: tuple[float, float],
) -> list[RankedPaper]:
    """Rank by words and meaning together: the ``k`` best papers, best first.

    Args:
        view: Where.
        text: What was asked.
        vector: The same, of shape (dimension,) and length 1.
        filters: Which papers come in question.
        k: How many are wanted.
        alpha: The weight of meaning against words.
        background: Mean and spread of the cosines of the question and the papers of the library.
    """
    where = view.build_where(filters)
    if where == NOTHING:
        return []
    counted = Counter(extract_terms(text)[:_MOST_TERMS])
    candidates = {near.id: near for near in view.collection.find_near(vector, max(NEAREST, 2 * k), where)}
    rare, rare_words, read = _find_rare(view, counted, vector, where, list(candidates))
    candidates |= {near.id: near for near in rare}
    if not candidates:
        return []
    words = {paper_id: text for paper_id, text in (read | rare_words).items() if paper_id in candidates}
    words |= view.words.read([paper_id for paper_id in candidates if paper_id not in words])
    scores = dict.fromkeys(candidates, 0.0) | _score_words(view, counted, words, rare_words.values())
    most = max(scores.values(), default=0.0)
    nearest = max(near.cosine for near in candidates.values())
    ranked = [
        RankedPaper(
            near.id,
            alpha * (near.cosine / nearest if nearest > 0 else near.cosine)
            + (1 - alpha) * (scores[near.id] / most if most > 0 else 0.0),
            near.cosine,
            scores[near.id],
            (near.cosine - background[0]) / background[1],
        )
        for near in candidates.values()
    ]
    return sorted(ranked, key=lambda paper: (-paper.score, paper.id))[:k]


def _find_rare(
    view: "ServerView", counted: Mapping[str, int], vector: "Vectors", where: Where, beside: Sequence[str]
) -> tuple[list[Near], dict[str, str], dict[str, str]]:
    """Find the papers with the rarest words of a question, those that very few papers have; and the words of each.

    Last come the words that were read on the way, those of the papers with the ids ``beside`` among them.
    A word of which the sample makes more likely that it is not so rare is not looked up: that costs the server 10 ms.
    """
    terms = [term for term in counted if view.statistics.count_seen(term, view.count) <= RARE]
    papers, read = view.find_rare(terms[:_MOST_RARE], RARE, beside)
    if where != EVERYTHING and papers:
        ids = [paper_id for paper_id, _, _ in papers]
        fitting = set(view.collection.find_ids(join_all([where, {"paper": {"$in": ids}}])))
        papers = [paper for paper in papers if paper[0] in fitting]
    near = [Near(paper_id, float(own @ vector)) for paper_id, own, _ in papers]
    return near, {paper_id: words for paper_id, _, words in papers}, read


def _score_words(
    view: "ServerView", counted: Mapping[str, int], words: Mapping[str, str], rare: Collection[str]
) -> dict[str, float]:
    """Compute the BM25 of each paper by its words; a word that the question repeats counts as often.

    ``rare`` are the words of the papers that have a rare one.
    """
    weights = {}
    for term, times in counted.items():
        having = view.statistics.estimate_count(term, view.count)
        if having is None:  # Of a word that is not so rare as to be looked up in full the sample says a little.
            seen = round(view.statistics.count_seen(term, view.count))
            having = max(1, seen, sum(f" {term}:" in of_paper for of_paper in rare))
        weights[term] = times * log(1 + (view.count - min(having, view.count) + 0.5) / (having + 0.5))
    mean = view.statistics.length
    return {paper_id: _score_paper(mean, weights, of_paper) for paper_id, of_paper in words.items()}


def _score_paper(mean: float, weights: Mapping[str, float], words: str) -> float:
    length, counts = count_words(words, weights)
    norm = _K1 * (1 - _B + _B * length / mean)
    return sum(weights[term] * times * (_K1 + 1) / (times + norm) for term, times in counts.items())
