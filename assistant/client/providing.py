"""Papers from where they are listed, as the Python API has them: see docs/providers.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.client import late
from assistant.client.papers import Collection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.settings import Settings
    from store.progress import AddEvent
    from store.providers.access import Access
    from store.providers.fetch import Planned
    from store.results import AddReport


class Providing(Collection):
    """Fetching papers, and filling the gaps of those that are there."""

    _settings: Settings | None = None

    def fetch(
        self, *references: str, limit: int | None = None, on_event: Callable[[AddEvent], object] | None = None
    ) -> AddReport:
        """Fetch papers from arXiv, OpenAlex, Crossref, Semantic Scholar and PubMed, and add them.

        Args:
            *references: ``arxiv:2203.05482``, ``10.1145/3292500``, ``pmid:…``, ``openalex:author/A…``,
                ``arxiv:query au:Namkoong_H`` and so on: see docs/providers.md.
            limit: How many papers to take of one query or author; None for 1000.
            on_event: Called with each event while it runs.

        Returns:
            The counts; what could not be had is among the problems.

        Raises:
            InputError: A reference cannot be understood.
            SourceError: Nothing could be had, because the providers cannot be reached or fail.
            LibraryLocked: Another process is adding.
            LibraryError: The library cannot be written.
        """
        return _report(self.fetching(*references, limit=limit), on_event)

    def fetching(self, *references: str, limit: int | None = None) -> Iterator[AddEvent]:
        """The events of fetching; closing the iterator stops it, keeps what was stored, and what was fetched."""
        return late.fetch(self.library, references, self._access, limit)

    def fetch_plan(self, *references: str, limit: int | None = None) -> tuple[Planned, ...]:
        """What ``fetch`` would ask for first; nothing is asked, and nothing stored."""
        return late.planned(self.library, references, self._access, limit)

    def enrich(self, on_event: Callable[[AddEvent], object] | None = None, **filters: Any) -> AddReport:
        """Ask for the abstracts and ids that papers lack. What comes fills gaps, and overwrites nothing of a file.

        Args:
            on_event: Called with each event while it runs.
            **filters: Which papers; all those with a gap without.

        Raises:
            SourceError: No provider could be asked.
            LibraryLocked: Another process is adding.
            LibraryError: The library cannot be written.
        """
        return _report(self.enriching(**filters), on_event)

    def enriching(self, **filters: Any) -> Iterator[AddEvent]:
        """The events of ``enrich``; closing the iterator stops it, and keeps what was stored."""
        return late.enrich(self.library, self._access, late.conditions(filters))

    def enrich_plan(self, **filters: Any) -> tuple[Planned, ...]:
        """Whom ``enrich`` would ask first for each paper with a gap; nothing is asked."""
        return late.planned_gaps(self.library, self._access, late.conditions(filters))

    @property
    def _access(self) -> Access:
        """How providers are asked; raises InputError where a key is none."""
        return late.access_of((self._settings or late.Settings()).providers)


def _report(events: Iterator[AddEvent], on_event: Callable[[AddEvent], object] | None) -> AddReport:
    for event in events:
        if on_event:
            on_event(event)
        if event.event == "add_done":
            return event.report
    raise AssertionError("the import ended without a report")
