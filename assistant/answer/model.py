"""One chat model as the chain uses it: a prompt goes in, growing text comes out, usage is counted."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from assistant.answer.parsing import SCHEMA
from assistant.llm.tracing import stream_untraced
from assistant.types import Usage
from store.errors import ConspectusError, FormatRefused, ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import RunnableConfig

FORMAT = {"type": "json_schema", "json_schema": {"name": "claims", "strict": True, "schema": SCHEMA}}


class Writing:
    """Text that a model writes. ``text`` grows, ``cut`` says that it ended for want of room, ``usage`` counts."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self.text = ""
        self.cut = False
        self.usage = Usage()

    def take(self, chunk: Any) -> str:
        """Add a chunk of a stream; returns the text in it."""
        piece = chunk.text if isinstance(chunk.text, str) else chunk.text()
        if piece:
            self._pieces.append(piece)
            self.text += piece
        used = chunk.usage_metadata
        if used:
            self.usage = Usage(
                input_tokens=max(self.usage.input_tokens, used["input_tokens"]),
                output_tokens=max(self.usage.output_tokens, used["output_tokens"]),
            )
        self.cut = self.cut or chunk.response_metadata.get("finish_reason") == "length"
        return str(piece)

    def end(self) -> None:
        """The text is whole. Where each piece came twice, as through a proxy that tries again, one of them goes."""
        once, again = self._pieces[::2], self._pieces[1::2]
        if len(once) > 1 and once == again:
            self.text = "".join(once)


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

    def priced(self, usage: Usage) -> Usage:
        """Usage with its price."""
        dollars = self._price(usage.input_tokens, usage.output_tokens) if self._price else None
        return usage.model_copy(update={"dollars": dollars})

    @property
    def writes_json(self) -> bool:
        """Whether the next answer is asked for as JSON."""
        return self.schema is not False

    async def write(
        self, prompt: str, writing: Writing, config: "RunnableConfig | None" = None, *, form: bool = False
    ) -> AsyncGenerator[str, None]:
        """Stream the reply to a prompt into ``writing``; yields each piece. ``form`` asks for the schema of claims.

        Raises:
            SchemaRefused: The endpoint does not take ``json_schema``; ask again in plain text.
            ModelError: It gives no answer.
        """
        options: dict[str, Any] = {"response_format": FORMAT} if form and self.writes_json else {}
        failure: Exception
        try:
            async with aclosing(self._chunks(prompt, config, options)) as chunks:
                async for chunk in chunks:
                    yield writing.take(chunk)
            writing.end()
            self.schema = True if options else self.schema
            return
        except FormatRefused as error:
            # Others may have found it out at the same time, or the server be another one since.
            self.schema = False if options else self.schema
            failure = SchemaRefused() if options else error
        except ConspectusError:
            raise
        except Exception as error:  # Clients of other providers raise errors of their own, and without a common root.
            failure = self._explain(error) if self._explain else error
        raise failure  # Not chained: what a client raises may hold the key.

    def _chunks(
        self, prompt: str, config: "RunnableConfig | None", options: dict[str, Any]
    ) -> AsyncGenerator[Any, None]:
        return stream_untraced(self.chat.astream(prompt, config, **options))


class SchemaRefused(Exception):
    """The endpoint does not take ``json_schema``; never leaves the chain."""
