"""Making text from data safe to show: in Markdown, and on a terminal, which could take characters for commands."""

import re
from collections.abc import Mapping

from assistant.phrases import SCALE, Sign

# What begins something in Markdown; and what makes a link of a bare address: the slashes after a colon, the dot of www.
# Each is told by what stands before it alone, so that a text may be escaped while it grows.
_MARKS = re.compile(r"([\\`*_\[\]<>#|~!]|(?<=:)/|(?<=\bwww)\.)", re.IGNORECASE)
ESCAPED = r"\\([\\`*_\[\]<>#|~!]|(?<=:\\)/|(?<=(?i:www)\\)\.)"
"""A backslash that ``escape`` wrote, and in a group what it stands before."""
_PLAIN = re.compile(rf"{ESCAPED}|\*+")


def _write_sign(sign: Sign) -> str:
    if sign.colour == "green":
        return f" *{sign.glyph}*"
    mark = "*" if sign.colour == "yellow" else "**"
    return f" {mark}({sign.glyph} {sign.words}){mark}"


SIGNS: Mapping[str, str] = {support: _write_sign(sign) for support, sign in SCALE.items()}
"""What stands behind a sentence in Markdown for what the check of it came to, by the values of ``Support``.

Text from data is escaped, and never looks like one.
"""
# The signs in answers that were saved before there were six.
_FORMER = {
    " *(partly supported)*": "doubtful",
    " **(not supported)**": "absent",
    " *(partly worded as in its source)*": "doubtful",
    " **(not worded so in its source)**": "absent",
}


def escape_markdown(text: str) -> str:
    """Escape text from a paper as Markdown that shows just this text: no emphasis, link, image, code, HTML.

    Bare addresses do not become links either. Entities are left alone: clean text has none. It has to follow other
    text, for lists and headings begin a line.
    """
    return escape_marks(" ".join(text.split()))


def escape_marks(text: str) -> str:
    """Escape a piece of a line, whose spaces stay as they are."""
    return _MARKS.sub(r"\\\1", text)


def renew_signs(markdown: str) -> str:
    """Put the signs of today into the text of a saved answer."""
    for former, support in _FORMER.items():
        markdown = markdown.replace(former, SIGNS[support])
    return markdown


def strip_markup(markdown: str) -> str:
    """Strip Markdown that ``escape`` made of its backslashes and emphasis: for a terminal or a pipe."""
    return _PLAIN.sub(lambda match: match[1] or "", renew_signs(markdown))


_BEYOND = "\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f"
OBEYED = re.compile(f"[\x00-\x1f{_BEYOND}]")
"""Controls, C1 controls, line and paragraph separators, bidi controls, lone surrogates, tags."""
OBEYED_IN_A_LINE = re.compile(f"[\x00-\x09\x0b-\x1f{_BEYOND}]")
"""The same without newlines."""
_SPACE = "\t\n\r\v\f\u2028\u2029"


def replace_control(match: re.Match[str]) -> str:
    """Say what is shown in place of such a character: a space for white space, a sign for a half one, or nothing."""
    character = match[0]
    if character in _SPACE:
        return " "
    return "\ufffd" if "\ud800" <= character <= "\udfff" else ""
