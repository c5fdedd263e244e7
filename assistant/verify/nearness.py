"""What a learned stage weighs of a claim beside its sources: what the rules found, how near words and sentences are.

A word of the claim is laid beside the word of the source whose vector is nearest, as in Zhang et al., "BERTScore"
(2020). A vector is that of the word in its sentence, so that a word among other words is less near. Rare words count
more. What vectors do not tell (denials, opposites, directions, hedges) the rules have looked at before.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import log
from typing import TYPE_CHECKING, NamedTuple

from assistant.types import Support
from assistant.verify.tokens import is_cue, is_stop, stem_word
from assistant.verify.verdict import FindingKind, Verdict
from store.embedding.minilm import share_minilm

if TYPE_CHECKING:
    from store.embedding import Vectors

# Cosines below which a word has nothing like it, or nothing that is the same: the fitted weights choose among them.
_LOOSE, _CLOSE = 0.45, 0.65
# Pieces of words have numbers by how frequent they are, from 1996 ("the") to 30521.
_FREQUENT, _RAREST = log(1996), log(30522)
# What the most frequent word with a sense of its own counts.
_FREQUENT_SHARE = 0.3
_NUMBER = re.compile(r"\d")


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

    ``order`` are the places of the sentences, the nearest first, by their own cosine and those of their words.
    """

    first: ReadText
    others: tuple[ReadText, ...]
    share: "Vectors"
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
    nearest = np.array([(first.vectors @ text.vectors.T).max(axis=1) for text in others])
    cosines = np.array([float(first.whole @ text.whole) for text in others])
    order = tuple(int(place) for place in np.argsort(-(cosines + nearest @ share), kind="stable"))
    return Beside(first, tuple(others), share, cosines, nearest, order)


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
    """Yield how near the words are: in the best sentence, in the best two, in all."""
    import numpy as np

    share, best, nearest = beside.share, beside.best, beside.nearest
    here, two, everywhere = nearest[best], np.maximum(nearest[best], nearest[beside.second]), nearest.max(axis=0)
    for where, sims in (("best", here), ("two", two), ("all", everywhere)):
        yield from _list_recall(where, sims, share)
    yield "two: gain", float((two - here) @ share)
    yield "all: gain", float((everywhere - here) @ share)
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


def _measure_number_fit(first: ReadText, others: Sequence[ReadText]) -> float:
    """Measure how alike a number stands among its neighbours here and there: of the number that fits least, 0-1."""
    fits = []
    for word, vector, is_number in zip(first.words, first.vectors, first.is_number, strict=True):
        if is_number:
            places = [(text, place) for text in others for place, theirs in enumerate(text.words) if theirs == word]
            fits.append(max((float(vector @ text.vectors[place]) for text, place in places), default=0.0))
    return min(fits, default=1.0)
