"""The head of an author listing: a name, a category, and lines like ``h-index42`` in any order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from store.paper import Problem, Profile
from store.readers.listing_block import CATEGORY, Block
from store.readers.textfile import TextFile, quoted
from store.text.text_clean import clean_text

_NUMBER = r"(?P<n>[0-9]{1,3}(?:[,.'’\s][0-9]{3})+|[0-9]{1,9})"
_METRICS = {
    "h_index": re.compile(rf"h-index\s?{_NUMBER}", re.IGNORECASE),
    "papers": re.compile(rf"{_NUMBER}papers?", re.IGNORECASE),
    "citations": re.compile(rf"{_NUMBER}\s?citations?", re.IGNORECASE),
    "novelty_percent": re.compile(rf"Novelty\s?{_NUMBER}\s?%", re.IGNORECASE),
    "ai_score": re.compile(rf"AI Score\s?{_NUMBER}", re.IGNORECASE),
}
_COUNT_LINE = re.compile(rf"{_NUMBER}\s+Papers?", re.IGNORECASE)
_LONGEST_NAME = 200


@dataclass
class Page:
    """What the head says: the profile, the count line, the year of undated records; and lines not understood."""

    profile: Profile | None = None
    year: int | None = None
    count: int | None = None
    count_line: int | None = None
    doubts: list[Problem] = field(default_factory=list)

    @property
    def author(self) -> str:
        """Whose page it is, empty where it does not say."""
        return self.profile.name if self.profile else ""

    def said(self, file: TextFile) -> Iterator[Profile | Problem]:
        """The profile and every doubt about the head."""
        yield from self.doubts
        if self.profile:
            yield self.profile
        else:
            yield file.problem(1, "the page names no author: hidden authors stay unknown, no profile", lost=False)

    def count_doubt(self, records: int) -> str:
        """How the announced numbers of papers differ from the records there are; empty where they agree."""
        said = {"the profile": self.profile.papers if self.profile else None, "the count line": self.count}
        if not records and not any(said.values()):
            return "no paper was found in this file"
        if all(number in (None, records) for number in said.values()):
            return ""
        parts = [f"{who} says {number}" for who, number in said.items() if number is not None]
        return f"{' and '.join(parts)}, but the file holds {records} records: compare it with the page"


def read_page(block: Block, year: int | None, file: TextFile) -> Page:
    """Take the head apart.

    Args:
        block: The lines before the first record.
        year: The year that undated records belong to; None where no record has one.
        file: Where it stands.
    """
    page, values, rest = Page(year=year), dict[str, int](), list[tuple[int, str]]()
    for number, line in block.texts():
        if match := _COUNT_LINE.fullmatch(line):
            page.count, page.count_line = _integer(match), number
        elif metric := _metric(line):
            values.update([metric])
        else:
            rest.append((number, line))
    category = _take_category(rest)
    if rest and len(rest[0][1]) <= _LONGEST_NAME and (name := clean_text(rest[0][1])):
        source = file.source(rest.pop(0)[0], "listing")
        page.profile = Profile(name=name, category=category, source=source, **values)
    page.doubts = [file.problem(number, f"not understood: {quoted(line)}", lost=False) for number, line in rest]
    if block.too_long:
        page.doubts.append(file.problem(1, "the head of the page is too long; a part was not read", lost=False))
    return page


def _metric(line: str) -> tuple[str, int] | None:
    for name, pattern in _METRICS.items():
        if match := pattern.fullmatch(line):
            return name, _integer(match)
    return None


def _integer(match: re.Match[str]) -> int:
    return int(re.sub(r"[^0-9]", "", match["n"]))


def _take_category(rest: list[tuple[int, str]]) -> str | None:
    """Remove and return the category: two capitals, or any code that stands after the name."""
    found = next((at for at, (_, line) in enumerate(rest) if re.fullmatch("[A-Z]{2}", line)), None)
    if found is None:
        found = next((at for at, (_, line) in enumerate(rest) if at and CATEGORY.fullmatch(line)), None)
    return None if found is None else rest.pop(found)[1]
