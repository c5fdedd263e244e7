"""Reports for the Python API: the request as it is typed, on its way to the events that make it.

A report on its way from its request to its last word, section by section; without a model just as with one.

A report from its request: which papers, what to tell, the text, the references, the ledger.

The sections of a report and the names of its themes, written several at a time.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from assistant.concurrency import in_thread
from assistant.question.filters import evidence
from assistant.report import kinds as annotated
from assistant.report import kinds as author
from assistant.report import kinds as compare
from assistant.report import kinds as contradictions
from assistant.report import kinds as question
from assistant.report import kinds as themes
from assistant.report import kinds as timeline
from assistant.report.events import ReportDone, ReportEvent, ReportStarted, SectionDone, SectionStarted
from assistant.report.extractive import framed, numbered, quoted_section
from assistant.report.generative import Drafted, written_section
from assistant.report.manifest import check_same, manifest_of, read_manifest, request_of, scope_of, signed
from assistant.report.outline import Outline, Plan
from assistant.report.requests import names_of, renamed
from assistant.report.schema import Kind, Manifest, Report, Request, Section
from assistant.report.scope import Scope, ledger, scope
from assistant.report.themes import Theme
from assistant.report.writer import Pen, Written, pen_again, pen_of
from assistant.types import Claim, Support, Usage
from store.errors import InputError, ModelError
from store.library import Library
from store.text.clean import clean_text

if TYPE_CHECKING:
    from assistant.answer.pipeline import Chain


NOTHING = Usage()
Planner = Callable[[Library, Scope, Request], Outline]
PLANNERS: dict[Kind, Planner] = {
    Kind.THEMES: themes.outline_kinds_themes,
    Kind.TIMELINE: timeline.outline_timeline,
    Kind.QUESTION: question.outline_question,
    Kind.COMPARE: compare.outline_compare,
    Kind.AUTHOR: author.outline_kinds,
    Kind.CONTRADICTIONS: contradictions.outline_kinds_contradictions,
    Kind.ANNOTATED: annotated.outline,
}


class Planned(NamedTuple):
    """A report before anything of it is written: which papers, and what to tell of them."""

    request: Request
    scope: Scope
    outline: Outline


def build(library: Library, request: Request) -> Report:
    """Make a report without a model: every sentence is one of an abstract.

    Raises:
        InputError: No paper is left to report on.
        LibraryError: The library cannot be read.
        ConspectusError: The ledger does not add up.
    """
    plan = planned(library, request)
    sections = [quoted_section(one) for one in plan.outline.plans]
    return put_together(plan, sections, manifest_of(library, request, plan.scope))


def planned(library: Library, request: Request, chosen: Scope | None = None) -> Planned:
    """Plan a report; ``chosen`` are its papers where they are known, else they are looked for.

    Raises:
        InputError: No paper is left to report on.
        LibraryError: The library cannot be read.
    """
    chosen = chosen or scope(library, request.filters, request.topic)
    return Planned(request, chosen, PLANNERS[request.kind](library, chosen, request))


def put_together(plan: Planned, sections: Sequence[Section], manifest: Manifest, usage: Usage = NOTHING) -> Report:
    """The written sections of a plan as a report.

    Raises:
        ConspectusError: The ledger does not add up.
    """
    kept = [strict(section) for section in sections] if plan.request.strict else sections
    told = ledger(plan.scope, kept)
    shown, references = numbered(framed(kept) if plan.outline.framed else tuple(kept), plan.scope.papers)
    report = Report(
        kind=plan.request.kind,
        title=plan.outline.title,
        sections=shown,
        references=references,
        ledger=told,
        manifest=manifest,
        usage=usage,
    )
    return signed(report)


def strict(section: Section) -> Section:
    """A section without the claims that the check did not find supported."""

    def supported(claims: Sequence[Claim]) -> tuple[Claim, ...]:
        return tuple(claim for claim in claims if claim.support is Support.SUPPORTED)

    paragraphs = [one.model_copy(update={"claims": supported(one.claims)}) for one in section.paragraphs]
    return section.model_copy(update={"paragraphs": tuple(one for one in paragraphs if one.claims)})


AT_ONCE = 4
"""Sections that a model writes at the same time."""


class How(NamedTuple):
    """How sections are written: by whom (None quotes), how many at once, and whether excerpts stand in for a model."""

    pen: Pen | None = None
    at_once: int = AT_ONCE
    fallback: bool = False


QUOTED = How()


class Work:
    """What there is to write of an outline; the first error ends all of it.

    Args:
        outline: Its sections and themes.
        topic: What the report is about.
        how: By whom.
    """

    def __init__(self, outline: Outline, topic: str, how: How) -> None:
        self._outline = outline
        self._topic = topic
        self._how = how
        self._turn = asyncio.Semaphore(how.at_once)
        self._events: asyncio.Queue[ReportEvent | None] = asyncio.Queue()  # None ends it
        self._drafted: dict[int, Drafted] = {}
        self._named: dict[int, Written | None] = {}

    async def events(self) -> AsyncGenerator[ReportEvent, None]:
        """Do it; closing the generator stops it."""
        pen = self._how.pen
        work = [self._write(n, plan) for n, plan in enumerate(self._outline.plans)]
        work += [self._name(n, theme, pen) for n, theme in enumerate(self._outline.themes) if pen]
        tasks = [asyncio.create_task(one) for one in work]
        everything = asyncio.gather(*tasks)
        everything.add_done_callback(lambda _: self._events.put_nowait(None))
        try:
            while (event := await self._events.get()) is not None:
                yield event
            await everything
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(everything, *tasks, return_exceptions=True)

    def sections(self) -> list[Section]:
        """What was written, in order, with the names in place of the labels."""
        themes, plans = self._outline.themes, self._outline.plans
        replies = {n: written.name for n, written in self._named.items() if written}
        names = names_of(themes, replies, [plan.heading for plan in plans])
        failed = [themes[n].label for n, written in self._named.items() if not written]
        return [renamed(self._drafted[n].section, themes, names, failed) for n in range(len(plans))]

    @property
    def usage(self) -> Usage:
        """What the model took for it, now or earlier."""
        used = [self._drafted[n].usage for n in range(len(self._drafted))]
        used += [written.usage for _, written in sorted(self._named.items()) if written]
        return sum(used, Usage())

    async def _write(self, n: int, plan: Plan) -> None:
        async with self._turn:
            self._events.put_nowait(SectionStarted(n=n + 1, heading=plan.heading))
            self._drafted[n] = await _section(plan, self._topic, self._how)
            done = SectionDone(n=n + 1, section=self._drafted[n].section, done=len(self._drafted))
            self._events.put_nowait(done)

    async def _name(self, n: int, theme: Theme, pen: Pen) -> None:
        async with self._turn:
            try:
                self._named[n] = await pen.name(theme)
            except ModelError:
                if not self._how.fallback:
                    raise
                self._named[n] = None  # The section's note tells it.


async def _section(plan: Plan, topic: str, how: How) -> Drafted:
    if how.pen is None or not plan.asked:
        return Drafted(await in_thread(partial(quoted_section, plan)))
    try:
        return await written_section(plan, topic, how.pen)
    except ModelError as error:
        if not how.fallback:
            raise
        section = await in_thread(partial(quoted_section, plan))
        note = f"{error.what} Excerpts are quoted instead."
        return Drafted(section.model_copy(update={"note": f"{section.note}; {note}" if section.note else note}))


async def making(library: Library, request: Request, how: How = QUOTED) -> AsyncGenerator[ReportEvent, None]:
    """Make a report; closing the generator stops what is being written. What was written is kept.

    Raises:
        InputError: No paper is left to report on.
        LibraryError: The library cannot be read.
        ModelError: The model gives no answer, and excerpts were not asked for in its place.
        ConspectusError: The ledger does not add up.
    """
    plan = await in_thread(partial(planned, library, request))
    hand = how.pen.hand if how.pen else None
    manifest = await in_thread(partial(manifest_of, library, request, plan.scope, hand))
    async with aclosing(_made(plan, manifest, how)) as events:
        async for event in events:
            yield event


async def making_again(
    library: Library, manifest: Manifest, at_once: int = AT_ONCE
) -> AsyncGenerator[ReportEvent, None]:
    """Make the report of a manifest again, byte for byte, from what was kept of it; no model is asked.

    Raises:
        InputError: Papers are gone or differ, or what the model wrote is not kept any more.
        ConspectusError: It came out otherwise.
    """
    request = request_of(manifest)
    chosen = await in_thread(partial(scope_of, library, manifest))
    plan = await in_thread(partial(planned, library, request, chosen))
    how = How(pen_again(library, manifest), at_once, fallback=bool(manifest.failed))
    async with aclosing(_made(plan, manifest, how)) as events:
        async for event in events:
            if isinstance(event, ReportDone):
                event = event.model_copy(update={"report": check_same(event.report, manifest)})
            yield event


async def _made(plan: Planned, manifest: Manifest, how: How) -> AsyncGenerator[ReportEvent, None]:
    headings = tuple(one.heading for one in plan.outline.plans)
    yield ReportStarted(title=plan.outline.title, papers=len(plan.scope.papers), headings=headings)
    work = Work(plan.outline, plan.request.topic, how)
    async with aclosing(work.events()) as events:
        async for event in events:
            yield event
    manifest = manifest.model_copy(update={"failed": dict(sorted(how.pen.failed.items()))}) if how.pen else manifest
    report = await in_thread(partial(put_together, plan, work.sections(), manifest, work.usage))
    paid, cached = (how.pen.paid, how.pen.cached) if how.pen else (Usage(), 0)
    yield ReportDone(report=report, paid=paid, cached=cached)


def requested(kind: str, topic: str, seed: int, strict: bool, filters: Mapping[str, Any]) -> Request:
    """A request from what a caller gives.

    Raises:
        InputError: There is no such kind or filter, or a value that it cannot have.
    """
    if kind not in list(Kind):
        raise InputError(f"There is no report {kind!r}.", f"Choose one of {', '.join(Kind)}.")
    if not isinstance(seed, int) or seed < 0:
        raise InputError(f"The seed is {seed!r}.", "Give a whole number from 0.")
    asked = clean_text(topic)
    return Request(kind=Kind(kind), topic=asked, filters=evidence(filters), seed=seed % 2**32, strict=strict)


def summarizing(
    library: Library, chain: "Chain | None", request: Request, fallback: bool = False, at_once: int = AT_ONCE
) -> AsyncGenerator[ReportEvent, None]:
    """The events of a report, by the model of the chain or, without one, in quotes; closing them cancels it.

    Raises:
        InputError: ``at_once`` is below 1.
    """
    if at_once < 1:
        raise InputError(f"{at_once} sections at once are none.", "Give 1 or more.")
    return making(library, request, How(pen_of(library, chain) if chain else None, at_once, fallback))


def replaying(library: Library, manifest: "Manifest | Report | str | Path") -> AsyncGenerator[ReportEvent, None]:
    """The events of a report that is made again, byte for byte, without asking a model.

    Args:
        library: The library that it was made of.
        manifest: What made it, the report itself, or a JSON file with one of them.

    Raises:
        InputError: The file cannot be read.
    """
    if isinstance(manifest, Report):
        manifest = manifest.manifest
    return making_again(library, manifest if isinstance(manifest, Manifest) else read_manifest(Path(manifest)))


async def report_alone(events: AsyncGenerator[ReportEvent, None]) -> AsyncGenerator[ReportDone, None]:
    """The last of the events, for who does not look at the others."""
    async with aclosing(events):
        async for event in events:
            if isinstance(event, ReportDone):
                yield event
