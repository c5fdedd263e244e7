"""Writing to a terminal or a pipe: results on standard output, everything else on standard error.

Every character that is printed goes through here and is made safe: text from anywhere moves no cursor. On a terminal
lines are in colour and wrapped, in a pipe they are plain.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO

from assistant.escaping import OBEYED, replace_control
from store.errors import ConspectusError

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console
    from rich.text import Text


def make_safe(text: str) -> str:
    """Return text on one line that moves no cursor, sets no colour and turns no reading direction."""
    return OBEYED.sub(replace_control, text)


def dump_safe_json(value: Any, ascii: bool = False) -> str:
    r"""Return a value as JSON on one line; what a terminal could take for a command is written as ``\uXXXX``, not lost.

    Args:
        value: What ``json`` takes.
        ascii: Write every other letter so too, for a stream that is not UTF-8.
    """
    import json  # Late: the help can do without.

    return OBEYED.sub(lambda match: json.dumps(match[0])[1:-1], json.dumps(value, ensure_ascii=ascii))


Part = str | tuple[str, str]
"""Text, or text and its style (in the words of rich)."""

Cell = tuple[Part, int]
"""Text and how many columns it takes on a terminal: ``FIT`` for as many as it needs, ``FILL`` for what is left."""

FIT, FILL = 0, -1

# Columns; longer lines are hard to read. Chosen by hand.
READABLE = 100


class ConsolePage:
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

    def write_line(self, *parts: Part, indent: int = 0, first: Part = "") -> None:
        """Write a paragraph, wrapped on a terminal only.

        Args:
            *parts: Its text.
            indent: Spaces before each of its lines.
            first: What stands in these spaces on the first line, such as ``[1]``.
        """
        lead = (make_safe(first), "") if isinstance(first, str) else (make_safe(first[0]), first[1])
        lead = (lead[0].ljust(indent), lead[1])
        if not self.is_terminal:
            print(lead[0] + "".join(_safe_text(part) for part in parts), file=self.stream)
            return
        width = min(self.width, READABLE) - indent
        for number, wrapped in enumerate(_build_text(parts).wrap(self.console, max(width, 20)) or [_build_text(())]):
            wrapped.rstrip()
            before = _build_text([lead if number == 0 else " " * indent])
            self.console.print(before.append_text(wrapped), soft_wrap=True)

    def write_row(self, *cells: Cell) -> None:
        """Write one line of a table, with tabs between the cells in a pipe and in columns on a terminal."""
        if not self.is_terminal:
            print("\t".join(_safe_text(part) for part, _ in cells), file=self.stream)
            return
        texts = [(_build_text([part]), width) for part, width in cells if width != FIT or _safe_text(part)]
        used = sum(2 + (width or text.cell_len) for text, width in texts if width != FILL)
        line = _build_text(())
        for text, width in texts:
            if width != FIT:
                columns = width if width != FILL else max(self.width - used, 10)
                text.truncate(columns, overflow="ellipsis", pad=width != FILL)
            line.append_text(text).append("  ")
        line.rstrip()
        self.console.print(line, soft_wrap=True)

    @contextmanager
    def show_status(self, words: str) -> Iterator[Callable[[str], None]]:
        """Show a line while something is done, on a terminal only.

        Args:
            words: What it says at first.

        Yields:
            What sets its words, as text and not markup; "" takes the line away.
        """
        if not self.is_terminal:
            yield lambda words: None
            return
        from rich.text import Text

        with self.console.status(Text(make_safe(words))) as status:
            yield lambda words: status.update(Text(make_safe(words))) if words else status.stop()


def _safe_text(part: Part) -> str:
    return make_safe(part if isinstance(part, str) else part[0])


def _build_text(parts: Sequence[Part]) -> "Text":
    from rich.text import Text

    return Text.assemble(*((_safe_text(part), "" if isinstance(part, str) else part[1]) for part in parts))


class Output:
    """Where a command writes.

    Attributes:
        json: One JSON document is wanted, and nothing else, on standard output.
        page: Standard output.
        notes: Standard error: progress, remarks, errors.
    """

    def __init__(self, json: bool = False, colour: bool = True) -> None:
        self.json = json
        self.page = ConsolePage(sys.stdout, colour)
        self.notes = ConsolePage(sys.stderr, colour)

    def write_document(self, value: "BaseModel | dict[str, Any]") -> None:
        """Write the JSON document."""
        print(self._encode_json(value), file=self.page.stream)

    def write_array(self, values: "Iterable[BaseModel]") -> None:
        """Write the JSON document that is an array, an element a line, as they come."""
        before = "["
        for value in values:
            print(before, self._encode_json(value), sep="\n", end="", file=self.page.stream)
            before = ","
        print("[]" if before == "[" else "\n]", file=self.page.stream)

    def write_text(self, text: str) -> None:
        """Write lines just as they are, but for what a terminal could take for a command."""
        for line in text.splitlines():
            print(make_safe(line), file=self.page.stream)

    def write_pieces(self, pieces: Iterable[str]) -> None:
        """Write a file as it comes: just as it is in a pipe, and harmless on a terminal."""
        for piece in pieces:
            if self.page.is_terminal:
                self.write_text(piece)
            else:
                self.page.stream.write(piece)

    def write_note(self, text: str) -> None:
        """Say something beside the result."""
        self.notes.write_line((text, "dim"))

    def write_error(self, error: ConspectusError) -> None:
        """Say what went wrong: one line, or one line of JSON."""
        if self.json:
            what = {"type": type(error).__name__, "what": error.what, "hint": error.hint}
            print(dump_safe_json({"error": what}, ascii=True), file=self.notes.stream)
            return
        hint = f" {error.hint}" if error.hint else ""
        self.notes.write_line(("conspectus: ", "bold red"), error.what, (hint, "dim"))

    def _encode_json(self, value: "BaseModel | dict[str, Any]") -> str:
        data = value if isinstance(value, dict) else value.model_dump(mode="json")
        return dump_safe_json(data, ascii=not self.page.is_unicode)
