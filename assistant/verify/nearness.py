"""What a learned stage weighs of a claim beside its sources: what the rules found, how near words and sentences are.

A word of the claim is laid beside the word of the source whose vector is nearest, as in Zhang et al., "BERTScore"
(2020). A vector is that of the word in its sentence, so that a word among other words is less near. Rare words count
more. What vectors do not tell (denials, opposites, directions, numbers, hedges) is looked at along these pairs.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING, NamedTuple

from assistant.types import Support
from assistant.verify.tokens import find_opposites, is_cue, is_stop, stem_word
from assistant.verify.verdict import FindingKind, Verdict
from store.embedding.minilm import share_minilm

if TYPE_CHECKING:
    from store.embedding import Vectors

# Cosines below which a word has nothing like it, or nothing that is the same: the fitted weights choose among them.
_LOOSE, _CLOSE = 0.45, 0.65
# Words before a word in which a denial counts for it: as long as a short clause.
_REACH = 5
# Pieces of words have numbers by how frequent they are, from 1996 ("the") to 30521.
_FREQUENT, _RAREST = log(1996), log(30522)
# What the most frequent word with a sense of its own counts.
_FREQUENT_SHARE = 0.3
# Up and down in the claim, up and down in the sentence: each has one of both, and not the same.
_CLASHES = ((True, False, False, True), (False, True, True, False))
_NUMBER = re.compile(r"\d")
_HEDGES = frozenset(
    "may might could can possibly perhaps potentially probably appear appears appeared seem seems seemed suggest "
    "suggests suggested likely unlikely tend tends some several often sometimes whether hypothesis potential".split()
)
_TOTAL = frozenset(
    "all every always only never none any entirely completely solely exclusively most proves proved each both "
    "whole alone regardless everywhere no".split()
)
_UP = frozenset(
    map(
        stem_word,
        "increase more higher greater larger longer improve enhance promote activate raise rise elevate better gain "
        "stronger faster upregulate induce stimulate high large long strong fast exceed outperform grow positive "
        "benefit superior above success frequent".split(),
    )
)
_DOWN = frozenset(
    map(
        stem_word,
        "decrease less lower smaller shorter fewer worsen impair inhibit suppress reduce decline worse loss weaker "
        "slower downregulate block prevent diminish attenuate low small short weak slow fall drop shrink negative "
        "harm inferior below failure rare limit".split(),
    )
)


class ReadText(NamedTuple):
    """A text with the vectors of its words, of length 1, how much each counts, and what kind of word it is."""

    text: str
    words: tuple[str, ...]
    stems: tuple[str, ...]
    vectors: "Vectors"
    whole: "Vectors"
    weights: "Vectors"
    is_number: tuple[bool, ...]
    is_name: tuple[bool, ...]
    is_denied: tuple[bool, ...]


# 40 kB each: those of a few papers.
@lru_cache(maxsize=256)
def read_text(text: str) -> ReadText:
    """Read a text, as far as the embedder does; the last ones are remembered, for sources come again and again."""
    import numpy as np

    pieces = share_minilm().embed_pieces(text)
    spans: list[list[int]] = []
    rows: list[list[int]] = []
    for row, (start, end) in enumerate(pieces.spans):
        if spans and start == spans[-1][1] and text[start - 1].isalnum() and text[start].isalnum():
            spans[-1][1] = end
            rows[-1].append(row)
        else:
            spans.append([start, end])
            rows.append([row])
    shown = [text[start:end] for start, end in spans]
    words = tuple(word.lower() for word in shown)
    vectors = np.array([pieces.vectors[row].mean(axis=0) for row in rows], dtype=np.float32)
    vectors = vectors.reshape(len(rows), pieces.vectors.shape[1])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    cues = [place for place, word in enumerate(words) if _denies(word)]
    return ReadText(
        text,
        words,
        tuple(map(stem_word, words)),
        vectors,
        pieces.whole,
        np.array(
            [_weigh(word, [pieces.ids[row] for row in part]) for word, part in zip(words, rows, strict=True)],
            dtype=np.float32,
        ),
        tuple(bool(_NUMBER.match(word)) for word in words),
        tuple(
            any(letter.isupper() for letter in word[1:]) or (place > 0 and word[:1].isupper())
            for place, word in enumerate(shown)
        ),
        tuple(sum(0 < place - cue <= _REACH for cue in cues) % 2 == 1 for place in range(len(words))),
    )


def _denies(word: str) -> bool:
    return (
        is_cue("denies", word) or word.endswith("n't") or word in ("lack", "lacks", "lacked", "fail", "fails", "failed")
    )


def _weigh(word: str, ids: Sequence[int]) -> float:
    """Weigh a word: nothing for a joint of the sentence or a sign, up to 1 for what is rare or of several pieces."""
    if not word[0].isalnum() or is_stop(word) or _denies(word):
        return 0.0
    if len(ids) > 1:
        return 1.0
    return _FREQUENT_SHARE + (1 - _FREQUENT_SHARE) * max(0.0, (log(max(ids[0], 1)) - _FREQUENT) / (_RAREST - _FREQUENT))


class Beside(NamedTuple):
    """A claim beside sentences: its words' shares of its weight, and how near each is to a word of each sentence.

    ``tables`` are the cosines of words, one of shape (words of the claim, words of the sentence) a sentence; ``order``
    are the places of the sentences, the nearest first, by their own cosine and those of their words.
    """

    first: ReadText
    others: tuple[ReadText, ...]
    share: "Vectors"
    tables: tuple["Vectors", ...]
    cosines: "Vectors"
    nearest: "Vectors"
    order: tuple[int, ...]

    @property
    def best(self) -> int:
        """The place of the nearest sentence."""
        return self.order[0]

    @property
    def second(self) -> int:
        """The place of the next one; that of the nearest where there is but one."""
        return self.order[min(1, len(self.order) - 1)]


def lay_beside(claim: str, sentences: Sequence[str]) -> Beside | None:
    """Lay a claim beside sentences; None where one side has no word."""
    import numpy as np

    first = read_text(claim)
    others = [text for sentence in sentences if (text := read_text(sentence)).words]
    if not first.words or not others:
        return None
    weights = first.weights if first.weights.sum() else np.ones_like(first.weights)
    share = weights / weights.sum()
    tables = tuple(first.vectors @ text.vectors.T for text in others)
    nearest = np.array([table.max(axis=1) for table in tables])
    cosines = np.array([float(first.whole @ text.whole) for text in others])
    order = tuple(int(place) for place in np.argsort(-(cosines + nearest @ share), kind="stable"))
    return Beside(first, tuple(others), share, tables, cosines, nearest, order)


def measure_features(verdict: Verdict, beside: Beside, coverage: float) -> dict[str, float]:
    """Measure what is weighed, by name, the same names for every claim.

    Args:
        verdict: What the rules found of a claim.
        beside: The claim beside sentences.
        coverage: The share of the claim that the rules matched, 0-1.
    """
    values = dict(_list_rule_features(verdict))
    values["rules: coverage"] = coverage
    values.update(_list_sentence_features(beside))
    values.update(_list_word_features(beside))
    values.update(_list_polarity_features(beside))
    values.update(_list_direction_features(beside))
    values["number: fit"] = _measure_number_fit(beside.first, beside.others)
    return values


def _list_rule_features(verdict: Verdict) -> Iterator[tuple[str, float]]:
    """Yield the sign, and the kinds of findings that doubt and that fail."""
    yield "sign: rank", verdict.support.rank / 5
    for support in Support:
        yield f"sign: {support.value}", float(verdict.support is support)
    for kind in FindingKind:
        found = [finding for finding in verdict.findings if finding.kind is kind]
        yield f"doubt: {kind.value}", float(any(finding.support is Support.DOUBTFUL for finding in found))
        yield f"against: {kind.value}", float(any(finding.support is Support.CONTRADICTED for finding in found))
        yield f"absent: {kind.value}", float(any(finding.support is Support.ABSENT for finding in found))


def _list_sentence_features(beside: Beside) -> Iterator[tuple[str, float]]:
    """Yield how near the sentences are as wholes."""
    import numpy as np

    first, others, best, second = beside.first, beside.others, beside.best, beside.second
    scores = beside.cosines + beside.nearest @ beside.share
    yield "sentence: best", float(beside.cosines.max())
    yield "sentence: chosen", float(beside.cosines[best])
    yield "sentence: gap", float(scores[best] - scores[second])
    joined = others[best].whole + others[second].whole
    yield "sentence: two", float(first.whole @ joined / (np.linalg.norm(joined) + 1e-9))
    yield "length: claim", min(60, len(first.words)) / 30
    yield "length: ratio", min(4.0, len(others[best].words) / len(first.words))


def _list_word_features(beside: Beside) -> Iterator[tuple[str, float]]:
    """Yield how near the words are: in the best sentence, in the best two, in all, and the other way round."""
    import numpy as np

    share, best, nearest = beside.share, beside.best, beside.nearest
    here, two, everywhere = nearest[best], np.maximum(nearest[best], nearest[beside.second]), nearest.max(axis=0)
    for where, sims in (("best", here), ("two", two), ("all", everywhere)):
        yield from _list_recall(where, sims, share)
    theirs = beside.others[best]
    back = theirs.weights if theirs.weights.sum() else np.ones_like(theirs.weights)
    reverse = beside.tables[best].max(axis=0)
    yield "reverse: mean", float(reverse @ back / back.sum())
    yield "reverse: loose", float((reverse < _LOOSE) @ back / back.sum())
    yield "two: gain", float((two - here) @ share)
    yield "all: gain", float((everywhere - here) @ share)
    places = [int(beside.tables[best][row].argmax()) for row in np.flatnonzero(share > 0)]
    steps = [a < b for a, b in pairwise(places) if a != b]
    yield "order: kept", float(np.mean(steps)) if steps else 1.0
    yield from _list_kind_features(beside, two, everywhere)


def _list_kind_features(beside: Beside, two: "Vectors", everywhere: "Vectors") -> Iterator[tuple[str, float]]:
    """Yield which words of the claim the sentences lack, and how far off the farthest is, by the kind of word."""
    import numpy as np

    first, share = beside.first, beside.share
    stems = [set(text.stems) for text in beside.others]
    known = set().union(*stems)
    lexical = np.array([stem in known for stem in first.stems])
    yield "stems: best", float(np.array([stem in stems[beside.best] for stem in first.stems]) @ share)
    yield "stems: all", float(lexical @ share)
    yield "stems: missing", float(min(6, (~lexical & (first.weights > _FREQUENT_SHARE)).sum()))
    names, numbers = np.array(first.is_name), np.array(first.is_number)
    kinds = {
        "name": names & ~numbers,
        "number": numbers,
        "direction": np.array([_find_way(stem) != 0 for stem in first.stems]),
        "other": ~(names | numbers),
    }
    for kind, flags in kinds.items():
        rows = flags & (share > 0)
        yield f"{kind}: any", float(rows.any())
        yield f"{kind}: least", float(everywhere[rows].min()) if rows.any() else 1.0
        yield f"{kind}: least here", float(two[rows].min()) if rows.any() else 1.0
        yield f"{kind}: missing", float((~lexical & rows).sum() / rows.sum()) if rows.any() else 0.0


def _list_recall(where: str, sims: "Vectors", share: "Vectors") -> Iterator[tuple[str, float]]:
    import numpy as np

    yield f"{where}: mean", float(sims @ share)
    ordered = np.sort(sims[share > 0])
    yield f"{where}: least", float(ordered[0])
    yield f"{where}: second least", float(ordered[min(1, len(ordered) - 1)])
    yield f"{where}: loose", float((sims < _LOOSE) @ share)
    yield f"{where}: not close", float((sims < _CLOSE) @ share)


def _list_polarity_features(beside: Beside) -> Iterator[tuple[str, float]]:
    """Yield how denials, opposites, hedges and totals fit together along the pairs of words."""
    import numpy as np

    first, theirs, table = beside.first, beside.others[beside.best], beside.tables[beside.best]
    places, sims = table.argmax(axis=1), table.max(axis=1)
    pull = beside.share * np.maximum(sims, 0.0) ** 2
    clash = [first.is_denied[row] != theirs.is_denied[int(there)] for row, there in enumerate(places)]
    yield "denial: clash", float(np.array(clash) @ pull / (pull.sum() + 1e-9))
    denials = [sum(map(_denies, text.words)) for text in (first, theirs)]
    yield "denial: claim", float(min(2, denials[0]))
    yield "denial: source", float(min(2, denials[1]))
    yield "denial: parity", float(denials[0] % 2 != denials[1] % 2)
    stems = set(theirs.stems)
    turned = [bool(find_opposites(stem) & stems) and stem not in stems for stem in first.stems]
    yield "opposite: any", float(any(turned))
    yield "opposite: parity", float((denials[0] + denials[1] + sum(turned)) % 2)
    hedges = [sum(word in _HEDGES for word in text.words) for text in (first, theirs)]
    yield "hedge: claim", float(min(2, hedges[0]))
    yield "hedge: dropped", float(hedges[1] > 0 and not hedges[0])
    totals = [{word for word in text.words if word in _TOTAL} for text in (first, theirs)]
    yield "total: added", float(bool(totals[0] - totals[1]))


def _list_direction_features(beside: Beside) -> Iterator[tuple[str, float]]:
    """Yield whether what rises in the claim rises in the nearest sentence, along the pairs of words and as wholes."""
    first, theirs, table = beside.first, beside.others[beside.best], beside.tables[beside.best]
    ways, there = ([_find_way(stem) for stem in text.stems] for text in (first, theirs))
    met = [(way * there[int(row.argmax())], float(row.max())) for way, row in zip(ways, table, strict=True) if way]
    yield "direction: along", max((sim for fit, sim in met if fit > 0), default=0.0)
    yield "direction: against", max((sim for fit, sim in met if fit < 0), default=0.0)
    (up, down), (their_up, their_down) = ((1 in row, -1 in row) for row in (ways, there))
    yield "direction: alike", float((up and their_up) or (down and their_down))
    yield "direction: clash", float((up, down, their_up, their_down) in _CLASHES)
    yield "direction: alone", float((up or down) and not (their_up or their_down))


def _find_way(stem: str) -> int:
    """Find which way a word points: 1 up, -1 down, 0 neither."""
    return (stem in _UP) - (stem in _DOWN)


def _measure_number_fit(first: ReadText, others: Sequence[ReadText]) -> float:
    """Measure how alike a number stands among its neighbours here and there: of the number that fits least, 0-1."""
    fits = []
    for word, vector, is_number in zip(first.words, first.vectors, first.is_number, strict=True):
        if is_number:
            places = [(text, place) for text in others for place, theirs in enumerate(text.words) if theirs == word]
            fits.append(max((float(vector @ text.vectors[place]) for text, place in places), default=0.0))
    return min(fits, default=1.0)
