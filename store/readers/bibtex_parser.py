"""The entries of a BibTeX text: split by bibtexparser, and what it gives up on read line by line."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store.readers.textfile import printable

if TYPE_CHECKING:
    from bibtexparser.library import Library
    from bibtexparser.model import Block, Entry

_HEADER = re.compile(r"@\s*(?P<type>\w+)\s*[{(]\s*(?:(?P<key>[^\n,={}()\"]*?)\s*,)?")
_FIELD = re.compile(r"(?:^|,)[ \t]*(?P<name>[A-Za-z][\w+:.-]{0,99})[ \t]*=\s*(?=[{\"]|\w+\s*(?:[,})]|$))", re.MULTILINE)
_NO_ENTRY = {"comment", "preamble", "string"}
_HIDDEN = re.compile(r"@\s*(?!(?:comment|preamble|string)\b)[A-Za-z]\w*\s*[{(]\s*[^\s,={}()\"]*\s*,", re.IGNORECASE)


@dataclass
class RawEntry:
    """An entry as it stands in the file: ``fields`` by lower-case name with braces and quotes; ``line`` from 1."""

    type: str
    key: str
    line: int
    fields: dict[str, str] = field(default_factory=dict)
    doubt: str = ""


@dataclass
class Lost:
    """Text that looks like an entry and could not be read as one."""

    line: int
    reason: str


def parse_entries(text: str) -> tuple[list[RawEntry | Lost], dict[str, str]]:
    """All entries in their order, and the values of the strings (macros) by lower-case name."""
    library = _split(text)
    strings = {key.lower(): str(one.value) for key, one in library.strings_dict.items()}
    found: list[RawEntry | Lost] = []
    broken: list[Block] = []
    block: Block | None
    for block in [*library.blocks, None]:
        if broken and not _is_comment(block):
            found += _recovered(broken)
            broken = []
        if block is not None:
            found += _taken(block, broken)
    return found, strings


def _split(text: str) -> "Library":
    from bibtexparser.splitter import Splitter  # late: it takes 80 ms

    logger = logging.getLogger("bibtexparser")
    if not logger.handlers:  # it would write to the terminal; what it has to say is in the blocks
        logger.addHandler(logging.NullHandler())
    return Splitter(text).split()


def _taken(block: "Block", broken: list["Block"]) -> Iterator[RawEntry | Lost]:
    from bibtexparser.model import Entry, ImplicitComment, ParsingFailedBlock

    if isinstance(block, ParsingFailedBlock) and block.ignore_error_block is None:
        broken.append(block)
    elif isinstance(block, ParsingFailedBlock) and block.ignore_error_block:
        yield from _taken(block.ignore_error_block, broken)
    elif isinstance(block, Entry):
        yield _entry(block)
    elif isinstance(block, ImplicitComment):
        if broken:
            broken.append(block)
        else:
            yield from _hidden(block)


def _is_comment(block: "Block | None") -> bool:
    from bibtexparser.model import ImplicitComment

    return isinstance(block, ImplicitComment)


def _entry(block: "Entry") -> RawEntry:
    entry = RawEntry(block.entry_type.lower(), block.key or "", (block.start_line or 0) + 1)
    doubts = []
    for one in block.fields:
        name, value = one.key.strip().lower(), str(one.value)
        if entry.fields.setdefault(name, value) != value:
            doubts.append(f'"{name}" stands twice; the first was taken')
    entry.doubt = "; ".join(dict.fromkeys(doubts))
    return entry


def _recovered(blocks: list["Block"]) -> Iterator[RawEntry | Lost]:
    """The entry of a block that was given up and the text up to the next one, by what looks like fields."""
    text, line = "".join(block.raw or "" for block in blocks), (blocks[0].start_line or 0) + 1
    header = _HEADER.match(text)
    if header and header["type"].lower() in _NO_ENTRY:
        return
    reason = printable(
        " ".join(str(getattr(getattr(blocks[0], "error", None), "abort_reason", "unknown fault")).split())
    )
    if not header:
        yield Lost(line, f"not readable as an entry: {reason}")
        return
    entry = RawEntry(header["type"].lower(), (header["key"] or "").strip(), line)
    body = text[header.end() :]
    matches = list(_FIELD.finditer(body))
    for match, following in zip(matches, [*matches, None][1:], strict=True):
        value = body[match.end() : following.start() if following else len(body)]
        entry.fields.setdefault(match["name"].lower(), _closed(value, last=following is None))
    entry.doubt = f"the entry is not well-formed and was read field by field, check it ({reason})"
    yield entry


def _closed(value: str, *, last: bool) -> str:
    """A value with as many closing braces as opening ones."""
    value = value.strip().rstrip(",").rstrip()
    surplus = value.count("}") - value.count("{")
    while last and surplus > 0 and value.endswith("}"):
        value, surplus = value[:-1].rstrip().rstrip(",").rstrip(), surplus - 1
    return value + "}" * -surplus


def _hidden(comment: "Block") -> Iterator[Lost]:
    """What looks like an entry in the text between entries."""
    for match in _HIDDEN.finditer(comment.raw or ""):
        line = (comment.start_line or 0) + 1 + (comment.raw or "").count("\n", 0, match.start())
        yield Lost(line, "this looks like an entry but stands where BibTeX sees a comment")
