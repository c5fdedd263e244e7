"""Whether one thing is better than another: answered by the sentence that compares the two, or by none."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assistant.answer.relevance import find_mentions
from assistant.answer.replies import AnswerBody, Quote, abstain_with_nearest
from assistant.answer.sufficiency import measure_share
from assistant.question.comparison import find_alternatives
from assistant.question.query import Query
from assistant.question.topic import TopicWording, extract_stems, read_topic
from assistant.verify.injection import find_injection_start
from assistant.verify.tokens import is_plain
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from store.results import Hit, ScoredSentence
from store.search import best_sentences, term_weights
from store.text.roles import Role, assign_roles

# Papers that are read for a comparison, and words of a side at the most: a longer one is a clause, and papers say it in
# other words. Chosen by hand on part dev of benchmarks/details_named.jsonl and of PubMedQA's questions.
_READ, _LONGEST = 50, 4
# How directly a sentence compares two things where it has the words of one of them apart, where only the title has it,
# and where it says what was compared, not what came of it. Chosen by hand.
_APART, _BY_TITLE, _OF_PLAN = 0.8, 0.9, 0.8
# What it counts that a title names both: its paper is about the comparison, others mention one. Chosen by hand.
_ABOUT_IT = 1.5
# Characters of a sentence that halve its rating: in a long one the two may belong to different comparisons. By hand.
_LENGTH = 1000
_AUXILIARY = r"(?:is|are|was|were|do|does|did|can|could|will|would|has|have|should)"
_PREPOSITION = r"(?:with|after|for|in|among|by|under|using|from|on|at|when|during|of|as)"
_ASKED = re.compile(
    rf"^\W*{_AUXILIARY}\s+(?:the\s+)?(?P<left>.+?)\s+(?:(?:any|much|significantly|really|far)\s+)?"
    rf"(?:(?:better|worse|(?:more|less|fewer)\s+[\w-]+|(?!other\b|whether\b|after\b|under\b|over\b)\w{{2,}}er)\b(?P<of>.*?)\bthan\b"
    rf"|(?:superior|inferior|equivalent|equal|preferable|comparable)\s+to\b|\b(?:outperform|beat)s?\b)"
    rf"\s+(?:{_PREPOSITION}\s+)?(?:the\s+)?(?P<right>.+?)(?:\s+{_PREPOSITION}\s.*)?[\s?.!]*$",
    re.I,
)
_OF_LEFT = re.compile(rf"^\s*(?:.*?\s)?{_PREPOSITION}\s+(?:the\s+)?(?P<left>.+?)\s*$", re.I)
# What a sentence that compares has.
_COMPARES = re.compile(
    r"\b(?:than|versus|vs|compar\w+|superior\w*|inferior\w*|outperform\w*|relative\s+to|differ(?:s|ed|ence|ences)?"
    r"|equivalent|equally|as\s+\w+\s+as)\b",
    re.I,
)


class TwoThings(NamedTuple):
    """What a question compares: the names of both sides, and how the papers of the library word them."""

    left: str
    right: str
    wordings: tuple[tuple[TopicWording, ...], ...]


def parse_two_things(question: str, view: Snapshot) -> TwoThings | None:
    """Parse the two things of which a question asks whether one is better; None where it asks otherwise."""
    match = _ASKED.match(question)
    if not match:
        sides = find_alternatives(question)
        return make_two_things(sides[0], sides[1], view) if sides else None
    of_left = _OF_LEFT.match(match["of"] or "")
    return make_two_things(of_left["left"] if of_left else match["left"], match["right"], view)


def make_two_things(left: str, right: str, view: Snapshot) -> TwoThings | None:
    """Make the two things of their names; None where one is a clause, or has no word that is searched for."""
    left, right = _strip_plain(left), _strip_plain(right)
    if not all(extract_terms(side) and len(side.split()) <= _LONGEST for side in (left, right)):
        return None
    return TwoThings(left, right, tuple(read_topic(view, side).wordings for side in (left, right)))


def _strip_plain(side: str) -> str:
    """Strip a side of plain words behind it: "ALA-PDT work", "mastectomy alone"."""
    words = side.split()
    while len(words) > 1 and is_plain(words[-1].lower()):
        words.pop()
    return " ".join(words)


def find_comparing_sentences(things: TwoThings, paper: Paper) -> Mapping[int, float]:
    """Find the sentences of an abstract that compare two things, by where they end, and how directly, 0 to 1."""
    in_title = [_BY_TITLE * _name(wordings, paper.title) for wordings in things.wordings]
    end = find_injection_start(paper.abstract)
    comparing = {}
    for sentence in assign_roles(paper.abstract):
        text = paper.abstract[sentence.start : sentence.end]
        if sentence.end > end or not _COMPARES.search(text):
            continue
        named = [_name(wordings, text) for wordings in things.wordings]
        worth = min(map(max, named, in_title)) if any(named) else 0.0
        if worth:
            decides = sentence.role in (Role.RESULT, Role.CONCLUSION)
            comparing[sentence.end] = worth * (1.0 if decides else _OF_PLAN)
    return comparing


def _name(wordings: Sequence[TopicWording], text: str) -> float:
    """Tell how surely a text names a thing, 0 to 1: its words stand in a row, apart, or not at all."""
    terms = set(extract_stems(text))
    present = [wording for wording in wordings if wording.terms and terms.issuperset(wording.terms)]
    rows = (r"[\s-]+".join(map(re.escape, wording.text.split())) for wording in present)
    in_a_row = any(re.search(rf"(?<![\w-]){row}", text, re.I) for row in rows)
    return 1.0 if in_a_row else _APART if present else 0.0


def names_both(things: TwoThings, text: str) -> bool:
    """Tell whether a text names both things."""
    return all(_name(wordings, text) for wordings in things.wordings)


def find_better(library: Library, view: Snapshot, query: Query, things: TwoThings) -> list[Hit] | AnswerBody | None:
    """Find the papers with a sentence that compares two things, or tell that none has.

    Returns:
        The papers, best first; else the answer that there is none, with the nearest sentence; None where a title has
        both things, or the question names the one paper, so that this compares them in whatever words.
    """
    both = find_mentions(library, view, [things.left, things.right], query.filters, _READ)
    either = [find_mentions(library, view, [side], query.filters, _READ) for side in (things.left, things.right)]
    hits = list({hit.paper.id: hit for hit in (*both, *either[0], *either[1])}.values())
    weights = term_weights(view, query.topic or query.question)
    comparing = [
        hit.model_copy(
            update={
                "score": (_ABOUT_IT if names_both(things, hit.paper.title) else 1.0)
                * max(_rate(weights, hit.paper, end, worth) for end, worth in ends.items())
            }
        )
        for hit in hits
        if (ends := find_comparing_sentences(things, hit.paper))
    ]
    if comparing:
        return sorted(comparing, key=lambda hit: -hit.score)
    if any(names_both(things, hit.paper.title) for hit in hits) or view.count_fitting(query.filters) == 1:
        return None
    nearest = next(
        (quote for hit in (*both, *either[1], *either[0]) if (quote := _choose_nearest(view, query, hit))), None
    )
    if nearest is None:
        return None
    return abstain_with_nearest(f"No abstract compares {things.left} with {things.right}.", nearest)


def _rate(weights: dict[str, float], paper: Paper, end: int, worth: float) -> float:
    """Rate a sentence that compares by the words of the question in it, and a long one lower, 0 to 1."""
    text = next(paper.abstract[span.start : span.end] for span in assign_roles(paper.abstract) if span.end == end)
    return worth * (1 + measure_share(weights, text)) / 2 / (1 + len(text) / _LENGTH)


def _choose_nearest(view: Snapshot, query: Query, hit: Hit) -> Quote | None:
    """Choose the sentence of a paper that has most of the words of a question."""
    end = find_injection_start(hit.paper.abstract)
    ranked: list[ScoredSentence] = [
        sentence
        for sentence in best_sentences(term_weights(view, query.topic), hit.paper.abstract)
        if sentence.end <= end
    ]
    return Quote(hit.paper, ranked[0], ranked[0].score) if ranked else None
