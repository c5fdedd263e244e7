"""Ovid's tagged export: records behind ``<1. >``, tags like ``TI  - ``, remarks in brackets behind names.

Its tags are those of MEDLINE, with other meanings: ``SO`` is where the work stands in one line, ``YR`` its year.
"""

import re
from collections.abc import Iterator
from typing import Any

from store.field_names import names_to_ours
from store.readers.artefacts import strip_full_stop
from store.readers.author_names import part_initials
from store.readers.identifiers import normalise_pmid
from store.readers.record_builder import choose_date, identify_texts, map_authors, map_links
from store.readers.tagged_records import (
    TaggedBlock,
    TaggedReader,
    Tags,
    add_rest,
    first_text,
    join_values,
    split_values,
)

_LINE = re.compile(r"\ufeff?(?P<tag>[A-Z][A-Z0-9]) {0,3}- ?(?P<value>.*)", re.DOTALL)
_NUMBER = re.compile(r"\s*<\s*\d{1,9}\s*(?:\.\s*)?>\s*")
_BEGIN = re.compile(r"^[ \t\ufeff]{0,9}<[ \t]{0,9}\d{1,9}[ \t]{0,9}\.?[ \t]{0,9}>[ \t]*$", re.MULTILINE)
_OVID = re.compile(r"^(?:VN  - Ovid|DB  - .*|UI  - |AN  - |ID  - |ST  - )", re.MULTILINE)
_NAMES = names_to_ours("ris") | {
    "PT": "type", "IS": "issn", "IB": "isbn", "LG": "language", "PG": "pages", "IP": "issue", "VO": "volume",
    "IN": "affiliations", "AN": "accession", "UI": "accession", "ED": "editors", "DB": "database", "CP": "country",
    "JA": "journal_abbreviation", "SO": "citation", "VN": "provider",
}  # fmt: skip
# "Journal of Tests. 35(2):212-3, 2003 Mar." and "A book. Vol. 2, No. 3, pp. 359-370. 2004. print."
_JOURNAL = re.compile(
    r"\s*(?P<venue>.+?)[.,]?\s+(?=(?:Vol(?:ume)?\.?\s*)?\d+\s*[(:,]|Vol\.?\s|\d+\s*\(|\d{4}\b|No\.\s|pp?\.\s)"
)
_VOLUME = re.compile(r"\b(?:Vol(?:ume)?\.?\s*)?(\d{1,4})\s*(?=[(:]|,?\s*No\.)|\bVol(?:ume)?\.?\s*(\d{1,4})")
_ISSUE = re.compile(r"\d\s*\(([^()]{1,20})\)\s*:|\bNo\.\s*(\d{1,4})")
_PAGES = re.compile(
    r"(?:\)|\d)\s*:\s*([A-Za-z]?\d+(?:\s*[-–]\s*[A-Za-z]?\d+)?)|\bpp?\.\s*([A-Za-z]?\d+(?:\s*[-–]\s*\d+)?)"
)


class OvidReader(TaggedReader):
    """Reads the records of Ovid's tagged export."""

    NAME = "ovid"
    LABEL = "Ovid tagged"
    LINE = _LINE
    SIGNS = ((_BEGIN, _OVID), (re.compile(r"^VN  - Ovid", re.MULTILINE),))

    def map_fields(self, tags: Tags) -> dict[str, Any]:
        """Return our fields of a record's tags."""
        place = first_text(tags, "SO", "JN", "JF")
        journal = _JOURNAL.match(place)
        identifiers = identify_texts(*split_values(tags, "DO", "DI", "ID", "UR"))
        year = re.search(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)", place)
        fields = {
            "title": strip_full_stop(first_text(tags, "TI", "BT")),
            "abstract": "\n".join(tags.get("AB", ())),
            **map_authors(part_initials(name) or name for name in map(_strip_remarks, split_values(tags, "AU"))),
            "editors": [_strip_remarks(name) for name in split_values(tags, "ED")],
            "date": choose_date(*(join_values(tags, tag) for tag in ("YR", "PY", "DP", "PD")), year and year[0]),
            "venue": first_text(tags, "JN", "JF") or (journal["venue"].rstrip(".") if journal else ""),
            "keywords": [word.lstrip("*") for word in split_values(tags, "KW", "MH", "SH", marks="\n;")],
            "doi": identifiers.get("doi"),
            "pmid": normalise_pmid(join_values(tags, "PM")),
            **map_links(split_values(tags, "UR", "XL")),
            "volume": join_values(tags, "VO") or _find(_VOLUME, place),
            "issue": join_values(tags, "IP") or _find(_ISSUE, place),
            "pages": join_values(tags, "PG") or _find(_PAGES, place),
        }
        mapped = {"AU", "ED", "AB", "KW", "MH", "SH", "PM", "UR", "XL", "TI", "VO", "IP", "PG", "VN"}
        return add_rest(tags, _NAMES, mapped, fields)

    def split_blocks(self, lines: Iterator[tuple[int, str | None]]) -> Iterator[TaggedBlock]:
        """Yield the records: a number in angle brackets begins one, or a ``TI`` of its own where there is none."""
        block: TaggedBlock | None = None
        for number, line in lines:
            if line and _NUMBER.fullmatch(line):
                if block:
                    yield block
                block = TaggedBlock(number)
            elif block and (line is None or line.strip()):
                block.add(line)
        if block:
            yield block


def _strip_remarks(name: str) -> str:
    """Return a name without "[Author, Reprint Author]" or its number, as in "Ye 2 Chen"."""
    bare = re.sub(r"(?<!\s)\s*[\[(][^\])]*[\])]?", "", name)
    return re.sub(r"(?<!\s)\s+\d+(?=\s|,|$)", "", bare).strip(" .;")


def _find(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return next(filter(None, match.groups()), "") if match else ""
