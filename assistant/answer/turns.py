"""Keeping the turns of a session, also those that fail or are cancelled."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from assistant.events import AnswerDone, AskEvent
from assistant.types import Turn
from store.errors import ConspectusError

if TYPE_CHECKING:
    from assistant.sessions import Sessions

CANCELLED = "cancelled"


async def recorded(
    events: AsyncGenerator[AskEvent, None], sessions: "Sessions", session: str, question: str
) -> AsyncGenerator[AskEvent, None]:
    """The same events; the question is saved first, the turn before the last event, or as what became of it."""
    begun, ended = sessions.begin(session, question), CANCELLED
    try:
        async with aclosing(events):
            async for event in events:
                if isinstance(event, AnswerDone):
                    ended = ""
                    sessions.record(session, Turn.now(question, event.answer), begun)
                yield event
    except ConspectusError as error:
        ended = str(error) if ended else ""
        raise
    finally:
        if ended:
            sessions.record(session, Turn.now(question, error=ended), begun)
