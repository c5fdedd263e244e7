"""Where a citation stands in a text."""

from typing import NamedTuple


class CitationMark(NamedTuple):
    """A citation at characters ``start`` to ``end``; ``apart`` where its sentence can be read without it."""

    start: int
    end: int
    keys: tuple[str, ...]
    apart: bool
