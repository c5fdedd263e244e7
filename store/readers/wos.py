"""Web of Science, tagged ("Plain Text File", "Field Tagged"): ``PT J`` begins a record, ``ER`` ends it.

Defined at images.webofknowledge.com/images/help/WOS/hs_wos_fieldtags.html. Lines that go on are indented by three
spaces; of authors and addresses each line is one.
"""

import re
from collections.abc import Iterator
from typing import Any

from store.readers.author_names import part_initials
from store.readers.identifiers import normalise_pmid
from store.readers.record_builder import choose_date, format_pages, map_authors
from store.readers.tagged_records import (
    TaggedBlock,
    TaggedReader,
    Tags,
    add_rest,
    first_text,
    join_values,
    split_values,
)

_LINE = re.compile(r"(?P<tag>[A-Z][A-Z0-9])(?: (?P<value>.*)|\s*$)", re.DOTALL)
_SNIFF = re.compile(
    r"^\ufeff?(?:FN \S.*\n(?:VR|PT) |(?:FN .*\n)?(?:VR .*\n)?PT [A-Z]\s*\n(?:[A-Z][A-Z0-9] |   ))", re.MULTILINE
)
_SKIPPED = {"FN", "VR", "EF"}
_NAMES = {
    "PT": "publication_type", "DT": "type", "VL": "volume", "IS": "issue", "SN": "issn", "EI": "eissn", "BN": "isbn",
    "PU": "publisher", "PI": "place", "LA": "language", "BE": "editors", "ED": "editors", "SE": "series",
    "C1": "affiliations", "CR": "references", "UT": "accession", "AR": "article_number", "JI": "journal_abbreviation",
    "WC": "subjects", "SC": "research_areas", "TC": "times_cited",
}  # fmt: skip


class WosReader(TaggedReader):
    """Reads the tagged records of Web of Science."""

    NAME = "wos"
    LABEL = "Web of Science tagged"
    LINE = _LINE
    SIGNS = ((_SNIFF,),)

    def map_fields(self, tags: Tags) -> dict[str, Any]:
        """Return our fields of a record's tags; tab-delimited exports have the same as columns."""
        full, short = (split_values(tags, tag, marks="\n;") for tag in ("AF", "AU"))
        names = "AF" if len(full) >= len(short) else "AU"
        fields = {
            "title": first_text(tags, "TI"),
            "abstract": join_values(tags, "AB"),
            **map_authors(
                part_initials(name) or name
                for name in split_values(tags, names, "CA", "GP", marks="\n;") or split_values(tags, "BA", marks="\n;")
            ),
            "date": choose_date(
                join_values(tags, "PY"), f"{join_values(tags, 'PD')} {join_values(tags, 'PY')}".strip()
            ),
            "venue": first_text(tags, "SO", "BS", "JI", "J9"),
            "keywords": split_values(_unwrap_lines(tags), "DE", "ID", marks=";"),
            "citation_count": first_text(tags, "TC", "Z9"),
            "doi": join_values(tags, "DI"),
            **_map_numbers(tags),
            "pages": format_pages(join_values(tags, "BP"), join_values(tags, "EP")),
        }
        mapped = {"TI", "AB", "AU", "AF", "CA", "GP", "PY", "PD", "DE", "ID", "DI", "PM", "BP", "EP"}
        return add_rest(_unwrap_lines(tags), _NAMES, mapped, fields)

    def split_blocks(self, lines: Iterator[tuple[int, str | None]]) -> Iterator[TaggedBlock]:
        """Yield the records; a ``PT`` begins one, too, where the ``ER`` before it is missing."""
        block: TaggedBlock | None = None
        for number, line in lines:
            match = _LINE.match(line.lstrip("\ufeff")) if line else None
            tag = match["tag"] if match else ""
            if block and tag in {"ER", "EF", "PT"}:
                yield block
                block = None
            if (line is None or (match and tag not in {"ER", *_SKIPPED})) and block is None:
                block = TaggedBlock(number)
            if block and (line is None or line.strip()) and tag not in _SKIPPED:
                block.add(line and line.lstrip("\ufeff"))
        if block:
            yield block


def _map_numbers(tags: Tags) -> dict[str, Any]:
    """Return PubMed's number, which MEDLINE's own records have as accession, and that of Web of Science."""
    database, _, number = join_values(tags, "UT").rpartition(":")
    is_medline = database.upper() == "MEDLINE"
    pmid = join_values(tags, "PM") or (number if is_medline else "")
    return {"pmid": normalise_pmid(pmid), "identifiers": {} if is_medline else {"wos": number}}


def _unwrap_lines(tags: Tags) -> Tags:
    """The tags with the lines of wrapped text joined; those of references and addresses each stand for themselves."""
    return {
        tag: values if tag in {"CR", "C1", "AU", "AF", "EM"} else [" ".join(value.split()) for value in values]
        for tag, values in tags.items()
    }
