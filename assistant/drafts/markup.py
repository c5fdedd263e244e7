"""The prose of a Markdown document, and its sentences without markup."""

import re
from collections.abc import Iterator

from assistant.drafts.blanks import BREAK, PAUSE, SPACE, Sheet
from assistant.drafts.latex import blank_formulas
from store.text.text_clean import clean_text

_FENCE = re.compile(r" {0,3}(?:[-*+] +)?(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}(?=\s|$)\s*(?P<title>[^\n]*)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}(?:[-*_][ \t]*){3,}$")
_TABLE = re.compile(r"[ \t]*(?:\||\+[-=+:]{3,})")
_DASHES = re.compile(r"[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*$")
_DEFINITION = re.compile(r" {0,3}\[(?!\^)[^\]\n]{1,300}\]:[ \t]*\S")
_CONTAINER = re.compile(r" {0,3}:{3,}")
_INDENTED = re.compile(r"(?: {4}|\t)")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)]|\[\^[^\]\n]{1,80}\]:)(?=[ \t])(?:[ \t]+\[[ xX]\](?=[ \t]))?")
_QUOTED = re.compile(r" {0,3}>[ \t]?")
_MATTER = re.compile(r"---[ \t]*\n(?:[^\n]*\n){0,500}?(?:---|\.\.\.)[ \t]*(?:\n|$)")
_REFERENCES = re.compile(r"(?:references|bibliography|literature(?: cited)?|works cited)\b\W*(?:\{.*)?$", re.IGNORECASE)
_COMMENT = re.compile("<!--")
_INLINE = (  # what it is, and what is left of it
    (re.compile(r"!\[[^\[\]]{0,500}\]\([^()\n]{0,500}\)"), " "),
    (re.compile(r"\[\^[^\]\n]{1,80}\]"), ""),
    (re.compile(r"\[([^\[\]]{1,500})\]\([^()\n]{0,500}\)|\[([^\[\]]{1,500})\]\[[^\[\]]{0,300}\]"), r"\1\2"),
    (re.compile(r"<https?://[^<>\s]{1,500}>|</?[A-Za-z][^<>]{0,300}>|\{[.#][^{}\n]{0,200}\}"), " "),
    (re.compile(r"`+([^`]{1,500})`+"), r"\1"),
    (re.compile(r"(\*{1,3}|~~)(?=\S)([^*~]{1,2000}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)(_{1,3})(?=\S)([^_]{1,2000}?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"\\([!-/:-@\[-`{-~])(?![A-Za-z])"), r"\1"),
)


def prose(text: str) -> str:
    """The text at its full length, with all that is no running prose blanked."""
    sheet = Sheet(text)
    matter = _MATTER.match(text)
    if matter:
        sheet.blank([matter.span()], BREAK)
    sheet.blank([*_code(sheet.text)], BREAK)
    sheet.blank_between(_COMMENT, "-->", PAUSE)
    blank_formulas(sheet)
    sheet.blank([*_blocks(sheet.text)], BREAK)
    sheet.blank([*_quotes(sheet.text)], SPACE)
    return sheet.text


def plain(text: str) -> str:
    """A sentence without markup, on one line."""
    for pattern, left in _INLINE:
        text = pattern.sub(left, text)
    return clean_text(text)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Where each line begins, and the line."""
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def _code(text: str) -> Iterator[tuple[int, int]]:
    """The lines of code: between fences, or set in by four columns behind an empty line outside of a list."""
    fence, before, listed = "", "", False
    for start, line in _lines(text):
        span = (start, min(start + len(line) + 1, len(text)))
        mark = _FENCE.match(line)
        if fence:
            yield span
            closes = mark and mark[1].startswith(fence) and not line[mark.end() :].strip(fence[0] + " \t")
            fence = "" if closes else fence
        elif mark:
            fence, listed = mark[1], listed and line[0].isspace()
            yield span
        elif _INDENTED.match(line) and line.strip() and before in ("", "code") and not listed:
            yield span
            before = "code"
            continue
        elif line.strip():
            listed = bool(_ITEM.match(line)) or (listed and line[0].isspace())
        before = line.strip()


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """What ends a paragraph: whole lines that are no prose, and the marks of lists and notes."""
    lines = [*_lines(text)]
    in_references = in_table = False
    for place, (start, line) in enumerate(lines):
        span = (start, min(start + len(line) + 1, len(text)))
        below = lines[place + 1][1] if place + 1 < len(lines) else ""
        title = _title(line, below)
        if title is not None:
            in_references = bool(_REFERENCES.match(title))
        in_table = bool(_DASHES.match(below)) or (in_table and "|" in line)
        if title is not None or in_references or in_table or _is_no_prose(line):
            yield span
        elif item := _ITEM.match(line):
            yield start, start + item.end()


def _title(line: str, below: str) -> str | None:
    """The heading that a line is, None where it is none."""
    heading = _HEADING.match(line)
    if heading:
        return heading["title"]
    return line.strip() if line.strip() and _UNDERLINE.match(below) and not _ITEM.match(line) else None


def _is_no_prose(line: str) -> bool:
    patterns = (_UNDERLINE, _RULE, _TABLE, _DEFINITION, _CONTAINER)
    return any(pattern.match(line) for pattern in patterns)


def _quotes(text: str) -> Iterator[tuple[int, int]]:
    """The marks of quoted blocks."""
    for start, line in _lines(text):
        quoted = _QUOTED.match(line)
        if quoted:
            yield start, start + quoted.end()
