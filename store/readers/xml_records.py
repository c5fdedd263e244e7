"""Records out of XML, one after the other in little memory, by lxml with all turned off that reaches out or blows up.

No entity is expanded, no DTD or other file loaded, nothing fetched, and libxml2's limits (depth 256, 10 MB a text)
hold. A file that declares entities of its own is refused. Small faults of form are passed over and reported.
"""

import re
from abc import abstractmethod
from collections.abc import Iterator
from itertools import chain
from typing import Any, ClassVar, TypeAlias

from lxml import etree

from store.errors import SourceError
from store.readers.encoding import Encoding, detect_codec
from store.readers.reader import Item, Reader, Signs
from store.readers.record_builder import build_paper
from store.readers.textfile import NO_PAPER, SPLIT, TextFile

Element: TypeAlias = Any
"""An element of lxml, which has no types."""

_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)[^<]{0,2000}?>")
_PROLOG = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>|\s+)*", re.DOTALL)
_SPACES = re.compile(r"\sxmlns(?::[\w.-]+)?=(?:\"[^\"]*\"|'[^']*')")
_AGAIN = b"<?xml "
_SHOWN = 3  # faults that are reported one by one
_MOST = 1_000_000  # elements of one record; each takes some 130 bytes. Chosen by hand
_LIBXML = {"utf-16-le": "UTF-16LE", "utf-16-be": "UTF-16BE"}
_SELF_EVIDENT = {"utf-8-sig", "utf-16", "utf-32"}
_STOPPED = ("Extra content", "Maximum", "Excessive", "Resource limit")  # nothing after it was read


class XmlReader(Reader):
    """A format that is XML: records are elements of some names, whose content ``map_fields`` turns into our fields."""

    TAGS: ClassVar[frozenset[str]]
    """Local names of the elements that are records; of such elements inside each other the outermost is one."""

    ROOTS: ClassVar[frozenset[str]]
    """Local names, in lower case, that the first element of a file may have."""

    SIGNS: ClassVar[Signs] = ((),)  # the root is enough, where a format asks for no more

    def sniff(self, head: str) -> bool:
        """Look for the root of such a file, and the signs of the format."""
        return root_name(head).lower() in self.ROOTS and super().sniff(head)

    def read_records(self, file: TextFile, encoding: Encoding) -> Iterator[Item]:
        """Yield each record, then what was wrong with the form of the XML."""
        parsing = _Parsing(self.TAGS, None if encoding.codec in _SELF_EVIDENT else encoding.codec)
        for line, element in parsing.read_elements(file):
            yield from build_paper(file, line, self.NAME, self.map_fields(element))
        faults = [*parsing.report_faults(file)]
        yield from faults
        if faults and not parsing.count:
            yield file.problem(None, NO_PAPER, lost=False)

    @abstractmethod
    def map_fields(self, record: Element) -> dict[str, Any]:
        """Return our fields of a record (see ``build_paper``)."""


def root_name(head: str) -> str:
    """Return local name of the first element; empty where there is none."""
    text = head.removeprefix("\ufeff")
    start = _PROLOG.match(text)
    root = _ROOT.match(text, start.end() if start else 0)
    return root[1] if root else ""


def inner_markup(element: Element | None) -> str:
    """Return what stands in an element, its markup written out for cleaning."""
    if element is None:
        return ""
    markup = _SPACES.sub("", etree.tostring(element, encoding="unicode", with_tail=False))
    return markup[markup.index(">") + 1 : markup.rindex("</")].strip() if "</" in markup else ""


def element_text(element: Element | None) -> str:
    """Return the text in an element as one line, without markup."""
    return " ".join("".join(map(str, element.itertext())).split()) if element is not None else ""


def find_element(element: Element | None, path: str) -> Element | None:
    """Return the first element on a path of local names (``Journal/Title``, ``.//doi``), in whatever namespace."""
    return element.find(_any_space(path)) if element is not None else None


def find_elements(element: Element | None, path: str) -> list[Element]:
    """Return all elements on such a path."""
    return element.findall(_any_space(path)) if element is not None else []


def find_text(element: Element | None, *paths: str) -> str:
    """Return the text on the first of some paths that has one."""
    return next(filter(None, (element_text(find_element(element, path)) for path in paths)), "")


def find_texts(element: Element | None, path: str) -> list[str]:
    """Return the texts on a path."""
    return [*filter(None, map(element_text, find_elements(element, path)))]


def read_date(element: Element | None) -> str:
    """Return a date whose parts have elements of their own: ``Year``, ``Month`` or ``Season``, ``Day`` in any case."""
    parts = {local_name(child).lower(): element_text(child) for child in find_elements(element, "*")}
    year, day = parts.get("year", ""), parts.get("day", "")
    month = parts.get("month") or parts.get("season", "")
    return (
        "-".join(filter(None, (year, month, day))) if month.isdecimal() else " ".join(filter(None, (day, month, year)))
    )


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace, or a prefix that stands for none."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def _any_space(path: str) -> str:
    return "/".join(part if part in {".", "", "*", ".."} else f"{{*}}{part}" for part in path.split("/"))


class _Parsing:
    """The parsing of one file."""

    def __init__(self, tags: frozenset[str], codec: str | None) -> None:
        self._tags = tags
        self._codec = codec
        self._depth = 0
        self._open: int | None = None
        self._size = 0
        self._lines = 0
        self._wrong: list[tuple[int, str, bool]] = []
        self.count = 0

    def read_elements(self, file: TextFile) -> Iterator[tuple[int, Element]]:
        """Yield line and element of each record; files that were put one behind the other are read as such."""
        for document in _split_documents(file, self._tags):
            self._open, self._depth = None, 0
            parser = _make_parser(self._codec)
            lines = 0
            for chunk in document:
                lines += chunk.count(b"\n")
                yield from self._feed(parser, chunk, file)
            yield from self._feed(parser, None, file)
            self._note_faults(parser)
            self._lines += lines

    def report_faults(self, file: TextFile) -> Iterator[Item]:
        """Yield what was wrong with the form of the file."""
        for line, message, lost in self._wrong[:_SHOWN]:
            yield file.problem(line, f"not well-formed XML: {message}", lost=lost)
        if len(self._wrong) > _SHOWN:
            more = len(self._wrong) - _SHOWN
            yield file.problem(None, f"{more} more faults in the form of the XML", lost=False)

    def _feed(self, parser: Any, chunk: bytes | None, file: TextFile) -> Iterator[tuple[int, Element]]:
        try:
            if chunk is None:
                parser.close()
            else:
                parser.feed(chunk)
        except etree.XMLSyntaxError:
            pass  # it stands in the parser's log, which is reported
        for event, element in parser.read_events():
            if self._ends_record(event, element, file):
                yield self._lines + int(element.sourceline or 0), element
            if event == "end" and not self._depth:
                _free_element(element)

    def _ends_record(self, event: str, element: Element, file: TextFile) -> bool:
        if event == "start" and element.getparent() is None:
            _check_entities(element, file)
        self._size = self._size + 1 if self._depth else 0
        if self._size > 2 * _MOST:  # it is seen when it begins and when it ends
            where = f"{file.name}, line {self._lines + (self._open or 0)}"
            raise SourceError(f"{where}: the record that begins here has more than {_MOST:,} elements.", SPLIT)
        if local_name(element) not in self._tags:
            return False
        if event == "start":
            self._depth += 1
            if self._depth == 1:
                self.count += 1
                self._open = int(element.sourceline or 0)
            return False
        self._depth -= 1
        if not self._depth:
            self._open = None
        return not self._depth

    def _note_faults(self, parser: Any) -> None:
        log = [*parser.feed_error_log] or [*parser.error_log]
        for entry in log:
            message = " ".join(entry.message.split())
            self._wrong.append((self._lines + entry.line, message, message.startswith(_STOPPED)))
        if self._open is not None:
            self._wrong.insert(0, (self._lines + self._open, "the record that begins here does not end", True))


def _split_documents(file: TextFile, tags: frozenset[str]) -> Iterator[Iterator[bytes]]:
    """Yield the bytes of each document in the file; each has to be read before the next is asked for.

    Records one behind the other without a root get one.
    """
    source = _Source(file)
    bare = detect_codec(file.head) == "utf-8-sig" and re.match(rb"(?:\xef\xbb\xbf)?\s*<[A-Za-z]", file.head)
    if bare and root_name(file.text_head()) in tags:
        yield chain([b"<records>"], source.read_document(), [b"</records>"])
    while source.has_more():
        yield source.read_document()


class _Source:
    """The bytes of a file, cut where another XML declaration begins."""

    def __init__(self, file: TextFile) -> None:
        self._chunks = file.read_chunks()
        self._plain = detect_codec(file.head) == "utf-8-sig"
        self._rest = b""
        self._first = True

    def has_more(self) -> bool:
        if not self._rest:
            self._rest = next(self._chunks, b"")
        return bool(self._rest)

    def read_document(self) -> Iterator[bytes]:
        begun = False
        while self.has_more():
            piece, self._rest = self._rest, b""
            if not begun and self._plain:
                piece = piece.removeprefix(b"\xef\xbb\xbf").lstrip()
            again = piece.find(_AGAIN, 0 if begun else 1) if self._plain else -1
            if again >= 0:
                self._rest = piece[again:]
                yield piece[:again]
                return
            begun = begun or bool(piece)
            keep = len(_AGAIN) - 1 if self._plain else 0
            following = next(self._chunks, b"") if keep else b""
            if following and piece:
                yield piece[:-keep]
                self._rest = piece[-keep:] + following
            else:
                self._rest = following
                yield piece


def _make_parser(codec: str | None) -> Any:
    try:
        return etree.XMLPullParser(
            events=("start", "end"),
            encoding=_LIBXML.get(codec or "", codec),
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
            load_dtd=False,
            dtd_validation=False,
            recover=True,
            remove_comments=True,
            remove_pis=True,
        )
    except LookupError:  # libxml2 does not know it; it will say what it cannot read
        return _make_parser(None)


def _check_entities(root: Element, file: TextFile) -> None:
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and next(iter(declared.iterentities()), None) is not None:
        hint = "Remove the <!ENTITY …> lines at its top, if it is meant well."
        raise SourceError(f"{file.name}, line 1: the XML declares entities of its own, as attacks do.", hint)


def _free_element(element: Element) -> None:
    """Free a record and those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
