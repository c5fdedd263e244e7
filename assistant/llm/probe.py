"""``conspectus doctor --models``: asks each role one real question and says what works."""

import asyncio
import json
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import SecretStr

from assistant.llm.connect import connect_chat_model, connect_embedder, disable_tracing, require_key
from assistant.llm.model_errors import explain_error, make_stalled_error
from assistant.llm.model_limits import choose_context
from assistant.settings import ASSUMED_CONTEXT, ModelSettings, Settings
from store.doctor import Check
from store.errors import ConspectusError, ModelError, ModelRefused

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

QUESTION = "Count from one to ten in words, separated by commas. Write nothing else."
_COLOUR = "What colour is the sky on a clear day? Answer in JSON with the field colour."
_SCHEMA = {
    "type": "object",
    "properties": {"colour": {"type": "string"}},
    "required": ["colour"],
    "additionalProperties": False,
}
_FORMAT = {"type": "json_schema", "json_schema": {"name": "colour", "strict": True, "schema": _SCHEMA}}
_WEATHER = "What is the weather in Paris? Use the tool."
_TOOL = {
    "name": "get_weather",
    "description": "The weather in a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
# Seconds that an answer may take beyond the wait for its first word; chosen by hand, not measured.
_ANSWER = 60.0


class _Reply(NamedTuple):
    """An answer: its text, in how many pieces it came, tokens read and written if they were told, tools, seconds."""

    text: str
    pieces: int
    usage: tuple[int, int] | None
    tools: list[str]
    seconds: float


def probe_models(settings: Settings, env: Mapping[str, str] = os.environ) -> Iterator[Check]:
    """Ask every model that is set, one after the other; checks come as they are done. Never raises.

    What a model need not be able to do (JSON schema, tools, counting tokens) is said and is no failure.
    """
    yield from _check_chat("chat", settings.chat, env)
    if settings.report == settings.chat:
        yield Check(name="report", ok=True, detail="the same as chat")
    else:
        yield from _check_chat("report", settings.report, env)
    if settings.check.second_stage == "model":
        judge = ModelSettings(**settings.check.model_dump(include={*ModelSettings.model_fields}))
        if judge == settings.chat:
            yield Check(name="check", ok=True, detail="the same as chat")
        else:
            yield from _check_chat("check", judge, env)
    yield from _check_embedding(settings.embedding, env)


def _check_chat(role: str, settings: ModelSettings, env: Mapping[str, str]) -> Iterator[Check]:
    if not settings.model:
        yield Check(name=role, ok=True, detail="no model is set: answers are quoted excerpts")
        return
    once = settings.model_copy(update={"retries": 0})
    try:
        key = require_key(settings, env)
        model = connect_chat_model(once, key)
        reply = _ask_model(model, once, key, QUESTION)
    except ConspectusError as error:
        yield from _report_failure(role, settings, error)
        return
    yield from _report_success(role, settings, f"answered in {reply.seconds:.1f} s")
    yield Check(name=f"{role} streaming", ok=True, detail=_describe_streaming(reply))
    yield _check_context(role, settings, model, key)
    yield Check(name=f"{role} json_schema", ok=True, detail=_check_schema(model, once, key))
    yield Check(name=f"{role} tools", ok=True, detail=_check_tools(model, once, key))


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
            "embedding", settings, error.__cause__ if isinstance(error.__cause__, ModelError) else error
        )
        return
    yield from _report_success("embedding", settings, f"answered in {perf_counter() - started:.1f} s")
    yield Check(name="embedding dimension", ok=True, detail=f"{dimension} numbers a vector")


def _report_failure(role: str, settings: ModelSettings, error: ConspectusError) -> Iterator[Check]:
    """What worked before it failed, and what failed."""
    status = error.status_code if isinstance(error, ModelError) else None
    step = {401: "key", 403: "key", 404: "model"}.get(status or 0, "answer" if status else "reachable")
    if not isinstance(error, ModelError):
        step = "settings"
    elif isinstance(error, ModelRefused) and not status:
        step = "answer"
    if status:
        yield Check(name=f"{role} reachable", ok=True, detail=f"{settings.endpoint} answered")
    yield Check(name=f"{role} {step}", ok=False, detail=error.what, hint=error.hint)


def _report_success(role: str, settings: ModelSettings, how: str) -> Iterator[Check]:
    key = f"the one in {settings.key_name} is accepted" if settings.key_name else "none is sent"
    yield Check(name=f"{role} reachable", ok=True, detail=f"{settings.endpoint} {how}")
    yield Check(name=f"{role} key", ok=True, detail=key)
    yield Check(name=f"{role} model", ok=True, detail=settings.name)


def _describe_streaming(reply: _Reply) -> str:
    how = f"works, {reply.pieces} pieces" if reply.pieces > 1 else "the answer came in one piece"
    if reply.usage is None:
        return f"{how}; tokens are not counted, so costs cannot be shown"
    return f"{how}; {reply.usage[0]} tokens read, {reply.usage[1]} written"


def _check_context(role: str, settings: ModelSettings, model: "BaseChatModel", key: SecretStr | None) -> Check:
    name = f"{role} context"
    served = fetch_context(settings, key)
    if served and settings.context and settings.context > served:
        what = f"context is set to {settings.context} tokens, but the server takes {served}"
        return Check(name=name, ok=False, detail=what, hint=f"Set context to {served}.")
    if settings.context:
        return Check(name=name, ok=True, detail=f"{settings.context} tokens, as set")
    planned = choose_context(settings, model)
    if served and served < planned:
        return Check(name=name, ok=False, detail=f"the server takes {served} tokens", hint=f"Set context to {served}.")
    if served or planned != ASSUMED_CONTEXT:
        hint = f"To use more than {planned}, set context." if served and served > planned else ""
        return Check(name=name, ok=True, detail=f"{served or planned} tokens", hint=hint)
    return Check(name=name, ok=True, detail=f"unknown, assuming {planned} tokens", hint="Set context if you know it.")


def _check_schema(model: "BaseChatModel", settings: ModelSettings, key: SecretStr | None) -> str:
    if settings.provider != "openai":
        return "not asked for: the answer comes as plain text"
    try:
        answer = json.loads(_ask_model(model, settings, key, _COLOUR, response_format=_FORMAT).text)
    except ModelError as error:
        return f"not taken: the answer comes as plain text ({error.what})"
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not isinstance(answer.get("colour"), str):
        return "taken, but the answer does not keep to it"
    return "works"


def _check_tools(model: "BaseChatModel", settings: ModelSettings, key: SecretStr | None) -> str:
    try:
        reply = _ask_model(model.bind_tools([_TOOL]), settings, key, _WEATHER)
    except (ModelError, NotImplementedError) as error:
        return f"no ({error})" if str(error) else "no"
    return "yes" if reply.tools else "no: the model answers without them"


def _ask_model(model: Any, settings: ModelSettings, key: SecretStr | None, question: str, **options: Any) -> _Reply:
    """Ask in a loop of its own in a thread of its own, so that it works whoever calls it.

    Raises:
        ModelError: The model does not answer, or not in time.
    """
    with ThreadPoolExecutor(1) as pool:
        try:
            return pool.submit(asyncio.run, _read_reply(model, settings.timeout + _ANSWER, question, options)).result()
        except TimeoutError:
            failure: ModelError = make_stalled_error(settings, begun=False)
        except Exception as error:  # Models of other providers raise errors of their own.
            failure = explain_error(error, settings, key)
    raise failure


async def _read_reply(model: Any, seconds: float, question: str, options: dict[str, Any]) -> _Reply:
    started = perf_counter()
    message, pieces = None, 0
    with disable_tracing():
        async with asyncio.timeout(seconds), aclosing(model.astream(question, **options)) as chunks:
            async for chunk in chunks:
                message = chunk if message is None else message + chunk
                pieces += bool(chunk.content)
    used = getattr(message, "usage_metadata", None)
    return _Reply(
        text=str(getattr(message, "text", "")),
        pieces=pieces,
        usage=(used["input_tokens"], used["output_tokens"]) if used else None,
        tools=[call["name"] for call in getattr(message, "tool_calls", ())],
        seconds=perf_counter() - started,
    )


# Where servers say it: llama.cpp, vLLM, OpenRouter and others. What a model was trained with comes last: a server may
# have been started with less.
_PLACES = ("meta.n_ctx", "max_model_len", "context_length", "max_context_length", "context_window")
_TRAINED = ("meta.n_ctx_train",)
# Seconds that a server may take to state it; chosen by hand, not measured.
_PATIENCE = 10.0


def fetch_context(settings: ModelSettings, key: SecretStr | None) -> int | None:
    """Ask the model's server for its context; None where it does not state it, or does not answer within 10 s."""
    if settings.provider != "openai" or settings.is_openai:
        return None
    for path, places in (
        ("/models", _PLACES),
        ("/props", ("default_generation_settings.n_ctx",)),
        ("/models", _TRAINED),
    ):
        for about in _find_model_entries(_fetch_page(settings, key, path), settings.name):
            for place in places:
                context = _read_path(about, place)
                if isinstance(context, int) and context > 0:
                    return context
    return None


def _fetch_page(settings: ModelSettings, key: SecretStr | None, path: str) -> object:
    import openai

    from assistant.llm.http import NO_KEY, build_client

    # llama.cpp tells its properties beside the interface, not in it.
    base = settings.endpoint.removesuffix("/v1") if path == "/props" else settings.endpoint
    client = openai.OpenAI(
        base_url=base,
        api_key=key.get_secret_value() if key else NO_KEY,
        max_retries=0,
        timeout=min(settings.timeout, _PATIENCE),
        http_client=build_client(settings, key),
    )
    try:
        page: object = client.get(path, cast_to=object)
        return page
    except Exception:  # Not every server has such a page, and a few answer with something else: then nothing is known.
        return None


def _find_model_entries(answer: object, name: str) -> Iterator[Mapping[str, Any]]:
    """Find what an answer says of the model: the entry of its name, or the answer itself."""
    if not isinstance(answer, dict):
        return
    models = answer.get("data")
    if not isinstance(models, list):
        yield answer
    else:
        yield from (model for model in models if isinstance(model, dict) and model.get("id") == name)


def _read_path(about: object, place: str) -> object:
    for part in place.split("."):
        about = about.get(part) if isinstance(about, dict) else None
    return about
