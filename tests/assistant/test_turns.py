from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.events import AnswerDone, AskEvent, Searching
from assistant.sessions import Sessions
from assistant.turns import recorded
from assistant.types import Answer
from store.errors import LibraryError, NotFound

ANSWER = Answer(question="q", text="Because.")


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    return Sessions(tmp_path / "sessions")


def answered(error: Exception | None = None) -> Iterator[AskEvent]:
    yield Searching(query="q")
    if error:
        raise error
    yield AnswerDone(answer=ANSWER)


def test_the_turn_is_on_disk_before_the_last_event(sessions: Sessions) -> None:
    id = sessions.new().id
    events = recorded(answered(), sessions, id, "q")
    assert next(events) == Searching(query="q")
    assert sessions.get(id).turns == ()
    assert next(events) == AnswerDone(answer=ANSWER)
    (turn,) = sessions.get(id).turns
    assert (turn.question, turn.answer, turn.error) == ("q", ANSWER, "")


def test_a_failure_is_kept_and_raised(sessions: Sessions) -> None:
    id = sessions.new().id
    with pytest.raises(LibraryError, match="cannot be read"):
        list(recorded(answered(LibraryError("The library cannot be read.", "Mend it.")), sessions, id, "q"))
    (turn,) = sessions.get(id).turns
    assert (turn.question, turn.answer, turn.error) == ("q", None, "The library cannot be read. Mend it.")


def test_a_turn_that_was_stopped_is_not_kept(sessions: Sessions) -> None:
    id = sessions.new().id
    events = recorded(answered(), sessions, id, "q")
    next(events)
    del events
    assert sessions.get(id).turns == ()


def test_a_session_that_has_gone_is_an_error(sessions: Sessions) -> None:
    id = sessions.new().id
    events = recorded(answered(), sessions, id, "q")
    next(events)
    sessions.delete(id)
    with pytest.raises(NotFound):
        next(events)
