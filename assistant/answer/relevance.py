"""Which papers are about a topic: found by words and by meaning, rated by one calibrated probability, and cut by it.

``ask``, ``search`` and reports all go by ``find_relevant``: the same papers, in the same order, with the same cut.
The weights below come from ``benchmarks/relevance.py``; benchmarks/README.md says on which data and how they fare.
"""

import re
from collections.abc import Sequence
from math import exp, log
from typing import TYPE_CHECKING, NamedTuple

from assistant.answer.sufficiency import LOOKED_AT, is_sufficient, measure_coverage
from assistant.question.query import PreviousTurn, Query
from assistant.question.topic import (
    Topic,
    TopicWording,
    extract_stems,
    is_exact,
    make_mention_filters,
    read_paper,
    read_topic,
    read_words,
    stands_close,
    stands_in,
)
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from store.results import Hit
from store.search import Background, best_sentences, measure_cosines, term_weights
from store.text.sentences import sentence_spans

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Words that are enough together for a paper to bear on a topic: one word stands in any paper.
_PHRASE = 2
# What a paper is relevant to a topic at the least whose words it has all in a row; of such papers nine in ten belonged
# on the list questions and topics of part dev. From here on none is left out, see ``choose_cut``.
COMPLETE = 0.5


# Papers that are rated for a topic; more than these are not listed. As many as a report ever drew on. Chosen by hand.
DEPTH = 200
# Papers that are rated at first; where this share of them is about the topic, there may be more. Chosen by hand.
FIRST, FULL = 60, 0.25


def measure_background(library: Library, view: Snapshot, text: str) -> Background:
    """Measure how near the papers of a library are to a topic."""
    return measure_cosines(view, library.embed_question(text))


class TopicEvidence(NamedTuple):
    """What speaks for a paper being about a topic; of the wordings the best counts.

    Attributes:
        cosine: Of topic and paper.
        share: Of the topic's words, weighed by rarity, in title and abstract, 0–1.
        stands_out: By how many standard deviations the cosine is above that of an average paper of the library: all
            papers of one field are near to all its questions.
        behind: The cosine less that of the nearest paper, 0 or below.
        pairs: The share of the topic's neighbouring words that are neighbours in the paper, weighed by rarity, 0–1.
        lexical: BM25 over that of the paper with the highest, 0–1.
        complete: Whether it has all words of a wording in a row; of a single word beside alternatives that are phrases
            ("Dutch or Flemish readers") that says nothing.
    """

    cosine: float
    share: float
    stands_out: float
    behind: float
    pairs: float
    lexical: float
    complete: bool = False

    def estimate_relevance(self) -> float:
        """Estimate the probability that the paper is about the topic, by logistic regression."""
        z = _BIAS + sum(weight * getattr(self, name) for name, weight in _WEIGHTS.items())
        return 1 / (1 + exp(-z))


FEATURES = ("stands_out", "behind", "pairs", "lexical")
# Fitted with 100 MeSH terms and, beside what the benchmark fits on, the second list questions and the topics of part
# dev; what it prints by itself (-4.61; .74, 2.55, 2.46, 3.52) gets as many of part dev right, and more wrong.
_BIAS = -4.38
_WEIGHTS = {"stands_out": 0.5, "behind": 2.54, "pairs": 1.99, "lexical": 4.63}
# Below this a paper is not listed, whatever the others are; below the other it is not counted among those that may
# belong: two hundred papers that are found are as many chances of nearly nothing. Both were tried from .02 to .25.
LOWEST, _COUNTED = 0.1, 0.02
# A paper with none of a topic's words has to be this near to it in meaning. Of the papers without a word that are as
# near, 12 of 32 belonged on med and cranfield, at .4 it were 40 of 159 (benchmarks/relevance.py).
FLOOR = 0.5


def find_relevant(
    library: Library, view: Snapshot, query: Query, earlier: PreviousTurn | None = None, *, sentences: bool = False
) -> list[Hit]:
    """Find the papers that are about the topic of a question, the surest first; those without an abstract last.

    Args:
        library: Where to look.
        view: The same as it is now.
        query: The question: its topic ("transfer", "bandits or reinforcement learning"), and its filters.
        earlier: The turn to whose papers it is narrowed.
        sentences: Whether the sentences of each are wanted, best first.

    Returns:
        At most ``DEPTH``, each with its ``relevance``, of which none is below the cut (see ``choose_cut``); none at
        all where the library does not bear on the topic.
    """
    topic = read_topic(view, query.topic, near=True)
    taken: list[Hit] = []
    others: Sequence[Hit] = ()
    for depth in (FIRST, DEPTH):
        hits = library.search(topic.search_text, depth, query.filters, view, sentences)
        if depth == FIRST and not _bears_on(view, query, topic, earlier, hits):
            others = () if earlier else _search_everywhere(library, view, query, topic)
            if not others:
                return []
        rated = rate_beside_others(library, view, topic, hits, others)
        cut = choose_cut([hit.relevance for hit in rated])
        taken = [hit for hit in rated if round(hit.relevance, 2) >= cut]
        if len(hits) < depth or len(taken) < FULL * len(hits):
            break
    return taken


def _search_everywhere(library: Library, view: Snapshot, query: Query, topic: Topic) -> Sequence[Hit]:
    """Search without the conditions of a question; nothing where the library as a whole does not bear on the topic.

    Few papers of one year seldom cover a topic well, though they are what the library holds on it.
    """
    filters = Filters(retracted=query.filters.retracted)
    if query.filters == filters or query.filters.ids is not None:
        return ()
    hits = library.search(topic.search_text, FIRST, filters, view)
    of_all = query.model_copy(update={"filters": filters, "names_author": False})
    return hits if _bears_on(view, of_all, topic, None, hits) else ()


def _bears_on(view: Snapshot, query: Query, topic: Topic, earlier: PreviousTurn | None, hits: Sequence[Hit]) -> bool:
    """Tell whether the papers that were found bear on a topic at all, or on one of its alternatives.

    They do where one of the best has all the words of it close together, however little else it says.
    """
    if earlier is None and any(stands_close(topic, hit.paper, _PHRASE) for hit in hits[:LOOKED_AT]):
        return True
    near = (wording.text for wording in topic.wordings if wording.near)
    parts = dict.fromkeys([query.topic, *(wordings[0].text for wordings in topic.alternatives), *near])
    return any(
        is_sufficient(measure_coverage(view, part, _read_best(view, part, hits)), query, earlier) for part in parts
    )


def _read_best(view: Snapshot, text: str, hits: Sequence[Hit]) -> list[Hit]:
    """Read the sentences of the best papers, those first that hold most of the words."""
    weights = term_weights(view, text)
    return [
        hit.model_copy(update={"sentences": best_sentences(weights, hit.paper.abstract)}) for hit in hits[:LOOKED_AT]
    ]


def rate_papers(topic: Topic, hits: Sequence[Hit], background: Background, others: Sequence[Hit] = ()) -> list[Hit]:
    """Rate papers that were found for a topic; the surest first, those without an abstract behind all others.

    ``others`` are papers that are not asked for, beside which these are weighed.
    """
    evidence = gather_evidence(topic, hits, background, others)
    rated = []
    for hit, proof in zip(hits, evidence, strict=True):
        relevance = proof.estimate_relevance() if is_admissible(proof) else 0.0
        rated.append(hit.model_copy(update={"relevance": max(relevance, COMPLETE * proof.complete)}))
    return _sort_rated(rated)


def _sort_rated(rated: Sequence[Hit]) -> list[Hit]:
    return sorted(rated, key=lambda hit: (not hit.paper.abstract, -hit.relevance))


def rate_beside_others(
    library: Library, view: Snapshot, topic: Topic, hits: Sequence[Hit], others: Sequence[Hit] = ()
) -> list[Hit]:
    """Rate papers as ``rate_papers`` does, and raise those that are near to the sure ones, whatever their words."""
    background = measure_background(library, view, topic.search_text)
    rated = rate_papers(topic, hits, background, others)
    possible = [proof.estimate_relevance() for proof in gather_evidence(topic, rated, background, others)]
    raised = raise_relevance(library, view, rated, possible)
    return _sort_rated(
        [hit.model_copy(update={"relevance": relevance}) for hit, relevance in zip(rated, raised, strict=True)]
    )


def choose_cut(relevance: Sequence[float]) -> float:
    """Choose the relevance from which papers are taken, to two places: where the highest F-measure is to be expected.

    Of papers that are taken as many belong as their relevance adds up to, and of all as many as all of it; so the
    F-measure is 2 · taken / (number + all). It is highest where all are taken from half of itself on (Lewis, 1995), so
    that a paper from .5 on is always taken, and the surer the best are, the surer have the others to be. No figure of
    it was fitted; with others in it (a slope, an offset, more weight on recall) part dev came out the same or worse.
    """
    counted = sorted((value for value in relevance if value >= _COUNTED), reverse=True)
    total, taken, best = sum(counted), 0.0, 0.0
    for number, value in enumerate(counted, 1):
        taken += value
        best = max(best, 2 * taken / (number + total))
    return max(LOWEST, round(best / 2, 2))


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


def is_admissible(evidence: TopicEvidence) -> bool:
    """Tell whether a paper may be about a topic at all: it has a word of it, or is near to it in meaning."""
    return evidence.share > 0 or evidence.cosine >= FLOOR


def gather_evidence(
    topic: Topic, hits: Sequence[Hit], background: Background, others: Sequence[Hit] = ()
) -> list[TopicEvidence]:
    """Gather what speaks for each paper."""
    if not hits:
        return []
    texts = [read_paper(hit.paper) for hit in hits]
    nearest = max(hit.cosine for hit in (*hits, *others))
    lexical = max(hit.bm25 for hit in (*hits, *others)) or 1.0
    fewest = min(_PHRASE, max(len(wordings[0].terms) for wordings in topic.alternatives))
    phrases = [wordings for wordings in topic.alternatives if len(wordings[0].terms) >= max(fewest, 1)]
    whole = [wording for wordings in phrases for wording in wordings]
    return [
        TopicEvidence(
            cosine=hit.cosine,
            share=max(wording.measure_share(text.terms) for wording in topic.wordings),
            stands_out=(hit.cosine - background.mean) / background.spread,
            behind=hit.cosine - nearest,
            pairs=max(wording.measure_pairs(text.terms, text.pairs) for wording in topic.wordings),
            lexical=hit.bm25 / lexical,
            complete=any(
                wording.measure_share(text.terms) == wording.measure_pairs(text.terms, text.pairs) == 1.0
                for wording in whole
            ),
        )
        for hit, text in zip(hits, texts, strict=True)
    ]


def find_mentions(
    library: Library, view: Snapshot, words: Sequence[str], filters: Filters, limit: int = DEPTH
) -> list[Hit]:
    """Find the papers in which all of some words stand, at most ``limit``; those that are most about them come first.

    A paper with all the words is never left out, and one without them never let in. What stands for the words, as the
    papers define it, counts where it stands there as such: the words of "large language model" may be far apart.
    """
    within = filters.intersect(make_mention_filters(view, words))
    topic = read_topic(view, " ".join(words))
    topics = [read_words(view, text) for text in words]
    depth = limit if all(map(is_exact, topics)) else DEPTH
    hits = library.search(topic.search_text, depth, within, view, sentences=False)
    rated = rate_papers(topic, hits, measure_background(library, view, topic.search_text))
    return [hit for hit in rated if all(is_exact(part) or stands_in(part, hit.paper) for part in topics)][:limit]


def count_mentions(library: Library, view: Snapshot, words: Sequence[str], filters: Filters) -> int:
    """Count the papers in which all of some words stand.

    Of more papers than are read one by one, those with the words of a long form count wherever these stand.
    """
    rows = view.count_fitting(filters.intersect(make_mention_filters(view, words)))
    exact = all(is_exact(read_words(view, text)) for text in words)
    return rows if exact or rows > DEPTH else len(find_mentions(library, view, words, filters))


def introduces(paper: Paper, wordings: Sequence[TopicWording]) -> bool:
    """Tell whether a paper says that it introduces something.

    Its title names it, a sentence says that the authors make it ("we release a benchmark"), or speaks of it as of their
    own ("the benchmark shows", "our benchmark").
    """
    names = [wording for wording in wordings if wording.terms]
    title = set(extract_stems(paper.title.partition(":")[0]))
    sentences = [paper.abstract[start:end] for start, end in sentence_spans(paper.abstract)]
    return any(
        title.issuperset(name.terms) or any(_is_made(sentence, name) for sentence in sentences) for name in names
    )


def _is_made(sentence: str, name: TopicWording) -> bool:
    verb_of_making = _MAKES.search(sentence)
    if verb_of_making and set(extract_stems(sentence[verb_of_making.end() :])).issuperset(name.terms):
        return True
    behind = (extract_stems(sentence[own.end() :])[: len(name.terms)] for own in _OWN.finditer(sentence))
    return any(tuple(terms) == name.terms for terms in behind)


_MAKES = re.compile(
    r"\b(?:we|this\s+(?:paper|work|article|study)|authors)\b[^.]{0,80}?\b(?:introduc|propos|present|develop|creat|curat"
    r"|releas|build|construct|design|provid|publish|contribut|formulat|offer|collect|establish)(?:e[ds]?|s|ing)?\b",
    re.I,
)
_OWN = re.compile(r"\b(?:our|this|the)\s+(?=\w)", re.I)
