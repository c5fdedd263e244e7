"""What each format calls the fields that describe where a work stands; the one table of readers and writers.

Our names are the keys of ``Paper.extra``; each stands for one of the variables of CSL, the field's common tongue
(docs.citationstyles.org/en/stable/specification.html, appendix IV). What every record has, such as its title, is a
field of ``Paper`` itself, and people are ``Paper.authors`` and ``Paper.contributors``.
"""

from functools import cache
from typing import Any, NamedTuple


class FieldNames(NamedTuple):
    """The names of one field; "" where a format has no place for it.

    Of several names with blanks between them the first is written, and all are read.
    """

    ours: str
    csl: str
    bibtex: str = ""
    ris: str = ""
    refer: str = ""
    endnote: str = ""
    nbib: str = ""
    csv: str = ""


FIELDS = (
    FieldNames("volume", "volume", "volume", "VL VO", "V", "volume", "VI", "Volume"),
    FieldNames("issue", "issue", "number", "IS NO CP", "N", "number", "IP", "Issue"),
    FieldNames("issue_name", "", "issue", "", "", "", "", "Issue name"),
    FieldNames("number", "number", "number", "M1", "", "", "", "Report number"),
    FieldNames("pages", "page", "pages", "SP", "P", "pages", "PG", "Pages"),
    FieldNames("article_number", "", "eid", "C7", "", "", "", "Article number"),
    FieldNames("publisher", "publisher", "publisher", "PB", "I", "publisher", "PB", "Publisher"),
    FieldNames("place", "publisher-place", "address location", "CY PP", "C", "pub-location", "PL", "Place"),
    FieldNames("edition", "edition", "edition", "ET", "7", "edition", "EN", "Edition"),
    FieldNames("series", "collection-title", "series", "T3", "S", "", "CTI", "Series"),
    FieldNames("series_number", "collection-number", "series_number", "", "", "", "", "Series number"),
    FieldNames("volumes", "number-of-volumes", "volumes", "NV", "6", "num-vols", "", "Number of volumes"),
    FieldNames("number_of_pages", "number-of-pages", "pagetotal numpages", "", "", "", "", "Number of pages"),
    FieldNames("chapter", "chapter-number", "chapter", "SE", "&", "section", "", "Chapter"),
    FieldNames("event", "event-title", "eventtitle", "", "", "", "", "Event"),
    FieldNames("event_place", "event-place", "venue", "", "", "", "", "Event place"),
    FieldNames("event_date", "event-date", "eventdate", "", "", "", "", "Event date"),
    FieldNames("issn", "ISSN", "issn", "SN", "@", "isbn", "IS", "ISSN"),
    FieldNames("isbn", "ISBN", "isbn", "SN", "", "", "ISBN", "ISBN"),
    FieldNames("genre", "genre", "type", "M3", "9", "work-type", "", "Genre"),
    FieldNames("accessed", "accessed", "urldate", "Y2", "[", "access-date", "", "Accessed"),
    FieldNames("short_title", "title-short", "shorttitle", "ST", "!", "", "", "Short title"),
    FieldNames("language", "language", "langid language", "LA", "G", "language", "LA", "Language"),
    FieldNames(
        "journal_abbreviation", "container-title-short", "shortjournal", "J2", "", "", "TA", "Journal abbreviation"
    ),
    FieldNames("original_title", "original-title", "origtitle", "", "Q", "", "TT", "Title in the original"),
    FieldNames("original_date", "original-date", "origdate", "", "", "", "", "Original date"),
    FieldNames("original_publisher", "original-publisher", "origpublisher", "", "", "", "", "Original publisher"),
    FieldNames("original_place", "original-publisher-place", "origlocation", "", "", "", "", "Original place"),
    FieldNames("version", "version", "version", "", "", "", "", "Version"),
    FieldNames("status", "status", "pubstate", "", "", "", "", "Status"),
    FieldNames("medium", "medium", "medium", "", "", "", "", "Medium"),
    FieldNames("archive", "archive", "archive", "", "", "", "", "Archive"),
    FieldNames("call_number", "call-number", "library", "CN", "L", "call-num", "", "Call number"),
    FieldNames("database", "source", "database", "DB", "~", "remote-database-name", "", "Database"),
    FieldNames("note", "note", "note", "N1 RN", "Z O", "notes", "", "Notes"),
    FieldNames("annotation", "annote", "annotation annote", "", "", "research-notes", "", "Annotation"),
    FieldNames("date_end", "issued", "date", "DA", "", "", "", "Date end"),
    FieldNames("season", "issued", "date", "DA", "", "", "", "Season"),
)
"""Every field, in the order in which they are written."""
OF_DATE = ("date_end", "season")
"""Fields that formats have within the date, but for CSV."""


class RecordField(NamedTuple):
    """What the formats that are written hold of a field that every record has.

    ``all`` of it, the ``first`` of its values, ``only`` or all ``but`` those named (roles of people, schemes of
    identifiers, types of works), or "", nothing.
    """

    ours: str
    csl: str = "all"
    bibtex: str = "all"
    ris: str = "all"
    csv: str = "all"

    def holds(self, format: str, value: str) -> bool:
        """Return whether a format holds one of the values that are named."""
        word, *names = getattr(self, format, "all").split()
        return (value in names) == (word == "only")

    def keep(self, format: str, value: Any) -> Any:
        """Return what a format holds of the value of the field; an empty value of its type where that is nothing."""
        cell = getattr(self, format, "all")
        if cell in ("all", ""):
            return value if cell else type(value)() if isinstance(value, str | tuple) else None
        if cell == "first":
            return value[:1]
        if isinstance(value, dict):
            return {name: text for name, text in value.items() if self.holds(format, name)}
        if isinstance(value, tuple):
            return tuple(one for one in value if self.holds(format, one.role))
        return value if self.holds(format, value) else ""


_SCHEMES = "only doi arxiv pmid pmcid"
_KINDS = "but broadcast collection entry event performance post regulation review review-book treaty"
RECORD_FIELDS = (
    RecordField("title"),
    RecordField("authors"),
    RecordField("authors_truncated"),
    RecordField("contributors", "all", "only editor translator container-author",
                "only editor translator collection-editor", "but contributor"),
    RecordField("date"),
    RecordField("venue"),
    RecordField("kind", "all", "all", _KINDS, "but collection review"),
    RecordField("abstract"),
    RecordField("keywords"),
    RecordField("categories", "", "first", "", "all"),
    RecordField("identifiers", _SCHEMES, _SCHEMES, f"{_SCHEMES} wos", _SCHEMES),
    RecordField("urls", "first"),
    RecordField("language"),
    RecordField("retraction"),
    RecordField("tags", "", "", "", "all"),
    RecordField("collections", "", "", "", "all"),
    RecordField("citation_count", "", "", "", "all"),
)  # fmt: skip
"""The fields of ``Paper``; JSON Lines hold all of every one."""


@cache
def names_to_ours(format: str) -> dict[str, str]:
    """Return our names by those of a format, all that are read; where one has two meanings the first row counts.

    What is a part of the date there (``OF_DATE``) has no name of its own.
    """
    names: dict[str, str] = {}
    for row in FIELDS if format == "csv" else (row for row in FIELDS if row.ours not in OF_DATE):
        for name in [getattr(row, format)] if format == "csv" else getattr(row, format).split():
            names.setdefault(name, row.ours)
    return names


def rename_fields(fields: dict[str, Any], format: str) -> dict[str, Any]:
    """Return the fields under our names; of two that are one for us the second keeps its own."""
    names, renamed = names_to_ours(format), dict[str, Any]()
    for name, value in fields.items():
        ours = names.get(name, name)
        renamed[name if ours in renamed else ours] = value
    return renamed


@cache
def ours_to_names(format: str) -> dict[str, str]:
    """Return the name of a format by ours, the first of several, for the fields that it has a place for."""
    words = {row.ours: getattr(row, format) for row in FIELDS}
    return {ours: name if format == "csv" else name.split()[0] for ours, name in words.items() if name}


def write_table() -> list[str]:
    """Write the table of ``extra`` as lines of Markdown, as docs/formats.md has it; a dash: the format has no place."""
    head = "| field | CSL | BibTeX | RIS | Refer | EndNote XML | MEDLINE | CSV |"
    cells = ([row.ours, *(f"`{name}`" if name else "–" for name in row[1:])] for row in FIELDS)
    rows = [f"| {' | '.join(row)} |" for row in cells]
    return [head, "|---|---|---|---|---|---|---|---|", *rows]


def write_record_table() -> list[str]:
    """Write the table of what every record has as lines of Markdown, as docs/formats.md has it; a dash for nothing."""
    rows = [f"| {' | '.join([row.ours, *(cell or '–' for cell in row[1:])])} |" for row in RECORD_FIELDS]
    return ["| field | CSL | BibTeX | RIS | CSV |", "|---|---|---|---|---|", *rows]
