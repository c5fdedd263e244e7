from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from assistant.answer.pipeline import recorded
from assistant.events import AnswerDone, AskEvent, Searching
from assistant.sessions import Sessions
from assistant.sessions.format import UNFINISHED
from assistant.types import CANCELLED, Answer
from store.errors import LibraryError, NotFound

ANSWER = Answer(question="q", text="Because.")


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    return Sessions(tmp_path / "sessions")


async def answered(error: Exception | None = None) -> AsyncGenerator[AskEvent, None]:
    yield Searching(query="q")
    if error:
        raise error
    yield AnswerDone(answer=ANSWER)


async def test_the_question_is_on_disk_before_anything_else_and_the_turn_before_the_last_event(
    sessions: Sessions,
) -> None:
    id = sessions.new().id
    events = recorded(answered(), sessions, id, "q")
    assert await anext(events) == Searching(query="q")
    (begun,) = sessions.get(id).turns
    assert (begun.question, begun.answer, begun.error) == ("q", None, UNFINISHED)
    assert await anext(events) == AnswerDone(answer=ANSWER)
    (turn,) = sessions.get(id).turns
    assert (turn.question, turn.answer, turn.error) == ("q", ANSWER, "")
    await events.aclose()
    assert len(sessions.get(id).turns) == 1


async def test_a_failure_is_kept_and_raised(sessions: Sessions) -> None:
    id = sessions.new().id
    with pytest.raises(LibraryError, match="cannot be read"):
        async for _ in recorded(answered(LibraryError("The library cannot be read.", "Mend it.")), sessions, id, "q"):
            pass
    (turn,) = sessions.get(id).turns
    assert (turn.question, turn.answer, turn.error) == ("q", None, "The library cannot be read. Mend it.")


async def test_a_turn_that_was_stopped_is_kept_as_cancelled(sessions: Sessions) -> None:
    id = sessions.new().id
    events = recorded(answered(), sessions, id, "q")
    await anext(events)
    await events.aclose()
    (turn,) = sessions.get(id).turns
    assert (turn.question, turn.answer, turn.error) == ("q", None, CANCELLED)


async def test_a_session_that_has_gone_is_an_error(sessions: Sessions) -> None:
    id = sessions.new().id
    events = recorded(answered(), sessions, id, "q")
    await anext(events)
    sessions.delete(id)
    with pytest.raises(NotFound):
        await anext(events)
