"""A chat model behind an endpoint that speaks OpenAI's interface (chat completions), as a langchain chat model.

It differs from langchain's own in four things. What goes wrong is raised as a ``ModelError`` before any callback or
trace sees it, and no API key with it. It waits for the first words and between words as the settings say. A JSON
schema travels beside the request, and chunks stay the JSON that they are: langchain's own way would build the whole
answer again with every token. And an answer that ends without saying why it ends counts as broken off.
"""

import asyncio
import re
import warnings
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import Any, TypeVar

from langchain_core.messages import BaseMessageChunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI
from pydantic import Field, SecretStr

from assistant.llm.http import NO_KEY, PlainChunks, build_async_client, build_client, build_timeouts
from assistant.llm.model_errors import describe_model, explain_error
from assistant.settings import ModelSettings
from store.errors import ModelError, ModelRefused, ModelStalled
from store.text.clean import clean_characters

T = TypeVar("T")

# They refuse a temperature, and want their limit under another name than the one that every server knows.
_REASONING = re.compile(r"(^|/)(o\d|gpt-5)(?!.*chat)")

# langchain's advice for programmers where an endpoint takes no JSON schema; ``FormatRefused`` says it to users.
warnings.filterwarnings("ignore", "This model does not support OpenAI's structured output")


class EndpointChat(ChatOpenAI):
    """The model that ``settings`` describe; ``connect_endpoint`` makes one."""

    settings: ModelSettings = Field(exclude=True, repr=False)

    @classmethod
    def is_lc_serializable(cls) -> bool:
        """Langchain's loader could not make one again: it does not know the settings."""
        return False

    def _generate(self, *args: Any, **kwargs: Any) -> ChatResult:
        try:
            return super()._generate(*args, **kwargs)
        except Exception as error:  # Clients raise errors without a common root, and anything at odd answers.
            failure = self._explain(error)
        raise failure

    async def _agenerate(self, *args: Any, **kwargs: Any) -> ChatResult:
        try:
            return await super()._agenerate(*args, **kwargs)
        except Exception as error:
            failure = self._explain(error)
        raise failure

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        state = _StreamState(self.settings)
        try:
            for chunk in super()._stream(*args, **kwargs):
                state.add_chunk(chunk)
                yield chunk
            failure = state.find_fault()
        except Exception as error:
            failure = self._explain(error, state.begun)
        if failure:
            raise failure

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        state = _StreamState(self.settings)
        chunks: Any = super()._astream(*args, **kwargs)
        try:
            while (chunk := await state.wait_for_chunk(anext(chunks, None))) is not None:
                state.add_chunk(chunk)
                yield chunk
            failure = state.find_fault()
        except Exception as error:
            failure = self._explain(error, state.begun)
        finally:
            await chunks.aclose()
        if failure:
            raise failure

    def _explain(self, error: Exception, begun: bool = False) -> ModelError:
        key = self.openai_api_key
        return explain_error(error, self.settings, key if isinstance(key, SecretStr) else None, begun)

    def _get_request_payload(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        payload = super()._get_request_payload(*args, **kwargs)
        beside: dict[str, Any] = {}
        if isinstance(payload.get("response_format"), dict):  # With a class it is langchain that parses the answer.
            beside["response_format"] = payload.pop("response_format")
        if not self.settings.is_openai and not _REASONING.search(self.model_name):
            # Ollama and LM Studio do not know the newer name and would write without end.
            beside["max_tokens"] = payload.pop("max_completion_tokens", self.settings.max_output)
        if beside:
            payload["extra_body"] = {**(payload.get("extra_body") or {}), **beside}
        return payload

    def _convert_chunk_to_generation_chunk(
        self, chunk: dict[str, Any], default_chunk_class: type[BaseMessageChunk], base_generation_info: Any
    ) -> ChatGenerationChunk | None:
        for choice in chunk.get("choices") or ():
            choice["delta"] = choice.get("delta") or {}  # Some servers leave it out at the end.
        converted = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        for choice in chunk.get("choices") or ():
            refusal = (choice.get("delta") or {}).get("refusal")
            if converted and refusal:  # langchain drops it
                converted.message.additional_kwargs["refusal"] = refusal
        return converted


class _StreamState:
    """What has come of an answer; ``begun`` is True from its first word on."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self.begun = self._any = False
        self._ended = self._refusal = ""

    async def wait_for_chunk(self, chunk: Awaitable[T]) -> T:
        """Await the next chunk for as long as it may take.

        Until the first word come retries, empty chunks and signs of life, hence one time for all of them. The client
        has its own for each try, and knows more of what went wrong: it has a second's start.
        """
        settings = self._settings
        async with asyncio.timeout(settings.stall if self.begun else settings.timeout * (settings.retries + 1) + 1):
            return await chunk

    def add_chunk(self, chunk: ChatGenerationChunk) -> None:
        """Note a chunk."""
        self._any = True
        message = chunk.message
        self.begun = self.begun or bool(message.content or getattr(message, "tool_call_chunks", None))
        self._refusal += message.additional_kwargs.get("refusal") or ""
        self._ended = (chunk.generation_info or {}).get("finish_reason") or self._ended

    def find_fault(self) -> ModelError | None:
        """What is wrong with an answer that has come to its end."""
        name = describe_model(self._settings)
        if not self._any:
            what = f"{name} answers with something that is no stream of an answer."
            return ModelError(what, "Check the base_url; it mostly ends in /v1.")
        if self._refusal:
            words = clean_characters(self._refusal)[:300]
            return ModelRefused(f"{name} declines to answer: {words}", "Put the question in other words.")
        if self._ended == "content_filter":
            what = f"The content filter of {name.replace('The', 'the', 1)} stopped the answer."
            return ModelRefused(what, "Put the question in other words, or ask another model.")
        if not self._ended:
            return ModelStalled(f"{name} broke its answer off.", "Ask again.")
        return None


def connect_endpoint(settings: ModelSettings, key: SecretStr | None) -> EndpointChat:
    """Connect to the model behind an endpoint; nothing is sent before it is asked."""
    chat = EndpointChat(
        settings=settings,
        model=settings.name,
        base_url=settings.endpoint,
        api_key=key or SecretStr(NO_KEY),
        temperature=None if _REASONING.search(settings.name) else settings.temperature,
        max_completion_tokens=settings.max_output,
        max_retries=settings.retries,
        timeout=build_timeouts(settings),
        stream_chunk_timeout=None,
        streaming=True,
        stream_usage=True,
        use_responses_api=False,
        output_version="v0",
        openai_proxy=None,
        http_client=build_client(settings, key),
        http_async_client=build_async_client(settings, key),
    )
    chat.async_client = PlainChunks(chat.root_async_client)
    return chat
