"""The papers of a library, as the Python API has them: add, list, find, remove, examine.

Papers from where they are listed, as the Python API has them: see docs/providers.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.client import late

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Unpack

    from assistant.export.library import Written
    from assistant.settings import Settings
    from store.doctor import Check
    from store.library import Library
    from store.paper import Paper, Profile, Source
    from store.providers.base import Access
    from store.providers.fetch import Planned
    from store.readers import Only
    from store.results import AddEvent, AddReport, Duplicate, Hit


class Collection:
    """What can be done with papers without asking anything; ``Assistant`` adds the questions."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def add(
        self,
        path: str | Path,
        format: str | None = None,
        on_event: Callable[[AddEvent], object] | None = None,
        dry_run: bool = False,
        **only: Unpack[Only],
    ) -> AddReport:
        """Add the papers of a file; those that are stored already are passed over, and records of one paper joined.

        Args:
            path: A file in one of the formats of ``store.readers``.
            format: Its format, where it is not to be told from the content.
            on_event: Called with each event while it runs.
            dry_run: Write nothing, and report what would happen.
            only: Which of them: ``limit`` (so many), ``category`` (one of these), ``since`` (of that year or later).

        Raises:
            SourceError: The file cannot be read as papers.
            LibraryLocked: Another process is adding.
            LibraryError: The library cannot be written.
        """
        for event in self.adding(path, format, dry_run, **only):
            if on_event:
                on_event(event)
            if event.event == "add_done":
                return event.report
        raise AssertionError("the import ended without a report")

    def adding(
        self, path: str | Path, format: str | None = None, dry_run: bool = False, **only: Unpack[Only]
    ) -> Iterator[AddEvent]:
        """The events of adding a file; closing the iterator stops it and keeps what was stored."""
        return late.add_file(self.library, path, format, dry_run, **only)

    def duplicates(self) -> Iterator[Duplicate]:
        """Pairs of papers that may be one, on which nobody decided yet: ``merge`` them, or ``split`` them for good."""
        return late.duplicates(self.library)

    def merge(self, *paper_ids: str) -> Paper:
        """Make one paper of several, under the id of the first; what is added later does not part them.

        Raises InputError where they are one already, NotFound, LibraryError.
        """
        return late.merge(self.library, paper_ids)

    def split(self, *paper_ids: str) -> list[Paper]:
        """Make a paper of each record of a paper, or of two papers say that they are not one; it stays so.

        Raises InputError where there is nothing to split, NotFound, LibraryError.
        """
        return late.split(self.library, paper_ids)

    def sources(self, paper_id: str) -> dict[str, tuple[Source, ...]]:
        """Which files each field of a paper came from; raises NotFound. Its records are ``paper(id).records``."""
        return late.provenance(self.library.paper(paper_id))

    def papers(self, oldest_first: bool = False, **filters: Any) -> Iterator[Paper]:
        """The papers for which all filters hold, newest first; undated ones last."""
        return self.library.papers(late.conditions(filters), oldest_first)

    def count(self, **filters: Any) -> int:
        """How many papers all filters hold for."""
        view = self.library.view()
        return len(view.rows(late.conditions(filters))) if view else 0

    def paper(self, paper_id: str) -> Paper:
        """One paper, by its id, that of a record in it, its DOI or arXiv id; raises NotFound."""
        return self.library.paper(paper_id)

    def remove(self, *paper_ids: str) -> None:
        """Remove papers; raises NotFound, and removes none, where one of them is not there."""
        self.library.remove(paper_ids)

    def profiles(self) -> tuple[Profile, ...]:
        """What author listings said of their authors."""
        return self.library.profiles()

    def search(self, text: str, /, k: int = 10, **filters: Any) -> list[Hit]:
        """The ``k`` papers that fit best, each with its sentences, best first.

        Authors, years and categories in the text ("Che since 2020") are taken as filters where the library holds them.
        """
        return late.look_up(self.library, late.clean_question(text), k, late.conditions(filters))

    def similar(self, paper_id: str, k: int = 5) -> list[Hit]:
        """The ``k`` papers nearest in meaning to one of the library."""
        return self.library.similar(paper_id, late.at_least_one(k))

    def citation(self, paper_id: str, style: str = "apa") -> str:
        r"""How to cite a paper: ``bibtex`` (an entry), ``latex`` (``\cite{key}``), ``pandoc`` (``[@key]``) or a style.

        Styles are those of ``references``. Raises InputError for another, NotFound, LibraryError.
        """
        return late.citation(self.library, paper_id, style)

    def export_papers(self, format: str = "bibtex", **filters: Any) -> Iterator[str]:
        """The papers for which all filters hold as a file, piece by piece: see docs/formats.md.

        Args:
            format: ``bibtex``, ``ris``, ``csl-json``, ``csv`` or ``jsonl``, which alone holds all of a paper.
            **filters: Which papers.

        Raises:
            InputError: There is no such format.
            LibraryError: The library cannot be read.
        """
        return late.exported(self.library, format, late.conditions(filters))

    def save_papers(self, path: str | Path, format: str = "bibtex", **filters: Any) -> Written:
        """The same into a file, which is there whole or not at all; a hundred thousand papers take no more memory.

        Raises InputError, LibraryError (also where the disk refuses).
        """
        return late.saved(self.library, path, format, late.conditions(filters))

    def references(self, style: str = "apa", **filters: Any) -> list[str]:
        """The papers for which all filters hold as a list of references, by author and year.

        Args:
            style: ``apa``, or with the extra ``styles`` any of the CSL repository (``ieee``, ``nature``,
                ``vancouver``), or the path of a ``.csl`` file.
            **filters: Which papers.

        Raises:
            InputError: There is no such style, or what sets it is not installed.
            LibraryError: The library cannot be read.
        """
        return late.referenced(self.library, style, late.conditions(filters))

    def doctor(self, repair: bool = False) -> tuple[Check, ...]:
        """Examine the library, and with ``repair`` mend what can be mended; damage is reported, not raised."""
        return late.repair(self.library) if repair else late.examine(self.library)

    def reembed(self) -> int:
        """Give every paper a new vector by the present embedder; returns the number of papers."""
        return self.library.reembed()


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
