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

from store.errors import SourceError
from store.paper import Paper, Problem
from store.sources.base import Item
from store.sources.decode import BY_LINE, Encoding, marked
from store.sources.json_values import Value, values
from store.sources.record import paper_from
from store.sources.textfile import TextFile, quoted

NAME = "jsonl"
LABEL = "JSON Lines, one paper an object"
MAX_WHOLE = 100_000_000

_START = re.compile(r"\s*(?:\{|\[\s*[\[{\]])")
_LINE = re.compile(r'^[ \t]*\{[ \t]*"', re.MULTILINE)


def sniff(head: str) -> bool:
    """An object or an array of such at the start, or any line that begins like an object."""
    text = head.removeprefix("\ufeff")
    return bool(_START.match(text) or _LINE.search(text))


def read(file: TextFile) -> Iterator[Item]:
    """Yield each object as a paper; a line that holds none is a problem, and the next ones are read."""
    encoding = _encoding(file)
    if encoding.doubt:
        yield file.problem(None, encoding.doubt, lost=False)
    empty = True
    for line, value in _spread(file, encoding) if _is_spread(file.text_head()) else _by_line(file, encoding):
        empty = False
        yield from _items(file, line, value)
    if empty:
        yield file.problem(None, "no paper was found in this file", lost=False)


def _encoding(file: TextFile) -> Encoding:
    return BY_LINE if marked(file.head) == BY_LINE.codec else file.encoding()


def _is_spread(head: str) -> bool:
    """Whether the first object goes over several lines, as programs write it that indent."""
    line, end, _ = head.lstrip(" \t\r\n\ufeff[").partition("\n")
    line = line.rstrip()
    return bool(end) and line.startswith("{") and line.endswith(("{", "[", ",")) and not line.endswith("},")


def _by_line(file: TextFile, encoding: Encoding) -> Iterator[tuple[int, Value]]:
    for number, line in file.lines(encoding):
        if line is None:
            yield number, Value(None, 0, fault="the line is longer than 10 million characters and was not read")
        else:
            yield from ((number, value) for value in values(line))


def _spread(file: TextFile, encoding: Encoding) -> Iterator[tuple[int, Value]]:
    if file.size > MAX_WHOLE:
        hint = "Write one object a line (jq -c '.[]' does that): such a file may be of any size."
        raise SourceError(f"{file.name} is one JSON text of {file.size // 1_000_000} MB, more than 100 MB.", hint)
    text = file.whole(encoding)
    line, at = 1, 0
    for value in values(text):
        line, at = line + text.count("\n", at, value.start), value.start
        yield line, value


def _items(file: TextFile, line: int, value: Value) -> Iterator[Paper | Problem]:
    try:
        paper = _paper(file, line, value)
    except SourceError as fault:
        yield file.problem(line, fault.what)
        return
    yield paper
    yield from file.doubts(paper)


def _paper(file: TextFile, line: int, value: Value) -> Paper:
    if value.fault:
        raise SourceError(value.fault)
    if not isinstance(value.value, dict):
        raise SourceError(f"not an object with fields, but {quoted(value.value)}")
    return paper_from(value.value, file.source(line, NAME), value.doubt)
