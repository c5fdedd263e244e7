"""Embeddings: words hashed into vectors, in floats or in base64."""

import base64
from typing import TYPE_CHECKING

from assistant.testing.embedder import HashEmbedder
from assistant.testing.server.http import HttpError, Json
from assistant.testing.server.settings import Settings
from assistant.testing.testing_reply import tokens

if TYPE_CHECKING:
    from store.embedding import Vectors

_MOST = 2048


def embed(body: Json, settings: Settings) -> Json:
    """Answer a request for embeddings; texts come as text or as lists of token numbers.

    Raises:
        HttpError: No input, an empty one, or more than 2048.
    """
    settings.check_model(body)
    texts = _texts(body.get("input"))
    vectors = HashEmbedder(body.get("dimensions") or settings.dimension).embed(texts)
    embeddings = _base64(vectors) if body.get("encoding_format") == "base64" else vectors.tolist()
    data = [{"object": "embedding", "index": n, "embedding": embedding} for n, embedding in enumerate(embeddings)]
    read = sum(len(tokens(text)) for text in texts)
    usage = {"prompt_tokens": read, "total_tokens": read}
    return {"object": "list", "data": data, "model": body.get("model", ""), "usage": usage}


def _texts(wanted: object) -> list[str]:
    one = isinstance(wanted, str) or (isinstance(wanted, list) and all(isinstance(item, int) for item in wanted))
    items = [wanted] if one else wanted
    if not isinstance(items, list) or not all(items) or len(items) > _MOST:
        raise HttpError(400, f"'$.input' is invalid: from 1 to {_MOST} texts are expected, none of them empty.")
    return [item if isinstance(item, str) else " ".join(map(str, item)) for item in items]


def _base64(vectors: "Vectors") -> list[str]:
    return [base64.b64encode(vector.astype("<f4").tobytes()).decode() for vector in vectors]
