"""Embeddings from an endpoint that speaks OpenAI's interface."""

from functools import cached_property
from typing import TYPE_CHECKING

import openai
from pydantic import SecretStr

from assistant.llm.http import NO_KEY, build_client, build_timeouts
from assistant.llm.model_errors import describe_model, explain_error
from assistant.settings import ModelSettings
from store.embedding import EmbedderStamp
from store.errors import EmbedderError, ModelError, PromptTooLong

if TYPE_CHECKING:
    from store.embedding import Vectors

# As OpenAI states them; for all others the first answer tells.
_DIMENSIONS = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "text-embedding-ada-002": 1536}
# Of OpenAI's three models, which are all that are known.
_MAX_TOKENS = 8191
# With texts of 8191 tokens each this stays under the 300 000 tokens that OpenAI takes in one request.
BATCH = 32
# Characters that go for a token where a text is cut; less and less, where the endpoint says that it is still too long.
_CHARACTERS = (4, 3, 2, 1)


class EndpointEmbedder:
    """An embedding model behind an endpoint. Safe to share between threads; connects when it is first used.

    Args:
        settings: ``context`` is the number of tokens where a text is cut (8191 where it is not set).
        key: The API key, None where none is needed.
        dimension: Length of a vector; None for what is known of the model, else its first answer tells it.
    """

    def __init__(self, settings: ModelSettings, key: SecretStr | None, dimension: int | None = None) -> None:
        self._settings = settings
        self._key = key
        self._dimension = dimension or (_DIMENSIONS.get(settings.name) if settings.is_openai else None)

    @property
    def stamp(self) -> EmbedderStamp:
        """Which model this is. Where its dimension is not known yet, the model is asked once.

        Raises:
            EmbedderError: It does not answer.
        """
        if self._dimension is None:
            self.embed(["dimension"])
        return EmbedderStamp(
            model=f"{self._settings.name}@{self._settings.host}",
            weights="",
            dimension=self._dimension or 0,
            max_tokens=self._settings.context or _MAX_TOKENS,
        )

    def embed(self, texts: list[str]) -> "Vectors":
        """Embed ``n`` texts: float32 of shape (n, dimension), each row of length 1.

        Raises:
            EmbedderError: The endpoint does not answer, or with something that are no such vectors.
        """
        try:
            rows = [
                row for first in range(0, len(texts), BATCH) for row in self._embed_batch(texts[first : first + BATCH])
            ]
        except ModelError as error:
            raise EmbedderError(error.what, error.hint) from error
        if len(rows) != len(texts):
            what = f"{describe_model(self._settings)} does not answer with {len(texts)} vectors, but with {len(rows)}."
            raise EmbedderError(what, "Use another one.")
        return self._normalise(rows)

    def _embed_batch(self, texts: list[str], sizes: tuple[int, ...] = _CHARACTERS) -> list[list[float]]:
        """One request; texts that are too long are asked for one by one, and cut shorter."""
        room = (self._settings.context or _MAX_TOKENS) * sizes[0]
        try:
            return self._send_request([text[:room] or " " for text in texts])
        except PromptTooLong:
            if len(texts) == 1 and not sizes[1:]:
                raise
        if len(texts) > 1:
            return [row for text in texts for row in self._embed_batch([text], sizes)]
        return self._embed_batch(texts, sizes[1:])

    def _send_request(self, texts: list[str]) -> list[list[float]]:
        failure: ModelError
        try:
            # Not every server knows base64, which OpenAI's client asks for by itself.
            answer = self._client.embeddings.create(model=self._settings.name, input=texts, encoding_format="float")
            return [item.embedding for item in sorted(answer.data, key=lambda item: item.index)]
        except Exception as error:  # Clients raise errors without a common root, and anything at odd answers.
            failure = explain_error(error, self._settings, self._key)
        raise failure

    def _normalise(self, rows: list[list[float]]) -> "Vectors":
        import numpy as np

        self._check_dimension(rows)
        vectors = np.asarray(rows, dtype=np.float64).reshape(len(rows), self._dimension or 0)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise EmbedderError(
                f"{describe_model(self._settings)} gives vectors that are zero or not numbers.", "Use another one."
            )
        unit: Vectors = (vectors / lengths).astype(np.float32)
        return unit

    def _check_dimension(self, rows: list[list[float]]) -> None:
        dimensions = {len(row) for row in rows}
        self._dimension = self._dimension or next(iter(dimensions), None)
        if dimensions - {self._dimension}:
            model = describe_model(self._settings)
            what = f"{model} gives vectors of {max(dimensions)} dimensions, not of {self._dimension}."
            raise EmbedderError(
                what, "Use the model that the library was made with, or run: conspectus doctor --re-embed."
            )

    @cached_property
    def _client(self) -> openai.OpenAI:
        return openai.OpenAI(
            base_url=self._settings.endpoint,
            api_key=self._key.get_secret_value() if self._key else NO_KEY,
            max_retries=self._settings.retries,
            timeout=build_timeouts(self._settings),
            http_client=build_client(self._settings, self._key),
        )
