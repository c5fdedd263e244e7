"""Rows of a table that have more cells than its header has names: where the names are missing.

Scopus writes two columns of funding texts where its header names one; every cell behind them then stands under the
name before its own. Cells that have a form of their own, such as an ISSN, tell from where on that is so.
"""

import re
from collections.abc import Mapping, Sequence

# What a cell of a field looks like; of others nothing can be told.
_FORMS = {
    "doi": re.compile(r"(?:https?://\S*|doi:\s*)?10\.\d{4,9}/\S+", re.IGNORECASE),
    "issn": re.compile(r"(?:\d{4}-?\d{3}[\dXx](?:[;,]\s*)?)+"),
    "isbn": re.compile(r"(?:97[89][\d-]{10,14}|[\d-]{9,12}[\dXx])(?:[;,]\s*[\dXx-]+)*"),
    "pmid": re.compile(r"\d{1,9}(?:\.0)?"),
    "year": re.compile(r"(?:1[5-9]|20)\d\d(?:\.0)?"),
    "url": re.compile(r"(?:https?://|www\.)\S++(?:(?<=[;,])\s+\S++)*"),
}


def align_row(fields: Mapping[int, str], width: int, row: Sequence[str]) -> tuple[list[str], int]:
    """Move the cells that no column is named for to the end of a row, and tell from which place on cells moved.

    Args:
        fields: Our field for each column that is known, by its place from 0.
        width: How many columns the header names.
        row: More cells than that.

    Returns:
        The row in the order of the header, and the place of the first cell that stands elsewhere now: ``width`` where
        no form tells that the names fit better from another place on. Of places that fit alike the last is taken, so
        that as few cells as can be are moved.
    """
    surplus = len(row) - width
    formed = {place: form for place, name in fields.items() if (form := _FORMS.get(name))}
    # From each place on: how many cells more have their column's form if the surplus stands before it.
    best, first, gain = 0, width, 0
    for place in range(width - 1, -1, -1):
        if form := formed.get(place):
            gain += _fits(form, row[place + surplus]) - _fits(form, row[place])
            if gain > best:
                best, first = gain, place
    return [*row[:first], *row[first + surplus :], *row[first : first + surplus]], first


def _fits(form: re.Pattern[str], cell: str) -> int:
    text = cell.strip()
    return 0 if not text else 1 if form.fullmatch(text) else -1
