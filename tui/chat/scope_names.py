"""The names that a scope may have in a library: offered while one types ``@``, and told as near where none fits."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.display import fold_text, parse_name, sort_authors
from assistant.types import Restriction
from tui.chat.scopes import ScopeName, make_scope
from tui.text import one_line

if TYPE_CHECKING:
    from assistant import Assistant, Paper

# Papers up to which all are read for their names: it takes a second for 10,000. Of more, the names of the overview.
_READ = 20_000
# Names that are offered at once; the list shows ten lines. Chosen by hand.
OFFERED = 8
_TITLE = 60


def load_scope_names(assistant: "Assistant") -> tuple[ScopeName, ...]:
    """Read the names of a library: years, themes, collections, tags, authors, keys.

    Raises:
        LibraryError: The library cannot be read.
    """
    overview = assistant.papers.overview()
    years = [tally.name for tally in overview.years]
    names = [ScopeName(f"{years[0]}-{years[-1]}", "years", _scope_years(years))] if years else []
    names += [_name(theme.name, "theme", theme.papers, "text") for theme in overview.themes]
    if overview.papers > _READ:
        return (*names, *(_name(tally.name, "author", tally.papers, "author") for tally in overview.authors))
    return (*names, *_list_names(list(assistant.papers.list())))


def complete_scope(names: Sequence[ScopeName], begun: str) -> list[ScopeName]:
    """Return the names that what stands behind ``@`` may be the beginning of, those that begin with it first."""
    start = fold_text(begun.replace("-", " ") if not begun[:1].isdigit() else begun).strip()
    first = [known for known in names if fold_text(known.name).startswith(start)]
    later = [
        known
        for known in names
        if known not in first and any(word.startswith(start) for word in fold_text(known.name).split())
    ]
    return [*first, *later][:OFFERED]


def _scope_years(years: Sequence[str]) -> Restriction:
    return make_scope(f"{years[0]}-{years[-1]}", {"year_from": int(years[0]), "year_to": int(years[-1])})


def _list_names(papers: Sequence["Paper"]) -> Iterator[ScopeName]:
    for kind in ("collection", "tag", "author"):
        counts: Counter[str] = Counter()
        for paper in papers:
            counts.update(dict.fromkeys(_read_names(paper, kind), 1))
        yield from (_name(name, kind, count, kind) for name, count in counts.most_common())
    for paper in papers:
        key = _make_key(paper)
        yield ScopeName(key, one_line(paper.title, _TITLE), make_scope(key, {"ids": (paper.id,)}))


def _read_names(paper: "Paper", kind: str) -> Sequence[str]:
    match kind:
        case "collection":
            return paper.collections
        case "tag":
            return paper.tags
        case _:
            return [author.name for author in paper.authors]


def _name(name: str, kind: str, papers: int, filter_name: str) -> ScopeName:
    return ScopeName(name, f"{kind}, {papers:,} paper{'s' * (papers != 1)}", make_scope(name, {filter_name: name}))


def _make_key(paper: "Paper") -> str:
    """Make the beginning of a paper's citation key: family name and year."""
    authors = sort_authors(paper)
    family = "".join(fold_text(parse_name(authors[0].name).family).split()) if authors else "anonymous"
    return f"{family}{paper.year or ''}"
