"""How an author listing falls into blocks: the page's head, then one block for each record."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from store.readers.encoding import Encoding
from store.readers.textfile import MAX_LINE, TextFile

CATEGORY = re.compile(r"[A-Za-z][A-Za-z.-]{0,19}")

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ANY_MONTH = "|".join(_MONTHS)
_FIRST = re.compile(
    rf"(?P<category>{CATEGORY.pattern})?(?P<month>{_ANY_MONTH}) (?P<day>[0-9]{{1,2}})"
    r"(?:, (?P<year>[0-9]{4}))? ?(?P<code>Code)?"
)
_FIRST_ODD = re.compile(rf"(?P<category>[A-Z]{{2}})(?:{_ANY_MONTH})[a-z]*[ .]*[0-9][0-9 ,.-]*(?P<code>Code)?")
_LONGEST_FIRST = 60
_COST_OF_A_LINE = 60  # what a line takes in memory beside its text


class FirstLine(NamedTuple):
    """The glued first line of a record; ``month`` is 0 where the date cannot be read."""

    given: str
    category: str
    month: int
    day: int
    year: int | None
    has_code: bool


@dataclass
class Block:
    """Lines with their numbers; ``first`` is None for the page's head.

    ``too_long`` says that lines beyond 10 million characters were left out.
    """

    line: int
    first: FirstLine | None = None
    lines: list[tuple[int, str]] = field(default_factory=list)
    too_long: bool = False
    _size: int = 0

    def add(self, number: int, line: str | None) -> None:
        """Append a line, None for one that is too long itself."""
        self._size += len(line or "") + _COST_OF_A_LINE
        if line is None or self._size > MAX_LINE:
            self.too_long = True
        else:
            self.lines.append((number, line))

    def texts(self) -> list[tuple[int, str]]:
        """The lines that are not blank, without the white space around them."""
        return [(number, line.strip()) for number, line in self.lines if line.strip()]


def first_line(line: str) -> FirstLine | None:
    """The parts of a record's first line, None for any other line; an abstract may begin with "AI agents"."""
    if len(line) > _LONGEST_FIRST:
        return None
    text = " ".join(line.split())
    if match := _FIRST.fullmatch(text):
        year = int(match["year"]) if match["year"] else None
        month = _MONTHS.index(match["month"]) + 1
        return FirstLine(text, match["category"] or "", month, int(match["day"]), year, bool(match["code"]))
    if match := _FIRST_ODD.fullmatch(text):
        return FirstLine(text, match["category"], 0, 0, None, bool(match["code"]))
    return None


def blocks(file: TextFile, encoding: Encoding) -> Iterator[Block]:
    """The page's head, which may be empty, and each record."""
    block, after_blank = Block(line=1), False
    for number, line in file.lines(encoding):
        if first := _begins(line, block, after_blank):
            yield block
            block = Block(line=number, first=first)
        else:
            block.add(number, line)
        after_blank = line is not None and not line.strip()
    yield block


def _begins(line: str | None, block: Block, after_blank: bool) -> FirstLine | None:
    first = first_line(line) if line else None
    if first is None or first.category:
        return first
    # A date without a category may as well be a title ("May 4") or belong to the page's head.
    return first if after_blank and block.first and block.texts() else None
