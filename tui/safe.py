"""Text from anywhere as the chat may show it. Textual itself hands escape sequences on to the terminal."""

import re

# Controls but for newlines, C1 controls, line and paragraph separators, bidi controls, lone surrogates, tags.
_CONTROL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
_SPACE = "\t\r\v\f\u2028\u2029"
# How much of a text is looked at, times the characters wanted: runs of spaces become one.
_AHEAD = 4


def safe(text: str) -> str:
    """Text that moves no cursor, sets no colour and turns no reading direction; its lines stay lines."""
    return _CONTROL.sub(_harmless, text)


def in_place(text: str) -> str:
    """The same with a sign in place of each character that is taken out, so that offsets into the text hold."""
    return _CONTROL.sub("\ufffd", text)


def masked(text: str) -> str:
    """``safe`` with a space for each character that it would take out: places in the text stay what they are."""
    return _CONTROL.sub(" ", text)


def one_line(text: str, limit: int = 300) -> str:
    """The same on one line of at most ``limit`` characters, with an ellipsis where it was cut."""
    line = " ".join(safe(text[: _AHEAD * limit]).split())
    whole = len(line) <= limit and len(text) <= _AHEAD * limit
    return line if whole else f"{line[: limit - 1].rstrip()}…"


def _harmless(match: re.Match[str]) -> str:
    character = match[0]
    if character in _SPACE:
        return " "
    return "\ufffd" if "\ud800" <= character <= "\udfff" else ""
