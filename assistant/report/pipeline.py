"""The sections of a report and the names of its themes, written several at a time."""

import asyncio
from collections.abc import AsyncGenerator
from functools import partial
from typing import NamedTuple

from assistant.bridge import in_thread
from assistant.report.events import ReportEvent, SectionDone, SectionStarted
from assistant.report.generative import Drafted, written_section
from assistant.report.grouping import Theme
from assistant.report.report_outline import Outline, Plan
from assistant.report.requests import names_of, renamed
from assistant.report.schema import Section
from assistant.report.writer import Pen, Written
from assistant.report.writing import quoted_section
from assistant.types import Usage
from store.errors import ModelError

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
