"""Reports, as the Python API has them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import aclosing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.client import late
from assistant.client.factory import reporter
from assistant.client.papers import Providing

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from assistant.answer.pipeline import Chain
    from assistant.concurrency import Loop
    from assistant.report.diff import ReportDiff
    from assistant.report.events import ReportEvent
    from assistant.report.figures.figure import Picture
    from assistant.report.schema import Manifest, Report
    from assistant.settings import Settings
    from store.library import Library


class Reporting(Providing, ABC):
    """What can be made of a library as a whole; ``Assistant`` adds the questions."""

    def __init__(
        self, library: Library, chain: Chain | None = None, fallback: bool = False, settings: Settings | None = None
    ) -> None:
        super().__init__(library)
        self.chain = chain
        self.fallback = fallback
        self._settings = settings

    @property
    @abstractmethod
    def _loop(self) -> Loop: ...

    @cached_property
    def writer(self) -> Chain | None:
        """The model that writes reports, None where they are quoted; made when the first one is written.

        Raises:
            InputError: It is not named in full, or its key or its package is missing.
        """
        return reporter(self.library, self.chain, self._settings)

    def summarize(
        self, kind: str = "themes", topic: str = "", *, strict: bool = False, seed: int = 0, **filters: Any
    ) -> Report:
        """Make a report: see docs/reports.md.

        Args:
            kind: ``themes``, ``timeline``, ``question``, ``compare``, ``author``, ``contradictions``, ``annotated``.
            topic: What it is about; the question for ``question``; "" for all papers that the filters let through.
            strict: Leave out claims that are not worded as in their sources.
            seed: Of everything that draws lots, from 0.
            **filters: Papers to report on.

        Raises:
            InputError: There is no such kind, or no paper to report on.
            LibraryError: The library cannot be read.
            ModelError: The model gives no answer, and excerpts were not asked for in its place (``fallback``).
        """
        events = self._summarizing(kind, topic, strict, seed, filters)
        for event in self._loop.blocking(late.report_alone(events)):
            return event.report
        raise AssertionError("the report ended without its last event")

    async def asummarize(
        self, kind: str = "themes", topic: str = "", *, strict: bool = False, seed: int = 0, **filters: Any
    ) -> Report:
        """``summarize`` without blocking the event loop; cancelling it cancels the report."""
        alone = late.report_alone(self._summarizing(kind, topic, strict, seed, filters))
        async with aclosing(self._loop.streaming(alone)) as events:
            async for event in events:
                return event.report
        raise AssertionError("the report ended without its last event")

    def summarizing(
        self, kind: str = "themes", topic: str = "", *, strict: bool = False, seed: int = 0, **filters: Any
    ) -> Generator[ReportEvent, None, None]:
        """The events of a report as they happen; the last is ``ReportDone``. Closing it cancels the report.

        What a model wrote till then is kept, so the same report goes on there when it is asked for again.
        """
        return self._loop.blocking(self._summarizing(kind, topic, strict, seed, filters))

    def asummarizing(
        self, kind: str = "themes", topic: str = "", *, strict: bool = False, seed: int = 0, **filters: Any
    ) -> AsyncGenerator[ReportEvent, None]:
        """The same for code with an event loop."""
        return self._loop.streaming(self._summarizing(kind, topic, strict, seed, filters))

    def replay(self, manifest: Manifest | Report | str | Path) -> Report:
        """Make a report again, byte for byte, from what is kept of it; no model is asked.

        Args:
            manifest: What made it, the report itself, or a JSON file with one of them.

        Raises:
            InputError: The file cannot be read, papers are gone or differ, or what a model wrote is kept no longer.
            ConspectusError: It came out otherwise, as another version of this package may make it.
        """
        for event in self._loop.blocking(late.report_alone(late.replaying(self.library, manifest))):
            return event.report
        raise AssertionError("the report ended without its last event")

    def save(self, report: Report, *paths: str | Path, csl: str | Path | None = None) -> list[Path]:
        """Write a report to files, each in the format of its ending, and beside them its manifest.

        Args:
            report: The report.
            *paths: One file or more: ``.md``, ``.html``, ``.json`` and the others of docs/reports.md.
            csl: A citation style for what pandoc makes.

        Returns:
            All files that were written, with pictures and references.

        Raises:
            InputError: There is no such format, it is of no use for this report, or what makes it is not installed.
            LibraryError: The disk refuses.
        """
        places = {Path(path): Path(path).suffix.removeprefix(".").lower() for path in paths}
        return late.save(self.library, report, places, Path(csl) if csl else None)

    def pictures(self, report: Report) -> tuple[Picture, ...]:
        """The pictures of a report, as SVG and PNG with a text in their place; none where it has no themes."""
        return late.drawn(self.library, report)

    @staticmethod
    def diff(before: Report, after: Report) -> ReportDiff:
        """The claims that were added, dropped or reworded, or whose sign changed, and why."""
        return late.diff(before, after)

    def _summarizing(
        self, kind: str, topic: str, strict: bool, seed: int, filters: dict[str, Any]
    ) -> AsyncGenerator[ReportEvent, None]:
        request = late.requested(kind, topic, seed, strict, filters)
        return late.summarizing(self.library, self.writer, request, self.fallback)
