"""``conspectus doctor --models``: asks each role what ``ask`` asks, through the same code, and says what works."""

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import SecretStr

from assistant.answer.model import Completion, Model
from assistant.answer.model_drafts import BROKEN, Generation, PromptContext, compute_token_budget
from assistant.answer.pipeline_factory import connect_model
from assistant.llm.chat import ChatModel, Delta, collect_answer
from assistant.llm.connect import connect_embedder, look_up_key, require_key
from assistant.llm.endpoint_terms import EndpointTerms, TermsFile
from assistant.llm.model_errors import DOCTOR, describe_model, explain_error, make_stalled_error
from assistant.llm.model_limits import CHARACTERS_A_TOKEN, choose_context, fetch_context, list_served_models
from assistant.settings import ASSUMED_CONTEXT, ModelSettings, Settings
from prompts import PromptRole, Prompts
from store.doctor import Check
from store.errors import ConspectusError, ModelError, ModelRefused, ModelStalled, NoAnswer, PromptTooLong
from store.paper import Paper
from store.text.clean import clean_characters

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

T = TypeVar("T")

QUESTION = "How loud was the loudest call of a tree frog?"
PAPER = Paper(
    id="doctor",
    title="Calls of tree frogs at night",
    abstract="We recorded 214 tree frogs at a pond in spring. Warm nights had more calls than cold ones. "
    "The loudest call reached 92 decibels.",
)
"""What a model is asked, and the abstract that answers it; nothing of the user's own is sent."""
_DECISION = "A pond held 214 frogs. Did it hold more than 200 frogs? Reply with one word: yes or no."
# Tokens of the longest prompt that is tried: more is seldom sent, and takes a local model minutes. Chosen by hand.
_LONGEST = 8192
# Seconds that an answer may take beyond the wait for its first word; chosen by hand, not measured.
_ANSWER = 60.0
# Models of a server that are named where it has not the one that is set; chosen by hand.
_NAMED = 8


def probe_models(settings: Settings, env: Mapping[str, str] = os.environ) -> Iterator[Check]:
    """Ask every model that is set, one after the other; checks come as they are done. Never raises.

    What a model need not be able to do (a form of JSON, decisions, logprobs) is no failure, but no success either:
    ``works`` is False.
    """
    works = True
    for check in _check_chat("chat", settings.chat, settings, env):
        works = works and check.ok
        yield check
    if settings.report == settings.chat:
        yield Check(name="report", ok=True, works=works, detail="the same as chat")
    else:
        yield from _check_chat("report", settings.report, settings, env)
    if settings.check.second_stage == "model":
        judge = ModelSettings(**settings.check.model_dump(include={*ModelSettings.model_fields}))
        if judge == settings.chat:
            yield Check(name="check", ok=True, works=works, detail="the same as chat")
        else:
            yield from _check_chat("check", judge, settings, env)
    yield from _check_embedding(settings.embedding, env)


def forget_terms(settings: Settings) -> list[str]:
    """Forget what was worked out of the models that are set, and return the names of those of which there was any."""
    models = (settings.chat, settings.report, settings.check)
    roles = {(model.name, model.endpoint): model for model in models if model.model}
    return [model.name for model in roles.values() if TermsFile().forget(model)]


def _check_chat(role: str, settings: ModelSettings, all_settings: Settings, env: Mapping[str, str]) -> Iterator[Check]:
    if not settings.model:
        yield _report_unset(role, settings, env)
        return
    try:
        key = require_key(settings, env)
        model = connect_model(settings.model_copy(update={"retries": 0}), key)
        trial = _Trial(role, model, settings, key, Prompts(all_settings.prompts))
        first = trial.ask()
    except ConspectusError as error:
        yield from _report_failure(role, settings, error, env)
        return
    yield from _report_success(role, settings, f"answered in {first.seconds:.1f} s")
    yield trial.check_answer(first)
    yield trial.check_streaming(first)
    yield trial.check_text()
    yield trial.check_context()
    yield trial.check_thinking()
    yield trial.check_decision()
    yield trial.check_logprobs()
    yield Check(name=f"{role} settings", ok=True, detail=trial.list_settings())


def _report_unset(role: str, settings: ModelSettings, env: Mapping[str, str]) -> Check:
    """Tell that no model is set and, where a server is, which it has: whoever named that wants one."""
    if not settings.base_url:
        return Check(name=role, ok=True, detail="no model is set: answers are quoted excerpts")
    names = list_served_models(settings, look_up_key(settings, env))
    detail = f"no model is set, though a server is ({settings.endpoint}): answers are quoted excerpts"
    hint = f"Set model. {_list_names(names)}" if names else "Set model; the server does not list what it has."
    return Check(name=role, ok=False, detail=detail, hint=hint)


def _list_names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"It has: {clean_characters(', '.join(names[:_NAMED]))}{more}."


class _Draft(NamedTuple):
    """An answer: its sentences, in how many pieces it came, what it took, what was noted, seconds."""

    sentences: tuple[str, ...]
    pieces: int
    generation: Generation
    seconds: float


class _Trial:
    """One model as it is tried."""

    def __init__(
        self, role: str, model: Model, settings: ModelSettings, key: SecretStr | None, prompts: Prompts
    ) -> None:
        self._role = role
        self._model = model
        self._watched = model.chat = _WatchedChat(model.chat)
        self._settings = settings
        self._key = key
        self._prompts = prompts
        self._context: int | None = None
        self._thinking: list[str] = []

    @property
    def _terms(self) -> EndpointTerms:
        return getattr(self._model.chat, "terms", None) or EndpointTerms(response_format="none")

    def ask(self) -> _Draft:
        """Ask for an answer as ``ask`` does.

        Raises:
            ModelError: There is none.
        """
        pieces = 0

        async def show(piece: str) -> None:
            nonlocal pieces
            pieces += 1

        async def show_thinking(tokens: int) -> None:
            self._thinking = [f"about {tokens} tokens before an answer"]

        room = compute_token_budget(QUESTION, self._model.context, self._model.max_output)
        context = PromptContext([PAPER], QUESTION, room)
        generation = Generation(self._model, self._prompts, PromptRole.ANSWER, context.values)
        started = perf_counter()
        self._run(lambda: generation.run(None, show, show_thinking))
        if generation.usage.reasoning_tokens:
            self._thinking = [f"{generation.usage.reasoning_tokens} tokens before an answer"]
        sentences = tuple(draft.text for draft in generation.drafts)
        return _Draft(sentences, pieces, generation, perf_counter() - started)

    def check_answer(self, draft: _Draft) -> Check:
        """Whether the answer could be read, and in which form it was asked for."""
        name = f"{self._role} answer"
        form = f"as JSON ({self._terms.response_format})" if self._model.writes_json else "as plain text"
        if not draft.sentences or BROKEN in draft.generation.notes:
            what = f"asked for {form}, and what came could not be read as an answer"
            return Check(name=name, ok=False, detail=what, hint="Set response_format to none, or use a larger model.")
        notes = "".join(f"; {note}" for note in draft.generation.notes)
        right = "92" in draft.sentences[0]
        hint = "" if right else "The form is right, but it is not what the abstract says; a larger model may do better."
        detail = f"{form}, {draft.seconds:.1f} s: {draft.sentences[0]}{notes}"
        return Check(name=name, ok=True, works=right, detail=detail, hint=hint)

    def check_streaming(self, draft: _Draft) -> Check:
        """Whether the answer came piece by piece, and its tokens were counted."""
        usage = draft.generation.usage
        counted = f"{usage.input_tokens} tokens read, {usage.output_tokens} written"
        if not usage.input_tokens:
            counted = "tokens are not counted, so costs cannot be shown"
        works = self._terms.stream and draft.pieces > 1
        how = f"works, {draft.pieces} pieces" if works else "the answer came in one piece"
        return Check(name=f"{self._role} streaming", ok=True, works=works, detail=f"{how}; {counted}")

    def check_text(self) -> Check:
        """Whether the model answers in plain text, too."""
        name, before = f"{self._role} text", self._model.schema
        self._model.schema = False
        try:
            draft = self.ask()
        except ModelError as error:
            return Check(name=name, ok=True, works=False, detail=error.what, hint=error.hint)
        finally:
            self._model.schema = before
        if not draft.sentences:
            return Check(name=name, ok=True, works=False, detail="what came as plain text could not be read")
        return Check(name=name, ok=True, detail=f"works, {draft.seconds:.1f} s")

    def check_context(self) -> Check:
        """Whether as long a prompt is read as is planned with."""
        name, settings = f"{self._role} context", self._settings
        served = fetch_context(settings, self._key)
        planned = choose_context(settings, self._model.chat)
        self._context = min((tokens for tokens in (settings.context, served) if tokens), default=None)
        if served and served < planned:
            what = f"context is set to {planned} tokens, but the server takes {served}"
            what = what if settings.context else f"{planned} tokens are planned with, but the server takes {served}"
            return Check(name=name, ok=False, detail=what, hint=f"Set context to {served}.")
        room = f"{settings.context or served or planned} tokens" + (", as set" if settings.context else "")
        hint = f"To use more than {planned}, set context." if served and served > planned else ""
        if not settings.context and not served and planned == ASSUMED_CONTEXT:
            room, hint = f"unknown, assuming {planned} tokens", "Set context if you know it."
        tokens = min(planned, _LONGEST) - self._model.max_output
        started = perf_counter()
        try:
            completion = self._complete(_make_long_prompt(tokens))
        except PromptTooLong as error:
            return Check(name=name, ok=False, detail=f"{room}, but {error.what}", hint=error.hint)
        except ModelError as error:
            what = f"{room}; a prompt of about {tokens} tokens was not answered: {error.what}"
            return Check(name=name, ok=True, works=False, detail=what, hint=error.hint)
        seconds, read = perf_counter() - started, completion.usage.input_tokens
        if cut := [note for note in completion.notes if "cuts longer ones" in note]:
            return Check(name=name, ok=False, detail=f"{room}, but {cut[0]}", hint=f"Set context to {read}.")
        took = f"; a prompt of {read or f'about {tokens}'} tokens was read in {seconds:.1f} s"
        return Check(name=name, ok=True, detail=room + took, hint=hint)

    def check_thinking(self) -> Check:
        """Whether the model was seen to think."""
        detail = f"seen, {self._thinking[0]}" if self._thinking else "none was seen"
        return Check(name=f"{self._role} thinking", ok=True, works=bool(self._thinking), detail=detail)

    def check_decision(self) -> Check:
        """Whether the model says yes or no where it is asked to, as the check of claims needs it."""
        name = f"{self._role} decisions"
        started = perf_counter()
        try:
            words = self._complete(_DECISION).text.split()
        except ModelError as error:
            return Check(name=name, ok=True, works=False, detail=error.what, hint=error.hint)
        reply = words[-1].strip(".,!*\"'`").lower() if words else ""
        if reply not in ("yes", "no"):
            return Check(name=name, ok=True, works=False, detail="asked for yes or no, the model says something else")
        seconds = f"{perf_counter() - started:.1f} s"
        if reply == "no":
            what = f"“no” in {seconds}, which is wrong"
            return Check(name=name, ok=True, works=False, detail=what, hint="A larger model may decide better.")
        return Check(name=name, ok=True, detail=f"works: “{reply}”, {seconds}")

    def check_logprobs(self) -> Check:
        """Whether the server tells how likely each token was."""
        name = f"{self._role} logprobs"
        try:
            has_logprobs = self._run(lambda: _read_logprobs(self._model.chat))
        except ModelError as error:
            return Check(name=name, ok=True, works=False, detail=error.what)
        return Check(name=name, ok=True, works=has_logprobs, detail="told" if has_logprobs else "not told")

    def list_settings(self) -> str:
        """The lines for the file of settings, with what was worked out."""
        terms, settings = self._terms, self._settings
        lines: dict[str, object] = {"model": settings.model, "base_url": settings.base_url}
        lines |= {"api_key_env": settings.api_key_env or None, "context": self._context}
        if settings.provider == "openai":
            lines["response_format"] = terms.response_format if terms.response_format != "json_schema" else None
            lines |= {"max_tokens_name": terms.max_tokens, "max_output": terms.most_output}
            lines |= {"temperature": terms.temperature, "stream": None if terms.stream else "no"}
            lines |= {"stream_usage": None if terms.stream_options else "no"}
            lines |= {"reasoning_tokens": settings.reasoning_tokens if terms.thinks else None}
        assignments = (f"{name} = {json.dumps(value)}" for name, value in lines.items() if value is not None)
        return "\n".join([f"[{self._role}]", *assignments])

    def _complete(self, prompt: str) -> Completion:
        return self._run(lambda: self._model.complete(prompt))

    def _run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run in a loop of its own in a thread of its own, so that it works whoever calls it.

        Raises:
            ModelError: The model does not answer, or not in time.
        """
        patience = self._settings.timeout + _ANSWER
        self._watched.begun = False

        async def within() -> T:
            async with asyncio.timeout(patience):
                return await work()

        with ThreadPoolExecutor(1) as pool:
            try:
                return pool.submit(asyncio.run, within()).result()
            except ConspectusError:
                raise
            except TimeoutError:
                failure: ModelError = make_stalled_error(self._settings, begun=False)
                if self._watched.begun:
                    what = f"{describe_model(self._settings)} was still writing after {patience:g} s."
                    failure = ModelStalled(what, "Set max_output to less, or use a smaller model or a faster machine.")
            except Exception as error:  # Models of other providers raise errors of their own.
                failure = explain_error(error, self._settings, self._key)
        raise failure


class _WatchedChat:
    """A chat model, and whether anything of its answer has come: all else is as it is with the model itself."""

    def __init__(self, chat: ChatModel) -> None:
        self._chat = chat
        self.begun = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chat, name)

    async def ask(
        self, prompt: str, options: Mapping[str, Any] | None = None, config: "RunnableConfig | None" = None
    ) -> AsyncGenerator[Delta, None]:
        """Ask, and note that an answer has begun."""
        async with aclosing(self._chat.ask(prompt, options, config)) as deltas:
            async for delta in deltas:
                self.begun = self.begun or bool(delta.text or delta.thinking)
                yield delta


async def _read_logprobs(chat: ChatModel) -> bool:
    return bool((await collect_answer(chat.ask(_DECISION, {"logprobs": True, "top_logprobs": 2}))).logprobs)


def _make_long_prompt(tokens: int) -> str:
    """A prompt of about so many tokens, as long as ``ask`` would make it of abstracts."""
    count = int(tokens * CHARACTERS_A_TOKEN / len(f"[000] {PAPER.abstract} "))
    lines = [f"[{n}] {PAPER.abstract}" for n in range(1, count + 1)]
    return "\n".join([*lines, "How many decibels did the loudest call reach? Reply with the number alone."])


def _check_embedding(settings: ModelSettings, env: Mapping[str, str]) -> Iterator[Check]:
    if not settings.model:
        yield Check(name="embedding", ok=True, detail="no model is set: the embedder that is shipped is used")
        return
    started = perf_counter()
    try:
        connected = connect_embedder(settings.model_copy(update={"retries": 0}), require_key(settings, env))
        dimension = connected.embed([QUESTION]).shape[1]
    except ConspectusError as error:
        # An embedder's errors are those of the model behind it.
        yield from _report_failure(
            "embedding", settings, error.__cause__ if isinstance(error.__cause__, ModelError) else error, env
        )
        return
    yield from _report_success("embedding", settings, f"answered in {perf_counter() - started:.1f} s")
    yield Check(name="embedding dimension", ok=True, detail=f"{dimension} numbers a vector")


def _report_failure(
    role: str, settings: ModelSettings, error: ConspectusError, env: Mapping[str, str]
) -> Iterator[Check]:
    """What worked before it failed, and what failed."""
    status = error.status_code if isinstance(error, ModelError) else None
    step = {401: "key", 403: "key", 404: "model"}.get(status or 0, "answer" if status else "reachable")
    if not isinstance(error, ModelError):
        step = "settings"
    elif isinstance(error, ModelRefused | NoAnswer) and not status:
        step = "answer"
    if status in (407, 511) or (status and 300 <= status < 400):
        step = "reachable"  # Somebody else answered.
    elif status:
        yield Check(name=f"{role} reachable", ok=True, detail=f"{settings.endpoint} answered")
    hint = error.hint.replace(DOCTOR, "").strip() or "Ask whoever runs the server."
    if step == "model" and (names := list_served_models(settings, look_up_key(settings, env))):
        hint = f"{hint} {_list_names(names)}"
    yield Check(name=f"{role} {step}", ok=False, detail=error.what, hint=hint)


def _report_success(role: str, settings: ModelSettings, how: str) -> Iterator[Check]:
    key = f"the one in {settings.key_name} is accepted" if settings.key_name else "none is sent"
    yield Check(name=f"{role} reachable", ok=True, detail=f"{settings.endpoint} {how}")
    yield Check(name=f"{role} key", ok=True, detail=key)
    yield Check(name=f"{role} model", ok=True, detail=settings.name)
