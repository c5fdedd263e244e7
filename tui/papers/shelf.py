"""What the screen of papers holds: all papers, those that the filter leaves, and those that are marked."""

from collections.abc import Iterable, Sequence

from tui.papers.paper_query import PaperQuery
from tui.papers.selection import Catalogue, Row, Sort
from tui.safe import one_line
from tui.scope import EVERYTHING, Scope

_LABEL_CHARS = 40


class Shelf:
    """The papers with a filter and marks.

    Args:
        marks: Ids of the papers that are marked at first.
    """

    def __init__(self, marks: Iterable[str] = ()) -> None:
        self.catalogue = Catalogue()
        self.marks: set[str] = set(marks)
        self.typed = ""
        self.query = PaperQuery()
        self.shown: Sequence[Row] = ()

    def take(self, catalogue: Catalogue) -> None:
        """Hold other papers, in the same order as these."""
        catalogue.order(self.catalogue.sort)
        self.catalogue = catalogue
        self._select()

    def filter(self, typed: str) -> None:
        """Show those for which a filter holds."""
        before, self.typed, self.query = self.query, typed, PaperQuery.parse(typed)
        among = self.shown if self.query.narrows(before) else None
        self.shown = self.catalogue.select(self.query, among)

    def order(self, sort: Sort) -> None:
        """Sort them otherwise."""
        self.catalogue.order(sort)
        self._select()

    def remove(self, ids: set[str]) -> None:
        """Take papers out."""
        self.marks.difference_update(ids)
        self.catalogue.drop(ids)
        self._select()

    def toggle(self, id: str) -> None:
        """Mark a paper, or take its mark away."""
        self.marks.symmetric_difference_update({id})

    def mark_shown(self) -> None:
        """Mark all that is shown."""
        self.marks.update(row.id for row in self.shown)

    def forget_lost(self) -> None:
        """Take the marks of papers away that are not there."""
        self.marks.intersection_update([row.id for row in self.marked])

    @property
    def marked(self) -> list[Row]:
        """The papers that are marked, in order."""
        return self.catalogue.with_ids(self.marks) if self.marks else []

    @property
    def needs_all(self) -> bool:
        """Whether ``scope`` is right only once every paper was taken."""
        return bool(self.marks) or self.query.filters is None

    def scope(self) -> Scope:
        """What the chat is to answer from: what is marked, else what is shown."""
        if self.marks:
            ids = tuple(row.id for row in self.marked)
            return Scope(filters={"ids": ids}, label=f"{len(ids):,} marked {_papers(len(ids))}")
        filters = self.query.filters
        if filters is None:
            filters = {"ids": tuple(row.id for row in self.shown)}
        label = f"{len(self.shown):,} {_papers(len(self.shown))}: {one_line(self.typed, _LABEL_CHARS)}"
        return Scope(filters=filters, label=label) if filters else EVERYTHING

    def counts(self) -> list[str]:
        """How many papers there are, are shown and are marked, their order, and what is wrong with the filter."""
        total, shown = len(self.catalogue), len(self.shown)
        whole = f"{total:,} {_papers(total)}"
        parts = [whole if shown == total else f"{shown:,} of {whole}"]
        parts += [f"{len(self.marks):,} marked"] if self.marks else []
        return [*parts, f"by {self.catalogue.sort}", *([self.query.doubt] if self.query.doubt else [])]

    def _select(self) -> None:
        self.shown = self.catalogue.select(self.query)


def _papers(count: int) -> str:
    return "paper" if count == 1 else "papers"
