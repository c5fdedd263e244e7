"""A small classifier that tells orders to a reader from sentences of science: words first, vectors where these doubt.

Two logistic regressions, fitted by ``benchmarks/fit_injections.py``. The one over words, pairs of words and meanings
takes a tenth of a millisecond and is sure of nearly all sentences; only where it is not is the beginning of the
sentence embedded, which takes some milliseconds, and what the second one says of the vector added.
"""

import json
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from assistant.verify.injection.features import list_features, read_tokens
from assistant.verify.injection.letters import Folded
from store.embedding.minilm import share_minilm
from store.errors import EmbedderError

# Words of the beginning that is embedded: an order stands before what it wants to be said. On part dev the whole
# sentence, or both together, gave no more.
_BEGINNING = 12


class Weights(NamedTuple):
    """What was fitted.

    ``words`` are those that are looked for behind disguises. A text whose score by features is below ``doubtful`` is
    none, one above ``certain`` is an order, and between them the score of the vector, times ``share``, is added and the
    sum compared with ``threshold``; without an embedder the features alone decide, at ``alone``.
    """

    words: frozenset[str]
    features: dict[str, float]
    bias: float
    vector: tuple[float, ...]
    vector_bias: float
    share: float
    doubtful: float
    certain: float
    threshold: float
    alone: float


@cache
def load_weights() -> Weights:
    """Load what was fitted."""
    data = json.loads(files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))
    data["words"] = frozenset(data["words"].split())
    data["vector"] = tuple(data["vector"])
    return Weights(**data)


def score_features(folded: Folded, weights: Weights) -> float:
    """Score a text by its features: that of its most suspicious window; the higher, the more it is like an order."""
    table = weights.features
    return weights.bias + max(
        sum(table.get(feature, 0.0) for feature in window) for window in list_features(folded, weights.features)
    )


def find_beginning(folded: Folded) -> str:
    """Find the first words of a text."""
    tokens = read_tokens(folded.text[: _BEGINNING * 100])
    return folded.text[: tokens[_BEGINNING].start] if len(tokens) > _BEGINNING else folded.text[: _BEGINNING * 100]


def is_order(folded: Folded) -> bool:
    """Tell whether a text is an order to its reader rather than a sentence of science."""
    weights = load_weights()
    score = score_features(folded, weights)
    if not weights.doubtful < score < weights.certain:
        return score >= weights.certain
    try:
        [vector] = share_minilm().embed([find_beginning(folded)])
    except EmbedderError:
        return score > weights.alone
    by_vector = weights.vector_bias + sum(a * b for a, b in zip(vector.tolist(), weights.vector, strict=True))
    return bool(score + weights.share * by_vector > weights.threshold)
