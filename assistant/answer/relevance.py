"""Which papers are about a topic: found by words and by meaning, rated by one calibrated probability, and cut by it.

``ask``, ``search`` and reports all go by ``find_relevant``: the same papers, in the same order, with the same cut.
What is known of a topic beside its words are its alternatives ("bandits or queues") and the abbreviations that the
library's papers define themselves ("LLM" and "large language models"). The weights below come from
``benchmarks/relevance.py``; benchmarks/README.md says on which data and what they cost.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from math import exp
from typing import NamedTuple

from store.filters import Filters
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from store.results import Hit
from store.search import term_weights
from store.text.sentences import sentence_spans

# Papers that are rated for a topic; more than these are not listed. As many as a report ever drew on. Chosen by hand.
DEPTH = 200
# Papers that are rated at first; where nearly all of them are about the topic, there may be more: ``PASSED`` may fail.
FIRST, PASSED = 60, 5
# Wordings of one alternative that are looked at, and the longest run of its words that may be abbreviated. By hand.
_WORDINGS = 6
_LONGEST_RUN = 6
# Papers on which the background is measured, and a spread that a library of one paper has, too. Chosen by hand.
_SAMPLE, _LEAST_SPREAD = 2000, 0.02
_OR = re.compile(r"\s+(?:or|and/or)\s+|\s*[,;/]\s+(?:or\s+)?", re.I)
_TOKEN = re.compile(r"\w(?:[\w'’.&+-]*\w)?\+*")


class Wording(NamedTuple):
    """One way to say a topic: its text, the terms of its words in order, and what each weighs."""

    text: str
    terms: tuple[str, ...]
    weights: dict[str, float]

    def measure_share(self, terms: set[str]) -> float:
        """Measure which share of its weight some terms hold, 0–1."""
        total = sum(self.weights.values())
        return sum(weight for term, weight in self.weights.items() if term in terms) / total if total else 0.0

    def measure_pairs(self, terms: set[str], pairs: set[tuple[str, str]]) -> float:
        """Measure which share of its neighbouring words are neighbours in a text too; of a single word, its share."""
        own = set(pairwise(self.terms))
        return len(own & pairs) / len(own) if own else self.measure_share(terms)


class Topic(NamedTuple):
    """What papers have to be about: its alternatives, each with the wordings that mean the same."""

    text: str
    alternatives: tuple[tuple[Wording, ...], ...]

    @property
    def wordings(self) -> tuple[Wording, ...]:
        """All wordings of all alternatives."""
        return tuple(wording for wordings in self.alternatives for wording in wordings)

    @property
    def search_text(self) -> str:
        """The topic with all its wordings, for the search: a model knows long forms better than short ones."""
        return " ".join(dict.fromkeys((self.text, *(wording.text for wording in self.wordings))))


def read_topic(view: Snapshot, text: str) -> Topic:
    """Read a topic, or words that papers have to hold: its alternatives, and for each its wordings."""
    parts = [part for part in _OR.split(text) if extract_terms(part)] or [text]
    return Topic(text, tuple(tuple(_make_wording(view, words) for words in _word(view, part)) for part in parts))


def _make_wording(view: Snapshot, text: str) -> Wording:
    return Wording(text, tuple(extract_terms(text)), term_weights(view, text))


def _word(view: Snapshot, text: str) -> list[str]:
    """Word a phrase in each way that means the same: as it is, with its abbreviations, and their plural or singular."""
    words = _TOKEN.findall(text)
    wordings = {" ".join(words) or text: None}
    for size in range(min(len(words), _LONGEST_RUN), 0, -1):
        for start in range(len(words) - size + 1):
            run = " ".join(words[start : start + size])
            for other in (*view.find_equivalents(run), *(_inflect(view, run) if size == 1 else ())):
                for form in (other, *_inflect(view, other)):
                    wordings.setdefault(" ".join((*words[:start], form, *words[start + size :])))
    return list(wordings)[:_WORDINGS]


def _inflect(view: Snapshot, word: str) -> tuple[str, ...]:
    """Give the plural or singular that no stem joins with a word: "LLM" and "LLMs"; only where papers use it."""
    other = word[:-1] if word.endswith("s") else f"{word}s"
    terms = extract_terms(other)
    differs = len(terms) == 1 and terms != extract_terms(word)
    return (other,) if differs and " " not in word and view.count_term(terms[0]) else ()


class Background(NamedTuple):
    """Mean and standard deviation of the cosines of a topic and the papers of a library."""

    mean: float
    spread: float


def measure_background(library: Library, view: Snapshot, text: str) -> Background:
    """Measure how near the papers of a library are to a topic, on a sample of them."""
    step = max(1, len(view.vectors) // _SAMPLE)
    cosines = view.vectors[::step] @ library.embed_question(text)
    return Background(float(cosines.mean()), max(float(cosines.std()), _LEAST_SPREAD))


class Evidence(NamedTuple):
    """What speaks for a paper being about a topic; of the wordings the best counts.

    Attributes:
        cosine: Of topic and paper.
        share: Of the topic's words, weighed by rarity, in title and abstract, 0–1.
        stands_out: By how many standard deviations the cosine is above that of an average paper of the library: all
            papers of one field are near to all its questions.
        behind: The cosine less that of the nearest paper, 0 or below.
        pairs: The share of the topic's neighbouring words that are neighbours in the paper, 0–1.
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
_BIAS = -4.93
_WEIGHTS = {"stands_out": 1.09, "behind": 0.86, "pairs": 2.18, "lexical": 1.46}
# Below this a paper is not listed. Chosen on part dev of the list questions; part test not looked at.
CUT = 0.15
# A paper with none of a topic's words has to be this near to it in meaning. Of the papers without a word that are as
# near, 12 of 32 belonged on med and cranfield, at .4 it were 40 of 159 (benchmarks/relevance.py).
FLOOR = 0.5


def find_relevant(
    library: Library, view: Snapshot, text: str, filters: Filters, *, sentences: bool = False
) -> list[Hit]:
    """Find the papers that are about a topic, the surest first; those without an abstract behind all others.

    Args:
        library: Where to look.
        view: The same as it is now.
        text: The topic: "transfer", "bandits or reinforcement learning".
        filters: Papers that come in question.
        sentences: Whether the sentences of each are wanted, best first.

    Returns:
        At most ``DEPTH``, each with its ``relevance``, of which none is below ``CUT``.
    """
    topic = read_topic(view, text)
    background = measure_background(library, view, topic.search_text)
    for depth in (FIRST, DEPTH):
        rated = rate_papers(topic, library.search(topic.search_text, depth, filters, view, sentences), background)
        listed = [hit for hit in rated if hit.relevance >= CUT]
        if len(rated) < depth or len(listed) < len(rated) - PASSED:
            break
    return listed


def rate_papers(topic: Topic, hits: Sequence[Hit], background: Background) -> list[Hit]:
    """Rate papers that were found for a topic; the surest first, those without an abstract behind all others."""
    evidence = gather_evidence(topic, hits, background)
    rated = [
        hit.model_copy(update={"relevance": found.estimate_relevance() if is_admissible(found) else 0.0})
        for hit, found in zip(hits, evidence, strict=True)
    ]
    return sorted(rated, key=lambda hit: (not hit.paper.abstract, -hit.relevance))


def is_admissible(evidence: Evidence) -> bool:
    """Tell whether a paper may be about a topic at all: it has a word of it, or is near to it in meaning."""
    return evidence.share > 0 or evidence.cosine >= FLOOR


def gather_evidence(topic: Topic, hits: Sequence[Hit], background: Background) -> list[Evidence]:
    """Gather what speaks for each paper."""
    if not hits:
        return []
    texts = [_read_words(hit.paper) for hit in hits]
    nearest = max(hit.cosine for hit in hits)
    lexical = max(hit.bm25 for hit in hits) or 1.0
    return [
        Evidence(
            cosine=hit.cosine,
            share=max(wording.measure_share(text.terms) for wording in topic.wordings),
            stands_out=(hit.cosine - background.mean) / background.spread,
            behind=hit.cosine - nearest,
            pairs=max(wording.measure_pairs(text.terms, text.pairs) for wording in topic.wordings),
            lexical=hit.bm25 / lexical,
        )
        for hit, text in zip(hits, texts, strict=True)
    ]


class _Words(NamedTuple):
    """The terms of a paper, and which of them are neighbours."""

    terms: set[str]
    pairs: set[tuple[str, str]]


def _read_words(paper: Paper) -> _Words:
    title, abstract = extract_terms(paper.title), extract_terms(paper.abstract)
    return _Words({*title, *abstract}, {*pairwise(title), *pairwise(abstract)})


def make_mention_filters(view: Snapshot, words: Sequence[str]) -> Filters:
    """Make the filters for papers in which all of some words stand, or one of the alternatives of each.

    Words stand in a paper in any inflection, and as the abbreviation, or the long form, that the library defines.
    """
    filters = Filters()
    for text in words:
        forms = dict.fromkeys(wording.text for wording in read_topic(view, text).wordings if wording.terms)
        filters = filters.intersect(Filters(either=tuple(Filters(text=form) for form in forms)))
    return filters


def find_mentions(library: Library, view: Snapshot, words: Sequence[str], filters: Filters) -> list[Hit]:
    """Find the papers in which all of some words stand, at most ``DEPTH``; those that are most about them come first.

    A paper with all the words is never left out, and one without them never let in.
    """
    within = filters.intersect(make_mention_filters(view, words))
    topic = read_topic(view, " ".join(words))
    found = library.search(topic.search_text, DEPTH, within, view, sentences=False)
    rated = rate_papers(topic, found, measure_background(library, view, topic.search_text))
    return [hit for hit in rated if all(_holds_joined(view, text, hit.paper) for text in words)]


def _holds_joined(view: Snapshot, text: str, paper: Paper) -> bool:
    """Tell whether the parts of a word such as "GPT-4" stand side by side in a paper, in one of the wordings."""
    wordings = [wording for wording in read_topic(view, text).wordings if wording.terms]
    joined = [[part for word in wording.text.split() for part in pairwise(extract_terms(word))] for wording in wordings]
    if all(joined):
        pairs = _read_words(paper).pairs
        return any(pairs.issuperset(parts) for parts in joined)
    return True


def introduces(paper: Paper, wordings: Sequence[Wording]) -> bool:
    """Tell whether a paper says that it introduces something: in its title, or in a sentence of what its authors do."""
    for wording in wordings:
        own = set(wording.terms)
        if own and own <= set(extract_terms(paper.title.partition(":")[0])):
            return True
        for start, end in sentence_spans(paper.abstract):
            sentence = paper.abstract[start:end]
            if own and own <= set(extract_terms(sentence)) and _INTRODUCES.search(sentence):
                return True
    return False


_INTRODUCES = re.compile(
    r"\b(?:we|this\s+(?:paper|work|article|study)|authors)\b[^.]{0,80}?\b(?:introduc|propos|present|develop|creat|curat"
    r"|releas|build|construct|design|provid|publish|contribut|formulat|offer|collect|establish)",
    re.I,
)
