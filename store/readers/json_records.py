"""JSON records out of a file: one a line, or arrays and objects over several lines; and their values in safe types.

Lines are streamed. What goes over several lines is held in memory, up to 100 MB; so is a first line of more than 10
million characters.

JSON values out of text that comes from anywhere: what can be read, doubts about it, and faults.
"""

import json
import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, NamedTuple

import orjson

from store.readers.base import Item
from store.readers.encoding import BY_LINE, Encoding, detect_codec
from store.readers.record import build_paper
from store.readers.textfile import NO_PAPER, TextFile, quote_value

MAX_DEPTH = 100
_DEEP = f"nested more than {MAX_DEPTH} levels deep"
_BETWEEN = re.compile(r"[\s,\[\]\ufeff]*")


class Value(NamedTuple):
    """A JSON value, where in the text it begins, and what is doubtful (``doubt``) or wrong (``fault``) with it."""

    value: Any
    start: int
    doubt: str = ""
    fault: str = ""


def parse_values(text: str) -> Iterator[Value]:
    """The values in a text that are parted by white space or commas, inside an array or not.

    NaN is read as null. A number beyond all bounds (Infinity, 1e999) is read as null too, of a repeated key the last
    value, a lone surrogate as �: each of these is a doubt. Where no value can be read, the last one is a fault.
    """
    decoder = _Decoder()
    at = _between(text, 0)
    while at < len(text):
        try:
            value, end = decoder.raw_decode(text, at)
        except (RecursionError, ValueError) as fault:
            rest = "; nothing after it was read" if at or "\n" in text else ""
            yield Value(None, at, fault=_explain(fault) + rest)
            return
        yield _checked(Value(value, at, decoder.doubt()), text[at:end])
        at = _between(text, end)


def parse_plain_object(text: str) -> dict[str, Any] | None:
    """The object that a text is, where nothing can be doubtful about it; None where ``values`` has to look.

    That is so where orjson, which is four times as fast as Python's own module, writes it back as it stands: without
    blanks, repeated keys, numbers that lose digits, or escapes.
    """
    if text.count("{") + text.count("[") > MAX_DEPTH:
        return None
    try:
        value = orjson.loads(text)
        return value if isinstance(value, dict) and orjson.dumps(value) == text.encode() else None
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return None


def _between(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


class _Decoder(json.JSONDecoder):
    """A decoder that lets pass what can be read, and remembers what was doubtful about it."""

    def __init__(self) -> None:
        # strict=False lets tabs and other control characters stand in strings; cleaning takes them out.
        super().__init__(
            object_pairs_hook=self._object, parse_float=self._float, parse_constant=self._constant, strict=False
        )
        self._doubts: list[str] = []

    def doubt(self) -> str:
        """What was doubtful since the last call."""
        doubts, self._doubts = self._doubts, []
        return "; ".join(dict.fromkeys(doubts))

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            self._doubts.append("a field stands twice in one object; the last one was taken")
        return result

    def _float(self, digits: str) -> float | None:
        number = float(digits)
        if math.isinf(number):
            self._constant(digits)
            return None
        return number

    def _constant(self, name: str) -> None:
        if name != "NaN":  # which is how some programs write "missing"
            self._doubts.append(f"{name[:20]} is no number that can be kept; it was read as missing")


def _explain(fault: RecursionError | ValueError) -> str:
    if isinstance(fault, RecursionError):
        return _DEEP
    if not isinstance(fault, json.JSONDecodeError):
        return "a number has too many digits"
    place = f"column {fault.colno}" if fault.lineno == 1 else f"line {fault.lineno}, column {fault.colno}"
    return f"not valid JSON: {fault.msg} ({place})"


def _checked(found: Value, text: str) -> Value:
    deep = text.count("{") + text.count("[") > MAX_DEPTH  # else it cannot be
    if deep and _too_deep(found.value):
        return found._replace(value=None, fault=_DEEP)
    if not _encodes(text):  # the decoder left a mark where bytes were no UTF-8
        return found._replace(value=None, fault="not valid UTF-8; save the file as UTF-8")
    if "\\u" in text and not _encodes(plain := json.dumps(found.value, ensure_ascii=False)):
        whole = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        doubts = filter(None, [found.doubt, "half a character (a lone surrogate) was replaced by �"])
        return found._replace(value=json.loads(whole), doubt="; ".join(doubts))
    return found


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level if isinstance(parent, dict | list) for child in _children(parent)]
        if not level:
            return False
    return True


def _children(parent: dict[str, Any] | list[Any]) -> list[Any]:
    return list(parent.values()) if isinstance(parent, dict) else parent


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
    return BY_LINE if detect_codec(file.head) == BY_LINE.codec else file.encoding()


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
                yield file.problem(line, value.fault or f"not an object with fields, but {quote_value(record)}")
            elif known is None or not file.wanted.rules_out(*known(record)):
                yield from build_paper(file, line, format, fields(record), value.doubt)
    if empty:
        yield file.problem(None, NO_PAPER, lost=False)


def as_text(value: Any) -> str:
    """Text or a number as text, of a list the first that is one; empty for all else."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return next((found for found in map(as_text, value) if found), "")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def as_texts(value: Any) -> list[str]:
    """The texts in a list, or the one that is no list."""
    return [found for found in map(as_text, value if isinstance(value, list) else [value]) if found]


def as_object(value: Any) -> dict[str, Any]:
    """An object; an empty one for all else, of a list the first object in it."""
    if isinstance(value, list):
        return next((one for one in value if isinstance(one, dict)), {})
    return value if isinstance(value, dict) else {}


def as_objects(value: Any) -> list[dict[str, Any]]:
    """The objects in a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def parse_date_parts(value: Any) -> str:
    """The date of ``{"date-parts": [[2018, 5, 31]]}`` (Crossref, CSL), of its ``raw`` or ``literal``, or of a text."""
    given = as_object(value)
    parts = given.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else parts
    known = [as_text(part) for part in first] if isinstance(first, list) else []
    if known and all(part.isdecimal() for part in known if part):
        return "-".join(f"{part:0>2}" for part in known[:3] if part)
    return as_text(given.get("raw")) or as_text(given.get("literal")) or as_text(given.get("date-time")) or as_text(value)


def _is_spread(head: str) -> bool:
    """Whether the first object goes over several lines, as programs write it that indent."""
    line, end, _ = head.lstrip(" \t\r\n\ufeff[").partition("\n")
    line = line.rstrip()
    return bool(end) and line.startswith("{") and line.endswith(("{", "[", ",")) and not line.endswith("},")


def _by_line(file: TextFile, encoding: Encoding) -> Iterator[tuple[int, Value]]:
    for number, line in file.read_lines(encoding):
        if line is None and number == 1:
            yield from _spread(file, encoding)
            return
        if line is None:
            yield number, Value(None, 0, fault=TOO_LONG)
        elif plain := parse_plain_object(line):
            yield number, Value(plain, 0)
        else:
            yield from ((number, value) for value in parse_values(line))


def _spread(file: TextFile, encoding: Encoding) -> Iterator[tuple[int, Value]]:
    whole = file.whole(encoding, HINT)
    line, at = 1, 0
    for value in parse_values(whole):
        line, at = line + whole.count("\n", at, value.start), value.start
        yield line, value
