"""A chat model behind an endpoint that speaks OpenAI's interface (chat completions).

What goes wrong is raised as a ``ModelError``, and no API key with it. It waits for the first words, between words and
for the whole answer as the settings say. What an endpoint refuses of a request is worked out and remembered
(``assistant.llm.endpoint_terms``). Streams are read as leniently as servers write them
(``assistant.llm.chunk_stream``), thinking apart from the answer. An answer that ends without saying so is broken off.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from assistant.llm.chat import Delta, Json
from assistant.llm.chunk_stream import FAILED, read_deltas
from assistant.llm.endpoint_terms import EndpointTerms, Negotiation, TermsFile
from assistant.llm.http import EndpointHttp
from assistant.llm.model_errors import collect_facts, describe_model, explain_error
from assistant.llm.model_limits import find_context
from assistant.llm.refusals import Part
from assistant.retries import announce_retry
from assistant.settings import ASSUMED_CONTEXT, ModelSettings
from store.errors import FormatRefused, ModelError, ModelRefused, ModelStalled, NoAnswer, PromptTooLong
from store.text.clean import clean_characters

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

# They refuse a temperature, and want their limit under another name than the one that every server knows.
_REASONING = re.compile(r"(^|/)(o\d|gpt-5)(?!.*chat)")
# What servers write into finish_reason where a filter of contents stopped an answer, and where they failed.
_FILTERED = re.compile(r"filter|sensitive|safety|prohibited|blocklist|recitation", re.IGNORECASE)
# A call that was not asked for, and that the server could not read, or kept back.
_CALLED = re.compile(r"(?:function|tool)_?call", re.IGNORECASE)
_NOT_TAKEN = re.compile(r"malformed|unexpected|invalid|filter|error", re.IGNORECASE)
# Characters that go into a token at the most, on an average over an answer, and those that any answer may have more: an
# answer beyond comes from a server that does not keep to the bound it is sent. English has 4 to 5; chosen by hand.
_CHARACTERS_A_TOKEN, _CHARACTERS_MORE = 12, 4000
# Seconds in which a body has to end behind its answer; a server that keeps it open is left then. Chosen by hand.
_UNTIL_THE_END = 1.0
ENDLESS = "the server did not stop where it was told to, and was left"


class EndpointChat:
    """The model that settings describe. Nothing is sent before it is asked; it may be asked from many event loops.

    Args:
        settings: Of its role.
        key: Its API key, None where it needs none.
    """

    takes_logprobs = True

    def __init__(self, settings: ModelSettings, key: SecretStr | None = None) -> None:
        self.settings = settings
        self.key = key
        self._http = EndpointHttp(settings, key)
        self._file = TermsFile()
        self._terms = self._file.get(settings).terms

    @property
    def known_context(self) -> int | None:
        """Tokens that it reads, as far as that is known of OpenAI's own models."""
        return find_context(self.settings)

    @property
    def terms(self) -> EndpointTerms:
        """What the endpoint takes, as far as it is known, and as it is set by hand."""
        return apply_settings(self._terms, self.settings)

    @property
    def most_output(self) -> int:
        """Tokens that an answer may have, those of thinking among them once the model was seen to think."""
        return compute_output_bound(self.settings, self.terms)

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

    async def ask(
        self, prompt: str, options: Mapping[str, Any] | None = None, config: "RunnableConfig | None" = None
    ) -> AsyncGenerator[Delta, None]:
        """Ask, and yield the answer as it comes.

        Args:
            prompt: All that the model is told.
            options: What else is sent with the request, as OpenAI's interface calls it.
            config: Langchain's; its callbacks see the run.

        Raises:
            ModelError: There is no answer.
        """
        if config is None:
            deltas = self._negotiate(prompt, options or {})
        else:
            from assistant.llm.langchain_chat import ask_within_callbacks  # late: langchain takes a second to load

            deltas = ask_within_callbacks(self, prompt, options or {}, config)
        async with aclosing(deltas):
            async for delta in deltas:
                yield delta

    async def request(self, path: str, body: Json) -> Any:
        """Send a request to another page of the endpoint; return its answer, read from JSON, None where it is none.

        Raises:
            ModelError: There is no answer.
        """
        tried = 0
        while True:
            try:
                response = await self._http.send(path, body)
                try:
                    await response.aread()
                finally:
                    await response.aclose()
            except Exception as error:  # Clients raise errors without a common root.
                failure, wait = self._explain(error), self._http.compute_wait(error, tried)
            else:
                with suppress(ValueError):
                    return response.json()
                return None
            if wait is None:
                raise failure
            await announce_retry(failure.what, wait)
            await asyncio.sleep(wait)
            tried += 1

    def build_body(self, prompt: str, options: Mapping[str, Any]) -> Json:
        """Build the body of a request on the terms that are known; the answer comes at once."""
        return apply_terms(self._describe_request(prompt, options), self.terms, self.settings)

    def _describe_request(self, prompt: str, options: Mapping[str, Any]) -> Json:
        settings = self.settings
        request: Json = {
            "model": settings.name,
            "messages": [{"role": "user", "content": prompt}],
            "max_completion_tokens": settings.max_output,
        }
        if settings.temperature != "none" and not _REASONING.search(settings.name):
            request["temperature"] = settings.temperature
        return {**request, **options}

    async def _negotiate(self, prompt: str, options: Mapping[str, Any]) -> AsyncGenerator[Delta, None]:
        """Ask on the terms that are known; where they are refused, on others, which are then remembered."""
        request = {**self._describe_request(prompt, options), "stream": True}
        negotiation = Negotiation(self.terms, list_fixed(self.settings))
        first: ModelError | None = None
        while True:
            body = apply_terms(request, negotiation.terms, self.settings)
            state = _AnswerState(self.settings, compute_output_bound(self.settings, negotiation.terms))
            failure: ModelError | None = None
            try:
                async with aclosing(self._read_answer(body, state)) as deltas:
                    async for delta in deltas:
                        if negotiation.notes:
                            delta = delta._replace(notes=(*negotiation.notes, *delta.notes))
                            negotiation.notes = []
                        yield delta
                failure = state.find_fault()
            except Exception as error:  # Clients raise errors without a common root, and anything at odd answers.
                facts = collect_facts(error, self.key)
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

    async def _read_answer(self, body: Json, state: "_AnswerState") -> AsyncGenerator[Delta, None]:
        tried = 0
        while True:
            try:
                async with state.limit():
                    response = await self._http.send("/chat/completions", body)
                break
            except Exception as error:  # Whatever the client raises: only what passes has a wait.
                wait = self._http.compute_wait(error, tried)
                if wait is None:
                    raise
                reason = self._explain(error).what
            await announce_retry(reason, wait)
            async with state.limit():
                await asyncio.sleep(wait)
            tried += 1
        deltas = read_deltas(response.aiter_bytes())
        try:
            while not state.ended:
                async with state.limit():
                    delta = await anext(deltas, None)
                if delta is None:
                    return
                state.add_delta(delta)
                yield delta
                if state.is_endless:
                    yield Delta(finish_reason="length", notes=(ENDLESS,))
                    return
            # Behind the end of an answer comes the end of its body; what goes wrong there changes nothing.
            with suppress(Exception):
                async with asyncio.timeout(_UNTIL_THE_END):
                    await anext(deltas, None)
        finally:
            await deltas.aclose()
            await response.aclose()

    def _explain(self, error: Exception, begun: bool = False) -> ModelError:
        return explain_error(error, self.settings, self.key, begun)


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
        if _CALLED.search(self._reason) and _NOT_TAKEN.search(self._reason):
            what = f"{name} tried to call a tool, though none was offered, and wrote no answer (“{self._reason}”)."
            return NoAnswer(what, "Ask again, or set response_format to none.")
        if _FILTERED.search(self._reason):
            what = f"The content filter of {name.replace('The', 'the', 1)} stopped the answer."
            return ModelRefused(what, "Put the question in other words, or ask another model.")
        if FAILED.search(self._reason):
            return ModelStalled(
                f"{name} reports an error in its answer (“{self._reason}”), and not which.", "Ask again."
            )
        if not (self._reason or self.ended or self.is_endless):
            return ModelStalled(f"{name} broke its answer off.", "Ask again.")
        return None


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
