"""A chat model for langchain that says what a test wrote down, and records what it was asked."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.messages.ai import UsageMetadata
from langchain_core.output_parsers import JsonOutputParser, PydanticOutputParser
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableMap, RunnablePassthrough
from langchain_core.utils.function_calling import convert_to_json_schema
from pydantic import BaseModel, Field, PrivateAttr, SkipValidation

from assistant.testing.gate import Gate
from assistant.testing.reply import Answering, Message, Reply, Said, Step, as_reply, in_schema
from store.errors import InputError


@dataclass(frozen=True)
class ChatRequest:
    """What a scripted model was asked.

    Attributes:
        messages: The conversation.
        options: What came with it: ``stop``, ``response_format``, ``temperature`` and the like.
    """

    messages: tuple[BaseMessage, ...]
    options: dict[str, Any]

    @property
    def text(self) -> str:
        """All messages' texts, one below the other."""
        return "\n".join(message.text for message in self.messages)

    @property
    def schema(self) -> Mapping[str, Any] | None:
        """The JSON schema that the answer should have, if one was asked for."""
        response_format = self.options.get("response_format")
        if isinstance(response_format, type) and issubclass(response_format, BaseModel):
            return response_format.model_json_schema()
        return response_format.get("json_schema", {}).get("schema") if isinstance(response_format, Mapping) else None

    def as_openai(self) -> list[Message]:
        """Give the conversation in the form of OpenAI's interface."""
        return list(convert_to_openai_messages([*self.messages]))


class ScriptedChatModel(BaseChatModel):
    """Plays its turns in order, each to the letter, and records what it was asked; may be used from many threads.

    A turn is a text, a mapping (said as JSON), a list of steps (tokens, seconds, ``Gate``s, errors), an error, or a
    ``Reply`` with a finish reason, usage or refusal.

    Attributes:
        turns: What to say, in order.
        default: Answers when the turns are used up; its text is put into the JSON schema that was asked for. None
            makes that an error.
        model_name: The name that it gives itself.
    """

    turns: SkipValidation[Sequence[Said | Reply]] = Field(default_factory=list)
    default: SkipValidation[Answering | None] = None
    model_name: str = "scripted"

    _requests: list[ChatRequest] = PrivateAttr(default_factory=list)
    _played: int = PrivateAttr(default=0)
    _lock: Any = PrivateAttr(default_factory=threading.Lock)

    @property
    def requests(self) -> list[ChatRequest]:
        """Every request so far, in order."""
        return [*self._requests]

    def with_structured_output(
        self, schema: dict[str, Any] | type, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, dict[str, Any] | BaseModel]:
        """Ask for JSON of a schema as ``ChatOpenAI`` does by default; ``method`` makes no difference."""
        described = convert_to_json_schema(schema)
        json_schema = {
            "name": described.get("title", "answer"),
            "schema": described,
            "strict": kwargs.get("strict", True),
        }
        bound = self.bind(response_format={"type": "json_schema", "json_schema": json_schema})
        parser = _make_parser(schema)
        if not include_raw:
            return bound | parser
        parsed = RunnablePassthrough.assign(parsed=itemgetter("raw") | parser, parsing_error=lambda _: None)
        failed = RunnablePassthrough.assign(parsed=lambda _: None)
        return RunnableMap(raw=bound) | parsed.with_fallbacks([failed], exception_key="parsing_error")

    @property
    def _llm_type(self) -> str:
        return "scripted-chat-model"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        reply, request = self._take_turn(messages, stop, kwargs)
        for step in reply.steps:
            _play_step(step)
        return self._build_result(reply, request)

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        reply, request = self._take_turn(messages, stop, kwargs)
        for step in reply.steps:
            await _play_step_async(step)
        return self._build_result(reply, request)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        reply, request = self._take_turn(messages, stop, kwargs)
        for step in reply.steps:
            _play_step(step)
            if isinstance(step, str):
                yield ChatGenerationChunk(message=AIMessageChunk(content=step))
        yield self._build_last_chunk(reply, request)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        reply, request = self._take_turn(messages, stop, kwargs)
        for step in reply.steps:
            await _play_step_async(step)
            if isinstance(step, str):
                yield ChatGenerationChunk(message=AIMessageChunk(content=step))
        yield self._build_last_chunk(reply, request)

    def _take_turn(
        self, messages: list[BaseMessage], stop: list[str] | None, options: dict[str, Any]
    ) -> tuple[Reply, ChatRequest]:
        """Record a request and take its turn."""
        request = ChatRequest(tuple(messages), {**options, "stop": stop} if stop else options)
        with self._lock:
            self._requests.append(request)
            if self._played < len(self.turns):
                self._played += 1
                return as_reply(self.turns[self._played - 1]), request
        if self.default is None:
            raise self._describe_exhaustion(request)
        return in_schema(self.default(request.as_openai()), request.schema), request

    def _describe_exhaustion(self, request: ChatRequest) -> InputError:
        last_text = request.messages[-1].text if request.messages else ""
        excerpt = last_text if len(last_text) <= 200 else f"…{last_text[-200:]}"
        return InputError(
            f"The script of {len(self.turns)} turns is used up, and request {len(self._requests)} came: {excerpt!r}.",
            "Script a further turn, or give a `default`.",
        )

    def _build_result(self, reply: Reply, request: ChatRequest) -> ChatResult:
        message = AIMessage(
            content=reply.text,
            additional_kwargs=_list_extra_fields(reply),
            response_metadata=self._describe_end(reply),
            usage_metadata=_count_usage(reply, request),
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _build_last_chunk(self, reply: Reply, request: ChatRequest) -> ChatGenerationChunk:
        """Build the chunk that ends a stream: it says nothing, but why it ends and what it took."""
        message = AIMessageChunk(
            content="",
            additional_kwargs=_list_extra_fields(reply),
            usage_metadata=_count_usage(reply, request),
            chunk_position="last",
        )
        return ChatGenerationChunk(message=message, generation_info=self._describe_end(reply))

    def _describe_end(self, reply: Reply) -> dict[str, Any]:
        return {"finish_reason": reply.finish_reason, "model_name": self.model_name}


def _make_parser(schema: dict[str, Any] | type) -> Runnable[Any, Any]:
    if isinstance(schema, type) and issubclass(schema, BaseModel):
        return PydanticOutputParser(pydantic_object=schema)
    return JsonOutputParser()


def _play_step(step: Step) -> None:
    match step:
        case Exception():
            raise step
        case Gate():
            step.wait()
        case int() | float():
            time.sleep(step)


async def _play_step_async(step: Step) -> None:
    match step:
        case Exception():
            raise step
        case Gate():
            await step.wait_async()
        case int() | float():
            await asyncio.sleep(step)


def _list_extra_fields(reply: Reply) -> dict[str, Any]:
    return {"refusal": reply.refusal} if reply.refusal else {}


def _count_usage(reply: Reply, request: ChatRequest) -> UsageMetadata:
    read, written = reply.count_tokens(request.as_openai())
    return UsageMetadata(input_tokens=read, output_tokens=written, total_tokens=read + written)
