"""Having the themes of a library found, and showing how that goes."""

import asyncio

from textual import on, work

from assistant.client import Assistant
from store.errors import ConspectusError
from tui.scope import Scope
from tui.text import Glyphs
from tui.themes.making import Making
from tui.themes.order import Job, Order
from tui.themes.reports import Reports, written_to
from tui.themes.sections import SectionsScreen
from tui.widgets.first_run import FirstRun

BUSY = "A report is being made already. Esc stops it."


class SummaryScreen(SectionsScreen):
    """Begins with the themes of the papers that the chat answers from.

    Args:
        assistant: Whose papers they are.
        scope: What the chat answers from.
        glyphs: The signs to use.
        reports: Who makes reports, and keeps them.
        strict: Whether to leave out what is not worded as in its source.
    """

    def __init__(
        self, assistant: Assistant, scope: Scope, glyphs: Glyphs, reports: Reports, strict: bool = False
    ) -> None:
        super().__init__(assistant, scope, glyphs)
        self.reports = reports
        self.order = Order(filters=scope.filters, strict=strict, written=reports.written)
        self._waits = False

    def on_mount(self) -> None:
        """Show the themes, or have them found."""
        self.query_one(FirstRun).display = False
        self.say("")
        self.listed.focus()
        self.reports.listen(self)
        self.load()

    # Making

    @work(exclusive=True, group="load")
    async def load(self, anew: bool = False) -> None:
        """Show the report of the order; where it is not kept, or is to be made anew, have it made."""
        try:
            papers = await asyncio.to_thread(self.assistant.count)
            kept = None if anew else await self.reports.found(self.assistant, self.order)
        except ConspectusError as error:
            self.say(error)
            return
        self.offer(empty=not papers)
        if kept:
            self.read(kept)
        elif papers and self.order.written and not anew:  # What it costs was agreed to for another one.
            self.order = self.order.model_copy(update={"written": False})
            self.load()
        elif papers:
            self._waits = not self.begin(Job(self.order), anew)

    def begin(self, job: Job, anew: bool = False) -> bool:
        """Have a report made; says whether that began, for one is made at a time."""
        begun = self.reports.begin(self.assistant, job, anew)
        if not begun:
            self.say(BUSY)
        return begun

    def offer(self, empty: bool) -> None:
        """Offer ways to fill an empty library in place of its themes."""
        first, panes = self.query_one(FirstRun), self.query_one("#themes-panes")
        if first.display != empty:
            first.display, panes.display = empty, not empty
            (first.query("Button").first() if empty else self.listed).focus()

    @on(Making.Progress)
    def _progress(self, event: Making.Progress) -> None:
        self.query_one(Making).show(event.text, event.done, event.total)

    @on(Making.Done)
    def _done(self, event: Making.Done) -> None:
        self.query_one(Making).end()
        if event.job.files:
            self.say(written_to(event.job.files))
        elif self._is_mine(event.job):
            self.order, self.reports.written = event.job.order, event.job.order.written
            self.read(event.kept)
        self._go_on()

    @on(Making.Failed)
    def _failed(self, event: Making.Failed) -> None:
        self.query_one(Making).end()
        self.say(event.error)
        if not self.pages:
            self.describe()
        self._go_on()

    @on(Making.Stopped)
    def _stopped(self, event: Making.Stopped) -> None:
        self.query_one(Making).end()
        self.say("Stopped." if self.pages else "Stopped. r finds the themes.")
        self._go_on()

    def _is_mine(self, job: Job) -> bool:
        quoted = {"written": False}
        return job.order.model_copy(update=quoted) == self.order.model_copy(update=quoted)

    def _go_on(self) -> None:
        """Find the themes that had to wait for another report."""
        if self._waits:
            self._waits = False
            self.load()
