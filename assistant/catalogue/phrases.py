"""Phrases that the papers of a library share: what they are about, at a cost that grows with the papers alone.

A phrase is a keyword, or two or three words of a title or a sentence with nothing between them. It is worth the more,
the more papers speak of it that none of the phrases before it covers, so a few phrases tell what most papers are about.
Each is one that ``ask`` can be asked for: its papers are those in which its words stand.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from assistant.verify.tokens import is_plain
from store.index.index_schema import extract_terms, stop_words
from store.paper import Paper
from store.text.roles.labels import cut_labels_out
from store.text.sentences import sentence_spans

# How much a phrase in the title, or a keyword, counts beside one of the abstract; chosen by hand on the sample.
_TITLE = 2.0
# What a third word, and a short form in capitals, is worth beside two words; chosen by hand on the sample.
_THREE, _SHORT = 1.15, 1.1
_BREAK = re.compile(r"[^\w\s'’&/+-]+|\s[-–—]\s")
# What stands before the first word of a sentence.
_BEGINNING = re.compile(r"(?:\A|[.?!:;]\s+)\Z")
_ROMAN = re.compile(r"[IVX]+")
_TOKEN = re.compile(r"[^\W_][\w'’+-]*")
# Words of every field's abstracts that say nothing of its subject, beside those of plain prose.
_OF_ABSTRACTS = frozenset(
    """algorithm algorithms analysis approach approaches art background baseline baselines benchmark code conclusion
    conclusions data dataset datasets experiment experiments findings framework group groups introduction large
    method methods model models number objective paper papers patients performance present problem problems purpose
    result results sample set setting settings state study studies system systems task tasks technique techniques
    time user users work works years""".split()
)


def choose_phrases(papers: Sequence[Paper], most: int) -> list[str]:
    """Choose the phrases that together tell what the most papers are about, each of two papers or more.

    Args:
        papers: The papers.
        most: How many phrases at the most.

    Returns:
        The phrases as they are mostly written, the one of most papers first.
    """
    weights = [_weigh_phrases(paper) for paper in papers]
    spread = Counter(phrase for weighed in weights for phrase in weighed)
    # What no title and no keyword of the library names is no subject: a database that is searched, a statistic.
    named = {phrase for weighed in weights for phrase, weight in weighed.items() if weight >= _TITLE}
    shared = {phrase for phrase in named if spread[phrase] > 1}
    holders: dict[str, list[int]] = {}
    for row, weighed in enumerate(weights):
        for phrase in weighed.keys() & shared:
            holders.setdefault(phrase, []).append(row)
    covered = [0] * len(papers)
    chosen: list[tuple[str, ...]] = []
    names: list[str] = []
    while len(names) < most:
        gains = {phrase: _gain(phrase, rows, weights, covered) for phrase, rows in holders.items()}
        best = max(gains, key=lambda phrase: (gains[phrase], phrase), default="")
        if not best or not gains[best]:
            break
        stems = tuple(best.split())
        rows = holders.pop(best)
        if not any(_overlap(stems, earlier) for earlier in chosen):
            chosen.append(stems)
            names.append(_choose_spelling(best, [papers[row] for row in rows]))
            for row in rows:
                covered[row] += 1
    return names


def _gain(phrase: str, rows: Sequence[int], weights: Sequence[dict[str, float]], covered: Sequence[int]) -> float:
    """Say how much a phrase adds: the weight of its papers, halved for each phrase that covers them already."""
    fresh = sum(not covered[row] for row in rows)
    return sum(weights[row][phrase] / 2 ** covered[row] for row in rows) if fresh > 1 else 0.0


def _overlap(stems: Sequence[str], earlier: Sequence[str]) -> bool:
    """Tell whether one phrase holds a word of the other that the other is mainly made of."""
    return len(set(stems) & set(earlier)) * 2 >= min(len(stems), len(earlier))


def _weigh_phrases(paper: Paper) -> dict[str, float]:
    """Weigh the phrases of a paper, as stems."""
    weighed: dict[str, float] = {}
    abstract = cut_labels_out(paper.abstract, sentence_spans(paper.abstract))
    for text, factor in ((abstract, 1.0), *((word, _TITLE) for word in paper.keywords), (paper.title, _TITLE)):
        for stems, words in _list_phrases(text):
            value = factor * (_THREE if len(words) == 3 else _SHORT if len(words) == 1 else 1.0)
            weighed[stems] = max(weighed.get(stems, 0.0), value)
    return weighed


def _list_phrases(text: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Yield the phrases of a text: stems, and words as they are written."""
    for part in _BREAK.split(text):
        words = _TOKEN.findall(part)
        stems = [_stem(word) for word in words]
        for start, word in enumerate(words):
            if len(word) > 2 and word.isupper() and word.isalpha() and not _ROMAN.fullmatch(word) and stems[start]:
                yield stems[start], (word,)
            for size in (2, 3):
                inside = stems[start : start + size]
                if len(inside) < size or not all(inside) or any(stems[start + size : start + size + 1]):
                    continue  # The noun comes last: "randomized controlled" goes on.
                if _says_something(words[start : start + size]):
                    yield " ".join(inside), tuple(words[start : start + size])


def _says_something(words: Sequence[str]) -> bool:
    """Tell whether a phrase may name a subject: its first word is no plain one, its last not one of every abstract."""
    return not _is_empty(words[0].lower()) and words[-1].lower() not in _OF_ABSTRACTS


@lru_cache(maxsize=1 << 15)
def _is_empty(word: str) -> bool:
    return word in _OF_ABSTRACTS or is_plain(word)


@lru_cache(maxsize=1 << 15)
def _stem(word: str) -> str:
    """Give the stem of a word that may be part of a phrase, "" for joints and numbers."""
    low = word.lower()
    if len(word) < 2 or low in stop_words() or not any(letter.isalpha() for letter in word):
        return ""
    return "".join(extract_terms(word))


def _choose_spelling(phrase: str, papers: Sequence[Paper]) -> str:
    """Choose how a phrase is mostly written in the abstracts.

    Titles and keywords have capitals of their own, and so has what a sentence begins with.
    """
    counts: Counter[str] = Counter()
    for paper in papers:
        spellings = {words for stems, words in _list_phrases(paper.abstract) if stems == phrase}
        for words in spellings:
            for match in re.finditer(re.escape(" ".join(words)), paper.abstract):
                begins = _BEGINNING.search(paper.abstract, max(0, match.start() - 3), match.start())
                counts[" ".join((_lower(words[0]), *words[1:]) if begins else words)] += not begins
        for text in (paper.title, *paper.keywords):
            for stems, words in _list_phrases(text):
                if stems == phrase:
                    counts[" ".join(map(_lower, words))] += 0
    return min(counts, key=lambda spelling: (-counts[spelling], spelling))


def _lower(word: str) -> str:
    """Write a word in lower case unless there are capitals inside."""
    return word.lower() if word[1:] == word[1:].lower() else word
