"""Text from data in a Markdown file that others open: on GitHub, in an editor, through pandoc."""

import re
from collections.abc import Mapping

from assistant.escaping import ESCAPED, SIGNS, marked
from assistant.types import Support
from store.text.clean import clean_characters

# What pandoc gives a meaning beside what every Markdown does: citations, mathematics, superscripts, attributes.
_MORE = re.compile(r"[@$^{}]|&(?=[#\w])")
# A backslash does not keep viewers from making a link of an address: the text around it has to break.
_MAIL = re.compile(r"(?<=[\w.+-])\\@(?=\w)")
# What begins a list, a heading underlined or a definition where it begins a line.
_SIGN = re.compile(r"(?=[-+=:])")
_NUMBER = re.compile(r"\(?(?:\d{1,9}|[A-Za-z]|[ivxlcdmIVXLCDM]+)(?=[.)](?:\s|$))")
# What would make of a citation the text of a link; a bracket of the data has a backslash before it.
_AFTER_CITED = re.compile(r"(?<=[a-z0-9]\])(?=[(:])")
_TOKEN = re.compile(
    rf"{ESCAPED}|(\*\*|{re.escape(SIGNS[Support.PARTIAL].strip())})|(\[[0-9]{{1,6}}\](?: ?\[[0-9]{{1,6}}\])*)"
)


def shown(text: str) -> str:
    """Text as Markdown that shows just this text on one line; it has to follow other text."""
    return _piece(clean_characters(text))


def answer_line(line: str, keys: Mapping[int, str]) -> str:
    """A line of an answer's text, ``[n]`` as ``[@key]``; ``keys`` has those of the numbers.

    Only what answers are made of is read as Markdown: the rest, which is data, is escaped whether or not it was.
    """
    clean = clean_characters(line)
    if clean.startswith("- **"):
        return f"- {_line(clean[2:], keys)}"
    return begun(_line(clean, keys))


def begun(markdown: str) -> str:
    """Escaped text that begins a line and is not to begin a list, a definition or the line under a heading."""
    opening = _SIGN.match(markdown) or _NUMBER.match(markdown)
    return f"{opening[0]}\\{markdown[opening.end() :]}" if opening else markdown


def _line(line: str, keys: Mapping[int, str]) -> str:
    parts, data, last = [], "", 0
    for token in _TOKEN.finditer(line):
        escaped, ours, cites = token.groups()
        data += line[last : token.start()]
        last = token.end()
        if escaped:
            data += escaped
            continue
        parts += [_piece(data), ours or _cited(cites, keys)]
        data = ""
    return _AFTER_CITED.sub(r"\\", "".join((*parts, _piece(data + line[last:]))))


def _cited(cites: str, keys: Mapping[int, str]) -> str:
    numbers = [int(number) for number in re.findall("[0-9]+", cites)]
    if not all(number in keys for number in numbers):
        return _piece(cites)
    return f"[{'; '.join(f'@{keys[number]}' for number in numbers)}]"


def _piece(text: str) -> str:
    return _MAIL.sub("`@`", _MORE.sub(r"\\\g<0>", marked(text)))
