"""RIS (Research Information Systems): ``TY  - JOUR`` begins a record, ``ER  -`` ends it.

Defined by Reference Manager; github.com/aurimasv/translators/wiki/RIS-Tag-Map lists what programs make of it (EndNote,
Zotero, Mendeley, Scopus, ProQuest, PsycINFO, IEEE Xplore, Rayyan, Covidence). Tags may be spaced in other ways, ``ER``
may be missing, values may go over several lines.
"""

import re
from collections.abc import Iterator
from typing import Any

from store.field_names import names_to_ours
from store.readers.author_names import part_initials, split_run
from store.readers.identifiers import normalise_doi, normalise_pmid
from store.readers.record_builder import choose_date, format_pages, identify_texts, map_authors, map_links
from store.readers.tagged_records import (
    TaggedBlock,
    TaggedReader,
    Tags,
    add_rest,
    first_text,
    join_values,
    split_values,
)
from store.readers.textfile import OTHER_FORMAT

_KNOWN = """TY A1 A2 A3 A4 AB AD AN AU AV BT C1 C2 C3 C4 C5 C6 C7 C8 CA CL CN CP CT CY DA DB DI DO DP ED EP ER ET ID IP
    IS J1 J2 JA JF JO K1 KW L1 L2 L3 L4 LA LB LK M1 M2 M3 N1 N2 NV OL OP PB PP PY RI RN RP SE SF SN SP ST SV T1 T2 T3 TA
    TI TT U1 U2 U3 U4 U5 UR UT VL VO WP WT WV Y1 Y2 PMID DOI""".split()
_TAG = re.compile(
    rf"[ \t\ufeff]{{0,3}}(?:(?P<strict>[A-Z][A-Z0-9]|PMID|DOI)  -|(?P<loose>{'|'.join(_KNOWN)})[ \t]{{0,4}}-(?=\s|$))"
    r"[ \t]?(?P<value>.*)"
)
_LINE = re.compile(r"(?P<tag>[A-Z][A-Z0-9]{1,3})  - (?P<value>.*)", re.DOTALL)
_SNIFF = re.compile(r"^[ \t\ufeff]{0,3}TY[ \t]{0,4}-(?=\s|$)", re.MULTILINE)
_OTHERS = re.compile(r"^[ \t]{0,3}(?:ER|AU|A1|T1|TI|PY|AB|JO|DO|KW)[ \t]{0,4}-(?=\s|$)", re.MULTILINE)
_ENTRY = re.compile(r"\s{0,8}@[A-Za-z]{3,20}\{[^\s,]+,")
_CITED = re.compile(r"(?:Cited By|Times Cited)\s*[:=]?\s*([0-9]{1,9})\b", re.IGNORECASE)
_LABELS = re.compile(r"RAYYAN-LABELS:\s*([^|]+)")
# As PubMed Central marks its numbers, and Web of Science its own.
_CENTRAL = re.compile(r"\bPMC[0-9]{1,9}\b")
_MARKED_PMID = re.compile(r"\b([0-9]{1,9})\s*\[pmid\]", re.IGNORECASE)
_WOS_ID = re.compile(r"\bWOS:([A-Z0-9]{15})\b")
_TITLES = ("TI", "T1", "CT")
_SUBSTANCE = {*_TITLES, "BT", "AU", "A1", "DO"}
_NAMES = names_to_ours("ris") | {
    "TY": "type", "A2": "editors", "ED": "editors", "A3": "series_editors", "A4": "translators", "AD": "affiliations",
    "AN": "accession", "ID": "citation_key", "DP": "database_provider", "TT": "translated_title",
}  # fmt: skip


class RisReader(TaggedReader):
    """Reads the records of RIS."""

    NAME = "ris"
    LABEL = "RIS"
    LINE = _LINE
    SIGNS = ((_SNIFF, _OTHERS),)

    def map_fields(self, tags: Tags) -> dict[str, Any]:
        """Return our fields of a record's tags."""
        abstracts = ("\n".join(tags.get(tag, ())) for tag in ("AB", "N2"))
        fields = {
            "title": first_text(tags, *_TITLES, "BT", "TT", "ST"),
            "abstract": max(abstracts, key=len),
            **map_authors(
                part_initials(name) or name
                for text in split_values(tags, "AU", "A1", marks="\n;")
                for name in split_run(text)
            ),
            "date": _choose_date(tags),
            "citation_count": _find_count(tags),
            "tags": _find_labels(tags),
            "venue": first_text(tags, "JF", "T2", "JO", "BT", "JA", "J2", "J1", "SO"),
            "keywords": [keyword.lstrip("*") for keyword in split_values(tags, "KW", "K1", marks="\n;")],
            **_map_identifiers(tags),
            **map_links(split_values(tags, "UR", "L1", "L2", "LK", "WP", "US", marks="\n;")),
            "pages": format_pages(join_values(tags, "SP"), join_values(tags, "EP")) or join_values(tags, "PG"),
        }
        mapped = {"AU", "A1", "KW", "K1", "DO", "DI", "DOI", "PMID", "UR", "L1", "L2", "LK", "WP", "US"}
        mapped |= {"SP", "EP", "PG", "M3", "PM", "YR"}
        mapped |= {"U1"} if _MARKED_PMID.fullmatch(join_values(tags, "U1")) else set()
        if len(tags.get("DO", ())) > 1:
            fields["other_dois"] = tags["DO"][1:]
        mapped -= {"M3"} if not identify_texts(join_values(tags, "M3")) else set()
        return add_rest(tags, _NAMES, mapped, fields)

    def split_blocks(self, lines: Iterator[tuple[int, str | None]]) -> Iterator[TaggedBlock]:
        """Yield the records; a ``TY`` without ``ER`` before it begins one only where more than odd tags follow."""
        splitter = _Splitter()
        for number, line in lines:
            yield from splitter.add(number, line)
        yield from splitter.close()


def _find_count(tags: Tags) -> str:
    """Find how often Scopus counts that it is cited ("Cited By :12" in a note), or Web of Science ("TC")."""
    match = _CITED.search(join_values(tags, "N1"))
    return match[1] if match else first_text(tags, "TC", "Z9")


def _find_labels(tags: Tags) -> list[str]:
    """Find the labels that Rayyan writes into a note."""
    match = _LABELS.search(join_values(tags, "N1"))
    return match[1].split(",") if match else []


def _choose_date(tags: Tags) -> str:
    # Of several dates under one tag the first is that of the issue: "2013/02/15/received" stands behind it.
    years = [next(iter(tags.get(tag, ())), "") for tag in ("PY", "DA", "Y1", "YR")]
    year = next((year[:4] for year in years if re.match(r"[12]\d{3}(?!\d)", year)), "")
    return choose_date(*years, f"{year} {years[1]}" if year and not re.search(r"\d{4}", years[1]) else None)


def _map_identifiers(tags: Tags) -> dict[str, Any]:
    dois = [line for tag in ("DO", "DI", "DOI") for line in tags.get(tag, ()) if line]
    doi = next((line for line in dois if normalise_doi(line)), join_values(tags, "DO"))
    if "[doi]" in join_values(tags, "ID"):  # Ovid
        doi = doi or join_values(tags, "ID").partition("[doi]")[0].strip()
    identifiers = identify_texts(join_values(tags, "M3"), *split_values(tags, "UR", "L3", "N1", "AN"))
    database = f"{join_values(tags, 'DB')} {join_values(tags, 'DP')}".lower()
    pubmed = any(name in database for name in ("pubmed", "ovid medline")) or join_values(tags, "DP") == "NLM"
    pubmed_id = normalise_pmid(join_values(tags, "PMID")) or (
        normalise_pmid(join_values(tags, "AN")) if pubmed else None
    )
    pubmed_id = pubmed_id or normalise_pmid(join_values(tags, "PM").removeprefix("PUBMED").strip())  # Cochrane
    numbers = " ".join(join_values(tags, tag) for tag in ("U1", "U2", "U3", "U4", "U5", "AN", "C2", "ID"))
    central, marked = _CENTRAL.search(numbers), _MARKED_PMID.search(numbers)
    pubmed_id = pubmed_id or (marked[1] if marked else None)
    web_of_science = _WOS_ID.search(join_values(tags, "AN"))
    ids = {"pmcid": central[0] if central else "", "wos": web_of_science[1] if web_of_science else ""}
    return {
        "doi": doi or identifiers.get("doi"),
        "arxiv": identifiers.get("arxiv"),
        "pmid": pubmed_id,
        "identifiers": {scheme: number for scheme, number in ids.items() if number},
    }


class _Splitter:
    """The record that is being gathered, and the one before it where that did not end in ``ER``."""

    def __init__(self) -> None:
        self._before: TaggedBlock | None = None
        self._block: TaggedBlock | None = None
        self._tags: set[str] = set()
        self._blank = False

    def add(self, number: int, line: str | None) -> Iterator[TaggedBlock]:
        if line is None:
            self._block = self._block or TaggedBlock(number)
            self._block.add(None)
            return
        match = _TAG.match(line)
        tag = match["strict"] or match["loose"] if match else ""
        if tag == "ER" or line.strip() == "ER":
            yield from self.close()
        elif tag and match:
            if tag == "TY" and self._tags & _SUBSTANCE:
                yield from self._end_record()
            self._add_tag(number, f"{tag}  - {match['value']}", tag)
        elif self._block and line.strip():
            self._block.add(line)
        elif _ENTRY.match(line):
            yield TaggedBlock(number, fault=OTHER_FORMAT.format("BibTeX"))
        self._blank = not line.strip()

    def close(self) -> Iterator[TaggedBlock]:
        """End the record."""
        yield from self._end_record()
        if self._before:
            yield self._before
        self._before = None

    def _end_record(self) -> Iterator[TaggedBlock]:
        """Let what is gathered wait: the next one may turn out to be a part of it."""
        if self._block and self._before and not self._tags & _SUBSTANCE:
            for line in self._block.lines:
                self._before.add(line)
            self._before.too_long |= self._block.too_long
        elif self._block:
            if self._before:
                yield self._before
            self._before = self._block
        self._block, self._tags = None, set()

    def _add_tag(self, number: int, line: str, tag: str) -> None:
        if self._block is None:
            self._block = TaggedBlock(number)
        self._block.add(line)
        self._tags.add(tag)
