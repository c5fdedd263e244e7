"""A chat model behind an endpoint that speaks OpenAI's interface (chat completions), as a langchain chat model.

It differs from langchain's own in five things. What goes wrong is raised as a ``ModelError`` before any callback or
trace sees it, and no API key with it. It waits for the first words, between words and for the whole answer as the
settings say. What an endpoint refuses of a request is worked out and remembered (``assistant.llm.endpoint_terms``).
Streams are read as leniently as servers write them (``assistant.llm.chunk_stream``), thinking apart from the answer.
And an answer that ends without saying so counts as broken off.
"""

import asyncio
import re
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, suppress
from typing import Any

from langchain_core.messages import AIMessageChunk, BaseMessage, BaseMessageChunk
from langchain_core.messages.ai import InputTokenDetails, OutputTokenDetails, UsageMetadata
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI
from pydantic import Field, PrivateAttr, SecretStr

from assistant.concurrency import Loop
from assistant.llm.chunk_stream import ChunkStream, Delta, Json
from assistant.llm.endpoint_terms import NOTES, EndpointTerms, Negotiation, TermsFile
from assistant.llm.http import NO_KEY, build_async_client, build_client, build_timeouts, open_stream
from assistant.llm.model_errors import collect_facts, describe_model, explain_error
from assistant.llm.refusals import Part
from assistant.llm.thinking import THINKING
from assistant.llm.token_counts import read_counts
from assistant.settings import ASSUMED_CONTEXT, ModelSettings
from store.errors import FormatRefused, ModelError, ModelRefused, ModelStalled, PromptTooLong
from store.text.clean import clean_characters

# They refuse a temperature, and want their limit under another name than the one that every server knows.
_REASONING = re.compile(r"(^|/)(o\d|gpt-5)(?!.*chat)")
# Characters that go into a token at the most, on an average over an answer, and those that any answer may have more: an
# answer beyond comes from a server that does not keep to the bound it is sent. English has 4 to 5; chosen by hand.
_CHARACTERS_A_TOKEN, _CHARACTERS_MORE = 12, 4000
# Seconds in which a body has to end behind its answer; a server that keeps it open is left then. Chosen by hand.
_UNTIL_THE_END = 1.0
ENDLESS = "the server did not stop where it was told to, and was left"

# langchain's advice for programmers where an endpoint takes no JSON schema; ``FormatRefused`` says it to users.
warnings.filterwarnings("ignore", "This model does not support OpenAI's structured output")


class EndpointChat(ChatOpenAI):
    """The model that ``settings`` describe; ``connect_endpoint`` makes one."""

    settings: ModelSettings = Field(exclude=True, repr=False)
    _file: TermsFile = PrivateAttr(default_factory=TermsFile)
    _terms: EndpointTerms = PrivateAttr(default_factory=EndpointTerms)

    @classmethod
    def is_lc_serializable(cls) -> bool:
        """Langchain's loader could not make one again: it does not know the settings."""
        return False

    @property
    def terms(self) -> EndpointTerms:
        """What the endpoint takes, as far as it is known, and as it is set by hand."""
        return apply_settings(self._terms, self.settings)

    @property
    def most_output(self) -> int:
        """Tokens that an answer may have, those of thinking among them once the model was seen to think."""
        return compute_output_bound(self.settings, self.terms)

    def read_terms(self) -> None:
        """Read what was worked out earlier."""
        self._terms = self._file.get(self.settings).terms

    def note_thinking(self) -> bool:
        """Remember that the model thinks; True where that makes more room for it than it had."""
        before = self.most_output
        if not self._terms.thinks:
            self._keep_terms(self._terms.model_copy(update={"thinks": True}))
        return self.most_output > before

    def _keep_terms(self, terms: EndpointTerms) -> None:
        """Remember terms; those that are set by hand stand in the settings."""
        by_hand: dict[str, Any] = {name: getattr(self._terms, name) for name in list_fixed(self.settings)}
        self._terms = terms.model_copy(update=by_hand)
        self._file.put(self.settings, self._terms)

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

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        loop = Loop()
        try:
            yield from loop.iterate(self._astream(messages, stop, **kwargs))  # type: ignore[arg-type]
        finally:
            loop.close()

    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        # With a class it is langchain that parses the answer.
        parsed = isinstance(kwargs.get("response_format"), type)
        chunks = super()._astream(messages, stop, **kwargs) if parsed else self._negotiate(messages, stop, kwargs)
        failure: ModelError | None = None
        async with aclosing(chunks):  # type: ignore[type-var]
            try:
                async for chunk in chunks:
                    yield chunk
            except Exception as error:
                failure = self._explain(error)
        if failure:
            raise failure

    async def _negotiate(
        self, messages: list[BaseMessage], stop: list[str] | None, options: dict[str, Any]
    ) -> AsyncIterator[ChatGenerationChunk]:
        """Ask on the terms that are known; where they are refused, on others, which are then remembered."""
        payload = self._get_request_payload(messages, stop=stop, **options, stream=True)
        payload |= payload.pop("extra_body", None) or {}
        negotiation = Negotiation(self.terms, list_fixed(self.settings))
        first: ModelError | None = None
        while True:
            body = apply_terms(payload, negotiation.terms, self.settings)
            state = _AnswerState(self.settings, compute_output_bound(self.settings, negotiation.terms))
            failure: ModelError | None = None
            try:
                async with aclosing(self._read_answer(body, state)) as chunks:  # type: ignore[type-var]
                    async for chunk in chunks:
                        if negotiation.notes:
                            chunk.message.response_metadata[NOTES] = negotiation.notes
                            negotiation.notes = []
                        yield chunk
                failure = state.find_fault()
            except Exception as error:  # Clients raise errors without a common root, and anything at odd answers.
                facts = collect_facts(error, self._key)
                failure = self._explain(error, state.begun)
                refusal = None
                if not (state.begun or facts.is_filtered or isinstance(failure, PromptTooLong)):
                    refusal = negotiation.find_terms(facts.status, facts.words, body)
                if refusal and refusal.part == "response_format" and not refusal.guessed:
                    self._keep_terms(negotiation.terms)
                    if negotiation.terms.response_format == "none":
                        # Another form of answer needs another prompt, which is for the caller to write.
                        failure = FormatRefused(failure.what, failure.hint, failure.status_code)
                        refusal = first = None
                if refusal:
                    first = first or failure
                    continue
            if failure:
                break
            if negotiation.terms != self.terms:
                self._keep_terms(negotiation.terms)
            return
        # Where guesses did not help, it is what the whole request was answered that counts.
        raise first if first and type(first) is type(failure) else failure

    async def _read_answer(self, body: Json, state: "_AnswerState") -> AsyncIterator[ChatGenerationChunk]:
        async with state.limit():
            stream: ChunkStream = await open_stream(self.root_async_client, body)
        deltas: Any = aiter(stream)
        try:
            while not state.ended:
                async with state.limit():
                    delta = await anext(deltas, None)
                if delta is None:
                    return
                state.add_delta(delta)
                yield make_chunk(delta)
                if state.is_endless:
                    yield make_chunk(Delta(finish_reason="length"), ENDLESS)
                    return
            # Behind the end of an answer comes the end of its body; what goes wrong there changes nothing.
            with suppress(Exception):
                async with asyncio.timeout(_UNTIL_THE_END):
                    await anext(deltas, None)
        finally:
            await deltas.aclose()
            await stream.close()

    @property
    def _key(self) -> SecretStr | None:
        return self.openai_api_key if isinstance(self.openai_api_key, SecretStr) else None

    def _explain(self, error: Exception, begun: bool = False) -> ModelError:
        return explain_error(error, self.settings, self._key, begun)

    def _get_request_payload(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        payload = apply_terms(super()._get_request_payload(*args, **kwargs), self.terms, self.settings)
        # OpenAI's client knows no ``max_tokens`` beside the newer name, and would parse what has a schema.
        names = {"max_tokens"} | ({"response_format"} if isinstance(payload.get("response_format"), dict) else set())
        beside = {name: payload.pop(name) for name in names & payload.keys()}
        if beside:
            payload["extra_body"] = {**(payload.get("extra_body") or {}), **beside}
        return payload

    def _convert_chunk_to_generation_chunk(
        self, chunk: dict[str, Any], default_chunk_class: type[BaseMessageChunk], base_generation_info: Any
    ) -> ChatGenerationChunk | None:
        for choice in chunk.get("choices") or ():
            choice["delta"] = choice.get("delta") or {}  # Some servers leave it out at the end.
        return super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)


class _AnswerState:
    """What has come of an answer; ``begun`` is True from its first word on, be it of thinking."""

    def __init__(self, settings: ModelSettings, bound: int) -> None:
        self._settings = settings
        self._most = bound * _CHARACTERS_A_TOKEN + _CHARACTERS_MORE
        self._started = self._last = asyncio.get_running_loop().time()
        self.begun = self.ended = self._any = False
        self._size = 0
        self._reason = self._refusal = ""

    def limit(self) -> asyncio.Timeout:
        """The time until which the next word has to come.

        Until the first word come retries, empty chunks and signs of life, hence one time for all of them. The client
        has its own for each try, and knows more of what went wrong: it has a second's start.

        Raises:
            ModelStalled: The answer takes longer than it may.
        """
        settings = self._settings
        if not self.begun:
            return asyncio.timeout_at(self._started + settings.timeout * (settings.retries + 1) + 1)
        if self._last > self._started + settings.longest:
            what = f"{describe_model(settings)} was still writing after {settings.longest:g} s, and was left."
            raise ModelStalled(what, "Set longest to more, or max_output to less.")
        return asyncio.timeout_at(self._last + settings.stall)

    def add_delta(self, delta: Delta) -> None:
        """Note what came."""
        self._any = self._any or not delta.ended
        self.ended = self.ended or delta.ended
        if delta.text or delta.thinking or delta.calls:
            self._last = asyncio.get_running_loop().time()
            if not self.begun:
                self.begun, self._started = True, self._last
            self._size += len(delta.text) + len(delta.thinking)
        self._refusal += delta.refusal
        self._reason = delta.finish_reason or self._reason

    @property
    def is_endless(self) -> bool:
        """Whether more has come than the tokens of an answer can hold."""
        return self._size > self._most

    def find_fault(self) -> ModelError | None:
        """What is wrong with an answer that has come to its end."""
        name = describe_model(self._settings)
        if not self._any:
            what = f"{name} answers with something that is no stream of an answer."
            return ModelError(what, "Check the base_url; it mostly ends in /v1.")
        if self._refusal:
            words = clean_characters(self._refusal)[:300]
            return ModelRefused(f"{name} declines to answer: {words}", "Put the question in other words.")
        if self._reason == "content_filter":
            what = f"The content filter of {name.replace('The', 'the', 1)} stopped the answer."
            return ModelRefused(what, "Put the question in other words, or ask another model.")
        if self._reason == "error":
            return ModelStalled(f"{name} reports an error in its answer, and does not say which.", "Ask again.")
        if not (self._reason or self.ended or self.is_endless):
            return ModelStalled(f"{name} broke its answer off.", "Ask again.")
        return None


def make_chunk(delta: Delta, note: str = "") -> ChatGenerationChunk:
    """Make langchain's chunk of a delta."""
    extra = {name: text for name, text in ((THINKING, delta.thinking), ("refusal", delta.refusal)) if text}
    message = AIMessageChunk(
        content=delta.text,
        additional_kwargs=extra,
        tool_call_chunks=[tool_call_chunk(**call) for call in delta.calls],
        usage_metadata=count_usage(delta.usage) if delta.usage else None,
        response_metadata={"model_provider": "openai", **({NOTES: [note]} if note else {})},
    )
    info: dict[str, Any] = {}
    if delta.finish_reason:
        info = {"finish_reason": delta.finish_reason, **({"model_name": delta.model} if delta.model else {})}
    if delta.logprobs:
        info["logprobs"] = delta.logprobs
    return ChatGenerationChunk(message=message, generation_info=info or None)


def count_usage(usage: Json) -> UsageMetadata:
    """Put a server's counts into langchain's form."""
    counts = read_counts(usage)
    return UsageMetadata(
        input_tokens=counts.read,
        output_tokens=counts.written,
        total_tokens=counts.read + counts.written,
        input_token_details=InputTokenDetails(cache_read=counts.cached),
        output_token_details=OutputTokenDetails(reasoning=counts.reasoning),
    )


def apply_settings(terms: EndpointTerms, settings: ModelSettings) -> EndpointTerms:
    """Put what is set by hand over what was worked out."""
    by_hand: dict[str, Any] = {part: value for part, value in _list_by_hand(settings).items() if value is not None}
    return terms.model_copy(update=by_hand) if by_hand else terms


def list_fixed(settings: ModelSettings) -> list[Part]:
    """List the parts of a request that are set by hand; their terms have the same names."""
    return [part for part, value in _list_by_hand(settings).items() if value is not None]


def _list_by_hand(settings: ModelSettings) -> dict[Part, Any]:
    def choose(value: str, meaning: Any) -> Any:
        return None if value == "auto" else meaning

    return {
        "response_format": choose(settings.response_format, settings.response_format),
        "max_tokens": choose(settings.max_tokens_name, settings.max_tokens_name),
        "stream": choose(settings.stream, settings.stream == "yes"),
        "stream_options": choose(settings.stream_usage, settings.stream_usage == "yes"),
    }


def apply_terms(payload: Json, terms: EndpointTerms, settings: ModelSettings) -> Json:
    """Make the body of a request that asks only for what the endpoint takes."""
    body = {name: value for name, value in payload.items() if name not in ("max_tokens", "max_completion_tokens")}
    # Ollama and LM Studio do not know the newer name and would write without end.
    newer = settings.is_openai or _REASONING.search(settings.name)
    name = terms.max_tokens or ("max_completion_tokens" if newer else "max_tokens")
    bound: int = payload.get("max_completion_tokens") or payload.get("max_tokens") or settings.max_output
    if name != "none":
        more = compute_output_bound(settings, terms) if bound == settings.max_output else bound
        body[name] = min(more, terms.most_output or more)
    if terms.temperature is not None and "temperature" in body:
        body["temperature"] = terms.temperature
    if settings.reasoning != "auto":
        body["reasoning_effort"] = settings.reasoning
    kind = body.get("response_format")
    if isinstance(kind, dict) and kind.get("type") == "json_schema" and terms.response_format == "json_object":
        body["response_format"] = {"type": "json_object"}
    streams = bool(body.get("stream"))
    if streams and terms.stream_options and terms.stream:
        body.setdefault("stream_options", {"include_usage": True})
    if streams and not terms.stream:
        body["stream"] = False
    left_out = {
        "temperature": terms.temperature == "none",
        "reasoning_effort": not terms.reasoning_effort,
        "response_format": isinstance(kind, dict) and terms.response_format == "none",
        "stream_options": not (terms.stream_options and terms.stream and streams),
    }
    return {name: value for name, value in body.items() if not left_out.get(name)}


def compute_output_bound(settings: ModelSettings, terms: EndpointTerms) -> int:
    """Compute the tokens that an answer may have; thinking gets its own, at most half of what the answer leaves."""
    if not terms.thinks:
        return settings.max_output
    left = max(0, (settings.context or ASSUMED_CONTEXT) - settings.max_output)
    return settings.max_output + min(settings.reasoning_tokens, left // 2)


def connect_endpoint(settings: ModelSettings, key: SecretStr | None) -> EndpointChat:
    """Connect to the model behind an endpoint; nothing is sent before it is asked."""
    temperature = None if settings.temperature == "none" else settings.temperature
    chat = EndpointChat(
        settings=settings,
        model=settings.name,
        base_url=settings.endpoint,
        api_key=key or SecretStr(NO_KEY),
        temperature=None if _REASONING.search(settings.name) else temperature,
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
    chat.read_terms()
    return chat
