"""Everything that goes wrong with an endpoint, through all doors of an assistant."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.answer.pipeline_factory import build_pipeline
from assistant.client import Assistant
from assistant.testing import FakeOpenAIServer, Gate, Reply, fake_openai_server, faults
from assistant.testing.faults import FAULTS
from assistant.testing.server.script import Fault
from assistant.types import CANCELLED, EXTRACTIVE, Answer, Support
from store.errors import (
    FormatRefused,
    ModelBusy,
    ModelError,
    ModelRefused,
    ModelStalled,
    ModelUnreachable,
    NoAnswer,
    PromptTooLong,
)
from store.library import Library
from tests.assistant.answer.asking import IMPATIENT, QUESTION, RIGHT, WRONG, claims, said, settings_of

Door = Callable[[Assistant, str | None], Answer]

# What each fault ends in where it does not pass; all others are answered.
ENDS: dict[str, type[ModelError]] = {
    "unauthorised": ModelRefused,
    "no_such_model": ModelRefused,
    "rate_limited": ModelBusy,
    "quota_exhausted": ModelRefused,
    "server_error": ModelUnreachable,
    "overloaded": ModelBusy,
    "context_exceeded": PromptTooLong,
    "prompt_filtered": ModelRefused,
    "json_schema_refused": FormatRefused,
    "slow_first_token": ModelStalled,
    "stall": ModelStalled,
    "cut": ModelStalled,
    "malformed_sse": ModelStalled,
    "error_in_stream": ModelStalled,
    "web_page": ModelError,
    "empty": NoAnswer,
    "raw_answer": ModelStalled,
    "content_filtered": ModelRefused,
    "refused": ModelRefused,
    "truncated": NoAnswer,
    "wrong_schema": NoAnswer,
}
# Those after which nothing comes any more.
SILENT = {"slow_first_token", "stall"}
# What stands in the answer's notes where the model says something that cannot be used, again and again.
NOTED = {"invalid_json": "twice"}


def ask(assistant: Assistant, session: str | None) -> Answer:
    return assistant.ask(QUESTION, session)


def aask(assistant: Assistant, session: str | None) -> Answer:
    return asyncio.run(assistant.aask(QUESTION, session))


def astream(assistant: Assistant, session: str | None) -> Answer:
    async def last() -> Answer:
        events = [event async for event in assistant.astream(QUESTION, session)]
        assert events[-1].event == "answer_done"
        return events[-1].answer

    return asyncio.run(last())


each_door = pytest.mark.parametrize("door", [ask, aask, astream], ids=lambda door: door.__name__)


@pytest.fixture
def server() -> Iterator[FakeOpenAIServer]:
    with fake_openai_server(lambda messages: f"{RIGHT} [1]") as server:
        yield server


@pytest.fixture
def assistant(library: Library, server: FakeOpenAIServer) -> Assistant:
    return Assistant(library, build_pipeline(library, settings_of(server)))


def made(name: str) -> Fault:
    return faults.slow_first_token(Gate(limit=None)) if name == "slow_first_token" else FAULTS[name]()


@each_door
@pytest.mark.parametrize("name", sorted(ENDS))
def test_a_fault_ends_in_one_clear_line(
    name: str, door: Door, assistant: Assistant, library: Library, server: FakeOpenAIServer
) -> None:
    server.fail(made(name))
    session = assistant.sessions.new().id
    hurried = Assistant(library, build_pipeline(library, settings_of(server, **IMPATIENT)))
    with pytest.raises(ModelError) as raised:
        door(hurried if name in SILENT else assistant, session)
    assert type(raised.value) is ENDS[name]
    assert server.base_url in str(raised.value)
    assert "\n" not in str(raised.value)
    assert len(server.requests) <= 3
    (turn,) = assistant.sessions.get(session).turns
    assert (turn.question, turn.answer, turn.error) == (QUESTION, None, str(raised.value))
    server.recover()
    assert door(assistant, session).claims[0].support is Support.WORDED
    assert len(assistant.sessions.get(session).turns) == 2


@each_door
@pytest.mark.parametrize("name", sorted(set(FAULTS) - set(ENDS)))
def test_other_faults_are_answered_and_nothing_wrong_is_supported(
    name: str, door: Door, assistant: Assistant, server: FakeOpenAIServer
) -> None:
    server.fail(made(name))
    answer = door(assistant, None)
    assert [claim.text for claim in answer.claims if claim.holds] in ([], [RIGHT])
    assert NOTED.get(name, "") in " ".join(answer.trace.notes)
    assert len(server.requests) <= 4


@pytest.mark.parametrize("name", ["invalid_json", "wrong_schema", "empty", "wrong_number", "duplicated_chunks"])
def test_what_was_wrong_once_is_asked_again_once(name: str, assistant: Assistant, server: FakeOpenAIServer) -> None:
    server.fail(made(name), nth=1)
    kinds, answer = said(assistant)
    assert kinds[-2:] == ["claim_checked", "answer_done"]
    assert [(claim.text, claim.support) for claim in answer.claims] == [(RIGHT, Support.WORDED)]
    assert answer.trace.notes == ()
    assert len(server.requests) == (1 if name == "duplicated_chunks" else 2)
    assert answer.usage.output_tokens > 0


def test_an_answer_that_cannot_be_read_is_a_failure_of_the_model(
    assistant: Assistant, library: Library, server: FakeOpenAIServer
) -> None:
    server.fail(faults.wrong_schema())
    with pytest.raises(NoAnswer) as raised:
        assistant.ask(QUESTION)
    assert "wrote nothing that can be read as an answer, twice. It ended with “stop”." in raised.value.what
    assert 'It begins: “{"unexpected": {"answer": ' in raised.value.what
    assert "response_format" in raised.value.hint
    assert len(server.requests) == 2
    falling = Assistant(library, build_pipeline(library, settings_of(server)), fallback=True)
    answer = falling.ask(QUESTION)
    assert (answer.mode, answer.abstained) == (EXTRACTIVE, False)
    assert "wrote nothing that can be read" in answer.trace.notes[0]


def test_a_model_that_goes_round_until_it_is_cut_off_is_told_so(assistant: Assistant, server: FakeOpenAIServer) -> None:
    again = '{"claims": [' + '{"text": "one sentence", "sources": []}, ' * 40
    server.reply(Reply(again, finish_reason="length"))
    with pytest.raises(NoAnswer, match="the same again and again until it was cut off") as raised:
        assistant.ask(QUESTION)
    assert raised.value.hint == "Name a larger model."


def test_a_long_first_sentence_that_is_cut_off_asks_for_more_room(
    assistant: Assistant, server: FakeOpenAIServer
) -> None:
    server.reply(Reply(f'{{"claims": [{{"text": "{RIGHT} And', finish_reason="length"))
    with pytest.raises(NoAnswer, match="cut off before a sentence with its sources was whole") as raised:
        assistant.ask(QUESTION)
    assert raised.value.hint.startswith("Set max_output to more than")


def test_the_text_is_read_while_it_grows_for_those_alone_who_see_it(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown: list[str] = []

    def read(text: str, begun: bool) -> str:
        grown.append(text)
        return ""

    monkeypatch.setattr("assistant.answer.model_drafts.read_growing_text", read)
    assert assistant.ask(QUESTION).claims
    assert not grown
    assert list(assistant.stream(QUESTION))[-1].event == "answer_done"
    assert grown


def test_whole_sentences_of_an_answer_that_was_cut_off_are_kept(assistant: Assistant, server: FakeOpenAIServer) -> None:
    server.reply(claims(RIGHT, "Crashes are rare events that nobody sees coming at all in any of the places"))
    server.fail(faults.truncated(), nth=1)
    answer = assistant.ask(QUESTION)
    assert [claim.text for claim in answer.claims] == [RIGHT]
    assert "cut off" in answer.trace.notes[0]


def test_an_endpoint_without_schemas_is_asked_for_any_json_and_that_is_remembered(library: Library) -> None:
    with fake_openai_server(lambda messages: f"{RIGHT} [1]", json_schema="refused") as server:
        for _ in range(2):
            answer = Assistant(library, build_pipeline(library, settings_of(server))).ask(QUESTION)
            assert answer.claims[0].text == RIGHT
        kinds = [request.body["response_format"]["type"] for request in server.requests]
        assert kinds == ["json_schema", "json_object", "json_object"]
        assert not answer.trace.notes


def test_an_endpoint_that_takes_no_form_at_all_is_asked_in_plain_text_and_that_is_remembered(library: Library) -> None:
    refused = faults.parameter_refused("response_format")
    with fake_openai_server(lambda messages: f"{RIGHT} [1]") as server:
        server.fail(refused)
        answers = [Assistant(library, build_pipeline(library, settings_of(server))).ask(QUESTION) for _ in range(2)]
        assert [answer.claims[0].text for answer in answers] == [RIGHT, RIGHT]
        kinds = [request.body.get("response_format", {}).get("type") for request in server.requests]
        assert kinds == ["json_schema", "json_object", None, None]
        assert "NOT STATED" in server.requests[-1].body["messages"][0]["content"]


def test_an_endpoint_that_ignores_schemas_is_read_in_plain_text(library: Library) -> None:
    with fake_openai_server(lambda messages: f"{RIGHT} [1]", json_schema="ignored") as server:
        kinds, answer = said(Assistant(library, build_pipeline(library, settings_of(server))))
        assert "text_delta" in kinds
        assert answer.claims[0].support is Support.WORDED
        assert len(server.requests) == 1


def test_a_prompt_that_is_too_long_is_asked_again_with_less_evidence(
    assistant: Assistant, server: FakeOpenAIServer
) -> None:
    for nth in (1, 2):
        server.fail(faults.context_exceeded(), nth=nth)
    answer = assistant.ask(QUESTION)
    assert answer.claims[0].support is Support.WORDED
    assert len(answer.trace.notes) == 2
    lengths = [len(request.body["messages"][0]["content"]) for request in server.requests]
    assert lengths[0] > lengths[1] > lengths[2]


def test_the_context_that_an_endpoint_really_has_is_found(library: Library) -> None:
    with fake_openai_server(lambda messages: f"{RIGHT} [1]", context_length=420) as server:
        answer = Assistant(library, build_pipeline(library, settings_of(server))).ask(QUESTION)
        assert answer.claims[0].support is Support.WORDED
        assert "too long" in answer.trace.notes[0]


def test_a_repair_that_fails_leaves_the_answer_as_it_was(assistant: Assistant, server: FakeOpenAIServer) -> None:
    server.reply(claims(WRONG))
    server.fail(faults.server_error(), nth=2)
    answer = assistant.ask(QUESTION)
    assert [(claim.text, claim.support) for claim in answer.claims] == [(WRONG, Support.CONTRADICTED)]
    assert "could not be written again" in answer.trace.notes[0]


def test_retries_are_those_of_the_settings(library: Library, server: FakeOpenAIServer) -> None:
    server.fail(faults.rate_limited(retry_after=0.01), nth=1)
    answer = Assistant(library, build_pipeline(library, settings_of(server, retries=1))).ask(QUESTION)
    assert answer.claims[0].support is Support.WORDED
    assert len(server.requests) == 2


@pytest.mark.parametrize("name", ["server_error", "cut", "no_such_model"])
def test_excerpts_are_quoted_only_where_asked_for(name: str, library: Library, server: FakeOpenAIServer) -> None:
    server.fail(made(name))
    answer = Assistant(library, build_pipeline(library, settings_of(server)), fallback=True).ask(QUESTION)
    assert answer.mode == EXTRACTIVE
    assert answer.claims
    assert answer.trace.notes[-1].endswith("Excerpts are quoted instead.")
    assert server.base_url in answer.trace.notes[-1]


@pytest.mark.parametrize("after", [0, 5])
async def test_cancelling_waits_for_no_word_of_the_endpoint_and_leaves_a_whole_session(
    after: int, library: Library, server: FakeOpenAIServer
) -> None:
    gate = Gate()
    server.fail(faults.stall(gate, after=after))
    assistant = Assistant(library, build_pipeline(library, settings_of(server)))
    session = assistant.sessions.new().id
    task = asyncio.create_task(assistant.aask(QUESTION, session))
    assert await asyncio.to_thread(gate.reached.wait, 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert server.requests[-1].hung_up.wait(60)
    (turn,) = assistant.sessions.get(session).turns
    assert (turn.question, turn.answer, turn.error) == (QUESTION, None, CANCELLED)
    server.recover()
    assert (await assistant.aask(QUESTION, session)).claims


async def test_closing_the_events_waits_for_no_word_either(library: Library, server: FakeOpenAIServer) -> None:
    server.fail(faults.stall(Gate(), after=20))
    assistant = Assistant(library, build_pipeline(library, settings_of(server)))
    session = assistant.sessions.new().id
    events = assistant.astream(QUESTION, session)
    async for event in events:
        if event.event == "text_delta":
            break
    await events.aclose()
    assert server.requests[-1].hung_up.wait(60)
    assert [turn.error for turn in assistant.sessions.get(session).turns] == [CANCELLED]


def test_closing_the_blocking_events_waits_for_no_word_either(library: Library, server: FakeOpenAIServer) -> None:
    server.fail(faults.stall(Gate(), after=20))
    assistant = Assistant(library, build_pipeline(library, settings_of(server)))
    session = assistant.sessions.new().id
    events = assistant.stream(QUESTION, session)
    next(event for event in events if event.event == "text_delta")
    events.close()
    assert server.requests[-1].hung_up.wait(60)
    assert [turn.error for turn in assistant.sessions.get(session).turns] == [CANCELLED]


def test_closing_the_assistant_ends_who_waits(library: Library, server: FakeOpenAIServer, tmp_path: Path) -> None:
    gate = Gate()
    server.fail(faults.stall(gate))
    assistant = Assistant(library, build_pipeline(library, settings_of(server)))
    ended: list[BaseException] = []

    def waits() -> None:
        try:
            assistant.ask(QUESTION)
        except BaseException as error:
            ended.append(error)

    thread = threading.Thread(target=waits)
    thread.start()
    assert gate.reached.wait(60)
    assistant._loop.close()
    thread.join(60)
    assert not thread.is_alive()
    assert len(ended) == 1
