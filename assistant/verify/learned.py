"""The learned second stage without a chat model: what the rules see and how near words are, weighed by fitted weights.

A logistic regression over the features of ``assistant.verify.learned_features``; its weights are data
(``learned_weights.json``), fitted by ``benchmarks/train_learned.py``. ``docs/learned-stage.md`` says on what it was
fitted and how often it is right.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, NamedTuple

from assistant.concurrency import in_thread
from assistant.verify.entailment import Probabilities, Statement
from assistant.verify.learned_features import TokenEmbedder, measure_features

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Standard deviations from the mean at which a feature is cut: what was never seen must not decide alone.
_FARTHEST = 5.0


class LearnedStage:
    """A second stage that needs no chat model. Safe to share between threads.

    Args:
        embedder: Gives a vector to each piece of a word; the weights were fitted with the default embedder.
    """

    name = "conspectus-pairs-1"
    stage: Literal["learned"] = "learned"

    def __init__(self, embedder: TokenEmbedder) -> None:
        self._embedder = embedder

    async def rate(self, statements: Sequence[Statement]) -> list[Probabilities | None]:
        """Rate statements, in their order; None where there is no claim or no evidence."""
        return await in_thread(lambda: self.rate_now(statements))

    def rate_now(self, statements: Sequence[Statement]) -> list[Probabilities | None]:
        """Rate statements as ``rate`` does, and block meanwhile.

        Raises:
            EmbedderError: The embedder cannot be loaded.
        """
        return [self._rate_statement(statement) for statement in statements]

    def _rate_statement(self, statement: Statement) -> Probabilities | None:
        if not statement.claim.strip() or not any(text.strip() for text in statement.evidence):
            return None
        return weigh_features(measure_features(statement.claim, statement.evidence, self._embedder))


class _Weights(NamedTuple):
    """The fitted weights: a row for each class, in the order of ``Probabilities``."""

    features: tuple[str, ...]
    mean: "Floats"
    scale: "Floats"
    rows: "Floats"
    intercept: "Floats"


def weigh_features(values: dict[str, float]) -> Probabilities | None:
    """Weigh features by the fitted weights; one that is not measured counts as its mean.

    Returns:
        The probabilities; None where a feature is no number.
    """
    import numpy as np

    weights = _load_weights()
    known = [values.get(name) for name in weights.features]
    row = np.array([mean if value is None else value for value, mean in zip(known, weights.mean, strict=True)])
    if not np.isfinite(row).all():
        return None
    logits = weights.rows @ np.clip((row - weights.mean) / weights.scale, -_FARTHEST, _FARTHEST) + weights.intercept
    shares = np.exp(logits - logits.max())
    says, silent, opposes = (float(share) for share in shares / shares.sum())
    return Probabilities(says, silent, opposes)


@cache
def _load_weights() -> _Weights:
    import numpy as np

    data = json.loads(files("assistant.verify").joinpath("learned_weights.json").read_text(encoding="utf-8"))
    arrays = (np.array(data[name], dtype=np.float64) for name in ("mean", "scale", "rows", "intercept"))
    return _Weights(tuple(data["features"]), *arrays)
