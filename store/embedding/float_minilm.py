"""The embedder of libraries that were made before ``store.embedding.minilm``: the package's own graph, with floats.

Four times as slow, and of other vectors; ``conspectus doctor --re-embed`` gives a library those of today.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from store.embedding import EmbedderStamp
from store.embedding.minilm_package import find_weights, load_tokenizer
from store.embedding.weights_file import WEIGHTS

if TYPE_CHECKING:
    from store.embedding import Vectors

# Longer batches gain nothing on a CPU, and rows of like length waste no padding.
BATCH = 8


class FloatMiniLM:
    """all-MiniLM-L6-v2 on the CPU. Safe to share between threads; the model loads on first use."""

    stamp = EmbedderStamp(model="all-MiniLM-L6-v2-int8", weights=WEIGHTS, dimension=384, max_tokens=256)

    def embed(self, texts: list[str]) -> "Vectors":
        """Embed ``n`` texts: float32 of shape (n, 384), each row of length 1.

        Raises:
            EmbedderError: The weights are missing or are not the expected ones.
        """
        import numpy as np

        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(texts)]
        vectors = np.zeros((len(texts), self.stamp.dimension), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda i: len(tokens[i]))
        for first in range(0, len(by_length), BATCH):
            batch = by_length[first : first + BATCH]
            vectors[batch] = self._run_batch([tokens[i] for i in batch])
        return vectors

    def _run_batch(self, tokens: list[list[int]]) -> "Vectors":
        import numpy as np

        longest = max(map(len, tokens))
        ids = np.zeros((len(tokens), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, values in enumerate(tokens):
            ids[row, : len(values)] = values
            mask[row, : len(values)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, feed)[0]
        pooled = (hidden * mask[:, :, None]).sum(axis=1, dtype=np.float32)
        vectors: Vectors = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return vectors

    @cached_property
    def _tokenizer(self) -> Any:
        return load_tokenizer(self.stamp.max_tokens)

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # Spinning threads between two small batches only burn CPU time.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return onnxruntime.InferenceSession(find_weights().read_bytes(), options, providers=["CPUExecutionProvider"])
