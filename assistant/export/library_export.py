"""All papers of a library, or those that filters let through, as one file.

Other programs read these files, and this one reads them again without loss.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from assistant.export import csv as table
from assistant.export import ris_writer as ris
from assistant.export.bibtex_writer import format_entries
from assistant.export.csl import build_item, format_references
from store.citation_keys import citation_keys
from store.errors import InputError
from store.files import write_pieces
from store.filters import Filters
from store.library import Library
from store.paper import Paper
from store.person_name import parse_name, sort_authors

Papers = Callable[[], Iterable[Paper]]
"""Gives the papers, each time from the first."""

# By the name of the format: what makes its pieces, from papers and the key of each.
_WRITERS: dict[str, Callable[[Papers, Mapping[str, str]], Iterator[str]]] = {
    "bibtex": lambda papers, keys: format_entries(papers(), keys),
    "ris": lambda papers, keys: ris.format_records(papers()),
    "csl-json": lambda papers, keys: _format_csl_json(papers(), keys),
    "csv": lambda papers, keys: table.format_rows(papers),
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


def format_papers(papers: Papers, format: str, keys: Mapping[str, str]) -> Iterator[str]:
    """Write the text of a file, piece by piece.

    Args:
        papers: Gives the papers, each time from the first; they are not held in memory.
        format: One of ``FORMATS``.
        keys: Citation keys by ids; only BibTeX and CSL-JSON have any.

    Raises:
        InputError: There is no such format.
    """
    if format not in _WRITERS:
        raise InputError(f"There is no export format {format!r}.", f"Choose one of {', '.join(FORMATS)}.")
    return _WRITERS[format](papers, keys)


def export_papers(library: Library, format: str, filters: Filters) -> Iterator[str]:
    """Export the papers for which the filters hold, piece by piece; keys are those that answers cite by.

    Raises:
        InputError: There is no such format.
        LibraryError: The library cannot be read.
    """
    keys = citation_keys(library.papers()) if format in _KEYED else {}
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
    return SavedExport(Path(path), format, len(view.rows(filters)) if view else 0)


def list_references(library: Library, style: str, filters: Filters) -> list[str]:
    """Set the papers for which the filters hold as a list of references, by author and year.

    Raises:
        InputError: There is no such style, or what sets it is not installed.
        LibraryError: The library cannot be read.
    """
    return format_references(sorted(library.papers(filters), key=_sort_key), style)


def _sort_key(paper: Paper) -> tuple[str, str, str]:
    first = next(iter(sort_authors(paper)), None)
    name = parse_name(first.name).family if first else paper.title
    return name.casefold(), paper.date or "9999", paper.title.casefold()


def _format_csl_json(papers: Iterable[Paper], keys: Mapping[str, str]) -> Iterator[str]:
    """A JSON array, an item a line; an item has the key that its source gave it, where no other has it."""
    before, used = "[", set(keys.values())
    for paper in papers:
        own = paper.extra.get("citation_key")
        key = own if isinstance(own, str) and own and own not in used else keys[paper.id]
        used.add(key)
        yield f"{before}\n{json.dumps(build_item(paper, key), ensure_ascii=False)}"
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


__all__ = ["ENDINGS", "FORMATS", "SavedExport", "export_papers", "format_papers", "list_references", "save_papers"]
