"""A chat model as this program asks it: a prompt goes in, and what it adds to its answer comes out, piece by piece.

``EndpointChat`` (``assistant.llm.chat_model``) is one behind an endpoint that speaks OpenAI's interface, and brings
nothing but an HTTP client. ``LangchainChat`` (``assistant.llm.langchain_chat``) makes one of any model of langchain.
"""

import re
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from assistant.llm.token_counts import NO_COUNTS, TokenCounts

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

Json = dict[str, Any]

# How servers say that an answer ended for want of room; some with the name of an enumeration before it.
_CUT = re.compile(
    r"(?:\A|[.: ])(?:(?:model_)?length|limit|max_?(?:output_?|new_?|completion_?)?tokens"
    r"|(?:max_)?(?:token|context|length)s?_limit(?:_(?:reached|exceeded))?|(?:model_)?context_(?:window|length)_exceeded)\Z",
    re.IGNORECASE,
)


def is_cut_off(finish_reason: str) -> bool:
    """Tell by the reason why an answer ended that it had no more room."""
    return _CUT.search(finish_reason) is not None


class CallPiece(NamedTuple):
    """A piece of a tool call: which call it belongs to, and what it adds to its name and its arguments."""

    call: int
    name: str = ""
    arguments: str = ""


class Delta(NamedTuple):
    """What a chunk adds to an answer.

    Attributes:
        text: Of the answer.
        thinking: Beside it.
        finish_reason: Why it ends, "" where it does not say.
        ended: Whether nothing comes behind it.
        usage: Tokens so far as the server counts them, None where it does not.
        calls: Pieces of tool calls.
        refusal: What it says where it declines to answer.
        logprobs: As they came.
        notes: What went otherwise than usual with the request.
    """

    text: str = ""
    thinking: str = ""
    finish_reason: str = ""
    ended: bool = False
    usage: TokenCounts | None = None
    calls: tuple[CallPiece, ...] = ()
    refusal: str = ""
    logprobs: Json | None = None
    notes: tuple[str, ...] = ()


@runtime_checkable
class ChatModel(Protocol):
    """A chat model."""

    @property
    def known_context(self) -> int | None:
        """Tokens that it reads, as far as that is known without asking its server."""

    @property
    def takes_logprobs(self) -> bool:
        """Whether it can be asked for the probabilities of its tokens."""

    def ask(
        self, prompt: str, options: Mapping[str, Any] | None = None, config: "RunnableConfig | None" = None
    ) -> AsyncGenerator[Delta, None]:
        """Ask, and yield the answer as it comes.

        Args:
            prompt: All that it is told.
            options: What else is sent with the request, as OpenAI's interface calls it.
            config: Langchain's, for its callbacks.

        Raises:
            ModelError: It gives no answer. Models of langchain may raise anything else, too.
        """


async def collect_answer(deltas: AsyncGenerator[Delta, None]) -> Delta:
    """Wait for the whole of an answer."""
    async with aclosing(deltas):
        return join_deltas([delta async for delta in deltas])


def join_deltas(deltas: Iterable[Delta]) -> Delta:
    """Join the pieces of an answer into one.

    Servers count tokens once at the end, or all so far with each piece: the most is what counts.
    """
    pieces = list(deltas)
    counts = [delta.usage for delta in pieces if delta.usage]
    logprobs = [delta.logprobs for delta in pieces if delta.logprobs]
    return Delta(
        text="".join(delta.text for delta in pieces),
        thinking="".join(delta.thinking for delta in pieces),
        finish_reason=next((delta.finish_reason for delta in reversed(pieces) if delta.finish_reason), ""),
        ended=any(delta.ended for delta in pieces),
        usage=TokenCounts(*map(max, NO_COUNTS, *counts)) if counts else None,
        calls=join_calls(piece for delta in pieces for piece in delta.calls),
        refusal="".join(delta.refusal for delta in pieces),
        logprobs={"content": [token for part in logprobs for token in part.get("content") or ()]} if logprobs else None,
        notes=tuple(note for delta in pieces for note in delta.notes),
    )


def join_calls(pieces: Iterable[CallPiece]) -> tuple[CallPiece, ...]:
    """Join the pieces of tool calls, one for each call, in the order in which they began."""
    calls: dict[int, CallPiece] = {}
    for piece in pieces:
        before = calls.get(piece.call, CallPiece(piece.call))
        calls[piece.call] = CallPiece(piece.call, before.name + piece.name, before.arguments + piece.arguments)
    return tuple(calls.values())
