"""The papers of a library, as the Python API has them: list, count, join, cite, export, and fetch from providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.events import last_event
from assistant.hits import Hits
from store.errors import InputError
from store.filters import parse_filters
from store.paper_names import find_paper, identify_paper, resolve_filters
from store.results import AddDone

if TYPE_CHECKING:
    import builtins
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Unpack

    from assistant.catalogue.overview import Overview
    from assistant.drafts.place import Places
    from assistant.export.library_export import SavedExport
    from assistant.settings import Settings
    from assistant.types import FilterOptions
    from store.filters import Filters
    from store.library import Library
    from store.paper import Paper, Profile, Source
    from store.providers.fetch import PlannedRequest
    from store.providers.provider import Access
    from store.results import AddEvent, AddReport, Duplicate, NamedPaper
    from store.text.roles import RoledSentence


class Papers:
    """The papers of a library; ``Assistant.papers``. ``Assistant`` itself adds and searches."""

    def __init__(self, library: Library, settings: Settings | None = None) -> None:
        self._library = library
        self._settings = settings

    def list(self, oldest_first: bool = False, **filters: Unpack[FilterOptions]) -> Iterator[Paper]:
        """Yield the papers for which all filters hold, newest first; undated ones last."""
        return self._library.papers(self._resolve(filters), oldest_first)

    def describe(self, **filters: Unpack[FilterOptions]) -> str:
        """Describe filters in one line: "papers · 2019 or later · not by Zhang"; "" for none."""
        from assistant.question.description import describe_conditions

        conditions = describe_conditions(parse_filters(filters))
        return " · ".join(("papers", *conditions)) if conditions else ""

    def count(self, **filters: Unpack[FilterOptions]) -> int:
        """Count the papers for which all filters hold."""
        view = self._library.view()
        return view.count_fitting(self._resolve(filters)) if view else 0

    def count_pending(self) -> int:
        """Count the papers that words alone find: ``embed`` gives them their vectors."""
        from store.pending_vectors import count_pending

        view = self._library.view()
        return count_pending(view) if view else 0

    def overview(self, **filters: Unpack[FilterOptions]) -> Overview:
        """Return what the library is about: themes with counts, years, authors, venues, and questions to begin with.

        Args:
            **filters: Of which papers; all of them without.

        Raises:
            LibraryError: The library cannot be read.
        """
        from assistant.catalogue.overview import make_overview

        return make_overview(self._library, self._resolve(filters))

    def get(self, paper_id: str) -> Paper:
        """Return one paper by its id, citation key, DOI, arXiv id, PMID, address, or a unique part of its title.

        Raises:
            InputError: Several papers are called so; the message lists them.
            NotFound: None is; the message says what comes near.
        """
        return find_paper(self._library, paper_id).paper

    def find(self, name: str) -> NamedPaper:
        """Find a paper as ``get`` does, and tell whether only a part of its title said which (``by_title``)."""
        return find_paper(self._library, name)

    def roles(self, paper_id: str) -> tuple[RoledSentence, ...]:
        """Return what each sentence of a paper's abstract is for, ``abstract[start:end]``, in order; raises NotFound.

        Its labels say it where it is structured, else a classifier: see docs/roles.md.
        """
        paper = find_paper(self._library, paper_id).paper
        return self._library.get_roles([paper.id]).get(paper.id, ())

    @property
    def generation(self) -> str:
        """What changes whenever a paper does, "" for an empty library: what was made of it may be kept till then."""
        view = self._library.view()
        return view.generation if view else ""

    def sources(self, paper_id: str) -> dict[str, tuple[Source, ...]]:
        """Return which files each field of a paper came from; raises NotFound. ``Paper.records`` has its records."""
        from store.dedup.merge import provenance

        return provenance(self.get(paper_id))

    def similar(self, paper_id: str, k: int = 5) -> Hits:
        """Find the ``k`` papers nearest in meaning to one of the library."""
        from assistant.answer.paper_search import check_count  # late: whoever lists papers answers no question

        return Hits(self._library.find_similar(self.get(paper_id).id, check_count(k)))

    def where(self, text: str, /, limit: int = 10, **filters: Unpack[FilterOptions]) -> Places:
        """Find the papers and places that say a text, those that say otherwise apart: see docs/where.md.

        Args:
            text: A sentence, or a number with its unit or what it counts; citations in it are read past.
            limit: How many papers are listed at most, of those that say it and of those that say otherwise.
            **filters: In which papers; all but the retracted ones without.

        Raises:
            InputError: The text is empty or enormous.
            LibraryError: The library cannot be read.
        """
        from assistant.drafts.places import find_places
        from store.filters import parse_evidence_filters

        return find_places(self._library, text, limit, resolve_filters(self._library, parse_evidence_filters(filters)))

    async def awhere(self, text: str, /, limit: int = 10, **filters: Unpack[FilterOptions]) -> Places:
        """``where`` without blocking the event loop."""
        from assistant.concurrency import in_thread

        return await in_thread(lambda: self.where(text, limit, **filters))

    def profiles(self) -> tuple[Profile, ...]:
        """Return what author listings said of their authors."""
        return self._library.profiles()

    def remove(self, *paper_ids: str) -> None:
        """Remove papers by what they are called, a part of a title aside.

        Raises:
            InputError: A name is but a part of a title, or that of several papers; nothing is removed then.
            NotFound: One of them is not there; nothing is removed then.
        """
        self._library.remove(self._identify(paper_ids))

    def duplicates(self) -> Iterator[Duplicate]:
        """Yield pairs of papers that may be one, undecided till now: ``merge`` them, or ``split`` them for good."""
        from store.ingest.corrections import duplicates

        return duplicates(self._library)

    def merge(self, *paper_ids: str) -> Paper:
        """Make one paper of several, under the id of the first; what is added later does not part them.

        Raises:
            InputError: They are one already, or a name is but a part of a title, or that of several papers.
            NotFound: One of them is not there.
            LibraryError: The library cannot be written.
        """
        from store.ingest.corrections import merge

        return merge(self._library, self._identify(paper_ids))

    def split(self, *paper_ids: str) -> builtins.list[Paper]:
        """Make a paper of each record of a paper, or of two papers say that they are not one; it stays so.

        Raises:
            InputError: There is nothing to split, or a name is but a part of a title, or that of several papers.
            NotFound: One of them is not there.
            LibraryError: The library cannot be written.
        """
        from store.ingest.corrections import split

        return split(self._library, self._identify(paper_ids))

    def cite(self, paper_id: str, style: str = "apa") -> str:
        r"""Return the citation of a paper.

        Args:
            paper_id: The paper.
            style: ``bibtex`` (an entry), ``latex`` (``\cite{key}``), ``pandoc`` (``[@key]``), or that of a reference
                (see ``references``).

        Raises:
            InputError: There is no such style.
            NotFound: There is no such paper.
            LibraryError: The library cannot be read.
        """
        from assistant.export.library_export import format_citation

        return format_citation(self._library, paper_id, style)

    def references(self, style: str = "apa", **filters: Unpack[FilterOptions]) -> builtins.list[str]:
        """Return the papers for which all filters hold as a list of references, by author and year.

        Args:
            style: ``apa``, or with the extra ``styles`` any of the CSL repository (``ieee``, ``nature``,
                ``vancouver``), or the path of a ``.csl`` file.
            **filters: Which papers.

        Raises:
            InputError: There is no such style, or what sets it is not installed.
            LibraryError: The library cannot be read.
        """
        from assistant.export.library_export import list_references

        return list_references(self._library, style, self._resolve(filters))

    def export(self, format: str = "bibtex", **filters: Unpack[FilterOptions]) -> Iterator[str]:
        """Yield the papers for which all filters hold as a file, piece by piece: see docs/formats.md.

        Args:
            format: ``bibtex``, ``ris``, ``csl-json``, ``csv`` or ``jsonl``, which alone holds all of a paper.
            **filters: Which papers.

        Raises:
            InputError: There is no such format.
            LibraryError: The library cannot be read.
        """
        from assistant.export.library_export import export_papers

        return export_papers(self._library, format, self._resolve(filters))

    def save(
        self, path: str | Path, format: str | None = None, style: str | None = None, **filters: Unpack[FilterOptions]
    ) -> SavedExport:
        """Write them into a file, which is there whole or not at all; a hundred thousand papers take no more memory.

        Args:
            path: The file.
            format: As for ``export``; None for that which the ending of the file says.
            style: Write the list of ``references`` in this style instead.
            **filters: Which papers.

        Raises:
            InputError: There is no such format or style, the ending says none, or both are given.
            LibraryError: The library cannot be read, or the disk refuses.
        """
        from pathlib import Path

        from assistant.export.library_export import SavedExport, save_papers
        from store.files import write_atomic

        if not style:
            return save_papers(self._library, path, self.resolve_format(format, path), self._resolve(filters))
        if format:
            raise InputError("A list of references has a style and no format.", "Leave out --format or --style.")
        lines = self.references(style, **filters)
        write_atomic(Path(path), "".join(f"{line}\n" for line in lines).encode())
        return SavedExport(Path(path), style, len(lines))

    @staticmethod
    def resolve_format(format: str | None = None, path: str | Path | None = None) -> str:
        """Return the name of the format that is meant: by its name or ending, else by the ending of a file.

        Raises:
            InputError: The ending says none.
        """
        from pathlib import Path

        from assistant.export.library_export import ENDINGS, FORMATS

        if format or path is None:
            return ENDINGS.get(format, format) if format else FORMATS[0]
        ending = Path(path).suffix.removeprefix(".").lower()
        if ending not in ENDINGS:
            raise InputError(f"{path} does not tell its format.", f"Say --format with one of {', '.join(FORMATS)}.")
        return ENDINGS[ending]

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
        return last_event(self.stream_fetch(*references, limit=limit), AddDone, on_event).report

    def stream_fetch(self, *references: str, limit: int | None = None) -> Iterator[AddEvent]:
        """Yield the events of ``fetch``; closing the iterator stops it, keeps what was stored, and what was fetched."""
        from store.providers.fetch import fetch

        return fetch(self._library, references, self._access, limit)

    def fetch_plan(self, *references: str, limit: int | None = None) -> tuple[PlannedRequest, ...]:
        """Return what ``fetch`` would ask for first; nothing is asked, and nothing stored."""
        from store.providers.fetch import plan_fetch

        return plan_fetch(self._library, references, self._access, limit)

    def enrich(
        self, on_event: Callable[[AddEvent], object] | None = None, **filters: Unpack[FilterOptions]
    ) -> AddReport:
        """Ask for the abstracts and ids that papers lack. What comes fills gaps, and overwrites nothing of a file.

        Args:
            on_event: Called with each event while it runs.
            **filters: Which papers; all those with a gap without.

        Raises:
            SourceError: No provider could be asked.
            LibraryLocked: Another process is adding.
            LibraryError: The library cannot be written.
        """
        return last_event(self.stream_enrich(**filters), AddDone, on_event).report

    def stream_enrich(self, **filters: Unpack[FilterOptions]) -> Iterator[AddEvent]:
        """Yield the events of ``enrich``; closing the iterator stops it, and keeps what was stored."""
        from store.providers.enrich import enrich

        return enrich(self._library, self._access, self._resolve(filters))

    def enrich_plan(self, **filters: Unpack[FilterOptions]) -> tuple[PlannedRequest, ...]:
        """Return whom ``enrich`` would ask first for each paper with a gap; nothing is asked."""
        from store.providers.enrich import plan_enrich

        return plan_enrich(self._library, self._access, self._resolve(filters))

    def _resolve(self, options: FilterOptions) -> Filters:
        """Read filters, with the ids of papers in place of what they are called by."""
        return resolve_filters(self._library, parse_filters(options))

    def _identify(self, names: tuple[str, ...]) -> builtins.list[str]:
        """Find the ids of papers that are about to be changed."""
        return [identify_paper(self._library, name).id for name in dict.fromkeys(names)]

    @property
    def _access(self) -> Access:
        """How providers are asked; raises InputError where a key is none."""
        from assistant.settings import Settings

        return (self._settings or Settings()).providers.build_access()
