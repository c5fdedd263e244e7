import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler

from assistant.concurrency import Emit
from assistant.events import RequestRetried
from assistant.llm.chat import ChatModel, collect_answer
from assistant.llm.chat_model import EndpointChat
from assistant.llm.connect import connect_chat_model
from assistant.llm.token_counts import TokenCounts
from assistant.retries import emit_retries
from assistant.settings import ModelSettings
from assistant.testing import FakeOpenAIServer, Gate, Reply, faults
from assistant.testing.faults import FAULTS
from assistant.testing.server.http_server import Piece
from assistant.testing.server.script import Fault
from store.errors import (
    FormatRefused,
    ModelBusy,
    ModelError,
    ModelRefused,
    ModelStalled,
    ModelUnreachable,
    PromptTooLong,
)
from tests.assistant.llm.asking import KEY, SECRET, WAYS, ask, asked, given_away, list_deltas, observed

Way = Callable[[ChatModel], str]
each_way = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)

# What each fault ends in; the others are in what the model says, and reach the caller as they are.
ENDS = {
    "unauthorised": (ModelRefused, "does not accept the API key in FAKE_KEY"),
    "no_such_model": (ModelRefused, "has no model 'fake-chat'"),
    "rate_limited": (ModelBusy, r"takes no more requests.*asks to wait for 1 s"),
    "quota_exhausted": (ModelRefused, "quota .* is used up"),
    "server_error": (ModelUnreachable, r"fails \(500: The server had an error"),
    "overloaded": (ModelBusy, r"takes no more requests at present \(503"),
    "context_exceeded": (PromptTooLong, r"too long .* maximum context length is 8192.*Set context"),
    "prompt_filtered": (ModelRefused, "content filter"),
    "json_schema_refused": (FormatRefused, "takes no JSON schema"),
    "slow_first_token": (ModelStalled, r"did not begin its answer in time.*timeout to more than 0\.5 s"),
    "stall": (ModelStalled, r"fell silent in the middle of its answer.*stall"),
    "cut": (ModelStalled, "broke the connection off in the middle of its answer"),
    "malformed_sse": (ModelStalled, "came garbled"),
    "error_in_stream": (ModelStalled, "reports an error in its answer: The server had an error"),
    "raw_answer": (ModelStalled, "reports an error in its answer: upstream is down"),
    "web_page": (ModelError, r"no stream of an answer.*/v1"),
    "content_filtered": (ModelRefused, "content filter"),
    "refused": (ModelRefused, "declines to answer: I'm sorry"),
}


@each_way
def test_it_answers(way: Way, model: ChatModel, server: FakeOpenAIServer) -> None:
    server.reply("Because of this [1].")
    assert way(model) == "Because of this [1]."


def test_usage_and_the_reason_of_the_end_come_with_the_stream(model: ChatModel, server: FakeOpenAIServer) -> None:
    server.reply(Reply("Because.", finish_reason="length", usage=(11, 3)))
    whole = ask(model)
    assert (whole.text, whole.usage, whole.finish_reason) == ("Because.", TokenCounts(11, 3), "length")


@pytest.mark.parametrize("name", sorted(ENDS))
@each_way
def test_each_fault_ends_in_an_error_that_says_it(
    way: Way, name: str, settings: ModelSettings, server: FakeOpenAIServer
) -> None:
    kind, words = ENDS[name]
    # Nobody waits for ever where nothing comes any more, and nobody is hurried elsewhere.
    hurry = {"timeout": 0.5, "stall": 0.3} if kind is ModelStalled and name in {"slow_first_token", "stall"} else {}
    model = connect_chat_model(settings.model_copy(update=hurry), KEY)
    server.fail(faults.slow_first_token(Gate(limit=None)) if name == "slow_first_token" else FAULTS[name]())
    with pytest.raises(ModelError, match=words) as raised:
        way(model)
    assert type(raised.value) is kind
    assert server.base_url in str(raised.value)
    assert "\n" not in str(raised.value)
    assert raised.value.hint


@pytest.mark.parametrize("name", sorted(set(FAULTS) - set(ENDS)))
def test_the_other_faults_are_in_what_is_said(name: str, model: ChatModel, server: FakeOpenAIServer) -> None:
    server.fail(FAULTS[name]())
    assert isinstance(asked(model), str)


@each_way
@pytest.mark.parametrize("fault", [faults.unauthorised(echo_key=True), faults.server_error(), faults.cut()])
def test_no_error_gives_the_key_away(way: Way, fault: Fault, model: ChatModel, server: FakeOpenAIServer) -> None:
    server.fail(fault)
    with pytest.raises(ModelError) as raised:
        way(model)
    assert raised.value.__cause__ is raised.value.__context__ is None
    assert [text for text in given_away(raised.value) if SECRET in text] == []


def test_the_look_into_errors_finds_a_key(server: FakeOpenAIServer) -> None:
    import openai

    with openai.OpenAI(base_url=server.base_url, api_key=SECRET, max_retries=0) as client:
        server.fail(faults.unauthorised(), endpoint="models")
        with pytest.raises(openai.AuthenticationError) as raised:
            client.models.list()
    assert any(SECRET in text for text in given_away(raised.value))


class Listener(BaseCallbackHandler):
    """What a tracer gets."""

    def __init__(self) -> None:
        self.heard: list[Any] = []

    def on_chat_model_start(self, serialized: Any, messages: Any, **kwargs: Any) -> None:
        self.heard += [serialized, messages, kwargs]

    def on_llm_error(self, error: BaseException, **kwargs: Any) -> None:
        self.heard += [error, *given_away(error), kwargs]


def test_callbacks_get_our_error_and_no_key(model: ChatModel, server: FakeOpenAIServer) -> None:
    listener = Listener()
    server.fail(faults.unauthorised(echo_key=True))
    with pytest.raises(ModelRefused):
        list_deltas(model, {"callbacks": [listener]})
    assert [type(item) for item in listener.heard if isinstance(item, Exception)] == [ModelRefused]
    assert SECRET not in repr(listener.heard)


def test_nothing_that_shows_a_model_shows_its_key(model: ChatModel) -> None:
    assert SECRET not in f"{model!r} {model} {vars(model)}"


def test_many_at_once_get_each_their_own_answer(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    server.default = lambda messages: f"You said {messages[-1]['content']}."
    model = connect_chat_model(settings.model_copy(update={"timeout": 120.0}), KEY)

    async def ask() -> list[str]:
        answers = await asyncio.gather(*(collect_answer(model.ask(str(n))) for n in range(32)))
        return [answer.text for answer in answers]

    assert asyncio.run(ask()) == [f"You said {n}." for n in range(32)]


def test_signs_of_life_without_a_word_are_not_waited_for(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    alive = Fault(wire=lambda response: replace(response, pieces=[b": alive\n\n", 0.02] * 50_000))
    server.fail(alive)
    with pytest.raises(ModelStalled, match="did not begin its answer"):
        asked(connect_chat_model(settings.model_copy(update={"timeout": 0.1}), KEY))


def test_a_stream_that_ends_without_its_end_is_broken_off(model: ChatModel, server: FakeOpenAIServer) -> None:
    server.fail(Fault(wire=lambda response: replace(response, pieces=response.pieces[:4])))
    for way in WAYS:
        with pytest.raises(ModelStalled, match="broke its answer off"):
            way(model)


def test_the_words_before_a_fault_arrive(model: ChatModel, server: FakeOpenAIServer) -> None:
    server.fail(faults.cut(after=4))
    heard: list[str] = []

    async def listen() -> None:
        async for delta in model.ask("Why?"):
            heard.append(delta.text)

    with pytest.raises(ModelStalled):
        asyncio.run(listen())
    assert "".join(heard) == "This is what"


def test_cancelling_hangs_up(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    server.fail(faults.stall())
    model = connect_chat_model(settings.model_copy(update={"stall": 120.0}), KEY)

    async def listen(begun: asyncio.Event) -> None:
        async for delta in model.ask("Why?"):
            if delta.text:
                begun.set()

    async def cancel() -> bool:
        begun = asyncio.Event()
        task = asyncio.create_task(listen(begun))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await asyncio.to_thread(server.requests[0].hung_up.wait, 60)

    assert asyncio.run(cancel())


def test_whoever_stops_listening_hangs_up(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    server.fail(faults.stall())
    model = connect_chat_model(settings.model_copy(update={"timeout": 120.0}), KEY)

    async def stop_early() -> bool:
        deltas = model.ask("Why?")
        while not (await anext(deltas)).text:
            pass
        await deltas.aclose()
        return await asyncio.to_thread(server.requests[0].hung_up.wait, 60)

    assert asyncio.run(stop_early())


def test_what_is_asked_of_a_server_of_ones_own(model: ChatModel, server: FakeOpenAIServer) -> None:
    asked(model)
    body = server.requests[0].body
    assert body["max_tokens"] == 1024
    assert "max_completion_tokens" not in body
    assert (body["model"], body["temperature"]) == ("fake-chat", 0.0)
    assert body["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize("name", ["o3-mini", "gpt-5-nano", "openai/o1"])
def test_what_is_asked_of_a_model_that_thinks(name: str, settings: ModelSettings, server: FakeOpenAIServer) -> None:
    asked(connect_chat_model(settings.model_copy(update={"model": name}), KEY))
    body = server.requests[0].body
    assert body["max_completion_tokens"] == 1024
    assert not {"temperature", "max_tokens"} & body.keys()


def stream(*chunks: dict[str, Any], done: bool = True) -> Fault:
    """Stream these choices, whatever was asked."""
    events = [f"data: {json.dumps({'choices': [{'index': 0, **chunk}]})}\n\n" for chunk in chunks]
    return faults.raw_answer("".join([*events, *(["data: [DONE]\n\n"] if done else [])]).encode())


@pytest.mark.parametrize("reason", [None, "", "stop"])
def test_an_end_without_a_reason_is_an_end_where_the_stream_says_that_it_is_done(
    reason: str | None, model: ChatModel, server: FakeOpenAIServer
) -> None:
    server.fail(stream({"delta": {"content": "Because."}}, {"delta": {}, "finish_reason": reason}))
    assert asked(model) == observed(model) == "Because."


def test_thinking_comes_beside_the_answer(model: ChatModel, server: FakeOpenAIServer) -> None:
    server.fail(stream({"delta": {"reasoning": "Hm."}}, {"delta": {"content": "Because."}, "finish_reason": "stop"}))
    deltas = [delta for delta in list_deltas(model) if delta.text or delta.thinking]
    assert [(delta.text, delta.thinking) for delta in deltas] == [("", "Hm."), ("Because.", "")]


def test_counts_in_floats_and_of_the_cache_and_of_thinking_are_read(model: ChatModel, server: FakeOpenAIServer) -> None:
    usage: dict[str, Any] = {"prompt_tokens": 9.0, "completion_tokens": 5.0}
    usage |= {"prompt_tokens_details": {"cached_tokens": 4}, "completion_tokens_details": {"reasoning_tokens": 2.0}}
    said = b'data: {"choices": [{"delta": {"content": "a"}, "finish_reason": "stop"}]}\n\n'
    server.fail(faults.raw_answer(said + f"data: {json.dumps({'choices': [], 'usage': usage})}\n\n".encode()))
    assert ask(model).usage == TokenCounts(read=9, written=5, cached=4, reasoning=2)


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (faults.raw_answer({"error": {"message": "Overloaded", "code": 502}}), ModelUnreachable, "502: Overloaded"),
        (faults.raw_answer({"error": {"message": "the prompt is too long"}}), PromptTooLong, "too long"),
        (faults.raw_answer(b"", 413), PromptTooLong, r"too long .* \(413\)"),
        (faults.raw_answer({"error": "login"}, 407), ModelRefused, r"asks for a login \(407: login\).*HTTPS_PROXY"),
        (faults.raw_answer({"error": "buy more credits"}, 402), ModelRefused, "quota .* is used up .*billing"),
        (faults.raw_answer({"message": "Not in your country"}, 403), ModelRefused, "country.*serves this place"),
        (faults.raw_answer({"error": "No endpoints match your data policy"}, 404), ModelRefused, "policy.*privacy"),
        (faults.raw_answer({"detail": "This is not a chat model"}, 404), ModelRefused, "not a chat model.*for chats"),
        (faults.raw_answer({"error": "model is loading"}, 503), ModelBusy, "loading.*still being loaded"),
        (faults.raw_answer(b"<html><title>Sign in</title>Hotel"), ModelError, "Sign in Hotel.*Sign in to the network"),
        (faults.raw_answer({"error": "slow down, try again in 1m30s"}, 429), ModelBusy, "wait for 90 s"),
        (stream({"delta": {"content": "a"}}, {"finish_reason": "error"}), ModelStalled, "reports an error"),
        (stream({"delta": {"content": "a"}}, {"finish_reason": "\x1b[2Jerror" + "!" * 99}), ModelStalled, r"error!+”"),
        (faults.raw_answer(b":\n\ndata: " + b"x" * 1_100_000), ModelStalled, "sends more at once than any answer"),
        (faults.raw_answer(b"\x00\x1b[2J" * 9), ModelError, "no stream of an answer"),
    ],
)
def test_the_servers_words_are_told_with_what_fits_them(
    fault: Fault, kind: type[ModelError], words: str, model: ChatModel, server: FakeOpenAIServer
) -> None:
    server.fail(fault)
    with pytest.raises(ModelError, match=words) as raised:
        asked(model)
    assert type(raised.value) is kind
    assert str(raised.value).isprintable()


def test_an_answer_without_end_is_left(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    event = b'data: {"choices": [{"delta": {"content": "and on and on "}}]}\n\n'
    server.fail(Fault(wire=lambda response: replace(response, pieces=[event] * 20_000)))
    model = connect_chat_model(settings.model_copy(update={"max_output": 100}), KEY)
    answer = ask(model)
    assert 5200 < len(answer.text) < 5300
    assert (answer.finish_reason, answer.notes) == (
        "length",
        ("the server did not stop where it was told to, and was left",),
    )


def test_an_answer_may_take_no_longer_than_it_is_set(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    event = b'data: {"choices": [{"delta": {"content": "on "}}]}\n\n'
    server.fail(Fault(wire=lambda response: replace(response, pieces=[event, 0.01] * 50_000)))
    with pytest.raises(ModelStalled, match=r"still writing after 0\.1 s.*longest"):
        asked(connect_chat_model(settings.model_copy(update={"longest": 0.1}), KEY))


def test_signs_of_life_do_not_count_as_words(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    first = b'data: {"choices": [{"delta": {"content": "on "}}]}\n\n'
    alive: list[Piece] = [b": alive\n\n", 0.02]
    server.fail(Fault(wire=lambda response: replace(response, pieces=[first, *alive * 50_000])))
    with pytest.raises(ModelStalled, match="fell silent in the middle"):
        asked(connect_chat_model(settings.model_copy(update={"stall": 0.1}), KEY))


AWAY = Fault(
    wire=lambda response: replace(
        response,
        status=302,
        kind="text/html",
        pieces=[b""],
        headers={"location": f"https://elsewhere.example/login?key={SECRET}"},
    )
)


def test_a_redirect_names_the_host_and_nothing_more(model: ChatModel, server: FakeOpenAIServer) -> None:
    server.fail(AWAY)
    with pytest.raises(ModelRefused, match=r"another address at elsewhere\.example, which") as raised:
        asked(model)
    assert [text for text in given_away(raised.value) if SECRET in text] == []


def append_to(events: list[RequestRetried]) -> Emit[RequestRetried]:
    async def append(event: RequestRetried) -> None:
        events.append(event)

    return append


def test_a_try_that_failed_is_told_before_the_next_one(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    server.fail(faults.rate_limited(0.01), nth=1)
    model = connect_chat_model(settings.model_copy(update={"retries": 1}), KEY)
    told: list[RequestRetried] = []
    around: list[RequestRetried] = []
    with emit_retries(append_to(around)), emit_retries(append_to(told)):
        list_deltas(model)
    list_deltas(model)
    [retry] = told
    assert retry.seconds == 0.01
    assert "takes no more requests at present (429" in retry.reason
    assert around == told


def test_a_page_that_is_asked_for_again_is_told_too(settings: ModelSettings, server: FakeOpenAIServer) -> None:
    server.fail(faults.rate_limited(0.01), nth=1)
    model = EndpointChat(settings.model_copy(update={"retries": 1}), KEY)
    told: list[RequestRetried] = []
    server.reply("Yes.")
    with emit_retries(append_to(told)):
        asyncio.run(model.request("/chat/completions", model.build_body("Why?", {})))
    assert [retry.seconds for retry in told] == [0.01]
