"""The entries of a BibTeX text, with their fields as they stand in it.

bibtexparser splits the text; an entry that is not well-formed is read field by field, with a doubt.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store.field_names import names_to_ours
from store.readers.textfile import OTHER_FORMAT, make_printable
from store.text.latex import brace_pairs

if TYPE_CHECKING:
    from bibtexparser.library import Library
    from bibtexparser.model import Block, Entry

_MAX_DEPTH = 20  # fields in one value, of which each lacks its comma; chosen by hand


@dataclass
class RawEntry:
    """An entry as it stands in the file: ``fields`` by lower-case name with braces and quotes; ``line`` from 1.

    ``fault`` says why it could not be read at all.
    """

    line: int
    type: str = ""
    key: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    doubt: str = ""
    fault: str = ""


_HEADER = re.compile(r"@\s*(?P<type>\w+)\s*[{(]\s*(?:(?P<key>[^\n,={}()\"]*?)\s*,)?")
# The sign may be missing, or another one, behind a name that is known.
_FIELD = re.compile(
    r"(?:^|,)[ \t]*(?P<name>[A-Za-z][\w+:.-]{0,99}?)[ \t]*"
    r"(?:(?P<sign>=)\s*(?=[{\"]|\w+\s*(?:[,})]|$))|:?[ \t]*(?=[{\"]))",
    re.MULTILINE,
)
_KNOWN = frozenset(
    (
        *"title author year month journal abstract doi url eprint keywords booktitle editor".split(),
        *names_to_ours("bibtex"),
    )
)
_KEY_WITHOUT_COMMA = re.compile(r"\s*(?P<key>[^\s,={}\"]+)\s+(?=[A-Za-z][\w-]*\s*=)")
_NO_ENTRY = {"comment", "preamble", "string"}
_HIDDEN = re.compile(r"@\s*(?!(?:comment|preamble|string)\b)[A-Za-z]\w*\s*[{(]\s*[^\s,={}()\"]*\s*,", re.IGNORECASE)

# The first line of a record in RIS or MEDLINE.
_TAGGED = re.compile(r"^(?:(?P<ris>TY {1,3}- ?[A-Z])|PMID ?- ?[0-9])", re.MULTILINE)


def parse_entries(text: str) -> tuple[list[RawEntry], dict[str, str]]:
    """Return all entries in their order, and the values of the strings (macros) by lower-case name."""
    library = _split_blocks(text)
    strings = {key.lower(): str(string.value) for key, string in library.strings_dict.items()}
    entries: list[RawEntry] = []
    broken: list[Block] = []
    block: Block | None
    start = 0
    for block in [*library.blocks, None]:
        if broken and not _is_comment(block):
            start = max(text.find(broken[0].raw or "", start), start)
            end = text.find(block.raw or "", start + 1) if block else -1
            entries += _recover_entry(broken[0], text[start : end if end > start else len(text)])
            broken = []
        if block is None:
            break
        if entries and not broken and _is_comment(block) and (block.raw or "").lstrip().startswith(","):
            _restore_fields(entries[-1], block.raw or "")
        else:
            entries += _convert_block(block, broken)
    return entries, strings


def _split_blocks(text: str) -> "Library":
    from bibtexparser.splitter import Splitter  # late: it takes 80 ms

    logger = logging.getLogger("bibtexparser")
    if not logger.handlers:  # it would write to the terminal; what it has to say is in the blocks
        logger.addHandler(logging.NullHandler())
    return Splitter(text).split()


def _convert_block(block: "Block", broken: list["Block"]) -> Iterator[RawEntry]:
    from bibtexparser.model import Entry, ImplicitComment, ParsingFailedBlock

    if isinstance(block, ParsingFailedBlock) and block.ignore_error_block is None:
        broken.append(block)
    elif isinstance(block, ParsingFailedBlock) and block.ignore_error_block:
        yield from _convert_block(block.ignore_error_block, broken)
    elif isinstance(block, Entry):
        yield _convert_entry(block)
    elif isinstance(block, ImplicitComment):
        if broken:
            broken.append(block)
        else:
            yield from _find_hidden(block)


def _is_comment(block: "Block | None") -> bool:
    from bibtexparser.model import ImplicitComment

    return isinstance(block, ImplicitComment)


def _convert_entry(block: "Entry") -> RawEntry:
    entry = RawEntry((block.start_line or 0) + 1, block.entry_type.lower(), block.key or "")
    doubts = []
    parts = [part for source in block.fields for part in _split_swallowed(source.key, str(source.value))]
    if len(parts) > len(block.fields):
        doubts.append("a comma between two fields is missing; they were parted, check them")
    for key, value in parts:
        name = key.rpartition("\n")[2].strip().lower()  # a comment may stand before it
        if entry.fields.setdefault(name, value) != value:
            doubts.append(f'"{name}" stands twice; the first was taken')
    entry.doubt = "; ".join(dict.fromkeys(doubts))
    return entry


def _split_swallowed(name: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield a field, and those that stand in its value because the comma before them is missing."""
    for _ in range(_MAX_DEPTH if "=" in value else 0):
        match = _SWALLOWED.match(value, _find_end(value))
        if not match:
            break
        yield name, value[: match.start()].strip()
        name, value = match["name"], value[match.end() :].strip()
    yield name, value


def _find_end(value: str) -> int:
    """Find where the first piece of a value ends: its brace, its quotation, or its word."""
    if value.startswith("{"):
        return brace_pairs(value).get(0, len(value) - 1) + 1
    if value.startswith('"'):
        depth = 0
        for mark in re.finditer(r"\\.|[{}\"]", value[1:]):
            depth += {"{": 1, "}": -1}.get(mark[0], 0)
            if mark[0] == '"' and depth == 0:
                return mark.end() + 1
        return len(value)
    word = re.match(r"[\w:.+/-]+", value)
    return word.end() if word else len(value)


_SWALLOWED = re.compile(r"\s+(?P<name>[A-Za-z][\w+:.-]{0,99})\s*=\s*(?=[{\"]|\w)")


def _recover_entry(block: "Block", text: str) -> Iterator[RawEntry]:
    """Yield the entry of a block that was given up, whose text goes up to the next one, by what looks like fields."""
    line = (block.start_line or 0) + 1
    header = _HEADER.match(text)
    if header and not header["key"] and (key := _KEY_WITHOUT_COMMA.match(text, header.end())):
        header, text = _HEADER.match(f"{text[: key.end('key')]},"), f"{text[: key.end('key')]},{text[key.end('key') :]}"
    if header and header["type"].lower() in _NO_ENTRY:
        return
    reason = make_printable(
        " ".join(str(getattr(getattr(block, "error", None), "abort_reason", "unknown fault")).split())
    )
    if not header:
        yield RawEntry(line, fault=f"not readable as an entry: {reason}")
        return
    entry = RawEntry(line, header["type"].lower(), (header["key"] or "").strip())
    _read_fields(entry, text[header.end() :])
    entry.doubt = f"the entry is not well-formed and was read field by field, check it ({reason})"
    yield entry


def _restore_fields(entry: RawEntry, rest: str) -> None:
    """Give an entry the fields that stand behind a brace too many, which ends it for BibTeX."""
    before = len(entry.fields)
    _read_fields(entry, rest)
    if len(entry.fields) > before:
        entry.doubt = "; ".join(filter(None, (entry.doubt, "a brace ends the entry before its last fields, check it")))


def _read_fields(entry: RawEntry, body: str) -> None:
    matches = [match for match in _FIELD.finditer(body) if match["sign"] or match["name"].lower() in _KNOWN]
    for match, following in zip(matches, [*matches, None][1:], strict=True):
        value = body[match.end() : following.start() if following else len(body)]
        entry.fields.setdefault(match["name"].lower(), _balance_braces(value, last=following is None))


def _balance_braces(value: str, *, last: bool) -> str:
    """Return a value with as many closing braces as opening ones."""
    value = value.strip().rstrip(",").rstrip()
    surplus = value.count("}") - value.count("{")
    while last and surplus > 0 and value.endswith("}"):
        value, surplus = value[:-1].rstrip().rstrip(",").rstrip(), surplus - 1
    return value + "}" * -surplus


def _find_hidden(comment: "Block") -> Iterator[RawEntry]:
    """Yield what looks like an entry in the text between entries."""
    for match in _HIDDEN.finditer(comment.raw or ""):
        line = (comment.start_line or 0) + 1 + (comment.raw or "").count("\n", 0, match.start())
        yield RawEntry(line, fault="this looks like an entry but stands where BibTeX sees a comment")
    for match in _TAGGED.finditer(comment.raw or ""):
        line = (comment.start_line or 0) + 1 + (comment.raw or "").count("\n", 0, match.start())
        yield RawEntry(line, fault=OTHER_FORMAT.format("RIS" if match["ris"] else "MEDLINE"))
