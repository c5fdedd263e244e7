"""Keeping the turns of a session, also those that fail."""

from collections.abc import Iterable, Iterator

from assistant.events import AnswerDone, AskEvent
from assistant.sessions import Sessions
from assistant.types import Turn
from store.errors import ConspectusError


def recorded(events: Iterable[AskEvent], sessions: Sessions, session: str, question: str) -> Iterator[AskEvent]:
    """The same events; the turn is saved before the last one is handed on, and with its error where it fails."""
    try:
        for event in events:
            if isinstance(event, AnswerDone):
                sessions.record(session, Turn.now(question, event.answer))
            yield event
    except ConspectusError as error:
        sessions.record(session, Turn.now(question, error=str(error)))
        raise
