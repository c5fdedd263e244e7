"""Conspectus' own JSON Lines (jsonlines.org): UTF-8, one object a line, each a paper.

Fields, of which a title or an abstract has to be there: ``id``, ``title``, ``abstract``, ``abstract_raw``,
``authors`` (names, objects with ``name`` and ``position``, or one text), ``authors_truncated``, ``date`` (ISO 8601, cut
to what is known), ``year``, ``year_inferred``, ``venue``, ``categories``, ``keywords``, ``identifiers`` (value by
scheme), ``doi``, ``arxiv`` or ``arxiv_id``, ``pmid``, ``urls``, ``url`` (the paper's own page), ``has_code``,
``extra``. Fields of other names go to ``extra``.

Arrays, and objects over several lines, are read too; indented ones up to 100 MB, for they have to be held in memory.
"""

import re
from collections.abc import Iterator
from typing import Any

from store.errors import SourceError
from store.readers.json_records import JsonReader, begins_json
from store.readers.reader import Item
from store.readers.record_builder import parse_paper
from store.readers.textfile import TextFile

_LINE = re.compile(r'^[ \t]*\{[ \t]*"', re.MULTILINE)


class JsonLinesReader(JsonReader):
    """Reads each object as a paper; a line that holds none is a problem, and the next ones are read."""

    NAME = "jsonl"
    LABEL = "JSON Lines, one paper an object"

    def sniff(self, head: str) -> bool:
        """Look for an object or an array of such at the beginning, or any line that begins like an object."""
        return begins_json(head) or bool(_LINE.search(head.removeprefix("\ufeff")))

    def read_record(self, file: TextFile, line: int, record: dict[str, Any], doubt: str) -> Iterator[Item]:
        """Yield the paper of an object, whose fields have our names already."""
        try:
            paper = parse_paper(record, file.source(line, self.NAME), doubt)
        except SourceError as fault:
            yield file.problem(line, fault.what)
            return
        yield paper
        yield from file.report_warnings(paper)
