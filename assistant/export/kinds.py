"""What sort of thing a paper is, out of what its source calls it."""

import re
from enum import StrEnum

from assistant.export.facts import journal
from store.paper import Paper


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
