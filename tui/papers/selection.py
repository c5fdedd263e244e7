"""Which papers are listed, shown and marked: rows in memory, so that every key that is typed filters them at once.

What is typed above the list is read as conditions: words, ``author:Che year:2020-2023 code:yes retracted:no``.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from operator import attrgetter
from typing import Any, NamedTuple, Self

from assistant import Frozen, Paper
from assistant.display import fold_text, name_words, parse_name, sort_authors
from tui.engine import EVERYTHING, Scope
from tui.text import one_line

# The filter

_PART = re.compile(
    r"""(?P<field>author|year|since|until|cat|category|code|retracted|merged):(?P<value>"[^"]*"?|[^\s"]*)
    | (?P<word>"[^"]*"?|[^\s"]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_YEARS = re.compile(r"(?P<low>\d{4})?(?P<to>\s*[-–]\s*)?(?P<high>\d{4})?")
_FLAG_VALUES = {"yes": True, "no": False}
_FLAGS = {"code": "has_code", "retracted": "retracted", "merged": "merged"}
# The last year of four digits, for a filter without an end.
_LAST_YEAR = 9999


class PaperQuery(Frozen):
    """Conditions that all have to hold.

    ``words`` and ``names`` are folded: each word stands somewhere in title, abstract or authors, each name begins a
    word of an author. ``categories`` begin the whole name of a category or what follows its last dot. ``doubt`` says
    which part cannot be read (yet) and is passed over.
    """

    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    has_code: bool | None = None
    retracted: bool | None = None
    merged: bool | None = None
    doubt: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what was typed; never raises."""
        values: dict[str, Any] = {"words": (), "names": (), "categories": ()}
        for part in _PART.finditer(text):
            value = (part["value"] or part["word"] or "").strip('"').strip()
            _read_part(values, (part["field"] or "").lower(), value)
        return cls(**values)

    @property
    def library_filters(self) -> dict[str, Any] | None:
        """The same as filters of the library; None where it has none that mean just this."""
        if self.words or self.names or self.categories or self.merged is not None:
            return None
        values = self.model_dump(include={"year_from", "year_to", "has_code", "retracted"})
        return {name: value for name, value in values.items() if value is not None}

    def narrows(self, broader: "PaperQuery") -> bool:
        """Whether it surely holds for no paper that the other does not hold for: each word of that goes on in one."""
        without = {"words": (), "doubt": ""}
        same = self.model_copy(update=without) == broader.model_copy(update=without)
        return same and all(any(word in longer for longer in self.words) for word in broader.words)


def _read_part(values: dict[str, Any], field: str, value: str) -> None:
    match field:
        case "":
            values["words"] += (fold_text(value),) if value else ()
        case "author":
            values["names"] += tuple(name_words(value))
        case "cat" | "category":
            values["categories"] += (value.casefold(),) if value else ()
        case "code" | "retracted" | "merged":
            _read_flag(values, field, value.casefold())
        case _:
            _read_years(values, field, value)


def _read_flag(values: dict[str, Any], field: str, value: str) -> None:
    if value in _FLAG_VALUES:
        values[_FLAGS[field]] = _FLAG_VALUES[value]
    else:
        values["doubt"] = f"{field}: takes yes or no"


def _read_years(values: dict[str, Any], field: str, value: str) -> None:
    years = _YEARS.fullmatch(value)
    if not years or not (years["low"] or years["high"]) or (field != "year" and years["to"]):
        values["doubt"] = f"{field}: takes a year" + (" or years (2020-2023)" if field == "year" else "")
        return
    low, high = (int(years[end]) if years[end] else None for end in ("low", "high"))
    if field == "year":
        high = high if years["to"] else low
        low, high = (high, low) if low and high and low > high else (low, high)
    if field != "until" and low is not None:
        values["year_from"] = max(low, values.get("year_from") or 0)
    last = low if field == "until" else high if field == "year" else None
    if last is not None:
        values["year_to"] = min(last, values.get("year_to") or _LAST_YEAR)


# The papers as rows

# Characters of a title that are kept (chosen by hand; not measured).
TITLE_CHARS = 300


class Sort(StrEnum):
    """The order of the list: newest first, or by name."""

    YEAR = "year"
    AUTHOR = "author"
    TITLE = "title"

    @property
    def next_sort(self) -> "Sort":
        """The order that comes after this one."""
        orders = list(Sort)
        return orders[(orders.index(self) + 1) % len(orders)]


class Row(NamedTuple):
    """What the list shows of a paper, and what it is found by.

    ``text`` holds title, abstract and authors without case and accents; ``names`` and ``categories`` hold words with
    a space before each. ``by_author`` and ``by_title`` are what the list is sorted by, those without one last.
    """

    id: str
    title: str
    author: str
    year: int | None
    category: str
    has_code: bool
    retracted: bool
    merged: bool
    text: str
    names: str
    categories: str
    by_author: tuple[bool, str]
    by_title: tuple[bool, str]

    @classmethod
    def from_paper(cls, paper: Paper) -> Self:
        """Build the row of a paper."""
        authors = [author.name for author in sort_authors(paper)]
        first = one_line(authors[0], 80) if authors else ""
        title = one_line(paper.marked_title, TITLE_CHARS)
        family = fold_text(parse_name(first).family)
        return cls(
            id=paper.id,
            title=title,
            author=first,
            year=paper.year,
            category=one_line(" ".join(paper.categories), 40),
            has_code=paper.has_code,
            retracted=bool(paper.retraction),
            merged=bool(paper.records),
            text=fold_text("\n".join((paper.marked_title, paper.abstract, *authors))),
            names="".join(f" {word}" for name in authors for word in name_words(name)),
            categories="".join(f" {name} {name.rpartition('.')[2]}" for name in map(str.casefold, paper.categories)),
            by_author=(not family, f"{family} {fold_text(first)}"),
            by_title=(not title, fold_text(one_line(paper.title, TITLE_CHARS))),
        )


_KEYS = {Sort.AUTHOR: attrgetter("by_author"), Sort.TITLE: attrgetter("by_title")}


class Catalogue:
    """All rows, in the order of a sort.

    Args:
        rows: Newest first.
        sort: Their order.
    """

    def __init__(self, rows: Iterable[Row] = (), sort: Sort = Sort.YEAR) -> None:
        self._rows = list(rows)
        self.sort_by(sort)

    def __len__(self) -> int:
        """How many papers there are."""
        return len(self._rows)

    def sort_by(self, sort: Sort) -> None:
        """Sort them in another way."""
        self.sort = sort
        self._sorted = sorted(self._rows, key=_KEYS[sort]) if sort in _KEYS else self._rows

    def extend(self, rows: Iterable[Row]) -> None:
        """Add rows, older than those that are here."""
        self._rows.extend(rows)
        self.sort_by(self.sort)

    def drop(self, ids: Collection[str]) -> None:
        """Take rows out."""
        self._rows = [row for row in self._rows if row.id not in ids]
        self.sort_by(self.sort)

    def with_ids(self, ids: Collection[str]) -> list[Row]:
        """Return the rows of these papers, in order."""
        return [row for row in self._sorted if row.id in ids]

    def select(self, query: PaperQuery, among: Sequence[Row] | None = None) -> Sequence[Row]:
        """Return the rows for which a query holds, in order; ``among`` limits them, itself in order."""
        rows = _filter_years(self._sorted if among is None else among, query.year_from, query.year_to)
        for flag in ("has_code", "retracted", "merged"):
            if (value := getattr(query, flag)) is not None:
                rows = [row for row in rows if getattr(row, flag) is value]
        for category in query.categories:
            rows = [row for row in rows if f" {category}" in row.categories]
        for name in query.names:
            rows = [row for row in rows if f" {name}" in row.names]
        for word in query.words:
            rows = [row for row in rows if word in row.text]
        return rows


def _filter_years(rows: Sequence[Row], first: int | None, last: int | None) -> Sequence[Row]:
    if first is None and last is None:
        return rows
    low, high = first or 0, _LAST_YEAR if last is None else last
    return [row for row in rows if row.year is not None and low <= row.year <= high]


# What is shown and marked

# Characters of a filter that the status bar of the chat has room for (chosen by hand; not measured).
_LABEL_CHARS = 40


class PaperSelection:
    """The papers with a filter and marks.

    Args:
        marks: Ids of the papers that are marked at first.
    """

    def __init__(self, marks: Iterable[str] = ()) -> None:
        self.catalogue = Catalogue()
        self.marks: set[str] = set(marks)
        self.typed = ""
        self.query = PaperQuery()
        self.shown_rows: Sequence[Row] = ()

    def replace_catalogue(self, catalogue: Catalogue) -> None:
        """Hold other papers, in the same order as these."""
        catalogue.sort_by(self.catalogue.sort)
        self.catalogue = catalogue
        self._select_rows()

    def filter(self, typed: str) -> None:
        """Show those for which a filter holds, as it was typed."""
        before, self.typed, self.query = self.query, typed, PaperQuery.parse(typed)
        among = self.shown_rows if self.query.narrows(before) else None
        self.shown_rows = self.catalogue.select(self.query, among)

    def sort_by(self, sort: Sort) -> None:
        """Sort the papers in another way."""
        self.catalogue.sort_by(sort)
        self._select_rows()

    def remove(self, ids: set[str]) -> None:
        """Take papers out."""
        self.marks.difference_update(ids)
        self.catalogue.drop(ids)
        self._select_rows()

    def toggle(self, id: str) -> None:
        """Mark a paper, or take its mark away."""
        self.marks.symmetric_difference_update({id})

    def mark_shown(self) -> None:
        """Mark all that is shown."""
        self.marks.update(row.id for row in self.shown_rows)

    def drop_lost_marks(self) -> None:
        """Take the marks of papers away that are not there."""
        self.marks.intersection_update([row.id for row in self.marked_rows])

    @property
    def marked_rows(self) -> list[Row]:
        """The papers that are marked, in order."""
        return self.catalogue.with_ids(self.marks) if self.marks else []

    @property
    def needs_all(self) -> bool:
        """Whether ``build_scope`` is right only once every paper was taken."""
        return bool(self.marks) or self.query.library_filters is None

    def build_scope(self) -> Scope:
        """Return what the chat is to answer from: what is marked, else what is shown."""
        if self.marks:
            ids = tuple(row.id for row in self.marked_rows)
            return Scope.of({"ids": ids}, f"{len(ids):,} marked {_plural(len(ids))}")
        filters = self.query.library_filters
        if filters is None:
            filters = {"ids": tuple(row.id for row in self.shown_rows)}
        label = f"{len(self.shown_rows):,} {_plural(len(self.shown_rows))}: {one_line(self.typed, _LABEL_CHARS)}"
        return Scope.of(filters, label) if filters else EVERYTHING

    def describe_counts(self) -> list[str]:
        """Say how many papers there are, are shown and are marked, their order, and what is wrong with the filter."""
        total, shown_count = len(self.catalogue), len(self.shown_rows)
        papers = f"{total:,} {_plural(total)}"
        parts = [papers if shown_count == total else f"{shown_count:,} of {papers}"]
        parts += [f"{len(self.marks):,} marked"] if self.marks else []
        return [*parts, f"by {self.catalogue.sort}", *([self.query.doubt] if self.query.doubt else [])]

    def _select_rows(self) -> None:
        self.shown_rows = self.catalogue.select(self.query)


def _plural(count: int) -> str:
    return "paper" if count == 1 else "papers"
