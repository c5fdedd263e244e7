"""Which papers are about a topic: found by words and by meaning, rated by one calibrated probability, and cut by it.

``ask``, ``search`` and reports all go by ``find_relevant``: the same papers, in the same order, with the same cut.
The weights below come from ``benchmarks/relevance.py``; benchmarks/README.md says on which data and how they fare.
"""

import re
from collections.abc import Sequence
from math import exp
from typing import NamedTuple

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

# Where part of a topic's words are missing, or are apart, a paper has to be this share as relevant as the surest one.
# .15 to .45 were tried on the list questions of part dev of benchmarks/questions.py: .25 gets most of them right and
# loses none of the recall of the shared ones; part test was not looked at.
_OF_THE_SUREST = 0.25
# Papers with the topic's words in a row that are enough to say how this library words it, and from which relevance they
# count; which share of the words a paper has beside them, or how relevant it is without. Chosen on the same.
_ENOUGH, _SURE, _MOST, _WITHOUT = 2, 0.5, 2 / 3, 0.45


# Words of a topic at least that are enough together for a paper to bear on it: one word stands in any paper.
_PHRASE = 2


def leave_out_looser(topic: Topic, rated: Sequence[Hit]) -> list[Hit]:
    """Leave out papers that say less of a topic than others: much less than the surest one, or than several sure ones.

    In a library of one field its papers share words with every topic: "simulation" is no "rare-event simulation". A
    paper that has all the words in a row stays.
    """
    surest = max((hit.relevance for hit in rated), default=0.0)
    measured = [(hit, *_measure(topic, hit)) for hit in rated]
    near = [
        (hit, share, pairs)
        for hit, share, pairs in measured
        if share == pairs == 1.0 or hit.relevance >= _OF_THE_SUREST * surest
    ]
    if sum(hit.relevance >= _SURE and share == pairs == 1.0 for hit, share, pairs in near) < _ENOUGH:
        return [hit for hit, _, _ in near]
    return [hit for hit, share, _ in near if hit.relevance >= _WITHOUT or share >= _MOST]


def _measure(topic: Topic, hit: Hit) -> tuple[float, float]:
    """Measure which share of a topic's words, and of its neighbouring words, a paper has."""
    text = read_paper(hit.paper)
    return (
        max(wording.measure_share(text.terms) for wording in topic.wordings),
        max(wording.measure_pairs(text.terms, text.pairs) for wording in topic.wordings),
    )


# Papers that are rated for a topic; more than these are not listed. As many as a report ever drew on. Chosen by hand.
DEPTH = 200
# Papers that are rated at first; where nearly all of them are about the topic, there may be more: ``PASSED`` may fail.
FIRST, PASSED = 60, 5


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
    """

    cosine: float
    share: float
    stands_out: float
    behind: float
    pairs: float
    lexical: float

    def estimate_relevance(self) -> float:
        """Estimate the probability that the paper is about the topic, by logistic regression."""
        z = _BIAS + sum(weight * getattr(self, name) for name, weight in _WEIGHTS.items())
        return 1 / (1 + exp(-z))


FEATURES = ("stands_out", "behind", "pairs", "lexical")
# Fitted with 100 MeSH terms and, beside what the benchmark fits on, the second list questions and the topics of part
# dev; what it prints by itself (-4.61; .74, 2.55, 2.46, 3.52) gets as many of part dev right, and more wrong.
_BIAS = -4.38
_WEIGHTS = {"stands_out": 0.5, "behind": 2.54, "pairs": 1.99, "lexical": 4.63}
# Below this a paper is not listed. Of .08 to .25 on the list questions of part dev .1 keeps the recall of the shared
# ones (benchmarks/README.md), at which they are no less precise; part test was not looked at for it.
CUT = 0.1
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
        At most ``DEPTH``, each with its ``relevance``, of which none is below ``CUT``; none at all where the library
        does not bear on the topic.
    """
    topic = read_topic(view, query.topic, near=True)
    background = measure_background(library, view, topic.search_text)
    rated: list[Hit] = []
    others: Sequence[Hit] = ()
    for depth in (FIRST, DEPTH):
        hits = library.search(topic.search_text, depth, query.filters, view, sentences)
        if depth == FIRST and not _bears_on(view, query, topic, earlier, hits):
            others = () if earlier else _search_everywhere(library, view, query, topic)
            if not others:
                return []
        rated = [hit for hit in rate_papers(topic, hits, background, others) if hit.relevance >= CUT]
        if len(hits) < depth or len(rated) < len(hits) - PASSED:
            break
    return leave_out_looser(topic, rated)


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
    # A paper in which several words stand as they are asked for is never left out, however far its meaning is.
    phrase = any(len(wording.terms) > 1 for wording in topic.wordings)
    rated = []
    for hit, proof in zip(hits, evidence, strict=True):
        relevance = proof.estimate_relevance() if is_admissible(proof) else 0.0
        if phrase and proof.share == proof.pairs == 1.0:
            relevance = max(relevance, CUT)
        rated.append(hit.model_copy(update={"relevance": relevance}))
    return sorted(rated, key=lambda hit: (not hit.paper.abstract, -hit.relevance))


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
    return [
        TopicEvidence(
            cosine=hit.cosine,
            share=max(wording.measure_share(text.terms) for wording in topic.wordings),
            stands_out=(hit.cosine - background.mean) / background.spread,
            behind=hit.cosine - nearest,
            pairs=max(wording.measure_pairs(text.terms, text.pairs) for wording in topic.wordings),
            lexical=hit.bm25 / lexical,
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
