"""A stream that text is written to: in colour and wrapped on a terminal, plain in a pipe."""

import os
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

from assistant.cli.safe import safe

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Part = str | tuple[str, str]
"""Text, or text and its style (in the words of rich)."""

Cell = tuple[Part, int]
"""Text and how many columns it takes on a terminal: ``FIT`` for as many as it needs, ``FILL`` for what is left."""

FIT, FILL = 0, -1

# Longer lines are hard to read.
READABLE = 100


class Page:
    """Writes lines. What it is given is text and never markup; it is made safe here.

    Args:
        stream: Where to.
        colour: Whether a terminal may be sent colours.
    """

    def __init__(self, stream: TextIO, colour: bool = True) -> None:
        self.stream = stream
        self.is_terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._colour = colour

    @property
    def width(self) -> int:
        """Columns of the terminal; 0 where it is none."""
        return self.console.width if self.is_terminal else 0

    @property
    def is_unicode(self) -> bool:
        """Whether every letter can be written."""
        return self.stream.encoding.lower().startswith("utf")

    @cached_property
    def console(self) -> "Console":
        """The terminal. rich is loaded for this alone."""
        from rich.console import Console

        return Console(
            file=self.stream, color_system="auto" if self._colour else None, highlight=False, markup=False, emoji=False
        )

    def line(self, *parts: Part, indent: int = 0, first: Part = "") -> None:
        """Write a paragraph, wrapped on a terminal only.

        Args:
            *parts: Its text.
            indent: Spaces before each of its lines.
            first: What stands in these spaces on the first line, such as ``[1]``.
        """
        lead = (safe(first), "") if isinstance(first, str) else (safe(first[0]), first[1])
        lead = (lead[0].ljust(indent), lead[1])
        if not self.is_terminal:
            print(lead[0] + "".join(_plain(part) for part in parts), file=self.stream)
            return
        width = min(self.width, READABLE) - indent
        for number, wrapped in enumerate(_text(parts).wrap(self.console, max(width, 20)) or [_text(())]):
            wrapped.rstrip()
            before = _text([lead if number == 0 else " " * indent])
            self.console.print(before.append_text(wrapped), soft_wrap=True)

    def row(self, *cells: Cell) -> None:
        """Write one line of a table, with tabs between the cells in a pipe and in columns on a terminal."""
        if not self.is_terminal:
            print("\t".join(_plain(part) for part, _ in cells), file=self.stream)
            return
        texts = [(_text([part]), width) for part, width in cells if width != FIT or _plain(part)]
        taken = sum(2 + (width or text.cell_len) for text, width in texts if width != FILL)
        line = _text(())
        for text, width in texts:
            if width != FIT:
                columns = width if width != FILL else max(self.width - taken, 10)
                text.truncate(columns, overflow="ellipsis", pad=width != FILL)
            line.append_text(text).append("  ")
        line.rstrip()
        self.console.print(line, soft_wrap=True)


def _plain(part: Part) -> str:
    return safe(part if isinstance(part, str) else part[0])


def _text(parts: Sequence[Part]) -> "Text":
    from rich.text import Text

    return Text.assemble(*((_plain(part), "" if isinstance(part, str) else part[1]) for part in parts))
