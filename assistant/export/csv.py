"""CSV (RFC 4180) that no spreadsheet takes for formulas; columns as ``store.readers.delimited`` knows them."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from assistant.export.fields import ET_AL, identifier, joined, line, lines, names, own_addresses, turned, venue
from store.paper import Paper
from store.readers.delimited import GUARD, guarded, known_columns

_COLUMNS: dict[str, Callable[[Paper], Any]] = {
    "Title": lambda paper: paper.title,
    "Authors": lambda paper: _people(paper),
    "Year": lambda paper: (paper.date or "")[:4],
    "Date": lambda paper: paper.date,
    "Journal": venue,
    "Abstract": lambda paper: paper.abstract,
    "DOI": lambda paper: identifier(paper, "doi"),
    "arXiv ID": lambda paper: identifier(paper, "arxiv"),
    "PMID": lambda paper: identifier(paper, "pmid"),
    "PMCID": lambda paper: identifier(paper, "pmcid"),
    "URL": lambda paper: " ".join(own_addresses(paper)),
    "Keywords": lambda paper: joined(paper.keywords),
    "Categories": lambda paper: joined(paper.categories),
    "Retraction": lambda paper: paper.retraction,
    "Citation key": lambda paper: paper.extra.get("citation_key"),
    "Document type": lambda paper: paper.extra.get("type"),
    "Volume": lambda paper: paper.extra.get("volume"),
    "Issue": lambda paper: paper.extra.get("issue"),
    "Pages": lambda paper: paper.extra.get("pages"),
    "ISSN": lambda paper: paper.extra.get("issn"),
    "EISSN": lambda paper: paper.extra.get("eissn"),
    "ISBN": lambda paper: paper.extra.get("isbn"),
    "Publisher": lambda paper: paper.extra.get("publisher"),
    "Language": lambda paper: paper.extra.get("language"),
    "Affiliations": lambda paper: paper.extra.get("affiliations"),
    "Notes": lambda paper: paper.extra.get("note"),
}
_HELD = {"citation_key", "type", "volume", "issue", "pages", "issn", "eissn", "isbn", "publisher", "language"}
_HELD |= {"affiliations", "note"}


def rows(papers: Callable[[], Iterable[Paper]]) -> Iterator[str]:
    """The table, row by row; each further field of the sources has a column of its own.

    Args:
        papers: Gives the papers; called twice, for the columns have to be known before the first row.
    """
    further = list(dict.fromkeys(name for paper in papers() for name in _further(paper)))
    yield _row([*_COLUMNS, *further])
    for paper in papers():
        values = [*(value(paper) for value in _COLUMNS.values()), *(paper.extra.get(name) for name in further)]
        yield _row(["; ".join(lines(value)) for value in values])


def _further(paper: Paper) -> Iterator[str]:
    """Names of fields that can be columns: another name that a reader takes for one of ours would be read as that."""
    for name, value in paper.extra.items():
        if name not in _HELD and name == line(name) and lines(value) and not known_columns([name]):
            yield name


def _people(paper: Paper) -> str:
    texts = [*map(turned, names(paper)), *([ET_AL] if paper.authors_truncated else [])]
    return "; ".join(texts) + (";" if len(texts) == 1 else "")


def _row(cells: list[str]) -> str:
    made = io.StringIO()
    csv.writer(made).writerow([f"{GUARD}{cell}" if guarded(cell) else cell for cell in cells])
    return made.getvalue()
