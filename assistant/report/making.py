"""A report on its way from its request to its last word, section by section; without a model just as with one."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial
from typing import NamedTuple

from assistant.bridge import in_thread
from assistant.report.building import Planned, planned, put_together
from assistant.report.events import ReportDone, ReportEvent, ReportStarted, SectionDone, SectionStarted
from assistant.report.manifest import check_same, manifest_of, request_of, scope_of
from assistant.report.modelled import Drafted, written_section
from assistant.report.outline import Plan
from assistant.report.pen import Pen, pen_again
from assistant.report.request import Request
from assistant.report.types import Manifest
from assistant.report.writing import quoted_section
from assistant.types import Usage
from store.errors import ModelError
from store.library import Library

AT_ONCE = 4
"""Sections that a model writes at the same time."""


class How(NamedTuple):
    """How sections are written: by whom (None quotes), how many at once, and whether excerpts stand in for a model."""

    pen: Pen | None = None
    at_once: int = AT_ONCE
    fallback: bool = False


QUOTED = How()


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
    async with aclosing(_made(plan, manifest, How(pen_again(library, manifest)))) as events:
        async for event in events:
            if isinstance(event, ReportDone):
                event = event.model_copy(update={"report": check_same(event.report, manifest)})
            yield event


async def _made(plan: Planned, manifest: Manifest, how: How) -> AsyncGenerator[ReportEvent, None]:
    plans = plan.outline.plans
    headings = tuple(one.heading for one in plans)
    yield ReportStarted(title=plan.outline.title, papers=len(plan.scope.papers), headings=headings)
    drafted: dict[int, Drafted] = {}
    async with aclosing(_written(plans, plan.request.topic, how, drafted)) as events:
        async for event in events:
            yield event
    ordered = [drafted[n] for n in range(len(plans))]
    usage = sum((one.usage for one in ordered), Usage())
    report = await in_thread(partial(put_together, plan, [one.section for one in ordered], manifest, usage))
    paid, cached = (how.pen.paid, how.pen.cached) if how.pen else (Usage(), 0)
    yield ReportDone(report=report, paid=paid, cached=cached)


async def _written(
    plans: Sequence[Plan], topic: str, how: How, drafted: dict[int, Drafted]
) -> AsyncGenerator[ReportEvent, None]:
    """Write the sections, so many at once; fills ``drafted`` by their places. The first error ends all of them."""
    events: asyncio.Queue[ReportEvent | None] = asyncio.Queue()  # None ends it
    turn = asyncio.Semaphore(how.at_once)

    async def write(n: int, plan: Plan) -> None:
        async with turn:
            events.put_nowait(SectionStarted(n=n + 1, heading=plan.heading))
            drafted[n] = await _section(plan, topic, how)
            events.put_nowait(SectionDone(n=n + 1, section=drafted[n].section, done=len(drafted)))

    tasks = [asyncio.create_task(write(n, plan)) for n, plan in enumerate(plans)]
    everything = asyncio.gather(*tasks)
    everything.add_done_callback(lambda _: events.put_nowait(None))
    try:
        while (event := await events.get()) is not None:
            yield event
        await everything
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(everything, *tasks, return_exceptions=True)


async def _section(plan: Plan, topic: str, how: How) -> Drafted:
    if how.pen is None or not plan.parts:
        return Drafted(await in_thread(partial(quoted_section, plan)))
    try:
        return await written_section(plan, topic, how.pen)
    except ModelError as error:
        if not how.fallback:
            raise
        section = await in_thread(partial(quoted_section, plan))
        note = f"{error.what} Excerpts are quoted instead."
        return Drafted(section.model_copy(update={"note": f"{section.note}; {note}" if section.note else note}))
