"""Citations by author and year in running text: "(Gold et al., 2005; Lee & Kim, 2007, p. 3)", "Gold et al. (2005)".

The key of one is how it stands there, "Gold et al., 2005"; which paper that is, is told by the names and the year of
the papers of a library. "(Gold et al., 2005)" and "(Gold, 2005)" cite whatever the library holds; "Gold (2005)" and
"(Gold 2005)" may be anything ("ImageNet (2009)"), and cite only where it has an author of that name.
"""

import re
from calendar import month_name
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from assistant.drafts.citation_mark import CitationMark
from store.filters import Filters
from store.index.index_schema import stop_words
from store.index.snapshot import Snapshot
from store.paper import Paper
from store.person_name import name_words, parse_author, sort_authors

# Characters of a group in parentheses, and of the names before a year, that are read; chosen by hand.
_LONGEST, _NAMES = 400, 200
_GROUP = re.compile(rf"\(([^()]{{4,{_LONGEST}}})\)|\[([^\[\]]{{4,{_LONGEST}}})\](?!\()")
_YEAR = r"(?:1[5-9]|20)\d\d[a-z]?"
_YEARS = re.compile(rf"{_YEAR}(?:,\s?(?:{_YEAR}|[b-z]\b(?!\.)))*")
_PAGES = re.compile(r"\s*(?:[,:]\s*(?:(?:pp?|ch|chap|sec|fig|tab|vol|S)\b\.?\s*)?[\w.–-]{1,12})?\s*")
_TOKEN = re.compile(r"[^\W\d_](?:[\w’'-]*\w)?\.?|\S")
# The year behind names without parentheses of its own: "as in Gold et al., 2005, who …".
_LOOSE_YEAR = re.compile(rf"(?<=\bal)\.?,?[\s~]({_YEAR})\b")
_OTHERS = ({"et", "al"}, {"and", "others"}, {"and", "colleagues"})
# What stands before a family name and belongs to it, as bibliographies know it.
_PARTICLES = frozenset("al af bin da de del della den der di do dos du el ibn la le van ten ter von zu zur".split())
_JOINTS = frozenset(("and", "&", "und", "et", "y"))
# What may stand before the names in parentheses, in words: "see also", "as reviewed in". Chosen by hand.
_LEAD = 4
# Words of one name: "Garcia Lopez". Chosen by hand.
_WORDS = 3
_MONTHS = frozenset(month_name)


class AuthorYear(NamedTuple):
    """Whom a citation names, in order, whether "et al." follows, and the year."""

    names: tuple[str, ...]
    others: bool
    year: int

    def fits(self, paper: Paper) -> bool:
        """Whether a paper is of that year, and of these authors from the first on.

        Of a name as it is cited the last words are the family name: a word before it may begin the sentence.
        """
        families = [name_words(parse_author(author).family) for author in sort_authors(paper)]
        if paper.year != self.year or len(families) < len(self.names):
            return False
        if len(self.names) > 1 and not self.others and not paper.authors_truncated and len(families) > len(self.names):
            return False
        return all(_ends_with(name_words(name), family) for name, family in zip(self.names, families, strict=False))

    def names_all(self, paper: Paper) -> bool:
        """Whether a paper has as many authors as are named; "et al." stands for two or more, as styles have it."""
        unnamed = len(paper.authors) - len(self.names)
        return unnamed > 1 or paper.authors_truncated if self.others else unnamed == 0

    def find_papers(self, view: Snapshot) -> list[Paper]:
        """Find the papers of a library that the citation may mean."""
        words = name_words(self.names[0])
        if not words:
            return []
        filters = Filters(author=(words[-1],), year_from=self.year, year_to=self.year)
        fitting = [paper for paper in view.papers(view.list_ids(filters)) if self.fits(paper)]
        return [paper for paper in fitting if self.names_all(paper)] or fitting


def _ends_with(cited: Sequence[str], family: Sequence[str]) -> bool:
    """Whether a name as it is cited is a family name; its particles may be left out: "Beethoven", "van Beethoven"."""
    shorter = min(len(cited), len(family))
    return bool(shorter) and list(cited[-shorter:]) == list(family[-shorter:])


class _Names(NamedTuple):
    """Names that were read before a year: from which character on, and what stands before them."""

    start: int
    names: tuple[str, ...]
    others: bool
    sure: bool
    before: int


def find_author_years(text: str, is_author: Callable[[str], bool]) -> Iterator[CitationMark]:
    """Find the citations by authors with the year, or all of it, in parentheses.

    Args:
        text: Prose.
        is_author: Whether a library has an author of a name.
    """
    for group in _GROUP.finditer(text):
        content = group[1] or group[2]
        keys = [_read_part(part, is_author) for part in content.split(";")]
        if all(keys):
            yield CitationMark(group.start(), group.end(), tuple(dict.fromkeys(chain.from_iterable(keys))), apart=True)
            continue
        years = _YEARS.match(content)
        if years and _PAGES.fullmatch(content, years.end()):
            names = _read_names(text, max(0, group.start() - _NAMES), group.start())
            if names and (names.sure or any(map(is_author, names.names))):
                yield CitationMark(names.start, group.end(), _make_keys(names, years[0]), apart=False)


def find_bare_author_years(text: str) -> Iterator[CitationMark]:
    """Find "Gold et al., 2005" wherever it stands, within a group in parentheses, too."""
    for year in _LOOSE_YEAR.finditer(text):
        names = _read_names(text, max(0, year.start() - _NAMES), year.start(1))
        if names and names.others:
            yield CitationMark(names.start, year.end(1), _make_keys(names, year[1]), apart=False)


def read_author_year(key: str) -> AuthorYear | None:
    """Read a key such as "Lee & Kim, 2007a"; None for any other."""
    year = re.search(rf", ({_YEAR})$", key)
    names = _read_names(key, 0, year.start()) if year else None
    return AuthorYear(names.names, names.others, int(year[1][:4])) if year and names else None


def _read_part(part: str, is_author: Callable[[str], bool]) -> tuple[str, ...]:
    """Read what stands between two semicolons, "see also Lee & Kim, 2007, p. 3"; no keys where that is no citation."""
    years = next((match for match in _YEARS.finditer(part) if _PAGES.fullmatch(part, match.end())), None)
    names = _read_names(part, 0, years.start()) if years else None
    if not years or not names or names.before > _LEAD:
        return ()
    has_comma = part[: years.start()].rstrip().endswith(",")
    if not (names.sure or has_comma or any(map(is_author, names.names))):
        return ()
    return _make_keys(names, years[0])


def _make_keys(names: _Names, years: str) -> tuple[str, ...]:
    """Make a key of each year; "2005a,b" are two of one year."""
    who = names.names[0] if len(names.names) == 1 else f"{', '.join(names.names[:-1])} & {names.names[-1]}"
    keys: list[str] = []
    year = ""
    for piece in re.split(r",\s?", years):
        year = piece if piece[0].isdigit() else f"{year[:4]}{piece}"
        keys.append(f"{who}{' et al.' if names.others else ''}, {year}")
    return tuple(keys)


def _read_names(text: str, start: int, end: int) -> _Names | None:
    """Read the names that end where a year or its parenthesis begins; None where there are none."""
    tokens = list(_TOKEN.finditer(text, start, end))
    place = len(tokens)

    def last(back: int = 1) -> str:
        return tokens[place - back][0] if place >= back else ""

    place -= last() == "~"  # What LaTeX ties with.
    place -= last() == ","
    others = {last(2).lower(), last().lower().removesuffix(".")} in _OTHERS
    place -= 2 * others
    place -= last() == "," and others
    names: list[str] = []
    sure = others
    while place:
        word = place
        while place and word - place < _WORDS and _is_name(last()):
            place -= 1
        if word == place:
            break
        while place < word - 1 and last(0).lower() in stop_words():  # "In Gold (2005)"
            place += 1
        while last() in _PARTICLES:
            place -= 1
        names.insert(0, " ".join(token[0] for token in tokens[place:word]))
        if last() in _JOINTS and _is_name(last(2).rstrip(",") or last(3)):
            sure = sure or last() == "&"
            place -= 1 + (last(2) == ",")
        elif last() == "," and len(names) > 1 and _is_name(last(2)):
            place -= 1
        else:
            break
    if not names or names[-1] in _MONTHS:
        return None
    before = sum(token[0][0].isalpha() for token in tokens[:place])
    return _Names(tokens[place].start(), tuple(names), others, sure, before)


def _is_name(word: str) -> bool:
    return word[:1].isupper() and len(word) > 1 and not word.endswith(".")
