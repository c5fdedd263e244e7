"""JSON records out of a file: one a line, or arrays and objects over several lines; and their values in safe types.

Lines are streamed. What goes over several lines is held in memory, up to 100 MB; so is a first line of more than 10
million characters.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from store.readers.base import Item
from store.readers.encoding import BY_LINE, Encoding, marked
from store.readers.json_values import Value, plain_object, values
from store.readers.taking import take
from store.readers.textfile import NO_PAPER, TextFile, quoted

HINT = "Write one object a line (jq -c '.[]' does that): such a file may be of any size."
TOO_LONG = "the line is longer than 10 million characters and was not read"

_START = re.compile(r"\s*(?:\{|\[\s*[\[{\]])")
_LINE = re.compile(r'^[ \t]*\{[ \t]*"', re.MULTILINE)


def is_json(head: str) -> bool:
    """An object or an array of such at the start, or any line that begins like an object."""
    text = head.removeprefix("\ufeff")
    return bool(_START.match(text) or _LINE.search(text))


def begins_json(head: str) -> bool:
    """An object or an array of such at the start."""
    return bool(_START.match(head.removeprefix("\ufeff")))


def json_values(file: TextFile) -> Iterator[tuple[int, Value]]:
    """Line and value of each JSON value that is not an array; arrays are opened."""
    encoding = json_encoding(file)
    yield from _spread(file, encoding) if _is_spread(file.text_head()) else _by_line(file, encoding)


def json_encoding(file: TextFile) -> Encoding:
    """UTF-8 line by line, where the file does not begin with the mark of something else."""
    return BY_LINE if marked(file.head) == BY_LINE.codec else file.encoding()


def read_json(
    file: TextFile,
    format: str,
    records: Callable[[dict[str, Any]], Iterable[Any] | None],
    fields: Callable[[dict[str, Any]], dict[str, Any]],
    known: Callable[[dict[str, Any]], tuple[Collection[str], int | None]] | None = None,
) -> Iterator[Item]:
    """Yield what is in a file of some API's JSON.

    Args:
        file: The file.
        format: The name of the format.
        records: The records in an answer of the API; None for an object that is a record itself.
        fields: Our fields of a record.
        known: Categories and year of a record, told quickly, so that what is not wanted is not converted; the year is
            None where that would take longer.
    """
    doubt = json_encoding(file).doubt
    if doubt:
        yield file.problem(None, doubt, lost=False)
    empty = True
    for line, value in json_values(file):
        inside = records(value.value) if isinstance(value.value, dict) else None
        for record in [value.value] if inside is None else inside:
            empty = False
            if value.fault or not isinstance(record, dict):
                yield file.problem(line, value.fault or f"not an object with fields, but {quoted(record)}")
            elif known is None or not file.wanted.rules_out(*known(record)):
                yield from take(file, line, format, fields(record), value.doubt)
    if empty:
        yield file.problem(None, NO_PAPER, lost=False)


def text(value: Any) -> str:
    """Text or a number as text, of a list the first that is one; empty for all else."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return next((found for found in map(text, value) if found), "")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def texts(value: Any) -> list[str]:
    """The texts in a list, or the one that is no list."""
    return [found for found in map(text, value if isinstance(value, list) else [value]) if found]


def mapping(value: Any) -> dict[str, Any]:
    """An object; an empty one for all else, of a list the first object in it."""
    if isinstance(value, list):
        return next((one for one in value if isinstance(one, dict)), {})
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[dict[str, Any]]:
    """The objects in a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def parts_date(value: Any) -> str:
    """The date of ``{"date-parts": [[2018, 5, 31]]}`` (Crossref, CSL), of its ``raw`` or ``literal``, or of a text."""
    given = mapping(value)
    parts = given.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else parts
    known = [text(part) for part in first] if isinstance(first, list) else []
    if known and all(part.isdecimal() for part in known if part):
        return "-".join(f"{part:0>2}" for part in known[:3] if part)
    return text(given.get("raw")) or text(given.get("literal")) or text(given.get("date-time")) or text(value)


def _is_spread(head: str) -> bool:
    """Whether the first object goes over several lines, as programs write it that indent."""
    line, end, _ = head.lstrip(" \t\r\n\ufeff[").partition("\n")
    line = line.rstrip()
    return bool(end) and line.startswith("{") and line.endswith(("{", "[", ",")) and not line.endswith("},")


def _by_line(file: TextFile, encoding: Encoding) -> Iterator[tuple[int, Value]]:
    for number, line in file.lines(encoding):
        if line is None and number == 1:
            yield from _spread(file, encoding)
            return
        if line is None:
            yield number, Value(None, 0, fault=TOO_LONG)
        elif plain := plain_object(line):
            yield number, Value(plain, 0)
        else:
            yield from ((number, value) for value in values(line))


def _spread(file: TextFile, encoding: Encoding) -> Iterator[tuple[int, Value]]:
    whole = file.whole(encoding, HINT)
    line, at = 1, 0
    for value in values(whole):
        line, at = line + whole.count("\n", at, value.start), value.start
        yield line, value
