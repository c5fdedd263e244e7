"""Hybrid search over one snapshot: words and meaning, filters applied before the ranking.

``hybrid`` and ``nearest`` rank rows of the index; ``hits`` makes papers of them, each with the sentences of its
abstract, those first that hold most of a question's words. Of papers that are pending the best by words are embedded
for the question; the others are ranked by words alone.
"""

from collections.abc import Callable, Mapping, Sequence
from math import log
from typing import TYPE_CHECKING, NamedTuple

from store.filters import Filters
from store.index.index_schema import extract_terms
from store.index.snapshot import Ranked, Snapshot
from store.remote.view import ServerView
from store.results import Hit, ScoredSentence
from store.text.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from store.embedding import Vectors
    from store.paper import Paper

# Weight of meaning against words. Measured on three collections (benchmarks/README.md): .55 to .65 differ by .001.
ALPHA = 0.6
# How many papers of each side are looked at, at least. Chosen by hand: ten times what is shown by default.
DEPTH = 100
# Pending papers that are embedded for a question, the best by words. Measured on the same three collections with no
# vectors, and with those of half the papers: 50 find as well as all vectors do (benchmarks/README.md, "Words first").
ON_DEMAND = 50
# What the background of a library is before one of its papers is seen, and as how many papers that counts: a library
# of three papers has no average of its own. Means of 34 topics and queries over the sample, PubMedQA, med and cranfield
# were .05 to .21 and .08 to .12; the weight is chosen by hand.
_MEAN, _SPREAD, _PRIOR = 0.13, 0.1, 20


EmbedRows = Callable[[Sequence[int]], "Mapping[int, Vectors]"]
"""Embeds papers that are pending, by their rows."""


class Candidate(NamedTuple):
    """A row of the file of vectors: fused score (0–1 within one search), cosine (−1 to 1), BM25 (≥ 0).

    Of a pending paper that was not embedded for the question the cosine is that of an average paper.
    ``stands_out`` is by how many standard deviations the cosine is above that of an average paper of the library.
    """

    row: int
    score: float
    cosine: float
    bm25: float
    stands_out: float = 0.0


class Background(NamedTuple):
    """Mean and standard deviation of the cosines of a question and the papers of a library."""

    mean: float
    spread: float


def measure_cosines(snapshot: Snapshot, vector: "Vectors") -> Background:
    """Measure how near the papers of a library are to a question, on a sample of them."""
    return Background(*snapshot.measure_background(vector, (_MEAN, _SPREAD, _PRIOR)))


def rank_hybrid(
    snapshot: Snapshot, text: str, vector: "Vectors", filters: Filters, k: int, embed: EmbedRows | None = None
) -> list[Candidate]:
    """Rank by words and meaning together: the ``k`` best papers, best first.

    score = α · cosine / max cosine + (1 − α) · bm25 / max bm25, over the union of the best of both sides, with
    exact figures of both sides for each paper of the union. ``vector`` has shape (dimension,) and length 1. Pending
    papers that ``embed`` does not embed have bm25 / max bm25 for their score.
    """
    import numpy as np

    rows = snapshot.rows(filters)
    if not len(rows):
        return []
    depth = max(DEPTH, k)
    embedded = snapshot.pending.leave_out(rows)
    lexical = snapshot.rank_by_words(text, filters, depth)
    # So few that are pending are all compared, whichever words they have.
    few = rows[snapshot.pending.select(rows)].tolist() if embed and 0 < len(rows) - len(embedded) <= ON_DEMAND else []
    best, _ = _find_nearest(snapshot, embedded, vector, depth)
    # np.union1d and np.unique would load numpy.ma, which takes longer than the whole search.
    union = np.array(sorted({*best.tolist(), *lexical.rows.tolist(), *few}), dtype=np.int64)
    if not len(union):  # No paper is embedded yet, and none has a word of the question.
        return []
    cosine, unknown = _compare_rows(snapshot, union, [*lexical.rows.tolist(), *few], vector, embed)
    bm25 = _align_scores(union, snapshot.score_words(text, union))
    words = _scale_scores(bm25)
    score = np.where(unknown, words, ALPHA * _scale_scores(cosine) + (1 - ALPHA) * words)
    order = np.lexsort((union, -score))[:k]
    background = measure_cosines(snapshot, vector)
    cosine[unknown] = background.mean
    above = (cosine - background.mean) / background.spread
    return [Candidate(int(union[i]), float(score[i]), float(cosine[i]), float(bm25[i]), float(above[i])) for i in order]


def search_view(
    view: Snapshot,
    text: str,
    vector: "Vectors",
    filters: Filters,
    k: int,
    sentences: bool = True,
    embed: EmbedRows | None = None,
) -> list[Hit]:
    """Find the ``k`` papers that fit a question best, by words and meaning, where they are: in the index, or a server.

    Papers that are marked as damaged are left out: no answer may rest on them.
    """
    if isinstance(view, ServerView):
        from store.remote.ranking import rank_in_server

        background = measure_cosines(view, vector)
        ranked = rank_in_server(view, text, vector, filters, k, ALPHA, (background.mean, background.spread))
        records = view.read_records([paper.id for paper in ranked])
        ranking = [
            (records[paper.id].paper, Candidate(0, paper.score, paper.cosine, paper.bm25, paper.stands_out))
            for paper in ranked
            if paper.id in records
        ]
    else:
        candidates = rank_hybrid(view, text, vector, filters, k + view.count_damaged(), embed)
        papers = view.papers(view.ids([candidate.row for candidate in candidates]))
        ranking = list(zip(papers, candidates, strict=True))
    sound = [(paper, candidate) for paper, candidate in ranking if not paper.damage]
    return _make_hits(view, sound, text, sentences)[:k]


def rank_nearest(snapshot: Snapshot, vector: "Vectors", filters: Filters, k: int) -> list[Candidate]:
    """Rank by meaning alone: the ``k`` nearest papers, best first. Those that are pending are left out."""
    rows, cosines = _find_nearest(snapshot, snapshot.pending.leave_out(snapshot.rows(filters)), vector, k)
    return [Candidate(row, cosine, cosine, 0.0) for row, cosine in zip(rows.tolist(), cosines.tolist(), strict=True)]


def _find_nearest(
    snapshot: Snapshot, rows: "NDArray[np.int64]", vector: "Vectors", count: int
) -> "tuple[NDArray[np.int64], Vectors]":
    """Find the nearest of the rows, best first, and their cosines.

    Where there are very many a projection tells which are compared: of the ten nearest in a thousand it misses one, or
    less (benchmarks/README.md, "Scale").
    """
    compared = snapshot.projection.select(rows, vector, count) if snapshot.projection else rows
    cosines = _compute_cosines(snapshot, compared, vector)
    best = _pick_best(cosines, count)
    return compared[best], cosines[best]


def _compare_rows(
    snapshot: Snapshot, rows: "NDArray[np.int64]", priority: Sequence[int], vector: "Vectors", embed: EmbedRows | None
) -> "tuple[Vectors, NDArray[np.bool_]]":
    """Compute the cosine of each of the rows; return with them of which it is unknown, and 0 for now.

    Of the pending ones those are embedded that come first in ``priority``.
    """
    import numpy as np

    cosine = snapshot.vectors[rows] @ vector
    if not snapshot.pending:
        return cosine, np.zeros(len(rows), dtype=bool)
    unknown = snapshot.pending.select(rows)
    cosine[unknown] = 0.0  # What stands in their rows is being written.
    if embed and unknown.any():
        ranked = dict.fromkeys(row for row in priority if row in snapshot.pending)
        for row, embedding in embed(list(ranked)[:ON_DEMAND]).items():
            place = int(np.searchsorted(rows, row))
            cosine[place], unknown[place] = embedding @ vector, False
    return cosine, unknown


def _compute_cosines(snapshot: Snapshot, rows: "NDArray[np.int64]", vector: "Vectors") -> "Vectors":
    # One pass over the whole file beats picking rows, unless they are few. Measured on 200,000 rows: one that is picked
    # takes as long as three (of 4,000) to seven (of 30,000) that are passed.
    if len(rows) * 8 < len(snapshot.vectors):
        return snapshot.vectors[rows] @ vector
    return (snapshot.vectors @ vector)[rows]


def _pick_best(scores: "Vectors", n: int) -> "NDArray[np.int64]":
    import numpy as np

    if n < len(scores):
        top = np.argpartition(-scores, n - 1)[:n]
        return top[np.argsort(-scores[top], kind="stable")]
    return np.argsort(-scores, kind="stable")


def _align_scores(rows: "NDArray[np.int64]", ranked: Ranked) -> "Vectors":
    import numpy as np

    scores = np.zeros(len(rows), dtype=np.float32)
    scores[np.searchsorted(rows, ranked.rows)] = ranked.scores
    return scores


def _scale_scores(scores: "Vectors") -> "Vectors":
    top = scores.max()
    return scores / top if top > 0 else scores


def best_sentences(weights: dict[str, float], abstract: str) -> tuple[ScoredSentence, ...]:
    """Rank the sentences of an abstract by the share of a question's words that each holds.

    Words weigh as ``term_weights`` says. Sentences of the same score stay in the order of the abstract.
    """
    total = sum(weights.values())
    scored = []
    for start, end in sentence_spans(abstract):
        text = abstract[start:end]
        shared = sum(weights[term] for term in set(extract_terms(text)) & weights.keys())
        scored.append(ScoredSentence(text=text, start=start, end=end, score=shared / total if total else 0.0))
    return tuple(sorted(scored, key=lambda sentence: (-sentence.score, sentence.start)))


def term_weights(view: Snapshot, question: str) -> dict[str, float]:
    """Weigh the words of a question by how rare they are: log(1 + N / (1 + n)) for a word in n of N papers."""
    count = view.count
    return {term: log(1 + count / (1 + view.count_term(term))) for term in dict.fromkeys(extract_terms(question))}


def build_hits(view: Snapshot, candidates: list[Candidate], question: str, sentences: bool = True) -> list[Hit]:
    """Read the papers of candidates, in their order, each with its sentences, best for the question first.

    Splitting abstracts into sentences takes most of the time; ``sentences`` says whether they are wanted.
    """
    papers = view.papers(view.ids([candidate.row for candidate in candidates]))
    return _make_hits(view, list(zip(papers, candidates, strict=True)), question, sentences)


def _make_hits(
    view: Snapshot, ranking: "Sequence[tuple[Paper, Candidate]]", question: str, sentences: bool
) -> list[Hit]:
    weights = term_weights(view, question) if sentences else {}
    return [
        Hit(
            paper=paper,
            score=candidate.score,
            cosine=candidate.cosine,
            bm25=candidate.bm25,
            stands_out=candidate.stands_out,
            sentences=best_sentences(weights, paper.abstract) if sentences else (),
        )
        for paper, candidate in ranking
    ]


def find_similar(view: Snapshot, paper_id: str, k: int, embed: EmbedRows | None = None) -> list[Hit] | None:
    """Find the ``k`` papers nearest in meaning to one, itself left out; None where there is no such paper.

    Of papers that are pending those are compared that share most words with its title, where they can be embedded.
    """
    if isinstance(view, ServerView):
        return _find_similar_there(view, paper_id, k)
    row = view.row_of(paper_id)
    if row is None:
        return None
    if row in view.pending and embed is None:
        return []
    vector = embed([row])[row] if embed and row in view.pending else view.vectors[row]
    candidates = rank_nearest(view, vector, Filters(), k + 1)
    if embed and view.pending:
        ranked = view.rank_by_words(view.papers([paper_id])[0].title, Filters(), DEPTH).rows
        for pending_row, embedding in embed(ranked[view.pending.select(ranked)][:ON_DEMAND].tolist()).items():
            cosine = float(embedding @ vector)
            candidates.append(Candidate(pending_row, cosine, cosine, 0.0))
        candidates.sort(key=lambda candidate: (-candidate.score, candidate.row))
    return build_hits(view, [candidate for candidate in candidates if candidate.row != row][:k], "")


def _find_similar_there(view: ServerView, paper_id: str, k: int) -> list[Hit] | None:
    own = view.vectors_of([paper_id])
    if paper_id not in own:
        return None
    nearest = view.collection.find_near(own[paper_id], k + 1)
    cosines = {near.id: near.cosine for near in nearest if near.id != paper_id}
    papers = view.papers(list(cosines)[:k])
    return [
        Hit(
            paper=paper, score=cosines[paper.id], cosine=cosines[paper.id], sentences=best_sentences({}, paper.abstract)
        )
        for paper in papers
    ]
