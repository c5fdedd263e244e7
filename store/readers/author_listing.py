"""Author listings: the text of a page that shows an author's profile and papers.

The page begins with a head: the author's name, a category, lines like ``h-index42`` in any order, and a count line
``45 Papers``. Then come the records: a first line like ``LGMar 10, 2022Code``, a title, authors, an abstract, each of
the last three perhaps missing. A first line without a year belongs to the year in which the page was taken, at least
the newest year on it + 1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from store.paper import Author, Paper, Problem, Profile, stable_id
from store.readers.author_names import is_same_person, split_at_commas, strip_et_al
from store.readers.dates import is_plausible_year, make_iso_date
from store.readers.encoding import Encoding
from store.readers.identifiers import find_urls, identify_text
from store.readers.reader import Item, Reader
from store.readers.textfile import MAX_LINE, NO_ABSTRACT, NO_PAPER, UNTITLED, TextFile, quote_value
from store.text.clean import clean_text

_CATEGORY = re.compile(r"[A-Za-z][A-Za-z.-]{0,19}")

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ANY_MONTH = "|".join(_MONTHS)
_FIRST = re.compile(
    rf"(?P<category>{_CATEGORY.pattern})?(?P<month>{_ANY_MONTH}) (?P<day>[0-9]{{1,2}})"
    r"(?:, (?P<year>[0-9]{4}))? ?(?P<code>Code)?"
)
_FIRST_ODD = re.compile(rf"(?P<category>[A-Z]{{2}})(?:{_ANY_MONTH})[a-z]*[ .]*[0-9][0-9 ,.-]*(?P<code>Code)?")
_LONGEST_FIRST = 60  # letters; the longest that the pattern matches has 37. Chosen by hand
_COST_OF_A_LINE = 60  # what a line takes in memory beside its text
_PROFILE = re.compile(r"^h-index\s?[0-9]+\s*$", re.MULTILINE)
_COUNT = re.compile(r"^[0-9.,]+ Papers?\s*$", re.MULTILINE)


class AuthorListingReader(Reader):
    """Reads the profile, then each record, then reports where the counts of papers differ."""

    NAME = "listing"
    LABEL = "the text of an author's page"
    SIGNS = ((_PROFILE, _COUNT),)

    def sniff(self, head: str) -> bool:
        """Look for a record's first line, or a profile with its count line."""
        lines = map(_parse_first_line, head.splitlines())
        return any(line and line.category and line.month for line in lines) or super().sniff(head)

    def read_records(self, file: TextFile, encoding: Encoding) -> Iterator[Item]:
        """Yield profile, papers and doubts."""
        page, records = ListingPage(), 0
        for block in _split_blocks(file, encoding):
            if block.first is None:
                page = _read_page(block, _find_year(file, encoding), file)
                yield from page.report(file)
            else:
                records += 1
                yield from _read_record(block, block.first, page, file)
        if doubt := page.compare_counts(records):
            yield file.problem(page.count_line, doubt, lost=False)


class FirstLine(NamedTuple):
    """The first line of a record, whose parts are glued; ``month`` is 0 where the date cannot be read."""

    text: str
    category: str
    month: int
    day: int
    year: int | None
    has_code: bool


@dataclass
class ListingBlock:
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
        """Return the lines that are not blank, without the white space around them."""
        return [(number, line.strip()) for number, line in self.lines if line.strip()]


def _parse_first_line(line: str) -> FirstLine | None:
    """Return the parts of a record's first line, None for any other line; an abstract may begin with "AI agents"."""
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


def _split_blocks(file: TextFile, encoding: Encoding) -> Iterator[ListingBlock]:
    """Yield the page's head, which may be empty, and each record."""
    block, after_blank = ListingBlock(line=1), False
    for number, line in file.read_lines(encoding):
        if first := _parse_record_start(line, block, after_blank):
            yield block
            block = ListingBlock(line=number, first=first)
        else:
            block.add(number, line)
        after_blank = line is not None and not line.strip()
    yield block


def _parse_record_start(line: str | None, block: ListingBlock, after_blank: bool) -> FirstLine | None:
    first = _parse_first_line(line) if line else None
    if first is None or first.category:
        return first
    # A date without a category may as well be a title ("May 4") or belong to the page's head.
    return first if after_blank and block.first and block.texts() else None


_NUMBER = r"(?P<n>[0-9]{1,3}(?:[,.'’\s][0-9]{3})+|[0-9]{1,9})"
_METRICS = {
    "h_index": re.compile(rf"h-index\s?{_NUMBER}", re.IGNORECASE),
    "papers": re.compile(rf"{_NUMBER}papers?", re.IGNORECASE),
    "citations": re.compile(rf"{_NUMBER}\s?citations?", re.IGNORECASE),
    "novelty_percent": re.compile(rf"Novelty\s?{_NUMBER}\s?%", re.IGNORECASE),
    "ai_score": re.compile(rf"AI Score\s?{_NUMBER}", re.IGNORECASE),
}
_COUNT_LINE = re.compile(rf"{_NUMBER}\s+Papers?", re.IGNORECASE)
_LONGEST_NAME = 200  # letters; a longer first line is prose. Chosen by hand, not measured


@dataclass
class ListingPage:
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

    def report(self, file: TextFile) -> Iterator[Profile | Problem]:
        """Yield the profile and every doubt about the head."""
        yield from self.doubts
        if self.profile:
            yield self.profile
        else:
            yield file.problem(1, "the page names no author: hidden authors stay unknown, no profile", lost=False)

    def compare_counts(self, records: int) -> str:
        """Return how the announced numbers of papers differ from the records there are; empty where they agree."""
        counts = {"the profile": self.profile.papers if self.profile else None, "the count line": self.count}
        if not records and not any(counts.values()):
            return NO_PAPER
        if all(number in (None, records) for number in counts.values()):
            return ""
        parts = [f"{who} says {number}" for who, number in counts.items() if number is not None]
        return f"{' and '.join(parts)}, but the file holds {records} records: compare it with the page"


def _read_page(block: ListingBlock, year: int | None, file: TextFile) -> ListingPage:
    """Take the head apart.

    Args:
        block: The lines before the first record.
        year: The year that undated records belong to; None where no record has one.
        file: Where it stands.
    """
    page, values, rest = ListingPage(year=year), dict[str, int](), list[tuple[int, str]]()
    for number, line in block.texts():
        if match := _COUNT_LINE.fullmatch(line):
            page.count, page.count_line = _parse_count(match), number
        elif metric := _parse_metric(line):
            values.update([metric])
        else:
            rest.append((number, line))
    category = _take_category(rest)
    if rest and len(rest[0][1]) <= _LONGEST_NAME and (name := clean_text(rest[0][1])):
        source = file.source(rest.pop(0)[0], "listing")
        page.profile = Profile(name=name, category=category, source=source, **values)
    page.doubts = [file.problem(number, f"not understood: {quote_value(line)}", lost=False) for number, line in rest]
    if block.too_long:
        page.doubts.append(file.problem(1, "the head of the page is too long; a part was not read", lost=False))
    return page


def _parse_metric(line: str) -> tuple[str, int] | None:
    for name, pattern in _METRICS.items():
        if match := pattern.fullmatch(line):
            return name, _parse_count(match)
    return None


def _parse_count(match: re.Match[str]) -> int:
    return int(re.sub(r"[^0-9]", "", match["n"]))


def _take_category(rest: list[tuple[int, str]]) -> str | None:
    """Remove and return the category: two capitals, or any code that stands after the name."""
    place = next((n for n, (_, line) in enumerate(rest) if re.fullmatch("[A-Z]{2}", line)), None)
    if place is None:
        place = next((n for n, (_, line) in enumerate(rest) if n and _CATEGORY.fullmatch(line)), None)
    return None if place is None else rest.pop(place)[1]


# Letters and words; chosen by hand, not measured.
_LONGEST_TITLE = 250
_WORDS_OF_A_NAME = 8
_WORDS_OF_A_LONE_NAME = 5


def _read_record(block: ListingBlock, first: FirstLine, page: ListingPage, file: TextFile) -> Iterator[Paper | Problem]:
    """Yield the paper of a block and what is doubtful about it, or a problem where there is none."""
    if block.too_long:
        yield file.problem(block.line, "the record is longer than 10 million characters and was not read")
        return
    body = [line for _, line in block.lines if not identify_text(line)]
    title, names, raw = _split_parts(body, page.author)
    if not clean_text(title) and not clean_text(raw):
        yield file.problem(block.line, f"neither title nor abstract follows {quote_value(first.text)}")
        return
    links = [line.strip() for _, line in block.lines if identify_text(line)]
    paper = _build_paper(first, page, title, names, raw, links)
    paper = paper.model_copy(update={"source": file.source(block.line, "listing")})
    yield paper
    yield from file.report_warnings(paper)


def _build_paper(first: FirstLine, page: ListingPage, title: str, names: str, raw: str, links: list[str]) -> Paper:
    identifiers = {scheme: value for link in links for scheme, value in identify_text(link).items()}
    authors, truncated, author_doubt = _parse_authors(names, page.author)
    date, inferred, date_doubt = _parse_date(first, page.year)
    clean_title, abstract = clean_text(title), clean_text(raw)
    missing = ("" if clean_title else "no title", "" if abstract else NO_ABSTRACT)
    return Paper(
        id=stable_id(None, identifiers, clean_title or abstract, int(date[:4]) if date else None),
        title=clean_title or UNTITLED,
        authors=authors,
        authors_truncated=truncated,
        date=date,
        year_inferred=inferred,
        categories=(first.category,) if first.category else (),
        identifiers=identifiers,
        urls=tuple(dict.fromkeys((*find_urls("\n".join(links)), *find_urls(raw)))),
        has_code=first.has_code,
        abstract=abstract,
        abstract_raw=raw,
        warnings=tuple(filter(None, (date_doubt, author_doubt, *missing))),
        extra={} if date else {"first_line": first.text},
    )


def _split_parts(body: list[str], author: str) -> tuple[str, str, str]:
    """Return title, authors and abstract by their places; the shape of the lines tells which of them is missing."""
    filled = [n for n, line in enumerate(body) if line.strip()]
    first, second = ([body[n].strip() for n in filled[:2]] + ["", ""])[:2]
    if _is_names(second):
        title, names, used = first, second, 2
    elif _is_names(first) and (strip_et_al(first)[1] or _has_author(first, author)):
        title, names, used = "", first, 1
    elif len(first) > _LONGEST_TITLE:
        title, names, used = "", "", 0
    else:
        title, names, used = first, "", 1
    rest = body[filled[used] :] if used < len(filled) else []
    return title, names, "\n".join(rest).strip()


def _is_names(line: str) -> bool:
    """Whether a line looks like authors and not like prose: short pieces between commas, mostly with capitals."""
    text, truncated = strip_et_al(line)
    pieces = [piece.split() for piece in text.split(",") if piece.strip()]
    longest = max(map(len, pieces), default=0)
    if truncated or not pieces:
        return truncated and longest <= _WORDS_OF_A_NAME
    capital = sum(any(not word[0].islower() for word in piece) for piece in pieces)
    most = _WORDS_OF_A_NAME if len(pieces) > 1 else _WORDS_OF_A_LONE_NAME
    return longest <= most and capital * 2 > len(pieces)


def _has_author(names: str, author: str) -> bool:
    return any(is_same_person(name, author) for name in split_at_commas(names))


def _parse_authors(line: str, page_author: str) -> tuple[tuple[Author, ...], bool, str]:
    """Authors, whether some are hidden, and a doubt; the page's own author is one of them, wherever he stands."""
    text, truncated = strip_et_al(line)
    names = [name for name in map(clean_text, split_at_commas(text)) if name]
    authors = tuple(Author(name=name, position=place) for place, name in enumerate(names, start=1))
    if not page_author or any(is_same_person(name, page_author) for name in names):
        return authors, truncated, "" if names else "no authors"
    if names and not truncated:
        return authors, False, f"{page_author}, whose page this is, is not among the authors"
    return (*authors, Author(name=page_author)), True, "" if names else "no authors but the page's own"


def _parse_date(first: FirstLine, page_year: int | None) -> tuple[str | None, bool, str]:
    """Return ISO date, whether its year is the page's, and a doubt."""
    year = page_year if first.year is None else first.year
    if not first.month:
        return None, False, f"the date in {quote_value(first.text)} could not be read"
    if year is None:
        return None, False, f"{quote_value(first.text)} names no year, and no other record of the page does"
    date, doubt = make_iso_date(year, first.month, first.day)
    return date, first.year is None and date is not None, doubt


def _find_year(file: TextFile, encoding: Encoding) -> int | None:
    """Return the year of records without one; a pass of its own, so that a long page need not be held in memory."""
    years = (block.first.year for block in _split_blocks(file, encoding) if block.first)
    return max((year + 1 for year in years if year and is_plausible_year(year)), default=None)
