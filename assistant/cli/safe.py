"""Text from anywhere as a terminal may have it. Every character that is printed goes through here."""

import json
import re
from typing import Any

# Controls, C1 controls, line and paragraph separators, bidi controls, lone surrogates, tags.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
_SPACE = "\t\n\r\v\f\u2028\u2029"


def safe(text: str) -> str:
    """Text on one line that moves no cursor, sets no colour and turns no reading direction."""
    return _CONTROL.sub(_harmless, text)


def safe_json(value: Any, ascii: bool = False) -> str:
    r"""A value as JSON on one line; what a terminal could take for a command is written as ``\uXXXX``, not lost.

    Args:
        value: What ``json`` takes.
        ascii: Write every other letter so too, for a stream that is not UTF-8.
    """
    return _CONTROL.sub(_escaped, json.dumps(value, ensure_ascii=ascii))


def _harmless(match: re.Match[str]) -> str:
    character = match[0]
    if character in _SPACE:
        return " "
    return "\ufffd" if "\ud800" <= character <= "\udfff" else ""


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]
