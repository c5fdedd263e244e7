"""One question, from the words of the user to the last event: the single way for all doors."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING

from assistant.answer.answering import answer
from assistant.answer.retrieval import left_out
from assistant.answer.strictness import supported_only
from assistant.answer.turns import recorded
from assistant.bridge import in_thread, stream
from assistant.events import AnswerDone, AskEvent
from assistant.question.input import clean_question
from assistant.sessions import Sessions
from assistant.types import Turn
from store.errors import InputError, ModelError
from store.filters import Filters
from store.library import Library
from store.paper import Frozen

if TYPE_CHECKING:
    from assistant.answer.chain_answering import Chain


class Request(Frozen):
    """What is asked: a question as it was typed, the id of a session or None, and how to answer.

    ``fallback`` says that excerpts are quoted when the model fails; the answer's notes say so. ``history`` holds
    earlier turns where they are not kept in a session.
    """

    question: str
    session: str | None = None
    strict: bool = False
    fallback: bool = False
    filters: Filters = Filters(retracted=False)
    history: tuple[Turn, ...] = ()


def asked(
    library: Library, chain: "Chain | None", sessions: Sessions, request: Request
) -> AsyncGenerator[AskEvent, None]:
    """The events of an answer, by the model of the chain or, without one, in quotes; closing them cancels it.

    Raises:
        InputError: The question is empty or no text, or both a session and a history are given.
        NotFound: There is no such session.
    """
    question = clean_question(request.question)
    if request.session is not None and request.history:
        raise InputError("Earlier turns are given, and a session that has its own.", "Give one of them.")
    history = request.history if request.session is None else sessions.get(request.session).turns
    alone = "" if history else question  # A question that follows others is searched in other words.
    found = _whole(library, _answered(library, chain, question, history, request), request.filters, alone)
    events = _shown(found, request.strict)
    return events if request.session is None else recorded(events, sessions, request.session, question)


async def answer_alone(events: AsyncGenerator[AskEvent, None]) -> AsyncGenerator[AnswerDone, None]:
    """The last of the events, for who does not look at the others: none of them has to go from thread to thread."""
    async with aclosing(events):
        async for event in events:
            if isinstance(event, AnswerDone):
                yield event


async def _answered(
    library: Library, chain: "Chain | None", question: str, history: tuple[Turn, ...], request: Request
) -> AsyncGenerator[AskEvent, None]:
    note = ""
    if chain is not None:
        try:
            async with aclosing(chain.events(question, history, request.filters)) as events:
                async for event in events:
                    yield event
            return
        except ModelError as error:
            if not request.fallback:
                raise
            note = f"{error.what} Excerpts are quoted instead."
    async with aclosing(stream(partial(answer, library, question, history, request.filters))) as events:
        async for event in events:
            yield _noted(event, note)


async def _whole(
    library: Library, events: AsyncGenerator[AskEvent, None], filters: Filters, question: str
) -> AsyncGenerator[AskEvent, None]:
    """The events; the answer says which retracted papers were left out of it."""
    async with aclosing(events):
        async for event in events:
            if isinstance(event, AnswerDone) and filters.retracted is False:
                searched = question or event.answer.trace.searched or event.answer.question
                event = _noted(event, await in_thread(partial(left_out, library, searched, filters)))
            yield event


async def _shown(events: AsyncGenerator[AskEvent, None], strict: bool) -> AsyncGenerator[AskEvent, None]:
    async with aclosing(events):
        async for event in events:
            for shown in supported_only(event) if strict else (event,):
                yield shown


def _noted(event: AskEvent, note: str) -> AskEvent:
    if not note or not isinstance(event, AnswerDone) or note in event.answer.trace.notes:
        return event
    trace = event.answer.trace.model_copy(update={"notes": (*event.answer.trace.notes, note)})
    return AnswerDone(answer=event.answer.model_copy(update={"trace": trace}))
