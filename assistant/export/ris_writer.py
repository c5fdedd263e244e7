"""RIS (see ``store.readers.ris``): a tag a line, and no line of the data looks like one."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from assistant.export.fields import (
    PaperType,
    detect_type,
    list_addresses,
    list_inverted_names,
    read_extra,
    read_identifier,
    to_line,
    to_lines,
)
from store.paper import Paper
from store.readers.record_builder import identify_texts
from store.readers.tagged_records import DATES

_TYPES = {
    PaperType.ARTICLE: "JOUR",
    PaperType.PROCEEDINGS: "CPAPER",
    PaperType.CHAPTER: "CHAP",
    PaperType.BOOK: "BOOK",
    PaperType.THESIS: "THES",
    PaperType.REPORT: "RPRT",
    PaperType.OTHER: "GEN",
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


def format_records(papers: Iterable[Paper]) -> Iterator[str]:
    """Write a record a paper, with an empty line behind it."""
    for paper in papers:
        kind = read_extra(paper, "type")
        if paper.source.format != "ris" or not _TYPE.fullmatch(kind):
            kind = _TYPES[detect_type(paper)]
        body = "".join(f"{tag}  - {text}\r\n" for tag, value in _list_tags(paper) for text in to_lines(value))
        yield f"TY  - {kind}\r\n{body}ER  - \r\n\r\n"


def _list_tags(paper: Paper) -> Iterator[tuple[str, Any]]:
    first, _, last = read_extra(paper, "pages").partition("–")
    yield "TI", paper.title
    yield "AU", list_inverted_names(paper)
    yield "PY", (paper.date or "")[:4]
    yield "DA", (paper.date or "").replace("-", "/") if len(paper.date or "") > 4 else ""
    yield "JF", to_line(paper.venue)
    yield "SP", first
    yield "EP", last
    yield "AB", paper.abstract
    yield "KW", list(paper.keywords)
    yield "DO", read_identifier(paper, "doi")
    yield "UR", _list_urls(paper)
    yield "N1", paper.retraction
    yield from _list_pubmed_tags(paper)
    for name, value in paper.extra.items():
        own = paper.source.format == "ris" and _TAG.fullmatch(name) and name not in _WRITTEN
        tag = _TAGS.get(name, name if own and not (paper.date and name in DATES) else "")
        if tag:
            yield tag, value


def _list_urls(paper: Paper) -> list[str]:
    """Its addresses, and that of its arXiv id where nothing else in the record tells it."""
    urls, arxiv = list_addresses(paper), paper.identifiers.get("arxiv")
    texts = (*urls, *to_lines(paper.extra.get("note")), *to_lines(paper.extra.get("accession")))
    return urls if not arxiv or identify_texts(*texts).get("arxiv") else [*urls, f"https://arxiv.org/abs/{arxiv}"]


def _list_pubmed_tags(paper: Paper) -> Iterator[tuple[str, str]]:
    """PubMed's numbers, where readers of RIS look for them; where others stand already they have no place."""
    pmid, central = paper.identifiers.get("pmid"), paper.identifiers.get("pmcid")
    if pmid and not {"accession", "database", "database_provider"} & paper.extra.keys():
        yield "DB", "PubMed"
        yield "AN", pmid
    if central and "C2" not in paper.extra:
        yield "C2", central
