"""Chat models of langchain among ours, and ours among langchain's callbacks. Only who needs that loads langchain.

langchain's tracing stays off: variables that other programs want must not send questions and papers to LangSmith.
"""

import os
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import aclosing, contextmanager
from typing import Any, cast

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import InputTokenDetails, OutputTokenDetails, UsageMetadata
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import RunnableConfig
from langsmith import tracing_context
from pydantic import PrivateAttr

from assistant.llm.chat import CallPiece, ChatModel, Delta
from assistant.llm.token_counts import TokenCounts

THINKING = "reasoning_content"
"""Where, in the ``additional_kwargs`` of a chunk of langchain's, stands what came as thinking beside the answer."""


class LangchainChat:
    """Any chat model of langchain, asked as ours are."""

    def __init__(self, model: BaseChatModel) -> None:
        self.model = model

    @property
    def known_context(self) -> int | None:
        """Tokens that it reads, as far as langchain knows."""
        return (self.model.profile or {}).get("max_input_tokens")

    @property
    def takes_logprobs(self) -> bool:
        """Whether it can be asked for the probabilities of its tokens."""
        return hasattr(self.model, "logprobs")

    async def ask(
        self, prompt: str, options: Mapping[str, Any] | None = None, config: RunnableConfig | None = None
    ) -> AsyncGenerator[Delta, None]:
        """Ask, and yield the answer as it comes; raises whatever the model raises."""
        stream = self.model.astream(prompt, config, **(options or {}))
        async with aclosing(cast("AsyncGenerator[AIMessageChunk, None]", stream)) as chunks:
            while True:
                # Only while it works: the caller goes on between two chunks, and may want to be traced.
                with disable_tracing():
                    chunk = await anext(chunks, None)
                if chunk is None:
                    return
                yield read_chunk(chunk)


def read_chunk(chunk: AIMessageChunk) -> Delta:
    """Read a chunk of langchain's."""
    about = chunk.response_metadata
    return Delta(
        text=str(chunk.text if isinstance(chunk.text, str) else chunk.text()),
        thinking=_read_thinking(chunk),
        finish_reason=about.get("finish_reason") or "",
        usage=_read_usage(chunk.usage_metadata),
        calls=tuple(
            CallPiece(call["index"] or 0, call["name"] or "", call["args"] or "") for call in chunk.tool_call_chunks
        ),
        logprobs=about.get("logprobs"),
    )


def _read_thinking(chunk: AIMessageChunk) -> str:
    """Read the thinking in a chunk: beside the text, or as parts of it, as models of other providers have it."""
    beside = chunk.additional_kwargs.get(THINKING)
    if isinstance(beside, str):
        return beside
    parts = chunk.content if isinstance(chunk.content, list) else []
    thoughts = (part.get("thinking") or part.get("reasoning") for part in parts if isinstance(part, dict))
    return "".join(text for text in thoughts if isinstance(text, str))


def _read_usage(counted: UsageMetadata | None) -> TokenCounts | None:
    if not counted:
        return None
    cached = (counted.get("input_token_details") or {}).get("cache_read") or 0
    reasoning = (counted.get("output_token_details") or {}).get("reasoning") or 0
    return TokenCounts(counted["input_tokens"], counted["output_tokens"], cached, reasoning)


async def ask_within_callbacks(
    chat: ChatModel, prompt: str, options: Mapping[str, Any], config: RunnableConfig
) -> AsyncGenerator[Delta, None]:
    """Ask one of our models, and let langchain's callbacks see it as a run of a model of langchain."""
    model = _ObservedModel()
    model._chat = chat
    async with aclosing(LangchainChat(model).ask(prompt, options, config)) as chunks:
        async for _ in chunks:
            while model._deltas:
                yield model._deltas.popleft()


class _ObservedModel(BaseChatModel):
    """What callbacks see of one request to a model of ours."""

    _chat: Any = PrivateAttr()
    _deltas: deque[Delta] = PrivateAttr(default_factory=deque)

    @classmethod
    def is_lc_serializable(cls) -> bool:
        """Langchain's loader could not make one again."""
        return False

    @property
    def _llm_type(self) -> str:
        return "conspectus"

    def _generate(self, *args: Any, **kwargs: Any) -> ChatResult:
        raise NotImplementedError

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        async with aclosing(self._chat.ask(str(messages[0].content), kwargs)) as deltas:
            async for delta in deltas:
                self._deltas.append(delta)
                yield _make_chunk(delta)


def _make_chunk(delta: Delta) -> ChatGenerationChunk:
    beside = {name: text for name, text in ((THINKING, delta.thinking), ("refusal", delta.refusal)) if text}
    message = AIMessageChunk(
        content=delta.text,
        additional_kwargs=beside,
        tool_call_chunks=[tool_call_chunk(index=index, name=name, args=args) for index, name, args in delta.calls],
        usage_metadata=_describe_usage(delta.usage) if delta.usage else None,
    )
    about = {"finish_reason": delta.finish_reason, "logprobs": delta.logprobs}
    return ChatGenerationChunk(message=message, generation_info={name: value for name, value in about.items() if value})


def _describe_usage(counts: TokenCounts) -> UsageMetadata:
    return UsageMetadata(
        input_tokens=counts.read,
        output_tokens=counts.written,
        total_tokens=counts.read + counts.written,
        input_token_details=InputTokenDetails(cache_read=counts.cached),
        output_token_details=OutputTokenDetails(reasoning=counts.reasoning),
    )


@contextmanager
def disable_tracing() -> Iterator[None]:
    """Trace no run that starts inside, whatever the environment and the caller's own trace say.

    langchain looks at LANGSMITH_TRACING and its like whenever a run starts. They belong to the whole process, in which
    others may want their own chains traced; so tracing is off only while a run of ours is started. Callbacks that a
    caller hands over are the caller's own wish, and stay.
    """
    _retire_old_variables()
    with tracing_context(parent=False, enabled=False):
        yield


def _retire_old_variables() -> None:
    """Put away the two variables of langchain's first tracing: where that is off, langchain (1.x) fails over them.

    LANGCHAIN_TRACING is also the last name that LangSmith looks for; LANGSMITH_TRACING, the one before it, takes over.
    """
    os.environ.pop("LANGCHAIN_HANDLER", None)
    old = os.environ.pop("LANGCHAIN_TRACING", None)
    if old and not os.environ.get("LANGSMITH_TRACING", "").strip():
        os.environ["LANGSMITH_TRACING"] = old
