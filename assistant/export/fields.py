"""What the formats have in common: texts, dates and names of a paper as files may hold them.

What is known of a paper that a citation of it says.

What sort of thing a paper is, out of what its source calls it.

Text from data as LaTeX and BibTeX may have it.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from store.paper import Paper
from store.person_name import is_body, listed_authors, person_name
from store.text.clean import clean_characters

_PREPRINTS = re.compile(r"arxiv|corr$", re.IGNORECASE)


def journal(paper: Paper) -> str:
    """Where it was published; "" where that is not known or is a server of preprints."""
    venue = clean_characters(paper.venue or "")
    return "" if _PREPRINTS.match(venue) else venue


def detail(paper: Paper, name: str) -> str:
    """Something that the source said beside what every record has, such as ``volume`` or ``pages``; "" for nothing."""
    value = paper.extra.get(name)
    return clean_characters(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def link(paper: Paper) -> str:
    """The address of a paper: by its DOI, by its arXiv id, or its page; "" where none is known."""
    known = paper.identifiers
    if known.get("doi"):
        return f"https://doi.org/{known['doi']}"
    return f"https://arxiv.org/abs/{known['arxiv']}" if known.get("arxiv") else page(paper)


def page(paper: Paper) -> str:
    """The first of its addresses that its abstract does not name, for those are of code and data; "" for none."""
    pages = (url for url in paper.urls if url.startswith(("http://", "https://")) and url not in paper.abstract)
    return next(pages, "")


ET_AL = "et al."


def line(value: Any) -> str:
    """A value on one line; "" for what is no text and no number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return clean_characters(str(value))


def lines(value: Any) -> list[str]:
    """A value, or the values of a list, each on one line; what is no text and no number is left out."""
    return [text for one in (value if isinstance(value, list) else [value]) if (text := line(one))]


def names(paper: Paper) -> list[str]:
    """The authors in order."""
    return [name for author in listed_authors(paper) if (name := line(author.name))]


def turned(name: str) -> str:
    """The name as "Poe, Ann" or "Roe, Jr., John"; as it is where that would not be read as the same name again."""
    family, given, suffix = person_name(name)
    whole = f"{given} {family}{f', {suffix}' if suffix else ''}"
    if is_body(name) or not given or whole != name:
        return name
    return ", ".join(part for part in (family, suffix, given) if part)


def venue(paper: Paper) -> str:
    """Where it was published, as the source says."""
    return line(paper.venue) or journal(paper)


def identifier(paper: Paper, scheme: str) -> str:
    """A bare identifier, or what the source gave for one that was none; "" for neither."""
    return paper.identifiers.get(scheme) or line(paper.extra.get(scheme))


def joined(values: Iterable[str]) -> str:
    """Values with semicolons; where there is but one, the last semicolon says that its commas part nothing."""
    texts = lines(list(values))
    return "; ".join(texts) + (";" if len(texts) == 1 and "," in texts[0] else "")


def own_addresses(paper: Paper) -> list[str]:
    """Its addresses but for those that its abstract names, with which they are read again."""
    return [url for one in paper.urls if (url := line(one)) and url not in paper.abstract]


class Sort(StrEnum):
    """The sorts that BibTeX, RIS and CSL all tell apart; the values are BibTeX's."""

    ARTICLE = "article"
    PROCEEDINGS = "inproceedings"
    CHAPTER = "incollection"
    BOOK = "book"
    THESIS = "phdthesis"
    REPORT = "techreport"
    OTHER = "misc"


_PROCEEDINGS = re.compile(r"\b(?:conference|proceedings|proc\.|symposium|workshop)", re.IGNORECASE)
# The first that fits what the source says, in the words of BibTeX, RIS, CSL, Crossref, OpenAlex and PubMed.
_NAMED = (
    (Sort.CHAPTER, re.compile(r"chapter|\bchap\b|incollection|inbook|book-section", re.IGNORECASE)),
    (Sort.PROCEEDINGS, re.compile(r"proceedings|conference|\b(?:conf|cpaper)\b", re.IGNORECASE)),
    (Sort.BOOK, re.compile(r"\b(?:e|edited-)?book\b|monograph", re.IGNORECASE)),
    (Sort.THESIS, re.compile(r"thesis|dissertation|\bthes\b", re.IGNORECASE)),
    (Sort.REPORT, re.compile(r"(?<!case )report|\brprt\b", re.IGNORECASE)),
    (Sort.ARTICLE, re.compile(r"journal|\bjour\b|^article$|\breview\b|research-article|\bjfull\b", re.IGNORECASE)),
)


def sort_of(paper: Paper) -> Sort:
    """The sort that the source names, else the one that the venue tells."""
    given = paper.extra.get("type")
    said = " ".join(one for one in given if isinstance(one, str)) if isinstance(given, list) else str(given or "")
    named = next((sort for sort, pattern in _NAMED if pattern.search(said)), None)
    if named and (journal(paper) or named is not Sort.ARTICLE):
        return named
    if not journal(paper):
        return Sort.OTHER
    return Sort.PROCEEDINGS if _PROCEEDINGS.search(journal(paper)) else Sort.ARTICLE


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
_NOT_VERBATIM = re.compile(r"[\\{}\s]")


def latex(text: str) -> str:
    """The text on one line, its letters as they are (UTF-8) and nothing in it a command."""
    return clean_characters(text).translate(_SPECIAL)


def verbatim(text: str) -> str:
    """An address or identifier for a field that LaTeX does not read, such as ``doi``; %-encoded where it would end."""
    return _NOT_VERBATIM.sub(lambda match: quote(match[0], safe=""), clean_characters(text))
