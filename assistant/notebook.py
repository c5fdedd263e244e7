"""Values as a notebook shows them: data frames where pandas is installed, and HTML with no markup of a paper in it.

Knows no value of the API: each says here what its rows and its sentences are.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib import import_module
from typing import Any, NamedTuple

from assistant.escaping import OBEYED
from assistant.phrases import SCALE
from store.errors import InputError

# Ground and letters of a sign: dark on light whatever the theme of the notebook, 7 : 1 or more. Chosen by hand.
_COLOURS = {"green": ("#d8f3dc", "#0b4f1c"), "yellow": ("#fff3c4", "#5c4400"), "red": ("#ffdfdc", "#7a1108")}
_SMALL = "font-size:90%;opacity:.85;margin:.1em 0 .1em 1.6em"


class NotebookClaim(NamedTuple):
    """A sentence as a notebook shows it.

    Attributes:
        text: The sentence.
        support: A value of ``assistant.types.Support``.
        words: What its sign says.
        reasons: What is wanting.
        quotes: Each citation: the title of its paper, and the quote, "" where there is none.
        is_quote: Whether it stands word for word in its source, so that no quote need be shown.
    """

    text: str
    support: str
    words: str
    reasons: Sequence[str] = ()
    quotes: Sequence[tuple[str, str]] = ()
    is_quote: bool = False


def make_frame(columns: Mapping[str, Sequence[Any]]) -> Any:
    """Make a ``pandas.DataFrame`` of columns.

    Raises:
        InputError: pandas is not installed.
    """
    try:
        pandas = import_module("pandas")  # Late: a second of start, and no part of this package.
    except ImportError as error:
        raise InputError("A data frame needs pandas, which is not installed.", "pip install pandas") from error
    return pandas.DataFrame(columns)


def make_row_frame(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Any:
    """Make a data frame of rows; its columns are there where no row is. Raises as ``make_frame``."""
    return make_frame({name: [row[place] for row in rows] for place, name in enumerate(names)})


def write_text(text: str) -> str:
    """Write text that is shown as it is: markup is escaped, and what turns the reading direction is left out."""
    return escape(OBEYED.sub(lambda match: " " if match[0] in "\t\n\r" else "", text))


def write_block(*parts: str) -> str:
    """Write one value: what belongs together, at a width that is easy to read."""
    return f'<div style="max-width:60em;line-height:1.45">{"".join(parts)}</div>'


def write_heading(text: str) -> str:
    """Write a heading."""
    return f'<p style="font-weight:bold;margin:.8em 0 .2em">{write_text(text)}</p>'


def write_line(text: str) -> str:
    """Write a line of remarks."""
    return f'<p style="{_SMALL};margin-left:0">{write_text(text)}</p>'


def write_sign(support: str, words: str) -> str:
    """Write a sign, with what it says."""
    sign = SCALE[support]
    ground, letters = _COLOURS[sign.colour]
    style = f"background:{ground};color:{letters};border-radius:.3em;padding:0 .35em;font-family:monospace"
    return f'<span style="{style}" title="{write_text(words)}">{escape(sign.glyph)}</span>'


def write_claims(claims: Iterable[NotebookClaim]) -> str:
    """Write sentences, each with its sign, what is wanting, and its quotes."""
    return "".join(map(_write_claim, claims))


def write_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; its cells are HTML, its head is text."""
    above = "".join(f'<th style="text-align:left">{write_text(name)}</th>' for name in head)
    cells = ("".join(f'<td style="text-align:left;vertical-align:top">{cell}</td>' for cell in row) for row in rows)
    return f"<table><thead><tr>{above}</tr></thead><tbody>{''.join(f'<tr>{row}</tr>' for row in cells)}</tbody></table>"


def _write_claim(claim: NotebookClaim) -> str:
    text = f"“{claim.text}”" if claim.is_quote else claim.text
    said = f"{write_text(text)} {write_sign(claim.support, claim.words)}"
    remarks = "" if claim.support in ("quoted", "entailed", "worded") else f"{claim.words}: "
    reasons = [f"{remarks}{reason}" for reason in claim.reasons] or ([remarks.removesuffix(": ")] if remarks else [])
    below = [f'<div style="{_SMALL}">{write_text(reason)}</div>' for reason in reasons]
    for title, quote in claim.quotes:
        if title == claim.text and not quote:  # A list of papers: the claim is the title.
            continue
        shown = f": “{write_text(quote)}”" if quote and not claim.is_quote else ""
        below.append(f'<div style="{_SMALL}"><i>{write_text(title)}</i>{shown}</div>')
    return f'<div style="margin:.35em 0">{said}{"".join(below)}</div>'
