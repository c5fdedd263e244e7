"""RIS (see ``store.readers.ris``): a tag a line, and no line of the data looks like one."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from assistant.export.fields import ET_AL, Sort, identifier, line, lines, names, own_addresses, sort_of, turned, venue
from store.paper import Paper
from store.readers.record import identified
from store.readers.tagged_records import DATES

_TYPES = {
    Sort.ARTICLE: "JOUR",
    Sort.PROCEEDINGS: "CPAPER",
    Sort.CHAPTER: "CHAP",
    Sort.BOOK: "BOOK",
    Sort.THESIS: "THES",
    Sort.REPORT: "RPRT",
    Sort.OTHER: "GEN",
}
_TAGS = {
    "volume": "VL",
    "issue": "IS",
    "issn": "SN",
    "publisher": "PB",
    "place": "CY",
    "language": "LA",
    "edition": "ET",
    "editors": "A2",
    "series_editors": "A3",
    "series": "T3",
    "affiliations": "AD",
    "accession": "AN",
    "note": "N1",
    "citation_key": "ID",
    "database": "DB",
    "database_provider": "DP",
    "short_title": "ST",
    "accessed": "Y2",
    "type_of_work": "M3",
    "translated_title": "TT",
    "links": "L1",
}
_TAG = re.compile(r"[A-Z][A-Z0-9]")
_WRITTEN = {"TY", "ER", "TI", "AU", "AB", "KW", "DO", "UR", "JF", "SP", "EP"}
_TYPE = re.compile(r"[A-Z][A-Z0-9]{2,6}")


def records(papers: Iterable[Paper]) -> Iterator[str]:
    """A record a paper, with an empty line behind it."""
    for paper in papers:
        body = "".join(f"{tag}  - {text}\r\n" for tag, value in _tags(paper) for text in lines(value))
        yield f"TY  - {_type(paper)}\r\n{body}ER  - \r\n\r\n"


def _type(paper: Paper) -> str:
    given = line(paper.extra.get("type"))
    return given if paper.source.format == "ris" and _TYPE.fullmatch(given) else _TYPES[sort_of(paper)]


def _tags(paper: Paper) -> Iterator[tuple[str, Any]]:
    first, _, last = line(paper.extra.get("pages")).partition("–")
    yield "TI", paper.title
    yield "AU", [*map(turned, names(paper)), *([ET_AL] if paper.authors_truncated else [])]
    yield "PY", (paper.date or "")[:4]
    yield "DA", (paper.date or "").replace("-", "/") if len(paper.date or "") > 4 else ""
    yield "JF", venue(paper)
    yield "SP", first
    yield "EP", last
    yield "AB", paper.abstract
    yield "KW", list(paper.keywords)
    yield "DO", identifier(paper, "doi")
    yield "UR", _addresses(paper)
    yield "N1", paper.retraction
    yield from _pubmed(paper)
    for name, value in paper.extra.items():
        own = paper.source.format == "ris" and _TAG.fullmatch(name) and name not in _WRITTEN
        tag = _TAGS.get(name, name if own and not (paper.date and name in DATES) else "")
        if tag:
            yield tag, value


def _addresses(paper: Paper) -> list[str]:
    urls, arxiv = own_addresses(paper), paper.identifiers.get("arxiv")
    said = identified(*urls, *lines(paper.extra.get("note")), *lines(paper.extra.get("accession")))
    return urls if not arxiv or said.get("arxiv") else [*urls, f"https://arxiv.org/abs/{arxiv}"]


def _pubmed(paper: Paper) -> Iterator[tuple[str, str]]:
    """PubMed's numbers, where readers of RIS look for them; where others stand already they have no place."""
    pmid, central = paper.identifiers.get("pmid"), paper.identifiers.get("pmcid")
    if pmid and not {"accession", "database", "database_provider"} & paper.extra.keys():
        yield "DB", "PubMed"
        yield "AN", pmid
    if central and "C2" not in paper.extra:
        yield "C2", central
