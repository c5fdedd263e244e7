"""From a question to a checked answer: one coroutine, without a model just as with one.

It follows a question from top to bottom: clean, condense a follow-up, understand, retrieve, pass the gate, write, check
and repair, note retracted papers, leave out what is not supported where that is asked for, record the turn. On its way
it emits the events that callers see; ``EventStream`` makes a stream of them.
"""

from collections.abc import Awaitable, Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

from assistant.answer.extractive import ExtractiveWriter
from assistant.answer.foreign_questions import Foreign, abstain_foreign, find_foreign
from assistant.answer.joined_answers import join_answers, join_facts
from assistant.answer.named_details import find_asked_detail
from assistant.answer.quoted_search import DEPTH
from assistant.answer.replies import format_quotes, format_sentences
from assistant.answer.retrieval import OF_THE_CATALOGUE, Search, interpret_question, retrieve
from assistant.answer.retrieved import Retrieved
from assistant.answer.sufficiency import THRESHOLD, measure_coverage
from assistant.concurrency import Emit, EventStream, in_thread
from assistant.events import AnswerDone, AskEvent, ClaimChecked, EvidenceFound, Searching, TextDelta
from assistant.question.courtesy import is_pleasantry
from assistant.question.parse import clean_question, parse_question
from assistant.question.query import Intent, note_query
from assistant.question.two_questions import OF_IT, Parts, split_facts, split_questions
from assistant.retries import emit_retries
from assistant.sessions import Sessions
from assistant.sessions.format import UNFINISHED
from assistant.types import CANCELLED, EXTRACTIVE, Answer, Claim, Reference, Turn, Usage
from assistant.verify.injection import describe_orders, gives_orders
from store.errors import ConspectusError, InputError, ModelError
from store.filters import ANSWERABLE, Filters
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Frozen

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

    from assistant.answer.generative import GenerativeWriter
    from assistant.answer.model import Model
    from assistant.cache import AnswerCache
    from assistant.verify.entailment import SecondStage
    from prompts import Prompts


class AnswerWriter(Protocol):
    """Puts what was retrieved into words: quotes it, or has a model write."""

    async def write(self, retrieved: Retrieved, emit: Emit[AskEvent]) -> Answer:
        """Write the answer, each of its sentences checked; emit the events between the search and the answer."""


class AnswerRequest(Frozen):
    """What is asked: a question as it was typed, the id of a session or None, and how to answer.

    ``fallback`` says that excerpts are quoted when the model fails; the answer's notes say so. ``history`` holds
    earlier turns where they are not kept in a session. ``ignore`` are conditions of the question that do not count, as
    ``Trace.conditions`` says them. ``quotes`` asks for a sentence of each paper of a list. ``begun`` is what
    ``Sessions.begin`` returned for it, where it is saved already. ``silent`` says that nobody sees the events before
    the last one, so that the text need not be read while it grows.
    """

    question: str
    session: str | None = None
    strict: bool = False
    fallback: bool = False
    filters: Filters = ANSWERABLE
    history: tuple[Turn, ...] = ()
    ignore: tuple[str, ...] = ()
    quotes: bool = False
    begun: str = ""
    silent: bool = False


class AnswerPipeline:
    """A library, a model and prompts.

    Args:
        library: What may be cited.
        model: Who writes.
        prompts: What it is asked.
        cache: Where answers are kept; None keeps none.
        stage: Who looks at the sense of what the model writes; None for nobody.
    """

    def __init__(
        self,
        library: Library,
        model: "Model",
        prompts: "Prompts",
        cache: "AnswerCache | None" = None,
        stage: "SecondStage | None" = None,
    ) -> None:
        self.library = library
        self.model = model
        self.prompts = prompts
        self.cache = cache
        self.stage = stage

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        config: "RunnableConfig | None" = None,
    ) -> EventStream[AskEvent]:
        """Stream the events of an answer that is saved in no session (see ``assistant.events``).

        Args:
            question: One line of clean text.
            history: Earlier turns, for what "it" means. An earlier answer is never evidence.
            filters: Papers that the answer is restricted to.
            config: Langchain's, for its callbacks.

        Raises:
            LibraryError: The library cannot be read.
            ModelError: The model gives no answer.
        """
        within = filters or ANSWERABLE

        async def work(emit: Emit[AskEvent]) -> None:
            with emit_retries(emit):
                answer = await _answer_question(self.library, self, question, history, within, emit, config)
            await emit(AnswerDone(answer=answer))

        return EventStream(work)


def stream_answer(
    library: Library, chain: AnswerPipeline | None, sessions: Sessions, request: AnswerRequest
) -> EventStream[AskEvent]:
    """Stream the events of an answer, by the model of the chain or, without one, in quotes; closing it cancels it.

    A question of a session is saved before anything else happens, the turn before the last event, or as what became of
    it.

    Raises:
        InputError: The question is empty or no text, or both a session and a history are given.
        NotFound: There is no such session.
    """
    question = clean_question(request.question)
    if request.session is not None and request.history:
        raise InputError("Earlier turns are given, and a session that has its own.", "Give one of them.")
    turns = request.history if request.session is None else sessions.get(request.session).turns
    history = [turn for turn in turns if turn.error != UNFINISHED]  # Others wait, or were cut off: they say nothing.

    async def work(emit: Emit[AskEvent]) -> None:
        with emit_retries(emit), _record_turn(sessions, request.session, question, request.begun) as record:
            answer = await _answer_request(library, chain, question, history, request, emit)
            record(answer)
            await emit(AnswerDone(answer=answer))

    return EventStream(work)


@contextmanager
def _record_turn(
    sessions: Sessions, session: str | None, question: str, begun: str
) -> Iterator[Callable[[Answer], None]]:
    """Save a question at once, unless it is, and its turn when it is recorded; else as failed or cancelled."""
    if session is None:
        yield lambda _: None
        return
    entry, error = begun or sessions.begin(session, question), CANCELLED

    def record(answer: Answer) -> None:
        nonlocal error
        error = ""
        sessions.record(session, Turn.now(question, answer), entry)

    try:
        yield record
    except ConspectusError as failure:
        error = str(failure) if error else ""
        raise
    finally:
        if error:
            sessions.record(session, Turn.now(question, error=error), entry)


async def _answer_request(
    library: Library,
    chain: AnswerPipeline | None,
    question: str,
    history: Sequence[Turn],
    request: AnswerRequest,
    emit: Emit[AskEvent],
) -> Answer:
    """Answer as the request wants it; where the model fails, perhaps in quotes."""

    async def emit_sound(event: AskEvent) -> None:
        """A model's words are a draft, which may not hold: the text is shown when all of it is checked."""
        if not isinstance(event, TextDelta) and not (isinstance(event, ClaimChecked) and not event.claim.holds):
            await emit(event)

    show, notes = emit_sound if request.strict else emit, []
    try:
        answer = await _answer_question(
            library,
            chain,
            question,
            history,
            request.filters,
            show,
            ignore=request.ignore,
            quotes=request.quotes,
            silent=request.silent,
        )
    except ModelError as error:
        if not request.fallback:
            raise
        notes.append(f"{error.what} Excerpts are quoted instead.")
        answer = await _answer_question(
            library, None, question, history, request.filters, show, ignore=request.ignore, quotes=request.quotes
        )
    # A question that follows others is searched in other words.
    text = (answer.trace.searched or answer.question) if history else question
    notes += await in_thread(partial(_list_notes, library, answer, text, request))
    notes = [note for note in notes if note and note not in answer.trace.notes]
    trace = answer.trace.model_copy(update={"notes": (*answer.trace.notes, *notes)})
    answer = answer.model_copy(update={"trace": trace})
    if request.strict:
        answer = drop_doubtful(answer)
        await emit(TextDelta(text=answer.text))
    return answer


def _list_notes(library: Library, answer: Answer, question: str, request: AnswerRequest) -> list[str]:
    """List what is to be said of the papers that an answer cites, and of those that it left out."""
    filters, view = request.filters, library.view()
    retracted = filters.retracted is False
    note = note_retracted(library, question, filters, date.today(), request.ignore, view) if retracted else ""
    return [note, *note_orders(library, answer, view)]


async def _answer_question(
    library: Library,
    chain: AnswerPipeline | None,
    question: str,
    history: Sequence[Turn],
    filters: Filters,
    emit: Emit[AskEvent],
    config: "RunnableConfig | None" = None,
    *,
    ignore: Sequence[str] = (),
    quotes: bool = False,
    silent: bool = False,
) -> Answer:
    """Answer a question; one that asks two things is answered in two parts.

    These are what asks of the catalogue and something else of what that finds and, without a model, which reads both,
    two facts.
    """
    answer = partial(
        _answer_part, library, chain, filters=filters, config=config, ignore=ignore, quotes=quotes, silent=silent
    )

    async def asks_for(first: str, intents: Container[Intent]) -> bool:
        search = await in_thread(partial(interpret_question, library, first, filters, history, today=date.today()))
        query = search.interpretations[0][0]
        return (Intent.FACT if find_asked_detail(query) else query.intent) in intents

    parts = split_questions(question)
    if not parts.second or not await asks_for(parts.first, _LISTING):
        parts = Parts(question) if chain else split_facts(question)
        if parts.second and await asks_for(parts.first, (Intent.FACT, Intent.PROFILE, Intent.RECORD)):
            first = await _answer_facts(answer, question, parts, history, emit)
            return first or await answer(question, history, emit=emit)
        return await answer(question, history, emit=emit)
    first = await answer(parts.first, history, emit=emit)
    if first.abstained and not parts.alone:  # The second part points at nothing.
        return first.model_copy(update={"question": question})
    turns = history if parts.alone else [*history, Turn.now(parts.first, first)]
    joined = join_answers(question, first, await answer(parts.second, turns, emit=_stay_silent))
    await _emit_second(joined, first, emit)
    return joined


async def _answer_facts(
    answer: Callable[..., Awaitable[Answer]], question: str, parts: Parts, history: Sequence[Turn], emit: Emit[AskEvent]
) -> Answer | None:
    """Answer two questions of facts; None where nothing answers the first, so that both may be one after all."""
    events: list[AskEvent] = []

    async def keep(event: AskEvent) -> None:
        events.append(event)

    first = await answer(parts.first, history, emit=keep)
    if first.abstained:
        return None
    turns = history if parts.alone else [*history, Turn.now(parts.first, first)]
    second = await answer(parts.second, turns, emit=_stay_silent)
    asked = parts.second.removesuffix(OF_IT)
    adds = {claim.text for claim in second.shown} - {claim.text for claim in first.shown}
    if not adds and asked != parts.second:  # It may ask of something else.
        elsewhere = await answer(f"{asked}?", history, emit=_stay_silent)
        second = second if elsewhere.abstained else elsewhere
    for event in events:
        await emit(event)
    joined = join_facts(question, first, second, asked)
    await _emit_second(joined, first, emit)
    return joined


async def _stay_silent(_: AskEvent) -> None:
    """A second part is shown when its numbers are known."""


async def _emit_second(joined: Answer, first: Answer, emit: Emit[AskEvent]) -> None:
    """Emit the events of the second of two answers."""
    await emit(EvidenceFound(paper_ids=tuple(reference.paper_id for reference in joined.references)))
    for claim in joined.claims:
        if claim not in first.claims:
            await emit(ClaimChecked(claim=claim))
    await emit(TextDelta(text=joined.text[len(first.text) :]))


# What a first part may ask for: papers, or a count or list of what the catalogue holds.
_LISTING = frozenset((*OF_THE_CATALOGUE, Intent.PAPERS)) - {Intent.RECORD, Intent.SHOW, Intent.PROFILE, Intent.OVERVIEW}


async def _answer_part(
    library: Library,
    chain: AnswerPipeline | None,
    question: str,
    history: Sequence[Turn],
    filters: Filters,
    emit: Emit[AskEvent],
    config: "RunnableConfig | None" = None,
    *,
    ignore: Sequence[str] = (),
    quotes: bool = False,
    silent: bool = False,
) -> Answer:
    """Condense, understand and retrieve, then write: the whole way of a question."""
    start = perf_counter()
    model = _make_writer(chain, config, shows=not silent) if chain else None
    standalone = question
    understand = partial(
        interpret_question, library, for_model=model is not None, today=date.today(), ignore=ignore, quotes=quotes
    )

    def look() -> tuple[Foreign | None, Search]:
        view = library.view()
        return find_foreign(library, question, view), understand(question, filters, history, view=view)

    foreign, search = await in_thread(look)
    if (
        model and (foreign or not search.is_resolved) and not is_pleasantry(question)
    ):  # What rules resolved is put to no model.
        standalone, left = await model.condense_question(question, history, foreign)
        if (standalone, left) != (question, history):
            search, history = await in_thread(partial(understand, standalone, filters, left)), left
    if model and search.view and any(query.unused for query, _ in search.interpretations):
        search = await _read_leftovers(model, search, search.view)
    await emit(Searching(query=search.announced, understood=search.understood))
    retrieved = await in_thread(partial(retrieve, search))
    if foreign and retrieved.abstention:
        retrieved = retrieved._replace(abstention=abstain_foreign(foreign, translates=standalone != question))
    elif foreign and standalone != question:
        retrieved = retrieved._replace(question=foreign.put_beside(question, standalone))
    elif model and history:
        retrieved = retrieved._replace(question=_name_previous(question, search.spelt_out, history))
    writer: AnswerWriter = ExtractiveWriter() if model is None or retrieved.query.intent in OF_THE_CATALOGUE else model
    answer = await writer.write(retrieved, emit)
    notes = (*note_query(retrieved.query), *answer.trace.notes)
    update = {"seconds": perf_counter() - start, "notes": notes, "conditions": retrieved.query.conditions}
    trace = answer.trace.model_copy(update=update)
    usage = model.usage if model else Usage()
    return answer.model_copy(update={"question": question, "usage": usage, "trace": trace})


def _make_writer(chain: AnswerPipeline, config: "RunnableConfig | None", *, shows: bool = True) -> "GenerativeWriter":
    from assistant.answer.generative import GenerativeWriter  # late: without a model nothing of it is loaded

    return GenerativeWriter(chain.model, chain.prompts, chain.cache, config, chain.stage, shows=shows)


async def _read_leftovers(model: "GenerativeWriter", search: Search, view: Snapshot) -> Search:
    """Ask the model for what the rules left unused of the question, once for all ways to understand it."""
    query = next(query for query, _ in search.interpretations if query.unused)
    read = await model.read_leftovers(query.model_copy(update={"filters": Filters()}), view, date.today())
    if read.unused == query.unused:
        return search
    added = {"unused": read.unused}
    interpretations = [
        (
            interpretation.model_copy(update={**added, "filters": interpretation.filters.intersect(read.filters)})
            if interpretation.unused
            else interpretation,
            turn,
        )
        for interpretation, turn in search.interpretations
    ]
    return search._replace(interpretations=interpretations)


def _name_previous(question: str, spelt_out: str, history: Sequence[Turn]) -> str:
    """Name what a follow-up is about: the papers that it points at, else the question before it."""
    if spelt_out != question:
        return spelt_out
    before = next((turn.question for turn in reversed(history) if turn.answer), "")
    return f"{question} (asked after: {before})" if before else question


def drop_doubtful(answer: Answer) -> Answer:
    """Leave out the claims that do not hold; an answer that loses all of them abstains."""
    sound = [claim for claim in answer.claims if claim.holds]
    if len(sound) == len(answer.claims):
        return answer
    if not sound:
        reason = "Every sentence of the answer is in doubt, not found in its source, or contradicted by it."
        return answer.model_copy(
            update={"text": reason, "claims": (), "references": (), "abstained": True, "reason": reason}
        )
    if all(claim.further for claim in sound):  # What the answer opened with is gone.
        sound = [claim.model_copy(update={"further": False}) for claim in sound]
    claims, references = renumber_claims(sound, answer.references)
    text = (
        format_quotes([claim for claim in claims if not claim.further])
        if answer.mode == EXTRACTIVE
        else format_sentences(claims)
    )
    return answer.model_copy(update={"claims": claims, "references": references, "text": text})


def renumber_claims(
    claims: Sequence[Claim], papers: Sequence[Reference]
) -> tuple[tuple[Claim, ...], tuple[Reference, ...]]:
    """Return claims and the references that they cite, numbered again from 1 in order of first use."""
    cited = dict.fromkeys(citation.n for claim in claims for citation in claim.citations)
    number = {old: new for new, old in enumerate(cited, 1)}
    by_number = {reference.n: reference for reference in papers}
    return tuple(
        claim.model_copy(
            update={
                "citations": tuple(
                    citation.model_copy(update={"n": number[citation.n]}) for citation in claim.citations
                )
            }
        )
        for claim in claims
    ), tuple(by_number[old].model_copy(update={"n": new}) for old, new in number.items())


def note_orders(library: Library, answer: Answer, view: Snapshot | None = None) -> list[str]:
    """Note the papers that an answer cites and that give orders to their reader."""
    if not answer.references:
        return []
    papers = library.get([reference.paper_id for reference in answer.references], view)
    return [describe_orders(paper) for paper in papers if gives_orders(paper)]


# As many retracted papers as a note names; chosen by hand.
_NAMED = 3
_HOW = "The setting retracted lets them in"


def note_retracted(
    library: Library,
    question: str,
    filters: Filters,
    today: date | None = None,
    ignore: Sequence[str] = (),
    view: Snapshot | None = None,
) -> str:
    """Note the retracted papers that an answer would have drawn on; "" where there are none.

    Args:
        library: Where to look.
        question: As it was searched.
        filters: Of the answer; nothing is left out unless ``retracted`` is False.
        today: What "the last five years" counts back from.
        ignore: Conditions of the question that do not count.
        view: Where to look, for callers that have it already.
    """
    view = view or library.view()
    if view is None or filters.retracted is not False or not view.count_fitting(Filters(retracted=True)):
        return ""
    query = parse_question(question, view, today, ignore)
    within = query.filters.intersect(filters.model_copy(update={"retracted": None}))
    if not query.topic:
        count = view.count_fitting(within.intersect(Filters(retracted=True)))
        return f"Left out: {count} retracted {'paper' if count == 1 else 'papers'}. {_HOW}." if count else ""
    hits = [hit for hit in library.search(query.topic, DEPTH, within, view) if hit.paper.retraction]
    papers = [hit.paper for hit in hits if measure_coverage(view, query.topic, [hit]).estimate_strength() >= THRESHOLD]
    if not papers:
        return ""
    named = "; ".join(f"“{paper.title}”, {paper.retraction}" for paper in papers[:_NAMED])
    more = f" and {len(papers) - _NAMED} more" if len(papers) > _NAMED else ""
    return f"Left out: {named}{more}. {_HOW}."
