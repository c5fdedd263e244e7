"""What all formats read of a paper: texts, names, dates, addresses and its type, and how LaTeX may have them.

Values of ``Paper.extra`` are data of any kind; ``to_line`` and ``to_lines`` make texts of them.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from store.paper import Paper
from store.person_name import PersonName, is_body, parse_name, sort_authors
from store.text.clean import clean_characters

ET_AL = "et al."
_PREPRINTS = re.compile(r"arxiv|corr$", re.IGNORECASE)


def to_line(value: Any) -> str:
    """Put a value on one line; "" for what is no text and no number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return clean_characters(str(value))


def to_lines(value: Any) -> list[str]:
    """Put a value, or the values of a list, each on one line; what is no text and no number is left out."""
    return [line for item in (value if isinstance(value, list) else [value]) if (line := to_line(item))]


def read_extra(paper: Paper, name: str) -> str:
    """Read something that the source said beside what every record has, such as ``volume``; "" for nothing."""
    return to_line(paper.extra.get(name))


def read_journal(paper: Paper) -> str:
    """Read where it was published; "" where that is not known or is a server of preprints."""
    venue = clean_characters(paper.venue or "")
    return "" if _PREPRINTS.match(venue) else venue


def read_identifier(paper: Paper, scheme: str) -> str:
    """Read a bare identifier, or what the source gave for one that was none; "" for neither."""
    return paper.identifiers.get(scheme) or read_extra(paper, scheme)


def list_names(paper: Paper) -> list[str]:
    """List the authors in order."""
    return [name for author in sort_authors(paper) if (name := to_line(author.name))]


def list_inverted_names(paper: Paper) -> list[str]:
    """List the authors in order, family names first; "et al." stands last where the source hides some."""
    return [*map(invert_name, list_names(paper)), *([ET_AL] if paper.authors_truncated else [])]


def invert_name(name: str) -> str:
    """Write a name as "Poe, Ann" or "Roe, Jr., John"; as it is where that would not be read as the same name again."""
    parts = split_name(name)
    return ", ".join(part for part in (parts.family, parts.suffix, parts.given) if part) if parts else name


def split_name(name: str) -> PersonName | None:
    """Split the name of a person; None for a body, a single name, and what its parts would not spell again."""
    parts = parse_name(name)
    straight = f"{parts.given} {parts.family}{f', {parts.suffix}' if parts.suffix else ''}"
    return parts if parts.given and straight == name and not is_body(name) else None


def join_values(values: Iterable[str]) -> str:
    """Join values with semicolons; where there is but one, a last semicolon says that its commas part nothing."""
    lines = to_lines(list(values))
    return "; ".join(lines) + (";" if len(lines) == 1 and "," in lines[0] else "")


def find_link(paper: Paper) -> str:
    """Find the address of a paper: by its DOI, by its arXiv id, or its page; "" where none is known."""
    identifiers = paper.identifiers
    if identifiers.get("doi"):
        return f"https://doi.org/{identifiers['doi']}"
    return f"https://arxiv.org/abs/{identifiers['arxiv']}" if identifiers.get("arxiv") else find_page(paper)


def find_page(paper: Paper) -> str:
    """Find the first of its addresses that its abstract does not name, for those are of code and data; "" for none."""
    pages = (url for url in paper.urls if url.startswith(("http://", "https://")) and url not in paper.abstract)
    return next(pages, "")


def list_addresses(paper: Paper) -> list[str]:
    """List its addresses but for those that its abstract names, with which they are read again."""
    return [url for address in paper.urls if (url := to_line(address)) and url not in paper.abstract]


class PaperType(StrEnum):
    """The types that BibTeX, RIS and CSL all tell apart; the values are BibTeX's."""

    ARTICLE = "article"
    PROCEEDINGS = "inproceedings"
    CHAPTER = "incollection"
    BOOK = "book"
    THESIS = "phdthesis"
    REPORT = "techreport"
    OTHER = "misc"


_PROCEEDINGS = re.compile(r"\b(?:conference|proceedings|proc\.|symposium|workshop)", re.IGNORECASE)
# The first that fits what the source says, in the words of BibTeX, RIS, CSL, Crossref, OpenAlex and PubMed.
_TYPE_WORDS = (
    (PaperType.CHAPTER, re.compile(r"chapter|\bchap\b|incollection|inbook|book-section", re.IGNORECASE)),
    (PaperType.PROCEEDINGS, re.compile(r"proceedings|conference|\b(?:conf|cpaper)\b", re.IGNORECASE)),
    (PaperType.BOOK, re.compile(r"\b(?:e|edited-)?book\b|monograph", re.IGNORECASE)),
    (PaperType.THESIS, re.compile(r"thesis|dissertation|\bthes\b", re.IGNORECASE)),
    (PaperType.REPORT, re.compile(r"(?<!case )report|\brprt\b", re.IGNORECASE)),
    (PaperType.ARTICLE, re.compile(r"journal|\bjour\b|^article$|\breview\b|research-article|\bjfull\b", re.IGNORECASE)),
)


def detect_type(paper: Paper) -> PaperType:
    """Detect the type that the source names, else the one that the venue tells."""
    value = paper.extra.get("type")
    words = " ".join(word for word in value if isinstance(word, str)) if isinstance(value, list) else str(value or "")
    by_words = next((kind for kind, pattern in _TYPE_WORDS if pattern.search(words)), None)
    if by_words and (read_journal(paper) or by_words is not PaperType.ARTICLE):
        return by_words
    return type_of_venue(paper)


def type_of_venue(paper: Paper) -> PaperType:
    """Tell an article, a paper in proceedings and anything else apart by the venue alone."""
    journal = read_journal(paper)
    if not journal:
        return PaperType.OTHER
    return PaperType.PROCEEDINGS if _PROCEEDINGS.search(journal) else PaperType.ARTICLE


# BibTeX counts braces, also those behind a backslash: only whole pairs may stand in a field.
_SPECIAL = str.maketrans(
    {character: f"\\{character}" for character in "&%$#_"}
    | {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
    }
)


def escape_latex(text: str) -> str:
    """Escape a text for LaTeX: on one line, its letters as they are (UTF-8) and nothing in it a command."""
    return clean_characters(text).translate(_SPECIAL)
