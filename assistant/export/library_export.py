"""All papers of a library, or those that filters let through, as one file.

Other programs read these files, and this one reads them again without loss.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from assistant.export.apa import format_apa
from assistant.export.bibtex_writer import KeyChoice, format_bibtex, format_entries
from assistant.export.csl import build_item, format_references
from assistant.export.fields import (
    BOOKLIKE,
    find_kind,
    invert_name,
    join_values,
    list_addresses,
    list_inverted_names,
    list_people,
    read_extra,
    read_identifier,
    to_line,
    to_lines,
)
from store.citation_keys import ListedKeys, PaperKeys, keys_in
from store.errors import InputError
from store.field_names import OF_DATE, ours_to_names
from store.files import write_pieces
from store.filters import Filters
from store.library import Library
from store.migration import upgrade_paper
from store.paper import Paper
from store.paper_names import find_paper
from store.person_name import parse_author, sort_authors
from store.readers.date_spans import UNTIL
from store.readers.delimited import GUARD, match_columns, needs_guard
from store.readers.languages import is_babel_name, name_for_babel, read_language_tag
from store.readers.people import ROLES
from store.readers.record_builder import identify_texts
from store.readers.tagged_records import DATES
from store.work_types import read_type, write_type

Papers = Callable[[], Iterable[Paper]]
"""Gives the papers, each time from the first."""

# By the name of the format: what makes its pieces, from papers and the key of each.
_WRITERS: dict[str, Callable[[Papers, PaperKeys], Iterator[str]]] = {
    "bibtex": lambda papers, keys: format_entries(papers(), keys),
    "ris": lambda papers, keys: _format_records(papers()),
    "csl-json": lambda papers, keys: _format_csl_json(papers(), keys),
    "csv": lambda papers, keys: _format_rows(papers),
    "jsonl": lambda papers, keys: (f"{paper.model_dump_json()}\n" for paper in papers()),
}
FORMATS = tuple(_WRITERS)
"""Formats of a library."""
ENDINGS = {"bib": "bibtex", "ris": "ris", "json": "csl-json", "csv": "csv", "jsonl": "jsonl"}
"""The format that the ending of a file stands for."""
_KEYED = ("bibtex", "csl-json")


class SavedExport(NamedTuple):
    """What was written: the file, its format, and how many papers."""

    file: Path
    format: str
    papers: int


def format_papers(papers: Papers, format: str, keys: Mapping[str, str] | PaperKeys) -> Iterator[str]:
    """Write the text of a file, piece by piece.

    Args:
        papers: Gives the papers, each time from the first; they are not held in memory.
        format: One of ``FORMATS``.
        keys: Citation keys, of a library or by ids; only BibTeX and CSL-JSON have any.

    Raises:
        InputError: There is no such format.
    """
    if format not in _WRITERS:
        raise InputError(f"There is no export format {format!r}.", f"Choose one of {', '.join(FORMATS)}.")
    own = ListedKeys(keys) if isinstance(keys, Mapping) else keys
    if format == "jsonl":  # word for word
        return _WRITERS[format](papers, own)
    return _WRITERS[format](lambda: (_name_language(upgrade_paper(paper), format) for paper in papers()), own)


def _name_language(paper: Paper, format: str) -> Paper:
    """Return a paper whose fields name its language as the format does, which may have been told later than they.

    LaTeX has names of its own, CSL a tag of BCP 47, the others what the source has where it is not one of LaTeX's.
    """
    own = read_extra(paper, "language")
    text = own or paper.language
    if not text:
        return paper
    if format == "bibtex":
        named = own if paper.source.format == "bibtex" else name_for_babel(text)
    else:
        named = read_language_tag(text) if format == "csl-json" or is_babel_name(text) else ""
    if (named or text) == own:
        return paper
    return paper.model_copy(update={"extra": {**paper.extra, "language": named or text}})


def export_papers(library: Library, format: str, filters: Filters) -> Iterator[str]:
    """Export the papers for which the filters hold, piece by piece; keys are those that answers cite by.

    Raises:
        InputError: There is no such format.
        LibraryError: The library cannot be read.
    """
    keys = library.read_citation_keys() if format in _KEYED else ListedKeys({})
    return format_papers(lambda: library.papers(filters), format, keys)


def save_papers(library: Library, path: str | Path, format: str, filters: Filters) -> SavedExport:
    """Save what ``exported`` gives in a file, which is there whole or not at all and replaces one that is there.

    Raises:
        InputError: There is no such format.
        LibraryError: The library cannot be read, or the disk refuses.
    """
    # Excel takes a table in UTF-8 for something else without the mark.
    mark = [b"\xef\xbb\xbf"] if format == "csv" else []
    write_pieces(Path(path), chain(mark, (piece.encode() for piece in export_papers(library, format, filters))))
    view = library.view()
    return SavedExport(Path(path), format, view.count_fitting(filters) if view else 0)


def list_references(library: Library, style: str, filters: Filters) -> list[str]:
    """Set the papers for which the filters hold as a list of references, by author and year.

    Raises:
        InputError: There is no such style, or what sets it is not installed.
        LibraryError: The library cannot be read.
    """
    return format_references(sorted(library.papers(filters), key=_sort_key), style)


def _sort_key(paper: Paper) -> tuple[str, str, str]:
    first = next(iter(sort_authors(paper)), None)
    name = parse_author(first).family if first else paper.title
    return name.casefold(), paper.date or "9999", paper.title.casefold()


def _format_csl_json(papers: Iterable[Paper], keys: PaperKeys) -> Iterator[str]:
    """A JSON array, an item a line; an item has the key that its source gave it, where no other has it."""
    before, choice = "[", KeyChoice(keys)
    for paper in papers:
        own = paper.extra.get("citation_key")
        key = choice.choose(paper, own if isinstance(own, str) else "")
        yield f"{before}\n{json.dumps(build_item(paper, key), ensure_ascii=False)}"
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


# CSV (RFC 4180) that no spreadsheet takes for formulas; columns as ``store.readers.delimited`` knows them.
_COLUMNS: dict[str, Callable[[Paper], Any]] = {
    "Title": lambda paper: paper.title,
    "Authors": lambda paper: _join_names(list_inverted_names(paper, "csv")),
    "Editors": lambda paper: _join_people(paper, "editor"),
    "Year": lambda paper: (paper.date or "")[:4],
    "Date": lambda paper: paper.date,
    "Journal": lambda paper: paper.venue,
    "Abstract": lambda paper: paper.abstract,
    "DOI": lambda paper: read_identifier(paper, "doi"),
    "arXiv ID": lambda paper: read_identifier(paper, "arxiv"),
    "PMID": lambda paper: read_identifier(paper, "pmid"),
    "PMCID": lambda paper: read_identifier(paper, "pmcid"),
    "URL": lambda paper: " ".join(list_addresses(paper)),
    "Keywords": lambda paper: join_values(paper.keywords),
    "Categories": lambda paper: join_values(paper.categories),
    "Retraction": lambda paper: paper.retraction,
    "Tags": lambda paper: join_values(paper.tags),
    "Collections": lambda paper: join_values(paper.collections),
    "Cited by": lambda paper: "" if paper.citation_count is None else str(paper.citation_count),
}
# Columns of what sources say beside that, and the names of those fields.
_EXTRAS = {
    "Citation key": "citation_key",
    "Document type": "type",
    **{column: ours for ours, column in ours_to_names("csv").items()},
    "EISSN": "eissn",
    "Affiliations": "affiliations",
}


def _format_rows(papers: Callable[[], Iterable[Paper]]) -> Iterator[str]:
    """Write the table, row by row; each further field of the sources has a column of its own.

    Args:
        papers: Gives the papers; called twice, for the columns have to be known before the first row.
    """
    further = list(dict.fromkeys(name for paper in papers() for name in _list_further_columns(paper)))
    roles = list(
        dict.fromkeys(
            contributor.role
            for paper in papers()
            for contributor in paper.contributors
            if contributor.role in _ROLE_NAMES
        )
    )
    yield _format_row([*_COLUMNS, *_EXTRAS, *map(_ROLE_NAMES.__getitem__, roles), *further])
    for paper in papers():
        values: list[Any] = [read(paper) for read in _COLUMNS.values()]
        values += [_name_type(paper) if name == "type" else paper.extra.get(name) for name in _EXTRAS.values()]
        values += [_join_people(paper, role) for role in roles]
        values += [paper.extra.get(name) for name in further]
        yield _format_row(["; ".join(to_lines(value)) for value in values])


# Columns of people beside the editors, by role.
_ROLE_NAMES = {
    role: field.replace("_", " ").capitalize()
    for field, role in ROLES.items()
    if field not in ("editors", "other_contributors")
}


def _name_type(paper: Paper) -> Any:
    """Return the type as the source names it, where a reader of the table takes that for the same, else in our words.

    Databases call an article in a journal "Article", which is CSL's word for a preprint.
    """
    own, kind = paper.extra.get("type"), paper.kind
    words = (own, kind, write_type(kind, "endnote"), write_type(kind, "ris")) if kind else ()
    return next((word for word in words if word and read_type(to_lines(word), "csv") == kind), kind or own)


def _list_further_columns(paper: Paper) -> Iterator[str]:
    """Names of fields that can be columns: another name that a reader takes for one of ours would be read as that."""
    for name, value in paper.extra.items():
        if name not in _EXTRAS.values() and name == to_line(name) and to_lines(value) and not match_columns([name]):
            yield name


def _join_people(paper: Paper, role: str) -> str:
    return _join_names([invert_name(person) for person in list_people(paper, role)])


def _join_names(names: list[str]) -> str:
    return "; ".join(names) + (";" if len(names) == 1 else "")


def _format_row(cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([f"{GUARD}{cell}" if needs_guard(cell) else cell for cell in cells])
    return text.getvalue()


# RIS (see ``store.readers.ris``): a tag a line, and no line of the data looks like one.
_TAGS = {ours: tag for ours, tag in ours_to_names("ris").items() if ours not in ("pages", *OF_DATE)} | {
    "affiliations": "AD",
    "accession": "AN",
    "citation_key": "ID",
    "database_provider": "DP",
    "translated_title": "TT",
    "links": "L1",
    "isbn": "SN",
    "genre": "M3",
}
_SEASONS = {"1": "Spring", "2": "Summer", "3": "Autumn", "4": "Winter"}
_ROLES = {"editor": "A2", "collection-editor": "A3", "translator": "A4"}
_ISO_DATE = re.compile(r"\d{4}(?:-\d\d){1,2}")
_TAG = re.compile(r"[A-Z][A-Z0-9]")
_WRITTEN = {"TY", "ER", "TI", "AU", "AB", "KW", "DO", "UR", "JF", "SP", "EP"}
_TYPE = re.compile(r"[A-Z][A-Z0-9]{2,6}")


def _format_records(papers: Iterable[Paper]) -> Iterator[str]:
    """Write a record a paper, with an empty line behind it."""
    for paper in papers:
        kind = read_extra(paper, "type")
        if paper.source.format != "ris" or not _TYPE.fullmatch(kind):
            kind = write_type(find_kind(paper), "ris") or "GEN"
        body = "".join(f"{tag}  - {text}\r\n" for tag, value in _list_tags(paper) for text in to_lines(value))
        yield f"TY  - {kind}\r\n{body}ER  - \r\n\r\n"


def _list_tags(paper: Paper) -> Iterator[tuple[str, Any]]:
    first, _, last = read_extra(paper, "pages").partition("–")
    yield "TI", paper.title
    yield "AU", list_inverted_names(paper, "ris")
    for role, tag in _ROLES.items():
        yield tag, [invert_name(person) for person in list_people(paper, role)]
    yield "PY", (paper.date or "")[:4]
    yield "DA", _write_date(paper)
    yield "T2" if find_kind(paper) in BOOKLIKE else "JF", to_line(paper.venue)
    yield "SP", first
    yield "EP", last
    yield "AB", paper.abstract
    yield "KW", list(paper.keywords)
    yield "DO", read_identifier(paper, "doi")
    yield "UR", _list_urls(paper)
    yield "N1", paper.retraction
    yield from _list_pubmed_tags(paper)
    if "publisher" not in paper.extra:
        yield "PB", read_extra(paper, "organization")
    for name, value in paper.extra.items():
        own = paper.source.format == "ris" and _TAG.fullmatch(name) and name not in _WRITTEN
        tag = _TAGS.get(name, name if own and not (paper.date and name in DATES - {"Y1"}) else "")
        if tag == "Y2" and isinstance(value, str) and _ISO_DATE.fullmatch(value):
            value = value.replace("-", "/")  # as RIS writes dates
        if tag:
            yield tag, value


def _write_date(paper: Paper) -> str:
    """The date as RIS has it, with the season or the end of a span as its "other info"; "" for a year alone."""
    date, season, end = paper.date or "", read_extra(paper, "season"), read_extra(paper, "date_end")
    info = _SEASONS.get(season, season) or (f"{UNTIL}{end}" if end else "")
    if not date or (len(date) == 4 and not info):
        return ""
    parts = date.split("-")
    return "/".join([*parts, *[""] * (3 - len(parts)), info]) if info else "/".join(parts)


def _list_urls(paper: Paper) -> list[str]:
    """Its addresses, and that of its arXiv id where nothing else in the record tells it."""
    urls, arxiv = list_addresses(paper), paper.identifiers.get("arxiv")
    texts = (*urls, *to_lines(paper.extra.get("note")), *to_lines(paper.extra.get("accession")))
    return urls if not arxiv or identify_texts(*texts).get("arxiv") else [*urls, f"https://arxiv.org/abs/{arxiv}"]


def _list_pubmed_tags(paper: Paper) -> Iterator[tuple[str, str]]:
    """PubMed's numbers, where readers of RIS look for them; where others stand already they have no place."""
    pmid, central, wos = (paper.identifiers.get(scheme) for scheme in ("pmid", "pmcid", "wos"))
    has_accession = bool({"accession", "database", "database_provider"} & paper.extra.keys())
    if wos and not has_accession:
        yield "AN", f"WOS:{wos}"
    if pmid and (has_accession or wos):
        yield "U1", f"{pmid}[pmid]"
    elif pmid:
        yield "DB", "PubMed"
        yield "AN", pmid
    if central and "C2" not in paper.extra:
        yield "C2", central


# Ways to cite a paper, beside the styles of references.
_STYLES: dict[str, Callable[[Paper, str], str]] = {
    "apa": lambda paper, key: format_apa(paper),
    "bibtex": lambda paper, key: format_bibtex([paper], {paper.id: key}),
    "latex": lambda paper, key: f"\\cite{{{key}}}",
    "pandoc": lambda paper, key: f"[@{key}]",
}


def format_citation(library: Library, paper_id: str, style: str = "apa") -> str:
    r"""Cite a paper: ``bibtex`` (an entry), ``latex`` (``\cite{key}``), ``pandoc`` (``[@key]``) or a style.

    Raises:
        InputError: There is no such style.
        NotFound: There is no such paper.
        LibraryError: The library cannot be read.
    """
    paper = find_paper(library, paper_id).paper
    if style not in _STYLES:
        return format_references([paper], style, numbered=False)[0]
    return _STYLES[style](paper, keys_in(library, [paper])[paper.id])
