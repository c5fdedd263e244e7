"""JSON records: the values in a file, faults and doubts about them, and the face of the formats that are JSON.

One object a line is streamed. What goes over several lines is held in memory, up to 100 MB; so is a first line of more
than 10 million characters.
"""

import json
import math
import re
from abc import abstractmethod
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

import orjson

from store.readers.encoding import BY_LINE, Encoding, detect_codec
from store.readers.reader import Item, Reader
from store.readers.record_builder import build_paper
from store.readers.textfile import TextFile, quote_value

MAX_DEPTH = 100  # far more than any export nests, far less than what overflows a stack; chosen by hand, not measured
_DEEP = f"nested more than {MAX_DEPTH} levels deep"
_HINT = "Write one object a line (jq -c '.[]' does that): such a file may be of any size."
_TOO_LONG = "the line is longer than 10 million characters and was not read"

_BETWEEN = re.compile(r"[\s,\[\]\ufeff]*")
_START = re.compile(r"\s*(?:\{|\[\s*[\[{\]])")
_OURS = re.compile(r'"abstract_raw"\s*:')  # in our own JSON Lines, whose ``extra`` has the fields of other formats


class JsonReader(Reader):
    """A format that is JSON, one object a record; an object may also hold a list of records."""

    def choose_encoding(self, file: TextFile) -> Encoding:
        """Return UTF-8 line by line, where the file does not begin with the mark of something else."""
        return BY_LINE if detect_codec(file.head) == BY_LINE.codec else file.detect_encoding()

    def read_records(self, file: TextFile, encoding: Encoding) -> Iterator[Item]:
        """Yield what the objects are read as; a value of another type is a problem."""
        lines = _read_spread(file, encoding) if _is_spread(file.text_head()) else _read_lines(file, encoding)
        for line, value in lines:
            records = self.list_records(value.value) if isinstance(value.value, dict) else None
            for record in [value.value] if records is None else records:
                if value.fault or not isinstance(record, dict):
                    reason = value.fault or f"not an object with fields, but {quote_value(record)}"
                    yield file.problem(line, reason)
                else:
                    yield from self.read_record(file, line, record, value.doubt)

    def list_records(self, answer: dict[str, Any]) -> Iterable[Any] | None:
        """Return the records in an answer of a service; None for an object that is a record itself."""
        return None

    @abstractmethod
    def read_record(self, file: TextFile, line: int, record: dict[str, Any], doubt: str) -> Iterator[Item]:
        """Yield the paper of an object, or the problem with it.

        Args:
            file: Where it stands.
            line: The line in which it, or the list around it, begins.
            record: The object.
            doubt: What is doubtful about its JSON.
        """


class JsonApiReader(JsonReader):
    """The JSON of a service, whose fields ``map_fields`` turns into ours."""

    def sniff(self, head: str) -> bool:
        """Look for JSON from the beginning on, with the signs of the format, and not our own."""
        return begins_json(head) and super().sniff(head) and not _OURS.search(head)

    def read_record(self, file: TextFile, line: int, record: dict[str, Any], doubt: str) -> Iterator[Item]:
        """Yield the paper of a record, unless the filter leaves it out."""
        facts = self.peek_facts(record)
        if facts is None or not file.filter.rules_out(*facts):
            yield from build_paper(file, line, self.NAME, self.map_fields(record) if record else {}, doubt)

    def peek_facts(self, record: dict[str, Any]) -> tuple[Collection[str], int | None] | None:
        """Categories and year of a record where they are found quickly, so that what is not wanted is not converted.

        Returns:
            None where they are not; the year is None where it alone would take longer.
        """
        return None

    @abstractmethod
    def map_fields(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return our fields of a record (see ``build_paper``)."""


def begins_json(head: str) -> bool:
    """Return whether a file begins with an object or an array of such."""
    return bool(_START.match(head.removeprefix("\ufeff")))


def _is_spread(head: str) -> bool:
    """Return whether the first object goes over several lines, as programs write it that indent."""
    line, end, _ = head.lstrip(" \t\r\n\ufeff[").partition("\n")
    line = line.rstrip()
    return bool(end) and line.startswith("{") and line.endswith(("{", "[", ",")) and not line.endswith("},")


def _read_lines(file: TextFile, encoding: Encoding) -> Iterator[tuple[int, "Value"]]:
    for number, line in file.read_lines(encoding):
        if line is None and number == 1:
            yield from _read_spread(file, encoding)
            return
        if line is None:
            yield number, Value(None, 0, fault=_TOO_LONG)
        elif plain := _parse_plain_object(line):
            yield number, Value(plain, 0)
        else:
            yield from ((number, value) for value in parse_values(line))


def _read_spread(file: TextFile, encoding: Encoding) -> Iterator[tuple[int, "Value"]]:
    text = file.read_whole(encoding, _HINT)
    line, start = 1, 0
    for value in parse_values(text):
        line, start = line + text.count("\n", start, value.start), value.start
        yield line, value


class Value(NamedTuple):
    """A JSON value, where in the text it begins, and what is doubtful (``doubt``) or wrong (``fault``) with it."""

    value: Any
    start: int
    doubt: str = ""
    fault: str = ""


def parse_values(text: str) -> Iterator[Value]:
    """Yield the values in a text that are parted by white space or commas, inside an array or not.

    NaN is read as null. A number beyond all bounds (Infinity, 1e999) is read as null too, of a repeated key the last
    value, a lone surrogate as �: each of these is a doubt. Where no value can be read, the last one is a fault.
    """
    decoder = _Decoder()
    start = _skip_separators(text, 0)
    while start < len(text):
        try:
            value, end = decoder.raw_decode(text, start)
        except (RecursionError, ValueError) as fault:
            rest = "; nothing after it was read" if start or "\n" in text else ""
            yield Value(None, start, fault=_explain_fault(fault) + rest)
            return
        yield _check_value(Value(value, start, decoder.pop_doubts()), text[start:end])
        start = _skip_separators(text, end)


def _parse_plain_object(text: str) -> dict[str, Any] | None:
    """The object that a text is, where nothing can be doubtful about it; None where ``parse_values`` has to look.

    That is so where orjson, which is four times as fast as Python's own module, writes it back as it stands: without
    blanks, repeated keys, numbers that lose digits, or escapes.
    """
    if _may_be_deep(text):
        return None
    try:
        value = orjson.loads(text)
        return value if isinstance(value, dict) and orjson.dumps(value) == text.encode() else None
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return None


def _skip_separators(text: str, start: int) -> int:
    match = _BETWEEN.match(text, start)
    return match.end() if match else start


class _Decoder(json.JSONDecoder):
    """A decoder that lets pass what can be read, and remembers what was doubtful about it."""

    def __init__(self) -> None:
        # strict=False lets tabs and other control characters stand in strings; cleaning takes them out.
        super().__init__(
            object_pairs_hook=self._build_object,
            parse_float=self._parse_float,
            parse_constant=self._parse_constant,
            strict=False,
        )
        self._doubts: list[str] = []

    def pop_doubts(self) -> str:
        """Return what was doubtful since the last call."""
        doubts, self._doubts = self._doubts, []
        return "; ".join(dict.fromkeys(doubts))

    def _build_object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            self._doubts.append("a field stands twice in one object; the last one was taken")
        return result

    def _parse_float(self, digits: str) -> float | None:
        number = float(digits)
        if math.isinf(number):
            self._parse_constant(digits)
            return None
        return number

    def _parse_constant(self, name: str) -> None:
        if name != "NaN":  # which is how some programs write "missing"
            self._doubts.append(f"{name[:20]} is no number that can be kept; it was read as missing")


def _explain_fault(fault: RecursionError | ValueError) -> str:
    if isinstance(fault, RecursionError):
        return _DEEP
    if not isinstance(fault, json.JSONDecodeError):
        return "a number has too many digits"
    place = f"column {fault.colno}" if fault.lineno == 1 else f"line {fault.lineno}, column {fault.colno}"
    return f"not valid JSON: {fault.msg} ({place})"


def _check_value(value: Value, text: str) -> Value:
    if _may_be_deep(text) and _is_too_deep(value.value):
        return value._replace(value=None, fault=_DEEP)
    if not _is_encodable(text):  # the decoder left a mark where bytes were no UTF-8
        return value._replace(value=None, fault="not valid UTF-8; save the file as UTF-8")
    if "\\u" in text and not _is_encodable(plain := json.dumps(value.value, ensure_ascii=False)):
        mended = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        doubts = filter(None, [value.doubt, "half a character (a lone surrogate) was replaced by �"])
        return value._replace(value=json.loads(mended), doubt="; ".join(doubts))
    return value


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _may_be_deep(text: str) -> bool:
    """Return whether a text has brackets enough to be too deep, which is quick to tell."""
    return text.count("{") + text.count("[") > MAX_DEPTH


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        parents = (parent for parent in level if isinstance(parent, dict | list))
        level = [child for parent in parents for child in (parent.values() if isinstance(parent, dict) else parent)]
        if not level:
            return False
    return True


def as_text(value: Any) -> str:
    """Return text or a number as text, of a list the first that is one; empty for all else."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return next(filter(None, map(as_text, value)), "")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def get_text(record: dict[str, Any], *keys: str) -> str:
    """Return the text under the first of some keys that has one (see ``as_text``); empty where none has."""
    for key in keys:
        value = record.get(key)
        if text := value.strip() if isinstance(value, str) else as_text(value):
            return text
    return ""


def as_texts(value: Any) -> list[str]:
    """Return the texts in a list, or the one that is no list."""
    return [*filter(None, map(as_text, value if isinstance(value, list) else [value]))]


def as_object(value: Any) -> dict[str, Any]:
    """Return an object; an empty one for all else, of a list the first object in it."""
    if isinstance(value, list):
        return next(iter(as_objects(value)), {})
    return value if isinstance(value, dict) else {}


def as_objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects in a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def parse_date_parts(value: Any) -> str:
    """The date of ``{"date-parts": [[2018, 5, 31]]}`` (Crossref, CSL), of its ``raw`` or ``literal``, or of a text."""
    date = as_object(value)
    if "year" in date:  # older processors of citations
        return "-".join(
            f"{part:0>2}" for part in filter(None, (get_text(date, name) for name in ("year", "month", "day")))
        )
    parts = date.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else parts
    numbers = [as_text(part) for part in first] if isinstance(first, list) else []
    if numbers and all(part.isdecimal() for part in numbers if part):
        return "-".join(f"{part:0>2}" for part in numbers[:3] if part)
    return get_text(date, "edtf", "raw", "literal", "date-time") or as_text(value) or " ".join(filter(None, numbers))
