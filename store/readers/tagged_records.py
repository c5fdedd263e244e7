"""Records of lines that begin with a tag, and the face of the formats that have such; rispy reads a record's lines.

rispy's own mappings are not used: of a tag that stands twice where it expects one they drop the second, and a line that
goes on after such a tag stops it with a TypeError. Here every tag is a list, and nothing is dropped.
"""

import re
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rispy.parser import RisParser

from store.readers.dates import parse_loose_date
from store.readers.encoding import Encoding
from store.readers.reader import Item, Reader
from store.readers.record_builder import build_paper
from store.readers.textfile import MAX_LINE, TextFile

DATES = {"PY", "Y1", "DA", "DP", "PD", "EA", "D", "8"}
_TOO_LONG = "the record or a line of it is longer than 10 million characters; what is beyond was not read"
_BEGIN, _END = "\x02", "\x03"  # what begins and ends a record for the parser

Tags = dict[str, list[str]]
"""The values of each tag in their order; a value that goes over several lines holds line feeds."""


class TaggedReader(Reader):
    """A format with a tag at the start of each line; ``map_fields`` turns the tags of a record into our fields."""

    LINE: ClassVar[re.Pattern[str]]
    """Matches a line that has a tag; its groups are ``tag`` and ``value``."""

    def read_records(self, file: TextFile, encoding: Encoding) -> Iterator[Item]:
        """Yield each record, cut where it is longer than 10 million characters."""
        parser = _TagParser(self.LINE)
        lines = (
            (number, line and line.replace(_BEGIN, "").replace(_END, "")) for number, line in file.read_lines(encoding)
        )
        for block in self.split_blocks(lines):
            if block.fault:
                yield file.problem(block.line, block.fault)
                continue
            fields = self.map_fields(parser.parse_tags(block))
            yield from build_paper(file, block.line, self.NAME, fields, _TOO_LONG if block.too_long else "")

    @abstractmethod
    def split_blocks(self, lines: Iterator[tuple[int, str | None]]) -> Iterator["TaggedBlock"]:
        """Yield the lines of each record.

        Args:
            lines: Number and text of each line of the file; None for one that is too long.
        """

    @abstractmethod
    def map_fields(self, tags: Tags) -> dict[str, Any]:
        """Return our fields of a record's tags (see ``build_paper``)."""


@dataclass
class TaggedBlock:
    """The lines of one record, the number of the first (from 1), and whether there was more than can be held.

    A ``fault`` says why it is none.
    """

    line: int
    lines: list[str] = field(default_factory=list)
    too_long: bool = False
    fault: str = ""
    size: int = 0

    def add(self, line: str | None) -> None:
        """Take another line, unless it is too long or there are too many already."""
        self.size += MAX_LINE if line is None else len(line) + 1
        if line is None or self.size > MAX_LINE:
            self.too_long = True
        else:
            self.lines.append(line)


class _TagParser(RisParser):  # type: ignore[misc]  # rispy has no types
    """A record's lines as tags; ``pattern`` has the groups ``tag`` and ``value`` and matches a line that has a tag."""

    START_TAG = _BEGIN
    END_TAG = _END

    def __init__(self, pattern: re.Pattern[str]) -> None:
        super().__init__(mapping=_Same(), list_tags=[], delimiter_tags_mapping={})
        self._pattern = pattern

    def parse_tags(self, block: TaggedBlock) -> Tags:
        """Return the tags of a block; lines before the first tag stand under the empty one."""
        (record,) = self.parse_lines(iter([_BEGIN, *block.lines, _END]))
        del record[_BEGIN]
        return {tag or "": [value.strip() for value in values] for tag, values in record.items()}

    def parse_line(self, line: str) -> tuple[str | None, str]:
        """Return the tag of a line, None where it goes on with the one before, and its text."""
        if line in (_BEGIN, _END):
            return line, ""
        match = self._pattern.match(line)
        return (match["tag"], (match["value"] or "").strip()) if match else (None, line.strip())

    def _add_tag(self, record: Any, tag: str | None, content: str, extend_multiline: bool = False) -> None:
        values = record.setdefault(tag, [])
        if extend_multiline and values:
            values[-1] += f"\n{content}"
        else:
            values.append(content)


class _Same(dict[Any, Any]):
    """Each tag under its own name."""

    def __missing__(self, key: Any) -> Any:
        return key


def first_text(tags: Tags, *names: str) -> str:
    """Return the text of the first of some tags that has one, its lines and repetitions joined by spaces."""
    return next((text for text in (join_values(tags, name) for name in names) if text), "")


def join_values(tags: Tags, name: str) -> str:
    """Return all that stands under a tag, as one line."""
    return " ".join(" ".join(tags.get(name, ())).split())


def split_values(tags: Tags, *names: str, marks: str = "\n") -> list[str]:
    """Return the values of some tags, each line for itself, and parted at further characters."""
    pieces = (piece for name in names for value in tags.get(name, ()) for piece in re.split(f"[{marks}]", value))
    return [piece for piece in map(str.strip, pieces) if piece]


def add_rest(tags: Tags, names: dict[str, str], mapped: Iterable[str], fields: dict[str, Any]) -> dict[str, Any]:
    """Add to our fields what has no place yet, under our names for its tags or else the tags.

    One value is added as text, several as a list; none replaces a field that is filled.

    Args:
        tags: All tags of a record.
        names: Our names for them.
        mapped: Tags whose values stand in ``fields`` as a whole.
        fields: Our fields so far; a tag that says the same as title, venue, abstract or date says nothing more.
    """
    texts = {" ".join(str(fields.get(name) or "").split()) for name in ("title", "venue", "abstract")}
    date = str(fields.get("date") or "")
    used = {*mapped, *(tag for tag in tags if join_values(tags, tag) in texts)}
    used |= {tag for tag in DATES & tags.keys() if date.startswith(parse_loose_date(join_values(tags, tag)) or "?")}
    rest: dict[str, list[str]] = {}
    for tag, values in tags.items():
        if tag not in used and (filled := [*filter(None, values)]):
            rest.setdefault(names.get(tag, tag or "before_tags"), []).extend(filled)
    added = {name: each[0] if len(set(each)) == 1 else [*dict.fromkeys(each)] for name, each in rest.items()}
    return {**added, **{name: value for name, value in fields.items() if value or name not in added}}
