"""The numbered list of references at the end of a draft, and the numbers in its text that cite it: "[1, 3–5]"."""

import re
from collections.abc import Collection, Iterator

from assistant.drafts.citation_mark import CitationMark

_HEADING = re.compile(
    r"[ \t]*(?:#{1,6}[ \t]*)?[*_]{0,3}(?:\d{1,2}\.?[ \t]+)?"
    r"(?:references|bibliography|literature(?:[ \t]cited)?|works[ \t]cited)"
    r"[*_]{0,3}:?[*_]{0,3}[ \t]*#{0,6}[ \t]*(?:\{[^{}]{0,200}\}[ \t]*)?",
    re.IGNORECASE,
)
_ANY_HEADING = re.compile(r"[ \t]*#{1,6}\s")
_ENTRY = re.compile(r"[ \t]*(?:\[(\d{1,4})\]|(\d{1,4})[.)])[ \t]+(\S.*)")
_NUMBERS = re.compile(
    r"\[(\d{1,4}(?:\s?[,;–-]\s?\d{1,4}){0,40})\](?![(:\[])"
    r"|(?<=\S)\^(\d{1,4}(?:[,–-]\s?\d{1,4}){0,40})\^"
    r"|(?<=[\w.,;:)”\"’])([⁰¹²³⁴-⁹]{1,4}(?:[,⁻–]\s?[⁰¹²³⁴-⁹]{1,4}){0,20})"
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_RANGE = re.compile(r"(\d+)(?:\s?[–-]\s?(\d+))?")


def is_reference_heading(line: str) -> bool:
    """Return whether a line heads the list of references, be it a heading of Markdown or the word alone."""
    return _HEADING.fullmatch(line) is not None


def read_reference_list(draft: str) -> dict[int, str]:
    """Read the entries of a numbered list of references by their numbers; of two with one number the first counts.

    Args:
        draft: Markdown or plain text, its lines ending in a newline alone.
    """
    entries: dict[int, str] = {}
    number, inside = 0, False
    for line in draft.split("\n"):
        if is_reference_heading(line):
            number, inside = 0, True
        elif _ANY_HEADING.match(line):
            inside = False
        elif inside and (entry := _ENTRY.fullmatch(line)):
            number = int(entry[1] or entry[2])
            entries.setdefault(number, entry[3])
        elif inside and number and line.strip():
            entries[number] += f" {line.strip()}"
        elif not line.strip():
            number = 0
    return entries


def find_numbers(text: str, numbers: Collection[int]) -> Iterator[CitationMark]:
    """Find the numbers in a text that cite entries of a list: "[1, 3–5]", or raised ones ("¹", "^1^").

    Args:
        text: Prose.
        numbers: Those of the list; without one nothing is cited.
    """
    for match in _NUMBERS.finditer(text) if numbers else ():
        cited = [*_read_numbers((match[1] or match[2] or match[3]).translate(_RAISED))]
        if all(number in numbers for number in cited):
            yield CitationMark(match.start(), match.end(), tuple(f"[{n}]" for n in dict.fromkeys(cited)), apart=True)


def _read_numbers(text: str) -> Iterator[int]:
    for part in _RANGE.finditer(text):
        first, last = int(part[1]), int(part[2] or part[1])
        yield from range(first, last + 1) if first <= last else (first, last)
