"""What a library is about, at a glance: its themes, years, authors and venues, and questions to begin with.

Themes are phrases that its papers share, each with the papers in which its words stand: a library needs no vectors for
it, and what is counted is what ``ask`` lists. The overview of a whole library is kept beside the index until a paper
changes.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from pydantic import ValidationError

from assistant.catalogue.phrases import choose_phrases
from assistant.catalogue.tallies import Tally, count_names
from assistant.question.topic import is_exact, make_mention_filters, read_words, stands_in
from store.files import replace_file
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Frozen, Paper

# What a reader takes in at a glance; chosen by hand.
THEMES, NAMES, QUESTIONS = 8, 5, 3
# Papers from which the phrases are taken; of more, so many of them evenly. Their papers are counted in all. By hand.
READ = 2000
# Papers of a theme that are read one by one; as many as a list rates. Chosen by hand.
_COUNTED = 200
# Of what an overview holds and how it is made; one of another version is made again.
_VERSION = 2
_FILE = "overview.json"


class OverviewTheme(Frozen):
    """A phrase that papers share, how many do, and the ids of those that are most about it."""

    name: str
    papers: int
    examples: tuple[str, ...] = ()


class Overview(Frozen):
    """What a library, or the part of it that filters let through, is about.

    ``years`` are in their order; of authors, venues and keywords the most frequent are there, ``author_count`` says how
    many there are in all. ``questions`` are answered by this very library.
    """

    papers: int = 0
    with_abstract: int = 0
    themes: tuple[OverviewTheme, ...] = ()
    years: tuple[Tally, ...] = ()
    author_count: int = 0
    authors: tuple[Tally, ...] = ()
    venues: tuple[Tally, ...] = ()
    keywords: tuple[Tally, ...] = ()
    questions: tuple[str, ...] = ()


class _Kept(Frozen):
    """An overview as it is kept, with what it was made of."""

    version: int
    generation: str
    overview: Overview


def make_overview(library: Library, filters: Filters | None = None) -> Overview:
    """Make the overview of the papers that the filters let through; None of the whole library, which is kept.

    Raises:
        LibraryError: The library cannot be read.
    """
    view = library.view()
    if view is None or not view.count:
        return Overview()
    if filters and filters != Filters():
        return _make(library, view, filters)
    path = library.folder / "index" / _FILE
    with suppress(OSError, ValidationError):
        stored = _Kept.model_validate_json(path.read_text(encoding="utf-8"))
        if (stored.version, stored.generation) == (_VERSION, view.generation):
            return stored.overview
    overview = _make(library, view, Filters())
    with suppress(OSError):  # In a folder that cannot be written it is made again the next time.
        stored = _Kept(version=_VERSION, generation=view.generation, overview=overview)
        replace_file(path, (stored.model_dump_json().encode(),), private=True)
    return overview


def _make(library: Library, view: Snapshot, filters: Filters) -> Overview:
    records = view.read_fields(filters)
    if not records:
        return Overview()
    authors, venues = count_names(records, "authors"), count_names(records, "venues")
    themes = _find_themes(library, view, filters, records)
    years = count_names(records, "years")
    return Overview(
        papers=len(records),
        with_abstract=sum(bool(record.get("abstract")) for record in records),
        themes=themes,
        years=years,
        author_count=len(authors),
        authors=authors[:NAMES],
        venues=venues[:NAMES],
        keywords=count_names(records, "keywords")[:NAMES],
        questions=_suggest_questions(themes, authors, years),
    )


def _find_themes(
    library: Library, view: Snapshot, filters: Filters, records: Sequence[Mapping[str, Any]]
) -> tuple[OverviewTheme, ...]:
    step = -(-len(records) // READ)
    papers = [
        Paper(
            id=record["id"],
            title=record["title"],
            abstract=record.get("abstract", ""),
            keywords=tuple(record.get("keywords", ())),
        )
        for record in sorted(records, key=lambda record: str(record["id"]))[:: step or 1]
    ]
    themes = []
    for name in choose_phrases(papers, THEMES):
        within = filters.intersect(make_mention_filters(view, [name]))
        hits = library.search(name, 1, within, view, sentences=False)
        count = _count_papers(library, view, name, within)
        themes.append(OverviewTheme(name=name, papers=count, examples=tuple(hit.paper.id for hit in hits)))
    return tuple(sorted((theme for theme in themes if theme.examples), key=lambda theme: -theme.papers))


def _count_papers(library: Library, view: Snapshot, name: str, within: Filters) -> int:
    """Count the papers that ``ask`` lists for a theme; of very many those with its words, wherever they stand."""
    rows, topic = view.count_fitting(within), read_words(view, name)
    if rows > _COUNTED or is_exact(topic):
        return rows
    return sum(stands_in(topic, paper) for paper in library.get(view.list_ids(within)))


def _suggest_questions(
    themes: Sequence[OverviewTheme], authors: Sequence[Tally], years: Sequence[Tally]
) -> tuple[str, ...]:
    """Suggest questions that this library answers: of its largest themes, of its most frequent author, of a year."""
    papers = sum(tally.papers for tally in years)
    questions = [f"Which papers mention {theme.name}?" for theme in themes[:1]]
    questions += [f"Which papers are by {tally.name}?" for tally in authors if 1 < tally.papers < papers][:1]
    questions += [f"How many papers are from {tally.name}?" for tally in years[-1:]]
    questions += [f"Which papers mention {theme.name}?" for theme in themes[1:2]]
    questions += ["What are the newest papers?", "What are the oldest papers?", "Which papers are there?"]
    return tuple(questions[:QUESTIONS])
