r"""Citations in running text: ``[@key; see @other, p. 3]``, ``@key``, ``\cite{a,b}`` and its kin, authors with years.

From their keys to papers of the library, and back; of the entries of a ``.bib`` file title, DOI and arXiv id are read.
"""

import re
from calendar import month_name
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import chain, pairwise
from typing import NamedTuple

from assistant.drafts.citation_mark import CitationMark
from assistant.drafts.reference_list import find_numbers
from store.citation_keys import keys_in
from store.filters import Filters
from store.index.index_schema import stop_words
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from store.paper_names import find_by_whole_title, identify
from store.person_name import name_words, parse_author, sort_authors
from store.readers import identifiers
from store.text.clean import clean_text

# Characters of a group in parentheses, and of the names before a year, that are read; chosen by hand.
_LONGEST_GROUP, _NAMES = 400, 200
_GROUP = re.compile(rf"\(([^()]{{4,{_LONGEST_GROUP}}})\)|\[([^\[\]]{{4,{_LONGEST_GROUP}}})\](?!\()")
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


_KEY = re.compile(r"(?<![\w@\\])@(?:\{([^{}\s]{1,300})\}|(\w(?:\w|[:.#$%&+?<>~/*-](?=\w)){0,300}))")
_BRACKET = re.compile(r"\[([^\[\]]{0,1000})\](?!\()")
_LATEX = re.compile(
    r"\\(?!nocite)(?P<name>[A-Za-z]{0,12}[cC]ite[A-Za-z]{0,12})\*?"
    r"(?:\s{0,3}\[[^\[\]{}]{0,300}\]){0,2}\s{0,3}\{(?P<keys>[^{}]{0,2000})\}"
)
# Those that are part of the grammar of their sentence: "Poe (2019) shows".
_IN_TEXT = frozenset("citet citealt citeauthor citeyear textcite fullcite".split())


IsAuthor = Callable[[str], bool]
"""Whether a library has an author of a name."""


def know_nobody(_: str) -> bool:
    """Say of any name that there is no author: where no library is at hand."""
    return False


def find_citations(
    text: str, is_latex: bool = False, is_author: IsAuthor = know_nobody, numbers: Collection[int] = ()
) -> list[CitationMark]:
    r"""Find the citations of a text in order; they do not overlap.

    Args:
        text: Markdown or LaTeX, of any content.
        is_latex: Look for ``\cite`` and for authors with years alone, for in LaTeX an ``@`` cites nothing.
        is_author: Tells whether "Gold (2005)" can be a citation.
        numbers: Those of a list of references, by which "[1, 3–5]" cites.
    """
    citations: list[CitationMark] = []
    by_key = (_find_commands,) if is_latex else (_find_commands, _find_brackets, _find_bare_keys)
    by_number = partial(find_numbers, numbers=numbers)
    for find in (*by_key, by_number, partial(find_author_years, is_author=is_author), find_bare_author_years):
        covered = {place for citation in citations for place in range(citation.start, citation.end)}
        more = (citation for citation in find(text) if citation.keys)
        citations += [mark for mark in more if mark.start not in covered and mark.end - 1 not in covered]
    return sorted(citations)


def _find_commands(text: str) -> Iterator[CitationMark]:
    for cite in _LATEX.finditer(text):
        keys = ("".join(key.split()) for key in cite["keys"].split(","))
        yield CitationMark(cite.start(), cite.end(), _each_once(keys), cite["name"].lower() not in _IN_TEXT)


def _find_brackets(text: str) -> Iterator[CitationMark]:
    for bracket in _BRACKET.finditer(text):
        keys = _each_once(key[1] or key[2] for key in _KEY.finditer(bracket[1]))
        yield CitationMark(bracket.start(), bracket.end(), keys, apart=True)


def _find_bare_keys(text: str) -> Iterator[CitationMark]:
    for key in _KEY.finditer(text):
        yield CitationMark(key.start(), key.end(), (key[1] or key[2],), apart=False)


def _each_once(keys: Iterator[str]) -> tuple[str, ...]:
    return tuple(key for key in dict.fromkeys(keys) if key)


_ENTRY = re.compile(
    r"@[ \t]*(?!(?:comment|string|preamble)\b)[A-Za-z]+\s{0,9}[{(]\s{0,99}([^\s,{}()]{1,300})\s{0,9},", re.I
)
_FIELD = re.compile(r"(?<![\w-])(title|doi|eprint)\s{0,9}=\s{0,9}", re.I)
_QUOTED = re.compile(r'"([^"]{0,2000})"|([^\s,{}"]{1,300})')
# Characters of a value that are read; no title is longer.
_LONGEST = 2000


class BibEntry(NamedTuple):
    """What an entry says of its paper; "" where it is silent."""

    title: str = ""
    doi: str = ""
    arxiv: str = ""


def read_entries(text: str) -> dict[str, BibEntry]:
    """Read the entries of a ``.bib`` file by key; what is none is passed over, the first of two with one key counts."""
    entries_by_key: dict[str, BibEntry] = {}
    heads = [*_ENTRY.finditer(text)]
    ends = [*(head.start() for head in heads[1:]), len(text)]
    for head, after in zip(heads, ends, strict=False):
        fields: dict[str, str] = {}
        for field in _FIELD.finditer(text, head.end(), after):
            fields.setdefault(field[1].lower(), _read_value(text, field.end(), after))
        doi, arxiv = (
            identifiers.normalise_doi(fields.get("doi", "")),
            identifiers.normalise_arxiv_id(fields.get("eprint", "")),
        )
        entry = BibEntry(clean_text(fields.get("title", ""), tex=True), doi or "", arxiv or "")
        entries_by_key.setdefault(head[1], entry)
    return entries_by_key


def _read_value(text: str, start: int, end: int) -> str:
    """Read a value in braces, in quotes or bare."""
    if text[start : start + 1] != "{":
        quoted = _QUOTED.match(text, start, end)
        return (quoted[1] or quoted[2] or "") if quoted else ""
    depth = 0
    for brace in re.finditer(r"\\.|[{}]", text[start : min(end, start + _LONGEST)]):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0 and brace[0] == "}":
            return text[start + 1 : start + brace.start()]
    return ""


_IDENTIFIER = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]{1,200}|\barXiv:\s?\d{4}\.\d{4,5}|\bPMID:?\s?\d{4,9}", re.IGNORECASE)
# What parts the authors, the title and the journal of a reference: a full stop, a question mark, quotation marks.
_PARTING = re.compile(r"[.?!]\s+|[.,?!]?[\"“”]|,\s+(?=in:?\s)|\s\(\d{4}[a-z]?\)[.,]?\s*")
# Words of the shortest title that is looked for; chosen by hand: "In press" and "New York" are none.
_SHORTEST = 3

# How many keys a message names, and how many characters of a reference; chosen by hand.
_SHOWN, _WIDTH = 3, 100


class ResolvedKey(NamedTuple):
    """The paper that a key stands for, or None and the reason."""

    paper: Paper | None
    reason: str = ""


class CitationResolver:
    """The keys by which papers of a library can be cited.

    Args:
        library: The papers.
        bib: The entries of the draft's own ``.bib`` file; their keys come before all others.
        listed: The entries of the draft's own list of references, by their numbers.
    """

    def __init__(
        self, library: Library, bib: Mapping[str, BibEntry] | None = None, listed: Mapping[int, str] | None = None
    ) -> None:
        self._library = library
        self._bib = bib or {}
        self._listed = {f"[{number}]": entry for number, entry in (listed or {}).items()}
        self._numbers = frozenset(listed or ())
        self._resolved: dict[str, ResolvedKey] = {}

    def resolve_key(self, key: str) -> ResolvedKey:
        """Resolve a key: an entry of the ``.bib`` file, an id, a citation key, a DOI, an arXiv id, names and a year."""
        if key not in self._resolved:
            if key in self._bib:
                resolved = self._resolve_entry(self._bib[key])
            elif key in self._listed:
                resolved = self._resolve_listed(self._listed[key])
            else:
                resolved = self._resolve_in_library(key)
            self._resolved[key] = resolved
        return self._resolved[key]

    def key_of(self, paper: Paper) -> str:
        """Find the key to cite a paper by: that of the ``.bib`` file, or else that of the library."""
        return self._bib_keys.get(paper.id) or keys_in(self._library, [paper])[paper.id]

    def find(self, text: str, is_latex: bool = False) -> list[CitationMark]:
        """Find the citations of a text, by keys, by numbers of the list and by authors of the library with years."""
        return find_citations(text, is_latex, self._is_author, self._numbers)

    def cite(self, key: str) -> str:
        """Give the key that names a paper: that of the draft, the library's of one cited by number or by its year."""
        paper = self.resolve_key(key).paper if key in self._listed or read_author_year(key) else None
        return self.key_of(paper) if paper else key

    def _is_author(self, name: str) -> bool:
        words = name_words(name)
        return bool(words) and self._view is not None and self._view.count_by_author(words[-1]) > 0

    def _resolve_in_library(self, key: str) -> ResolvedKey:
        cited = read_author_year(key)
        papers = cited.find_papers(self._view) if cited and self._view else self._identify(key)
        if len(papers) == 1:
            return ResolvedKey(papers[0])
        if papers:
            keys = [*keys_in(self._library, papers).values()][:_SHOWN]
            return ResolvedKey(None, f"several papers {'fit' if cited else 'have it'}: {', '.join(keys)}")
        what = f"by {key.rpartition(',')[0]} of {cited.year}" if cited else "of this key"
        return ResolvedKey(None, f"the library has no paper {what}")

    def _resolve_listed(self, entry: str) -> ResolvedKey:
        papers = _find_listed(self._view, entry) if self._view else []
        shown = f"{entry[:_WIDTH]}…" if len(entry) > _WIDTH else entry
        return ResolvedKey(papers[0]) if papers else ResolvedKey(None, f"“{shown}” is not in the library")

    def _resolve_entry(self, entry: BibEntry) -> ResolvedKey:
        names = (f"doi:{entry.doi}" if entry.doi else "", f"arxiv:{entry.arxiv}" if entry.arxiv else "")
        for papers in (*map(self._identify, filter(None, names)), self._find_title(entry.title)):
            if papers:
                return ResolvedKey(papers[0])
        about = f"“{entry.title}”" if entry.title else "an entry without a title"
        return ResolvedKey(None, f"the .bib file has it as {about}, which is not in the library")

    def _identify(self, name: str) -> list[Paper]:
        return identify(self._view, name) if self._view else []

    def _find_title(self, title: str) -> list[Paper]:
        return find_by_whole_title(self._view, title) if self._view and title else []

    @cached_property
    def _view(self) -> Snapshot | None:
        return self._library.view()

    @cached_property
    def _bib_keys(self) -> dict[str, str]:
        papers = {key: self.resolve_key(key).paper for key in self._bib}
        return {paper.id: key for key, paper in reversed(papers.items()) if paper}


def _find_listed(view: Snapshot, entry: str) -> list[Paper]:
    """Find the papers of a library that an entry of a list names: by an identifier in it, else by its title."""
    for identifier in _IDENTIFIER.finditer(entry):
        if papers := identify(view, identifier[0].rstrip(".,;)")):
            return papers
    parts = [part.strip() for part in _PARTING.split(entry) if part and part.strip()]
    titles = [*parts, *(f"{first}. {second}" for first, second in pairwise(parts))]
    for title in sorted(titles, key=len, reverse=True):
        if len(title.split()) >= _SHORTEST and (papers := find_by_whole_title(view, title)):
            return papers
    return []
