"""The reports of the application: one is made at a time, whatever screen is shown, and what was made is kept."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any

from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump
from textual.worker import Worker

from assistant.client import Assistant
from assistant.report.events import ReportDone, ReportEvent, ReportStarted, SectionDone, SectionStarted
from assistant.report.schema import Report
from store.errors import ConspectusError
from tui.messages import ReportEnded
from tui.papers.selection import Row
from tui.safe import one_line
from tui.themes.making import Making
from tui.themes.order import Files, Job, Kept, Order

# Reports that are kept in memory; those of another generation of the library are never found again.
_KEPT = 4


class Reports:
    """What is being made, told by the messages of ``Making`` to who listens, and its end to the application.

    Its methods are called on the event loop.

    Args:
        app: Runs the work.
    """

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._kept: dict[str, Kept] = {}
        self._listeners: list[MessagePump] = []
        self._worker: Worker[None] | None = None
        self._last: Callable[[], Message] | None = None
        self.written = False
        """Whether the themes that were looked at last were written by the model."""
        self.folders: list[Path] = []
        """Where reports were saved, the last folder last."""

    @property
    def busy(self) -> bool:
        """Whether one is being made."""
        return self._worker is not None

    def listen(self, node: MessagePump) -> None:
        """Tell a screen, too, for as long as it is there; first how far the report is that is being made."""
        self._listeners = [*(one for one in self._listeners if one.is_running), node]
        if self.busy and self._last:
            node.post_message(self._last())

    async def found(self, assistant: Assistant, order: Order) -> Kept | None:
        """The report as it was made of the library as it is, None where it was not.

        Raises:
            ConspectusError: The library cannot be read, or the model cannot be made.
        """
        return self._kept.get(await asyncio.to_thread(_key, assistant, order))

    def begin(self, assistant: Assistant, job: Job, anew: bool = False) -> bool:
        """Make a report, or take what is kept of it unless it is to be made anew; says whether it began.

        It does not where another one is being made.
        """
        if self.busy:
            return False
        self._last = None
        self._worker = self._app.run_worker(self._run(assistant, job, anew), group="reports", name="report")
        return True

    def stop(self) -> None:
        """Stop what is being made. What a model wrote for it is kept."""
        if self._worker:
            self._worker.cancel()

    async def _run(self, assistant: Assistant, job: Job, anew: bool) -> None:
        told: Callable[[], Message] = partial(Making.Stopped, job)
        try:
            kept = await self._report(assistant, job, anew)
            if job.files:
                await self._save(assistant, kept.report, job.files)
                self._app.post_message(ReportEnded(written_to(job.files)))
            told = partial(Making.Done, job, kept)
        except ConspectusError as error:
            told = partial(Making.Failed, job, error)
            self._app.post_message(ReportEnded(str(error), failed=True))
        finally:
            self._worker = None
            self._tell(told)

    async def _report(self, assistant: Assistant, job: Job, anew: bool) -> Kept:
        key = await asyncio.to_thread(_key, assistant, job.order)
        if anew:
            self._kept.pop(key, None)
        if key not in self._kept:
            self._tell(partial(Making.Progress, "choosing the papers and grouping them"))
            report = await self._made(assistant, job.order)
            rows = await asyncio.to_thread(_rows, assistant, report)
            self._kept = dict([*self._kept.items(), (key, Kept(report, rows))][-_KEPT:])
        return self._kept[key]

    async def _made(self, assistant: Assistant, order: Order) -> Report:
        total = 0
        async with aclosing(await asyncio.to_thread(_events, assistant, order)) as events:
            async for event in events:
                match event:
                    case ReportStarted(papers=papers, headings=headings):
                        total = len(headings)
                        self._tell(partial(Making.Progress, f"{papers:,} papers, {total:,} sections", 0, total))
                    case SectionStarted(n=n, heading=heading):
                        text = f"section {n} of {total}: {one_line(heading, 60)}"
                        self._tell(partial(Making.Progress, text, None, total))
                    case SectionDone(done=done):
                        self._tell(partial(Making.Progress, f"{done} of {total} sections written", done, total))
                    case ReportDone(report=report):
                        return report
        raise AssertionError("the report ended without its last event")

    async def _save(self, assistant: Assistant, report: Report, files: Files) -> None:
        self._tell(partial(Making.Progress, f"saving {', '.join(files.formats)}"))
        await asyncio.to_thread(_save, assistant, report, files)
        self.folders = [*(one for one in self.folders if one != files.folder), files.folder]

    def _tell(self, make: Callable[[], Message]) -> None:
        self._last = make
        for node in self._listeners:
            node.post_message(make())


def written_to(files: Files) -> str:
    """Where a report is."""
    return f"Written: {', '.join(map(str, files.paths))}"


def _key(assistant: Assistant, order: Order) -> str:
    """All that a report hangs on."""
    view = assistant.library.view()
    writer = assistant.writer if order.written else None
    identity = writer.model.identity if writer else ""
    return json.dumps([view.generation if view else "", identity, order.model_dump_json()])


def _events(assistant: Assistant, order: Order) -> AsyncGenerator[ReportEvent, None]:
    """The events of a report; by the model only where it is to write."""
    if order.written:
        return assistant.asummarizing(order.kind, order.topic, strict=order.strict, **order.filters)
    from assistant.report.door import requested, summarizing  # Late: it brings all that makes reports.

    return summarizing(assistant.library, None, requested(order.kind, order.topic, 0, order.strict, order.filters))


def _rows(assistant: Assistant, report: Report) -> dict[str, Row]:
    ids = tuple(entry.paper_id for entry in report.ledger)
    return {paper.id: Row.of(paper) for paper in assistant.papers(ids=ids)}


def check_files(files: Files) -> None:
    """Tell before a report is made that it could not be saved without replacing somebody's file.

    Raises:
        InputError: It would.
    """
    from assistant.report.render.saving import check_places  # Late: it brings what draws pictures and prints pages.

    check_places(dict(zip(files.paths, files.formats, strict=True)))


def _save(assistant: Assistant, report: Report, files: Files) -> None:
    from assistant.batch.saving import save_report  # Late: it brings what draws pictures and prints pages.

    save_report(assistant.library, report, files.folder, files.name, files.formats)
