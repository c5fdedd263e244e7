"""MEDLINE / NBIB: PubMed's "PubMed" and "Citation manager" (``PMID- 12345``), records parted by empty lines.

Defined at www.nlm.nih.gov/bsd/mms/medlineelements.html. Long lines go on behind six spaces.
"""

import re
from collections.abc import Iterator
from typing import Any

from store.field_names import names_to_ours
from store.readers.artefacts import is_placeholder, strip_full_stop
from store.readers.author_names import part_initials
from store.readers.identifiers import normalise_doi, normalise_pmid
from store.readers.record_builder import choose_date, map_authors
from store.readers.tagged_records import (
    TaggedBlock,
    TaggedReader,
    Tags,
    add_rest,
    first_text,
    join_values,
    split_values,
)

_LINE = re.compile(r"\ufeff?(?P<tag>[A-Z][A-Z0-9]{1,3}) {0,2}-\s?(?P<value>.*)", re.DOTALL)
_SNIFF = re.compile(r"^\ufeff?PMID ?- ?[0-9]+\s*$", re.MULTILINE)
_TAGGED = re.compile(r"^(?:TI  |AB  |FAU |AU  |OWN |STAT|DP  |JT  |TA  )- \S", re.MULTILINE)
_NAMES = names_to_ours("nbib") | {
    "PT": "type", "AD": "affiliations", "FED": "editors", "ED": "editors", "SO": "citation", "GR": "grants",
    "OAB": "other_abstract", "AUID": "author_ids", "RIN": "retraction_in", "ROF": "retraction_of",
}  # fmt: skip


_SUFFIX_LAST = re.compile(r"(?<=\w) ((?:Jr|Sr|II|III|IV|2nd|3rd|4th|5th)\.?)$")
ARTICLE_NUMBER = re.compile("[A-Za-z]{0,3}[0-9]{1,8}")
"""The number of an article in a journal without pages; longer ones are the publisher's own."""


class NbibReader(TaggedReader):
    """Reads the records of MEDLINE files."""

    NAME = "nbib"
    LABEL = "MEDLINE/NBIB"
    LINE = _LINE

    def map_fields(self, tags: Tags) -> dict[str, Any]:
        """Return our fields of a record's tags."""
        full = "FAU" if len(tags.get("FAU", ())) >= len(tags.get("AU", ())) else "AU"
        names = [" ".join(name.split()) for tag in (full, "CN") for name in tags.get(tag, ())]
        aids = [" ".join(aid.split()) for tag in ("AID", "LID") for aid in tags.get(tag, ())]
        titles = [strip_full_stop(first_text(tags, "TI", "BTI", "CTI")), join_values(tags, "TT")]
        number = next((aid.removesuffix("[pii]").strip() for aid in aids if aid.endswith("[pii]")), "")
        fields = {
            # A journal without pages counts its articles; longer numbers are the publisher's own.
            "pages": number if not join_values(tags, "PG") and ARTICLE_NUMBER.fullmatch(number) else "",
            "title": next((text for text in titles if not is_placeholder(text, "title")), ""),
            "abstract": join_values(tags, "AB"),
            **map_authors(part_initials(name) or name if full == "AU" else _part_suffix(name) for name in names),
            "date": choose_date(join_values(tags, "DP"), join_values(tags, "DEP")),
            "venue": first_text(tags, "JT", "BTI", "CTI", "TA"),
            "keywords": [keyword.lstrip("*") for keyword in split_values(_unwrap_lines(tags), "OT", "MH")],
            "pmid": normalise_pmid(join_values(tags, "PMID")),
            "doi": next((aid.split(" ")[0] for aid in aids if "[doi]" in aid or normalise_doi(aid)), ""),
            "identifiers": {"pmcid": join_values(tags, "PMC")},
        }
        mapped = {"FAU", "AU", "CN", "OT", "MH", "PMID", "PMC", "TI", "AB"}
        mapped |= {"ED"} if "FED" in tags else set()  # the same people with initials alone
        return add_rest(_unwrap_lines(tags), _NAMES, mapped, fields)

    def split_blocks(self, lines: Iterator[tuple[int, str | None]]) -> Iterator[TaggedBlock]:
        """Yield the records: an empty line ends one, another ``PMID`` begins one."""
        block: TaggedBlock | None = None
        for number, line in lines:
            match = _LINE.match(line) if line else None
            if block and (line == "" or (line and not line.strip()) or (match and match["tag"] == "PMID")):
                yield block
                block = None
            if (match or line is None) and block is None:
                block = TaggedBlock(number)
            if block and (line is None or line.strip()):
                block.add(line)
        if block:
            yield block

    def sniff(self, head: str) -> bool:
        """Look for a line with a PubMed id, or several tags as MEDLINE spaces them."""
        return bool(_SNIFF.search(head)) or len(set(_TAGGED.findall(head))) >= 3


def _part_suffix(name: str) -> str:
    """Return "Cobb, Fields W, Jr" for "Cobb, Fields W Jr", as MEDLINE has suffixes behind full names."""
    return _SUFFIX_LAST.sub(r", \1", name) if ", " in name else name


def _unwrap_lines(tags: Tags) -> Tags:
    return {tag: [" ".join(value.split()) for value in values] for tag, values in tags.items()}
