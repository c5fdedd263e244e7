"""The papers of a library, as the Python API has them: add, list, find, remove, examine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant import late

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from store.doctor import Check
    from store.library import Library
    from store.paper import Paper, Profile
    from store.progress import AddEvent
    from store.results import AddReport, Hit


class Collection:
    """What can be done with papers without asking anything; ``Assistant`` adds the questions."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def add(
        self, path: str | Path, format: str | None = None, on_event: Callable[[AddEvent], object] | None = None
    ) -> AddReport:
        """Add the papers of a file; those that are stored already are passed over.

        Args:
            path: A file in one of the formats of ``store.sources``.
            format: Its format, where it is not to be told from the content.
            on_event: Called with each event while it runs.

        Raises:
            SourceError: The file cannot be read as papers.
            LibraryLocked: Another process is adding.
            LibraryError: The library cannot be written.
        """
        for event in self.adding(path, format):
            if on_event:
                on_event(event)
            if event.event == "add_done":
                return event.report
        raise AssertionError("the import ended without a report")

    def adding(self, path: str | Path, format: str | None = None) -> Iterator[AddEvent]:
        """The events of adding a file; closing the iterator stops it and keeps what was stored."""
        return late.add_file(self.library, path, format)

    def papers(self, oldest_first: bool = False, **filters: Any) -> Iterator[Paper]:
        """The papers for which all filters hold, newest first; undated ones last."""
        return self.library.papers(late.conditions(filters), oldest_first)

    def count(self, **filters: Any) -> int:
        """How many papers all filters hold for."""
        view = self.library.view()
        return len(view.rows(late.conditions(filters))) if view else 0

    def paper(self, paper_id: str) -> Paper:
        """One paper; raises NotFound."""
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
        r"""How to cite a paper: ``apa``, ``bibtex`` (an entry), ``latex`` (``\cite{key}``) or ``pandoc`` (``[@key]``).

        Raises InputError for another style, NotFound, LibraryError.
        """
        return late.citation(self.library, paper_id, style)

    def doctor(self, repair: bool = False) -> tuple[Check, ...]:
        """Examine the library, and with ``repair`` mend what can be mended; damage is reported, not raised."""
        return late.repair(self.library) if repair else late.examine(self.library)

    def reembed(self) -> int:
        """Give every paper a new vector by the present embedder; returns the number of papers."""
        return self.library.reembed()
