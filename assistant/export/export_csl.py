"""Papers as items of CSL-JSON (docs.citationstyles.org), for files and for formatted references."""

import re
from typing import Any

from assistant.export.fields import ET_AL, joined, line, lines, names, own_addresses, venue
from assistant.export.kinds import Sort, sort_of
from store.paper import Paper
from store.person_name import is_body, person_name

_TYPES = {
    Sort.ARTICLE: "article-journal",
    Sort.PROCEEDINGS: "paper-conference",
    Sort.CHAPTER: "chapter",
    Sort.BOOK: "book",
    Sort.THESIS: "thesis",
    Sort.REPORT: "report",
    Sort.OTHER: "document",
}
_OURS = {"issn": "ISSN", "isbn": "ISBN", "place": "publisher-place", "short_title": "title-short"}
_VARIABLES = {
    *"volume issue publisher language edition number note collection-title archive call-number genre medium".split(),
    *"event event-title event-place source status version annote number-of-pages ISSN ISBN publisher-place".split(),
    *"title-short journalAbbreviation chapter-number number-of-volumes accessed".split(),
}
_WRITTEN = {"id", "type", "title", "abstract", "author", "issued", "DOI", "PMID", "PMCID", "URL", "keyword", "page"}
_WRITTEN |= {"container-title", "citation-key", "citation_key", "editors", "editor", "pages"}


def item(paper: Paper, key: str) -> dict[str, Any]:
    """The item of a paper; a list of authors that hides some ends in "et al."."""
    kept = paper.source.format == "csl-json"
    authors = [*map(_name, names(paper)), *([{"literal": ET_AL}] if paper.authors_truncated else [])]
    known = paper.identifiers
    found: dict[str, Any] = {
        "id": key,
        "citation-key": key,
        "type": (kept and line(paper.extra.get("type"))) or _type(paper),
        "title": paper.title,
        "author": authors,
        "issued": issued(paper.date),
        "container-title": venue(paper),
        "abstract": paper.abstract,
        "keyword": joined(paper.keywords),
        "DOI": known.get("doi"),
        "PMID": known.get("pmid"),
        "PMCID": known.get("pmcid"),
        "URL": next(iter(own_addresses(paper)), ""),
        "page": line(paper.extra.get("pages")),
        "editor": [_name(name) for name in lines(paper.extra.get("editors"))],
        **_others(paper, kept),
    }
    if known.get("arxiv") and not found.get("number"):
        found["number"] = f"arXiv:{known['arxiv']}"
    if paper.retraction:
        found["note"] = "\n".join(filter(None, (paper.retraction, str(found.get("note") or ""))))
    return {name: value for name, value in found.items() if value}


def _type(paper: Paper) -> str:
    sort = sort_of(paper)
    # CSL calls a preprint an article that is of no journal.
    return "article" if sort is Sort.OTHER and "arxiv" in paper.identifiers else _TYPES[sort]


def issued(date: str | None) -> dict[str, Any]:
    """A date as CSL has it, as far as it is known."""
    return {"date-parts": [[int(part) for part in date.split("-")]]} if date else {}


def _others(paper: Paper, kept: bool) -> dict[str, Any]:
    """The other fields: all of an item that was read from CSL-JSON, else those that are variables of CSL."""
    named = {_OURS.get(name, name): value for name, value in paper.extra.items() if name not in _WRITTEN}
    return named if kept else {name: line(value) for name, value in named.items() if name in _VARIABLES}


def _name(name: str) -> dict[str, str]:
    family, given, suffix = person_name(name)
    if is_body(name) or not given or f"{given} {family}{f', {suffix}' if suffix else ''}" != name:
        return {"literal": name}
    parts = re.fullmatch(r"(?P<particle>(?:[^\W\dA-Z_][\w'’.-]* )+)(?P<family>[^\W\d_].*)", family)
    split = {"non-dropping-particle": parts["particle"].strip(), "family": parts["family"]} if parts else {}
    return {"family": family, "given": given, **split, **({"suffix": suffix} if suffix else {})}
