"""JSON values out of text that comes from anywhere: what can be read, doubts about it, and faults."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

MAX_DEPTH = 100
_DEEP = f"nested more than {MAX_DEPTH} levels deep"
_BETWEEN = re.compile(r"[\s,\[\]\ufeff]*")


class Value(NamedTuple):
    """A JSON value, where in the text it begins, and what is doubtful (``doubt``) or wrong (``fault``) with it."""

    value: Any
    start: int
    doubt: str = ""
    fault: str = ""


def values(text: str) -> Iterator[Value]:
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


def plain_object(text: str) -> dict[str, Any] | None:
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
