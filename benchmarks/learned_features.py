"""What a learned stage weighs of a claim beside its evidence: what the rules find, how near words and sentences are."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

from assistant.verify.check import verify
from assistant.verify.tokens import find_opposites, fold_text, is_stop, stem_word
from assistant.verify.verdict import FindingKind, Verdict
from store.embedding.float_minilm import FloatMiniLM
from store.paper import Paper

if TYPE_CHECKING:
    from store.embedding import Vectors

# Sentences of the evidence that are laid beside the claim.
MOST_EVIDENCE = 5
# Words before an aligned word in which a denial counts for it, on both sides alike; as long as a short clause.
_REACH = 5
# Cosines below which a word of the claim has nothing like it in the evidence: the fitted weights choose among them.
_LOOSE, _CLOSE = 0.45, 0.65
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# The closed classes of English; open ones (fail, lack) are left to the vectors and to the rules.
_DENIES = frozenset(
    "no not nor neither never none nothing without cannot hardly lack lacked lacking absent fail failed".split()
)
_HEDGES = frozenset(
    "may might could can possibly perhaps potentially probably appear appears appeared seem seems seemed suggest "
    "suggests suggested likely unlikely tend tends some several often sometimes whether hypothesis potential".split()
)
_TOTAL = frozenset("all every always only never none any entirely completely solely exclusively most proves".split())
_RISES = """
increase more higher greater larger longer improve enhance promote activate raise rise elevate better gain stronger
faster upregulate induce stimulate"""
_FALLS = """
decrease less lower smaller shorter fewer worsen impair inhibit suppress reduce decline worse loss weaker slower
downregulate block prevent diminish attenuate"""
_UP, _DOWN = (frozenset(map(stem_word, text.split())) for text in (_RISES, _FALLS))


class TokenVectors(NamedTuple):
    """A text piece by piece: its pieces, a vector for each, and the vector of the whole, of length 1."""

    pieces: tuple[str, ...]
    vectors: "Vectors"
    whole: "Vectors"


class TokenEmbedder(FloatMiniLM):
    """The default embedder, which also gives the vector of each piece of a word."""

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Embed texts piece by piece; the marks of begin and end are left out, unless there is nothing else."""
        import numpy as np

        encodings = self._tokenizer.encode_batch(list(texts))
        longest = max(len(encoding.ids) for encoding in encodings)
        ids, mask = (np.zeros((len(texts), longest), dtype=np.int64) for _ in range(2))
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)], mask[row, : len(encoding.ids)] = encoding.ids, 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, feed)[0]
        pooled = (hidden * mask[:, :, None]).sum(axis=1)
        pooled /= np.linalg.norm(pooled, axis=1, keepdims=True)
        rows = []
        for encoding, vectors, whole in zip(encodings, hidden, pooled, strict=True):
            inside = slice(1, len(encoding.ids) - 1) if len(encoding.ids) > 2 else slice(0, len(encoding.ids))
            rows.append(TokenVectors(tuple(encoding.tokens[inside]), vectors[inside], whole))
        return rows


class Embeds(Protocol):
    """What gives a vector to each piece of a word."""

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Embed texts piece by piece."""


class _Text(NamedTuple):
    """A text with the vectors of its words (each the mean of its pieces), and which of them are content."""

    words: tuple[str, ...]
    vectors: "Vectors"
    whole: "Vectors"
    content: tuple[int, ...]
    denied: tuple[int, ...]

    @property
    def stems(self) -> list[str]:
        return [stem_word(word) for word in self.words]


def measure_features(claim: str, evidence: Sequence[str], embedder: Embeds) -> dict[str, float]:
    """Measure what is weighed of a claim and its evidence, by name; the same names for every pair.

    Args:
        claim: The claim.
        evidence: The sentences that carry it, the best first.
        embedder: Gives a vector to each piece of a word.
    """
    evidence = [text for text in evidence if text.strip()][:MOST_EVIDENCE] or ["."]
    first, *others = [_read_text(tokens) for tokens in embedder.embed_tokens([claim, *evidence])]
    nearest = max(others, key=lambda text: float(first.whole @ text.whole))
    values = dict(_list_rule_features(verify(claim, [Paper(id="evidence", title="", abstract=" ".join(evidence))])))
    values.update(_list_similarities(first, nearest, others))
    values.update(_list_word_features(first, nearest, others, "best"))
    values.update(_list_number_features(claim, evidence))
    return values


def _list_rule_features(verdict: Verdict) -> Iterator[tuple[str, float]]:
    """Yield what the rules say, by kind of finding; a kind that is new later counts as another one."""
    steps = sorted({finding.support.value for finding in verdict.findings})
    yield "rules: nothing found", float(not steps)
    kinds = [finding.kind for finding in verdict.findings]
    for kind in FindingKind:
        yield f"rules: {kind.value}", float(kind in kinds)
    yield "rules: findings", float(len(kinds))
    yield "rules: citations", float(len(verdict.citations))
    yield (
        "rules: strict",
        float(any(finding.support.value not in ("partial", "doubtful") for finding in verdict.findings)),
    )


def _list_similarities(first: _Text, nearest: _Text, others: Sequence[_Text]) -> Iterator[tuple[str, float]]:
    sims = sorted((float(first.whole @ text.whole) for text in others), reverse=True)
    yield "sentence: best", sims[0]
    yield "sentence: second", sims[1] if len(sims) > 1 else sims[0] - 0.2
    yield "sentence: gap", sims[0] - (sims[1] if len(sims) > 1 else 0.0)
    yield "length: claim", min(60, len(first.words)) / 30
    yield "length: ratio", min(4.0, len(nearest.words) / max(1, len(first.words)))


def _list_word_features(
    first: _Text, nearest: _Text, others: Sequence[_Text], name: str
) -> Iterator[tuple[str, float]]:
    import numpy as np

    rows = list(first.content) or list(range(len(first.words)))
    back = list(nearest.content) or list(range(len(nearest.words)))
    table = first.vectors[rows] @ nearest.vectors.T
    everywhere = np.max([np.max(first.vectors[rows] @ text.vectors.T, axis=1) for text in others], axis=0)
    here, reverse = np.max(table, axis=1), np.max(first.vectors @ nearest.vectors[back].T, axis=0)
    for where, sims in (("best", here), ("all", everywhere), ("reverse", reverse)):
        yield f"words {where}: mean", float(np.mean(sims))
        yield f"words {where}: least", float(np.min(sims))
        yield f"words {where}: second least", float(np.sort(sims)[min(1, len(sims) - 1)])
        yield f"words {where}: loose", float(np.mean(sims < _LOOSE))
        yield f"words {where}: not close", float(np.mean(sims < _CLOSE))
    known = {stem for text in others for stem in text.stems}
    ours, near = first.stems, set(nearest.stems)
    yield "stems: best", float(np.mean([ours[row] in near for row in rows]))
    yield "stems: all", float(np.mean([ours[row] in known for row in rows]))
    yield "stems: missing", float(min(6, sum(ours[row] not in known for row in rows)))
    yield from _list_polarity_features(first, nearest, rows, table)
    places = [int(place) for place in np.argmax(table, axis=1)]
    pairs = [(a, b) for a, b in pairwise(places) if a != b]
    yield "order: kept", float(np.mean([a < b for a, b in pairs])) if pairs else 1.0


def _list_polarity_features(
    first: _Text, nearest: _Text, rows: list[int], table: "Vectors"
) -> Iterator[tuple[str, float]]:
    """Yield how denials, opposites, directions and hedges on the two sides fit together."""
    import numpy as np

    ours, theirs = first.stems, nearest.stems
    best, level = np.argmax(table, axis=1), np.max(table, axis=1)
    clash = [first.denied[row] != nearest.denied[int(there)] for row, there in zip(rows, best, strict=True)]
    turned = [bool(find_opposites(ours[row]) & set(theirs)) and ours[row] not in theirs for row in rows]
    denies = [sum(word in _DENIES or word.endswith("n't") for word in text.words) for text in (first, nearest)]
    yield "denial: clash", float(np.average(clash, weights=np.maximum(level, 0.01) ** 4))
    yield "denial: claim", float(min(2, denies[0]))
    yield "denial: evidence", float(min(2, denies[1]))
    yield "denial: parity", float(denies[0] % 2 != denies[1] % 2)
    yield "opposite: any", float(any(turned))
    yield "opposite: parity", float((denies[0] + denies[1] + sum(turned)) % 2)
    ways = [(sum(s in _UP for s in stems), sum(s in _DOWN for s in stems)) for stems in (ours, theirs)]
    (up, down), (their_up, their_down) = ways
    yield "direction: alike", float((up > 0 and their_up > 0) or (down > 0 and their_down > 0))
    yield (
        "direction: clash",
        float(
            (up > 0 and not down and their_down > 0 and not their_up)
            or (down > 0 and not up and their_up > 0 and not their_down)
        ),
    )
    yield "direction: claim", float(up + down > 0)
    hedges = [sum(word in _HEDGES for word in text.words) for text in (first, nearest)]
    yield "hedge: claim", float(min(2, hedges[0]))
    yield "hedge: dropped", float(hedges[1] > 0 and not hedges[0])
    total = [{word for word in text.words if word in _TOTAL} for text in (first, nearest)]
    yield "total: added", float(bool(total[0] - total[1]))


def _list_number_features(claim: str, evidence: Sequence[str]) -> Iterator[tuple[str, float]]:
    ours = _NUMBER.findall(fold_text(claim))
    known = {number for text in evidence for number in _NUMBER.findall(fold_text(text))}
    yield "number: any", float(bool(ours))
    yield "number: missing", float(sum(number not in known for number in ours) / len(ours)) if ours else 0.0
    yield "number: evidence", float(bool(known))


def _read_text(tokens: TokenVectors) -> _Text:
    """Join the pieces of words, and note which words are content and how often each is denied, modulo 2."""
    import numpy as np

    words: list[str] = []
    rows: list[list[int]] = []
    for place, piece in enumerate(tokens.pieces):
        if piece.startswith("##") and words:
            words[-1] += piece[2:]
            rows[-1].append(place)
        else:
            words.append(piece)
            rows.append([place])
    vectors = np.array([tokens.vectors[row].mean(axis=0) for row in rows], dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    content = tuple(
        place for place, word in enumerate(words) if word[0].isalnum() and not is_stop(word) and word not in _DENIES
    )
    cues = [place for place, word in enumerate(words) if word in _DENIES]
    denied = tuple(sum(0 < place - cue <= _REACH for cue in cues) % 2 for place in range(len(words)))
    return _Text(tuple(words), vectors, tokens.whole, content, denied)
