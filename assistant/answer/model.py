"""A chat model as the pipeline uses it: a prompt goes in, text comes out and grows meanwhile, usage is counted."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from assistant.llm.connect import disable_tracing
from assistant.types import Usage
from store.errors import ConspectusError, FormatRefused, ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk
    from langchain_core.messages.ai import UsageMetadata
    from langchain_core.runnables import RunnableConfig


SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "sources": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["text", "sources"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["claims"],
    "additionalProperties": False,
}


FORMAT = {"type": "json_schema", "json_schema": {"name": "claims", "strict": True, "schema": SCHEMA}}


class Completion(NamedTuple):
    """What a model wrote to a prompt. ``cut`` says that it ended for want of room, ``usage`` counts tokens."""

    text: str = ""
    cut: bool = False
    usage: Usage = Usage()


OnText = Callable[[str], Awaitable[None]]
"""Called with the text so far whenever it has grown."""


class Model:
    """A chat model and what is known of it.

    Args:
        chat: Any langchain chat model.
        name: What answers are signed with.
        context: Tokens that it reads and writes in all.
        max_output: Tokens of an answer at the most.
        schema: Whether its endpoint takes ``json_schema``; None finds out with the first answer.
        price: US dollars for so many tokens of input and output; None where it is not known.
        explain: Puts what its client raises into words.
        identity: What else its answers depend on (its endpoint, its temperature), for the cache of answers.
    """

    def __init__(
        self,
        chat: "BaseChatModel",
        name: str,
        context: int = 8192,
        max_output: int = 1024,
        schema: bool | None = None,
        price: Callable[[int, int], float | None] | None = None,
        explain: Callable[[Exception], ModelError] | None = None,
        identity: str = "",
    ) -> None:
        self.chat = chat
        self.name = name
        self.context = context
        self.max_output = max_output
        self.schema = schema
        self.identity = f"{name} {identity}"
        self._price = price
        self._explain = explain

    def with_price(self, usage: Usage) -> Usage:
        """Usage with its price."""
        dollars = self._price(usage.input_tokens, usage.output_tokens) if self._price else None
        return usage.model_copy(update={"dollars": dollars})

    def explain_error(self, error: Exception) -> ModelError:
        """Put what its client raised into words; where nobody can, its class is told and nothing that it says."""
        if isinstance(error, ModelError):
            return error
        return self._explain(error) if self._explain else ModelError(f"{self.name} failed ({type(error).__name__}).")

    @property
    def writes_json(self) -> bool:
        """Whether the next answer is asked for as JSON."""
        return self.schema is not False

    async def complete(
        self,
        prompt: str,
        config: "RunnableConfig | None" = None,
        *,
        form: bool = False,
        on_text: OnText | None = None,
    ) -> Completion:
        """Have a prompt completed.

        Args:
            prompt: All that the model is told.
            config: Langchain's, for its callbacks.
            form: Ask for the schema of claims.
            on_text: Told how the text grows.

        Raises:
            SchemaRefused: The endpoint does not take ``json_schema``; ask again in plain text.
            ModelError: It gives no answer.
        """
        options: dict[str, Any] = {"response_format": FORMAT} if form and self.writes_json else {}
        failure: Exception
        try:
            completion = await self._read_stream(prompt, config, options, on_text)
            self.schema = True if options else self.schema
            return completion
        except FormatRefused as error:
            # Others may have found it out at the same time, or the server be another one since.
            self.schema = False if options else self.schema
            failure = SchemaRefused() if options else error
        except ConspectusError:
            raise
        except Exception as error:  # Clients of other providers raise errors of their own, and without a common root.
            failure = self._explain(error) if self._explain else error
        raise failure  # Not chained: what a client raises may hold the key.

    async def _read_stream(
        self, prompt: str, config: "RunnableConfig | None", options: dict[str, Any], on_text: OnText | None
    ) -> Completion:
        pieces: list[str] = []
        text, cut, usage = "", False, Usage()
        with disable_tracing():
            stream = cast("AsyncGenerator[AIMessageChunk, None]", self.chat.astream(prompt, config, **options))
            async with aclosing(stream) as chunks:
                async for chunk in chunks:
                    usage = _add_usage(usage, chunk.usage_metadata)
                    cut = cut or chunk.response_metadata.get("finish_reason") == "length"
                    piece = str(chunk.text if isinstance(chunk.text, str) else chunk.text())
                    if piece:
                        pieces.append(piece)
                        text += piece
                        if on_text:
                            await on_text(text)
        return Completion(_drop_doubled(pieces), cut, usage)


def _add_usage(usage: Usage, counted: "UsageMetadata | None") -> Usage:
    """Servers count once at the end, or all so far in each chunk."""
    if not counted:
        return usage
    return Usage(
        input_tokens=max(usage.input_tokens, counted["input_tokens"]),
        output_tokens=max(usage.output_tokens, counted["output_tokens"]),
    )


def _drop_doubled(pieces: list[str]) -> str:
    """Join the pieces; where each came twice, as through a proxy that tries again, one of the two goes."""
    once, again = pieces[::2], pieces[1::2]
    return "".join(once if len(once) > 1 and once == again else pieces)


class SchemaRefused(Exception):
    """The endpoint does not take ``json_schema``; never leaves the chain."""
