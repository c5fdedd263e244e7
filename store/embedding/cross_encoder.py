"""A small cross-encoder, which reads evidence and claim together: the embedder with layers and a head of its own.

It was trained from the embedder's weights (``benchmarks/train_cross_encoder.py``), whose embeddings of words it keeps:
they are read from the same file. The layers are int8, a scale a column, and run as the embedder's do
(``store.embedding.minilm``), one pair at a time without a mask, so that what comes of a pair depends on it alone.
"""

from functools import cache, cached_property
from math import exp, log
from pathlib import Path
from typing import Any, NamedTuple

from store.embedding.minilm import start_session
from store.embedding.minilm_package import REINSTALL, load_tokenizer
from store.errors import EmbedderError

GRAPHS = tuple(Path(__file__).with_name(name) for name in ("cross-encoder.onnx", "cross-encoder-unsigned.onnx"))
WEIGHTS = Path(__file__).with_name("cross-encoder.npz")
# Pieces of words of a claim and of both together that it was trained on; what is longer is cut.
MOST_CLAIM, MOST_TOKENS = 56, 112
_BEGIN, _END = 101, 102


class LogChances(NamedTuple):
    """The logarithms of the probabilities that the evidence says a claim, is silent on it, opposes it; 0 at most."""

    says: float
    silent: float
    opposes: float


class EntailmentNetwork:
    """The network on the CPU. Safe to share between threads; it loads on first use."""

    def rate(self, evidence: str, claim: str) -> LogChances:
        """Rate one pair.

        Raises:
            EmbedderError: The weights are missing or are not the expected ones.
        """
        first, second = (self._tokenizer.encode(text).ids[1:-1] for text in (evidence, claim))
        second = [*second[:MOST_CLAIM], _END]
        first = [_BEGIN, *first[: MOST_TOKENS - len(second) - 2], _END]
        feed = {"ids": [first + second], "sides": [[0] * len(first) + [1] * len(second)]}
        [logits] = self._session.run(["logits"], feed)
        values = list(map(float, logits[0]))
        total = max(values) + log(sum(exp(value - max(values)) for value in values))
        return LogChances(*(value - total for value in values))

    def reads_whole(self, claim: str) -> bool:
        """Tell whether a claim is read to its end; of a longer one only the beginning is rated.

        Raises:
            EmbedderError: The tokenizer is missing.
        """
        return len(self._tokenizer.encode(claim).ids) - 2 <= MOST_CLAIM

    @cached_property
    def _tokenizer(self) -> Any:
        return load_tokenizer(MOST_TOKENS)

    @cached_property
    def _session(self) -> Any:
        return start_session(GRAPHS, _read_weights(WEIGHTS))


def _read_weights(path: Path) -> dict[str, Any]:
    import numpy as np

    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return dict(arrays)
    except Exception as error:  # numpy and zipfile raise a dozen classes, by which byte is broken.
        raise EmbedderError(f"The cross-encoder {path} cannot be read: {error}.", REINSTALL) from error


@cache
def share_cross_encoder() -> EntailmentNetwork:
    """Return the one of this process."""
    return EntailmentNetwork()
