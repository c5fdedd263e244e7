"""One question on its way from its words to its answer."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from assistant.answer import replies
from assistant.answer.answering import answer as answer_without_model
from assistant.answer.claims import NOTHING, check_drafts, composed
from assistant.answer.condense import stand_alone
from assistant.answer.context import budget
from assistant.answer.evidence import Gathered, gather
from assistant.answer.generative import BROKEN, CUT, Drafting
from assistant.answer.given import Given
from assistant.answer.model import Model, Writing
from assistant.answer.repairing import Repaired, failed, repaired
from assistant.answer.replies import Reply
from assistant.bridge import in_thread, stream
from assistant.cache import AnswerCache, cache_key
from assistant.events import AnswerDone, AskEvent, ClaimChecked, EvidenceFound, Repairing, Searching, TextDelta
from assistant.question.parse import Kind
from assistant.types import Answer, Claim, Trace, Turn, Usage
from prompts import Prompts, Role
from store.errors import PromptTooLong
from store.filters import Filters
from store.library import Library

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

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
        start = partial(answer_without_model, self._parts.library, question, (), self._filters)
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
