from pathlib import Path

import pytest

from assistant.answer.pipeline import AnswerPipeline, AnswerRequest, stream_answer
from assistant.client import Assistant
from assistant.concurrency import EventStream
from assistant.events import AskEvent
from assistant.sessions import Sessions
from assistant.sessions.format import UNFINISHED
from assistant.types import CANCELLED
from store.errors import ModelStalled, NotFound
from tests.assistant.answer.asking import QUESTION, RIGHT, chain_of, claims

STALLED = ModelStalled("The model scripted fell silent.", "Ask again.")


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    return Sessions(tmp_path / "sessions")


def stream(field: Assistant, sessions: Sessions, id: str, chain: AnswerPipeline | None = None) -> EventStream[AskEvent]:
    return stream_answer(field.library, chain, sessions, AnswerRequest(question=QUESTION, session=id))


async def test_the_question_is_on_disk_before_anything_else_and_the_turn_before_the_last_event(
    field: Assistant, sessions: Sessions
) -> None:
    id = sessions.new().id
    events = stream(field, sessions, id)
    assert (await anext(events)).event == "searching"
    (begun,) = sessions.get(id).turns
    assert (begun.question, begun.answer, begun.error) == (QUESTION, None, UNFINISHED)
    while (event := await anext(events)).event != "answer_done":
        assert sessions.get(id).turns == (begun,)
    (turn,) = sessions.get(id).turns
    assert (turn.question, turn.answer, turn.error) == (QUESTION, event.answer, "")
    await events.aclose()
    assert len(sessions.get(id).turns) == 1


async def test_a_failure_is_kept_and_raised(field: Assistant, sessions: Sessions) -> None:
    id = sessions.new().id
    chain, _ = chain_of(field.library, STALLED)
    with pytest.raises(ModelStalled, match="fell silent"):
        async for _ in stream(field, sessions, id, chain):
            pass
    (turn,) = sessions.get(id).turns
    assert (turn.question, turn.answer, turn.error) == (
        QUESTION,
        None,
        "The model scripted fell silent. Ask again.",
    )


async def test_a_turn_that_was_stopped_is_kept_as_cancelled(field: Assistant, sessions: Sessions) -> None:
    id = sessions.new().id
    events = stream(field, sessions, id)
    await anext(events)
    await events.aclose()
    (turn,) = sessions.get(id).turns
    assert (turn.question, turn.answer, turn.error) == (QUESTION, None, CANCELLED)


async def test_the_model_is_not_asked_before_somebody_waits_for_it(field: Assistant, sessions: Sessions) -> None:
    id = sessions.new().id
    chain, model = chain_of(field.library, claims(RIGHT))
    events = stream(field, sessions, id, chain)
    assert [(await anext(events)).event for _ in range(2)] == ["searching", "evidence_found"]
    await events.aclose()
    assert model.requests == []


async def test_a_session_that_has_gone_is_an_error(field: Assistant, sessions: Sessions) -> None:
    id = sessions.new().id
    events = stream(field, sessions, id)
    await anext(events)
    sessions.delete(id)
    with pytest.raises(NotFound):
        async for _ in events:
            pass


async def test_a_stream_that_nobody_reads_saves_nothing(field: Assistant, sessions: Sessions) -> None:
    id = sessions.new().id
    await stream(field, sessions, id).aclose()
    assert sessions.get(id).turns == ()
