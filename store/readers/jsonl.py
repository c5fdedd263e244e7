"""Conspectus' own JSON Lines (jsonlines.org): UTF-8, one object a line, each a paper.

Fields, of which a title or an abstract has to be there: ``id``, ``title``, ``abstract``, ``abstract_raw``,
``authors`` (names, objects with ``name`` and ``position``, or one text), ``authors_truncated``, ``date`` (ISO 8601, cut
to what is known), ``year``, ``year_inferred``, ``venue``, ``categories``, ``keywords``, ``identifiers`` (value by
scheme), ``doi``, ``arxiv`` or ``arxiv_id``, ``pmid``, ``urls``, ``url`` (the paper's own page), ``has_code``,
``extra``. Fields of other names go to ``extra``.

Arrays, and objects over several lines, are read too; indented ones up to 100 MB, for they have to be held in memory.
"""

from collections.abc import Iterator

from store.errors import SourceError
from store.paper import Paper, Problem
from store.readers.base import Item
from store.readers.json_records import Value, is_json, json_encoding, json_values
from store.readers.record import parse_paper
from store.readers.textfile import NO_PAPER, TextFile, quote_value

NAME = "jsonl"
LABEL = "JSON Lines, one paper an object"

sniff = is_json


def read(file: TextFile) -> Iterator[Item]:
    """Yield each object as a paper; a line that holds none is a problem, and the next ones are read."""
    doubt = json_encoding(file).doubt
    if doubt:
        yield file.problem(None, doubt, lost=False)
    empty = True
    for line, value in json_values(file):
        empty = False
        yield from _items(file, line, value)
    if empty:
        yield file.problem(None, NO_PAPER, lost=False)


def _items(file: TextFile, line: int, value: Value) -> Iterator[Paper | Problem]:
    try:
        paper = _paper(file, line, value)
    except SourceError as fault:
        yield file.problem(line, fault.what)
        return
    yield paper
    yield from file.report_warnings(paper)


def _paper(file: TextFile, line: int, value: Value) -> Paper:
    if value.fault:
        raise SourceError(value.fault)
    if not isinstance(value.value, dict):
        raise SourceError(f"not an object with fields, but {quote_value(value.value)}")
    return parse_paper(value.value, file.source(line, NAME), value.doubt)
