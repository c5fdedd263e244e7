"""Refer, also called BibIX, and EndNote's ``.enw``: lines like ``%T Title``, records parted by ``%0`` or empty lines.

Defined by refer(1) of Unix; EndNote added ``%0`` (the type), ``%X``, ``%R`` (the DOI), ``%@``, ``%U`` and others.
"""

import re
from collections.abc import Iterator
from typing import Any

from store.field_names import names_to_ours
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

_LINE = re.compile(r"\ufeff?%(?P<tag>[0-9A-Za-z@*?!#$&()+,\-.<=>^~\[\]])(?:[ \t](?P<value>.*)|\s*$)", re.DOTALL)
_TYPED = re.compile(r"^\ufeff?%0[ \t]+[A-Z][A-Za-z ()/]+\s*$", re.MULTILINE)
_TITLE = re.compile(r"^\ufeff?%T[ \t]+\S", re.MULTILINE)
_OTHER = re.compile(r"^\ufeff?%[AJDXBI8][ \t]+\S", re.MULTILINE)
_NAMES = names_to_ours("refer") | {
    "0": "type", "E": "editors", "Y": "series_editors", "?": "translators", "+": "affiliations", "M": "accession",
    "F": "citation_key", "W": "database_provider",
}  # fmt: skip


class ReferReader(TaggedReader):
    """Reads the records of Refer and EndNote's ``.enw``."""

    NAME = "refer"
    LABEL = "Refer, EndNote .enw"
    LINE = _LINE
    SIGNS = ((_TITLE, _TYPED), (_TITLE, _OTHER))

    def map_fields(self, tags: Tags) -> dict[str, Any]:
        """Return our fields of a record's tags."""
        identifiers = identify_texts(join_values(tags, "R"), *split_values(tags, "U", "3"))
        fields = {
            "title": first_text(tags, "T", "B", "Q"),
            "abstract": "\n".join(tags.get("X", ())),
            **map_authors(split_values(tags, "A", marks="\n;") or split_values(tags, "Q")),
            "date": choose_date(
                join_values(tags, "D"),
                join_values(tags, "8"),
                f"{join_values(tags, '8')} {join_values(tags, 'D')}".strip(),
            ),
            "venue": first_text(tags, "J", "B"),
            "keywords": split_values(tags, "K", marks="\n;,"),
            "doi": identifiers.get("doi"),
            "arxiv": identifiers.get("arxiv"),
            **map_links(split_values(tags, "U", ">")),
        }
        mapped = {"A", "K", "U", ">", "X", "T"} | ({"R"} if identify_texts(join_values(tags, "R")) else set())
        return add_rest(tags, _NAMES, mapped, fields)

    def split_blocks(self, lines: Iterator[tuple[int, str | None]]) -> Iterator[TaggedBlock]:
        """Yield the records: ``%0`` begins one; without any, a tag after an empty line does."""
        block: TaggedBlock | None = None
        typed = blank = False
        for number, line in lines:
            match = _LINE.match(line) if line else None
            if match and block and (match["tag"] == "0" or (blank and not typed)):
                yield block
                block = None
            if (match or line is None) and block is None:
                block, typed = TaggedBlock(number), bool(match and match["tag"] == "0")
            if block and (line is None or line.strip()):
                block.add(line)
            blank = line is not None and not line.strip()
        if block:
            yield block
