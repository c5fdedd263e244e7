"""One question, from the words of the user to the last event: the single way for all doors.

From a question to a checked answer, without a model. Yields events; the last one holds the answer.

From a question to a checked answer, with a model. Yields events; the last one holds the answer.

One question on its way from its words to its answer.

Keeping the turns of a session, also those that fail or are cancelled.
"""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from assistant.answer import replies
from assistant.answer.claims import NOTHING, check_drafts, composed
from assistant.answer.context import Given, budget
from assistant.answer.generative import BROKEN, CUT, Drafting, Repaired, failed, repaired, stand_alone
from assistant.answer.model import Model, Writing
from assistant.answer.replies import Reply, supported_only
from assistant.answer.retrieval import Gathered, gather, left_out
from assistant.answer.routing import Finding, reply_to
from assistant.cache import AnswerCache, cache_key
from assistant.concurrency import in_thread, stream
from assistant.events import AnswerDone, AskEvent, ClaimChecked, EvidenceFound, Repairing, Searching, TextDelta
from assistant.question.filters import both
from assistant.question.followup import Context, completed, context, searched
from assistant.question.parse import Kind, Query, clean_question, understand
from assistant.sessions import Sessions
from assistant.types import CANCELLED, Answer, Claim, Trace, Turn, Usage
from prompts import Prompts, Role
from store.errors import ConspectusError, InputError, ModelError, PromptTooLong
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Frozen

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig


class Try(NamedTuple):
    """A way to understand a question; ``earlier`` is the turn to whose papers it is narrowed."""

    query: Query
    earlier: Context | None = None


def answer(
    library: Library, question: str, history: Sequence[Turn] = (), filters: Filters | None = None
) -> Iterator[AskEvent]:
    """Answer from the library alone.

    Args:
        library: What may be cited.
        question: One line of clean text.
        history: Earlier turns of the session, for what "it" means. An earlier answer is never evidence.
        filters: Papers that the answer is restricted to.
    """
    began = perf_counter()
    view = library.view()
    within = filters or Filters(retracted=False)
    if view is None or not view.count:
        tried, reply = Try(Query(question=question, filters=within)), replies.empty_library()
        yield Searching(query=question)
    else:
        tries = _tries(understand(question, view), history, within, view)
        yield Searching(query=searched(*tries[0]) or question)
        tried, reply = _first_answer(Finding(library, view), tries)
    yield EvidenceFound(paper_ids=tuple(reference.paper_id for reference in reply.references))
    for claim in reply.claims:
        yield ClaimChecked(claim=claim)
    yield TextDelta(text=reply.text)
    trace = Trace(
        searched=searched(*tried),
        kind=tried.query.kind,
        filters=replies.in_words(tried.query.filters),
        papers_considered=len(view.rows(tried.query.filters)) if view else 0,
        seconds=perf_counter() - began,
    )
    yield AnswerDone(answer=Answer(question=question, trace=trace, **dict(reply)))


def _tries(query: Query, history: Sequence[Turn], within: Filters, view: Snapshot) -> list[Try]:
    """The question asked of all papers, and of those of the earlier turn; what is likelier meant comes first."""
    whole = completed(query, history, view)
    alone = Try(whole.model_copy(update={"filters": both(whole.filters, within)}))
    earlier = context(query.question, history)
    if whole is not query or not earlier.paper_ids:
        return [alone]
    narrowed = both(alone.query.filters, Filters(ids=earlier.paper_ids))
    carried = Try(alone.query.model_copy(update={"filters": narrowed}), earlier)
    if earlier.only:
        return [carried]
    return [carried, alone] if earlier.pointed else [alone, carried]


def _first_answer(finding: Finding, tries: Sequence[Try]) -> tuple[Try, Reply]:
    """The first reply that is no abstention; else that of the question asked of the most papers."""
    abstained = []
    for one in tries:
        reply = reply_to(finding, *one)
        if not reply.abstained:
            return one, reply
        abstained.append((one, reply))
    return min(abstained, key=lambda each: each[0].earlier is not None)


# Questions about the catalogue are answered from the catalogue: exact, complete and free.
_OF_THE_CATALOGUE = (Kind.CATALOGUE, Kind.COUNT, Kind.RECORD)
# How often the evidence is halved where the model takes less than it is said to.
_HALVINGS = 2
UNREADABLE = "What the model wrote could not be read as an answer."


class Parts(NamedTuple):
    """What every question of a chain goes through."""

    library: Library
    model: Model
    prompts: Prompts
    cache: AnswerCache | None


class Run:
    """One question; its ``events`` can be had once.

    Args:
        parts: The library, the model, its prompts and the cache.
        question: What is asked, in one line of clean text.
        filters: Papers that the answer is restricted to.
        config: Langchain's, for its callbacks.
    """

    def __init__(self, parts: Parts, question: str, filters: Filters, config: "RunnableConfig | None") -> None:
        self._parts = parts
        self._model = parts.model
        self._question = question
        self._filters = filters
        self._config = config
        self._began = perf_counter()
        self._usage = Usage()
        self._notes: list[str] = []
        self._repaired = 0

    async def events(self, history: Sequence[Turn]) -> AsyncGenerator[AskEvent, None]:
        """The events; ``history`` are the earlier turns."""
        asked = Writing()
        alone = await stand_alone(self._model, self._parts.prompts, self._question, history, asked, self._config)
        self._usage += asked.usage
        gathered = await in_thread(partial(gather, self._parts.library, alone, self._filters))
        if gathered.query.kind in _OF_THE_CATALOGUE:
            events = self._from_the_catalogue(alone)
        elif gathered.reply:
            yield Searching(query=gathered.query.topic or alone)
            yield AnswerDone(answer=self._answer(gathered.reply, gathered))
            return
        else:
            events = self._written(alone, gathered)
        async with aclosing(events):
            async for event in events:
                yield event

    async def _from_the_catalogue(self, question: str) -> AsyncGenerator[AskEvent, None]:
        start = partial(answer, self._parts.library, question, (), self._filters)
        async with aclosing(stream(start)) as events:
            async for event in events:
                yield self._asked_as_typed(event.answer) if isinstance(event, AnswerDone) else event

    async def _written(self, question: str, gathered: Gathered) -> AsyncGenerator[AskEvent, None]:
        yield Searching(query=gathered.query.topic or question)
        given = Given(gathered.papers, question, budget(question, self._model.context, self._model.max_output))
        yield EvidenceFound(paper_ids=given.ids)
        key = cache_key(
            {"prompts": self._parts.prompts.hash, "model": self._model.identity, "question": question}
            | {"evidence": given.evidence}
        )
        kept = self._parts.cache.get(key) if self._parts.cache else None
        if kept:
            for event in self._again(kept):
                yield event
            return
        claims: list[Claim] = []
        async with aclosing(self._draft_in_room(given, claims)) as events:
            async for event in events:
                yield event
        reply = composed(claims, gathered.papers, UNREADABLE if BROKEN in self._notes else NOTHING)
        for claim in reply.claims:
            yield ClaimChecked(claim=claim)
        yield AnswerDone(answer=self._keep(key, self._answer(reply, gathered)))

    async def _draft_in_room(self, given: "Given", claims: list[Claim]) -> AsyncGenerator[AskEvent, None]:
        """Draft from less evidence where all of it is more than the model takes."""
        for left in range(_HALVINGS, -1, -1):
            try:
                async with aclosing(self._draft(given, claims)) as events:
                    async for event in events:
                        yield event
                return
            except PromptTooLong:
                if not left:
                    raise
            given = given.halved()
            self._notes.append(f"the prompt was too long for the model; {len(given.papers)} abstracts were given to it")
            yield EvidenceFound(paper_ids=given.ids)

    async def _draft(self, given: "Given", claims: list[Claim]) -> AsyncGenerator[AskEvent, None]:
        """Let the model write, check each sentence, and show it once what failed; fills ``claims``."""
        drafting = Drafting(self._model, self._parts.prompts, Role.ANSWER, given.values)
        async with aclosing(drafting.stream(self._config)) as pieces:
            async for piece in pieces:
                yield TextDelta(text=piece)
        self._take(drafting)
        claims += await in_thread(partial(check_drafts, drafting.drafts, given.papers))
        doubtful = failed(claims)
        if doubtful:
            yield Repairing(claims=len(doubtful))
            again = await repaired(self._model, self._parts.prompts, given, claims, self._config)
            self._take(again)
            claims[:], self._repaired = again.claims, again.rewritten

    def _take(self, drafting: Drafting | Repaired) -> None:
        self._usage += drafting.usage
        self._notes += [note for note in drafting.notes if note not in self._notes]

    def _keep(self, key: str, answer: Answer) -> Answer:
        """Keep an answer for the next time, unless that may go better; where that fails, the answer's notes say so."""
        if self._parts.cache is None or {CUT, BROKEN} & set(self._notes):
            return answer
        try:
            self._parts.cache.put(key, answer)
        except OSError as error:
            notes = (*answer.trace.notes, f"the answer could not be kept for the next time: {error.strerror}")
            return answer.model_copy(update={"trace": answer.trace.model_copy(update={"notes": notes})})
        return answer

    def _again(self, kept: Answer) -> Sequence[AskEvent]:
        kept = kept.model_copy(update={"trace": kept.trace.model_copy(update={"cached": True}), "usage": Usage()})
        claims = [ClaimChecked(claim=claim) for claim in kept.claims]
        return [*claims, TextDelta(text=kept.text), self._asked_as_typed(kept)]

    def _asked_as_typed(self, answer: Answer) -> AnswerDone:
        """An answer to what the question means as one to the question, with what it took to find that out."""
        trace = answer.trace.model_copy(update={"seconds": perf_counter() - self._began})
        usage = self._model.priced(self._usage)
        return AnswerDone(answer=answer.model_copy(update={"question": self._question, "usage": usage, "trace": trace}))

    def _answer(self, reply: Reply, gathered: Gathered) -> Answer:
        trace = Trace(
            searched=gathered.query.topic or gathered.query.question,
            kind=gathered.query.kind,
            filters=replies.in_words(gathered.query.filters),
            papers_considered=len(gathered.papers),
            seconds=perf_counter() - self._began,
            prompts=self._parts.prompts.hash,
            repaired=self._repaired,
            notes=tuple(self._notes),
        )
        usage = self._model.priced(self._usage)
        return Answer(question=self._question, mode=self._model.name, usage=usage, trace=trace, **dict(reply))


class Chain:
    """A library, a model and prompts.

    Args:
        library: What may be cited.
        model: Who writes.
        prompts: What it is asked.
        cache: Where answers are kept; None keeps none.
    """

    def __init__(self, library: Library, model: Model, prompts: Prompts, cache: AnswerCache | None = None) -> None:
        self.library = library
        self.model = model
        self.prompts = prompts
        self.cache = cache

    def events(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        config: "RunnableConfig | None" = None,
    ) -> AsyncGenerator[AskEvent, None]:
        """Answer a question, one line of clean text; the events are those of ``assistant.events``.

        Args:
            question: What is asked.
            history: Earlier turns, for what "it" means. An earlier answer is never evidence.
            filters: Papers that the answer is restricted to.
            config: Langchain's, for its callbacks.

        Raises:
            LibraryError: The library cannot be read.
            ModelError: The model gives no answer.
        """
        parts = Parts(self.library, self.model, self.prompts, self.cache)
        return Run(parts, question, filters or Filters(retracted=False), config).events(history)


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
