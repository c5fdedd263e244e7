"""A report on its way from its request to its last word, section by section; without a model just as with one."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial

from assistant.bridge import in_thread
from assistant.report.building import Planned, planned, put_together
from assistant.report.events import ReportDone, ReportEvent, ReportStarted
from assistant.report.manifest import check_same, manifest_of, request_of, scope_of
from assistant.report.pipeline import AT_ONCE, QUOTED, How, Work
from assistant.report.request import Request
from assistant.report.schema import Manifest
from assistant.report.writer import pen_again
from assistant.types import Usage
from store.library import Library


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
