"""CSV (RFC 4180) that no spreadsheet takes for formulas; columns as ``store.readers.delimited`` knows them."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from assistant.export.fields import join_values, list_addresses, list_inverted_names, read_identifier, to_line, to_lines
from store.paper import Paper
from store.readers.delimited import GUARD, match_columns, needs_guard

_COLUMNS: dict[str, Callable[[Paper], Any]] = {
    "Title": lambda paper: paper.title,
    "Authors": lambda paper: _join_names(list_inverted_names(paper)),
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
}
# Columns of what sources say beside that, and the names of those fields.
_EXTRAS = {
    "Citation key": "citation_key",
    "Document type": "type",
    "Volume": "volume",
    "Issue": "issue",
    "Pages": "pages",
    "ISSN": "issn",
    "EISSN": "eissn",
    "ISBN": "isbn",
    "Publisher": "publisher",
    "Language": "language",
    "Affiliations": "affiliations",
    "Notes": "note",
}


def format_rows(papers: Callable[[], Iterable[Paper]]) -> Iterator[str]:
    """Write the table, row by row; each further field of the sources has a column of its own.

    Args:
        papers: Gives the papers; called twice, for the columns have to be known before the first row.
    """
    further = list(dict.fromkeys(name for paper in papers() for name in _list_further_columns(paper)))
    yield _format_row([*_COLUMNS, *_EXTRAS, *further])
    names = (*_EXTRAS.values(), *further)
    for paper in papers():
        values = [*(read(paper) for read in _COLUMNS.values()), *(paper.extra.get(name) for name in names)]
        yield _format_row(["; ".join(to_lines(value)) for value in values])


def _list_further_columns(paper: Paper) -> Iterator[str]:
    """Names of fields that can be columns: another name that a reader takes for one of ours would be read as that."""
    for name, value in paper.extra.items():
        if name not in _EXTRAS.values() and name == to_line(name) and to_lines(value) and not match_columns([name]):
            yield name


def _join_names(names: list[str]) -> str:
    return "; ".join(names) + (";" if len(names) == 1 else "")


def _format_row(cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([f"{GUARD}{cell}" if needs_guard(cell) else cell for cell in cells])
    return text.getvalue()
