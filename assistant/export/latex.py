"""Text from data as LaTeX and BibTeX may have it."""

import re
from urllib.parse import quote

from store.text.clean import clean_characters

# BibTeX counts braces, also those behind a backslash: only whole pairs may stand in a field.
_SPECIAL = str.maketrans(
    {character: f"\\{character}" for character in "&%$#_"}
    | {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
    }
)
_NOT_VERBATIM = re.compile(r"[\\{}\s]")


def latex(text: str) -> str:
    """The text on one line, its letters as they are (UTF-8) and nothing in it a command."""
    return clean_characters(text).translate(_SPECIAL)


def verbatim(text: str) -> str:
    """An address or identifier for a field that LaTeX does not read, such as ``doi``; %-encoded where it would end."""
    return _NOT_VERBATIM.sub(lambda match: quote(match[0], safe=""), clean_characters(text))
