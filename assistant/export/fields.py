"""What all formats read of a paper: texts, names, dates, addresses and its type, and how LaTeX may have them.

Values of ``Paper.extra`` are data of any kind; ``to_line`` and ``to_lines`` make texts of them.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from store.paper import Author, Paper
from store.person_name import PersonName, is_body, join_parts, parse_author, parse_name, sort_authors
from store.readers.people import BODY_COMMA, is_family_alone
from store.text.clean import clean_characters
from store.work_types import TYPES, read_type

ET_AL = "et al."
_PREPRINTS = re.compile(r"arxiv|corr$", re.IGNORECASE)


def to_line(value: Any) -> str:
    """Put a value on one line; "" for what is no text and no number."""
    if isinstance(value, str):
        return clean_characters(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return clean_characters(str(value))


def to_lines(value: Any) -> list[str]:
    """Put a value, or the values of a list, each on one line; what is no text and no number is left out."""
    return [line for item in (value if isinstance(value, list) else [value]) if (line := to_line(item))]


def read_extra(paper: Paper, name: str) -> str:
    """Read something that the source said beside what every record has, such as ``volume``; "" for nothing."""
    value = paper.extra.get(name)
    return "" if value is None else to_line(value)


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


def list_people(paper: Paper, role: str = "author") -> Sequence[Author]:
    """List the people of a role of CSL, in order."""
    people = sort_authors(paper) if role == "author" else paper.contributors
    return [
        person
        for person in people
        if to_line(person.name) and (role == "author" or getattr(person, "role", "") == role)
    ]


def list_inverted_names(paper: Paper, format: str) -> list[str]:
    """List the authors in order, family names first; "et al." stands last where the source hides some.

    A name that the source has as one text is a guess, and stays as it is where that source had the same format.
    """
    is_own = paper.source.format == format
    names = (
        to_line(person.name) if is_own and person.is_guess else invert_name(person) for person in list_people(paper)
    )
    return [*names, *([ET_AL] if paper.authors_truncated else [])]


def invert_name(author: Author) -> str:
    """Write a name as "Poe, Ann" or "Roe, John, Jr."; as it is where that would not be read as the same name again.

    A comma in the name of a body stands twice, and one stands behind the name of a body that would be taken for a
    person's, as in EndNote's files.
    """
    if author.literal:
        name = to_line(author.name)
        return f"{name}," if "," not in name and parse_name(name).given else name.replace(",", BODY_COMMA, 1)
    parts = split_name(author)
    if parts and not (parts.given or parts.suffix) and is_family_alone(parts.family):
        return f"{parts.family},"  # or "van den Hoven" would be read as a person with given names
    return ", ".join(filter(None, (parts.family, parts.given, parts.suffix))) if parts else to_line(author.name)


def split_name(author: Author) -> PersonName | None:
    """Split the name of a person, particles with the family name.

    None for a body, a single name that is a guess, and what its parts would not spell again.
    """
    if not author.is_guess:
        return None if author.literal else PersonName(*map(clean_characters, parse_author(author)))
    name = to_line(author.name)
    parts = parse_name(name)
    return parts if parts.given and join_parts(parts) == name and not is_body(name) else None


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


def find_kind(paper: Paper) -> str:
    """Find the type in the words of CSL: the one that the source names, else the one that the venue tells."""
    if paper.kind in TYPES:
        return paper.kind
    journal, given = read_journal(paper), paper.extra.get("type")
    stated = read_type(to_lines(given), paper.source.format) if given else ""
    if stated and (journal or stated != "article-journal"):
        return stated
    if not journal:
        return "article" if "arxiv" in paper.identifiers else "document"
    return "paper-conference" if _is_proceedings(journal) else "article-journal"


@lru_cache(maxsize=4096)  # A library has far fewer journals than papers.
def _is_proceedings(journal: str) -> bool:
    return _PROCEEDINGS.search(journal) is not None


_PROCEEDINGS = re.compile(r"\b(?:conference|proceedings|proc\.|symposium|workshop)", re.IGNORECASE)
BOOKLIKE = ("paper-conference", "chapter", "entry", "entry-dictionary", "entry-encyclopedia")
"""The types of what stands in a book."""


def has_genre(paper: Paper) -> bool:
    """Return whether a genre says more than the type: RIS and EndNote write there "Journal Article", too."""
    return paper.source.format in ("bibtex", "csl-json", "jsonl") or find_kind(paper) not in (
        "article-journal", "paper-conference", "chapter", "book", "document",
    )  # fmt: skip


# BibTeX counts braces, also those behind a backslash: only whole pairs may stand in a field.
_SPECIAL = {
    **{character: f"\\{character}" for character in "&%$#_"},
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
}
_COMMON = {sign: command for sign, command in _SPECIAL.items() if sign not in "\\{}"}
_SPECIAL_SIGN = re.compile(f"[{re.escape(''.join(_SPECIAL))}]")
_DASHES = re.compile("-(?=-)")


def escape_latex(text: str) -> str:
    """Escape a text for LaTeX: on one line, its letters as they are (UTF-8) and nothing in it a command."""
    if text.isalnum() and text.isascii():
        return text
    line = clean_characters(text)
    if "\\" in line or "{" in line or "}" in line:
        line = _SPECIAL_SIGN.sub(lambda sign: _SPECIAL[sign[0]], line)
    else:  # Of the other signs none is escaped with one of them: a search for each takes a tenth of the time.
        for sign, command in _COMMON.items():
            if sign in line:
                line = line.replace(sign, command)
    return _DASHES.sub("-{}", line) if "--" in line else line
