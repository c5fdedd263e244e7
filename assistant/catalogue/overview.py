"""What a library is about, at a glance: its themes, years, authors and venues, and questions to begin with.

Themes are phrases that its papers share, each with the papers in which its words stand: a library needs no vectors for
it, and what is counted is what ``ask`` lists. A phrase is a keyword, or two or three words of a title or a sentence
with nothing between them. It is worth the more, the more papers speak of it that none of the phrases before it covers,
so a few phrases tell what most papers are about. Each is one that ``ask`` can be asked for.

The overview of a whole library is kept beside the index until a paper changes.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from assistant.catalogue.tallies import Tally, count_names
from assistant.question.topic import is_exact, make_mention_filters, read_words, stands_in
from assistant.verify.tokens import is_plain
from store.files import replace_file
from store.filters import Filters
from store.index.index_schema import extract_terms, stop_words
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Frozen, Paper
from store.text.roles.labels import cut_labels_out
from store.text.sentences import sentence_spans

# What a reader takes in at a glance; chosen by hand.
THEMES, NAMES, QUESTIONS = 8, 5, 3
# Papers from which the phrases are taken; of more, so many of them evenly. Their papers are counted in all. By hand.
READ = 2000
# Papers of a theme that are read one by one; as many as a list rates. Chosen by hand.
_COUNTED = 200
# Of what an overview holds and how it is made; one of another version is made again.
_VERSION = 2
_FILE = "overview.json"
# How much a phrase in the title, or a keyword, counts beside one of the abstract; chosen by hand on the sample.
_TITLE = 2.0
# What a third word, and a short form in capitals, is worth beside two words; chosen by hand on the sample.
_THREE, _SHORT = 1.15, 1.1
_BREAK = re.compile(r"[^\w\s'’&/+-]+|\s[-–—]\s")
# What stands before the first word of a sentence.
_BEGINNING = re.compile(r"(?:\A|[.?!:;]\s+)\Z")
_ROMAN = re.compile(r"[IVX]+")
_TOKEN = re.compile(r"[^\W_][\w'’+-]*")
# Words of every field's abstracts that say nothing of its subject, beside those of plain prose.
_OF_ABSTRACTS = frozenset(
    """algorithm algorithms analysis approach approaches art background baseline baselines benchmark code conclusion
    conclusions data dataset datasets experiment experiments findings framework group groups introduction large
    method methods model models number objective paper papers patients performance present problem problems purpose
    result results sample set setting settings state study studies system systems task tasks technique techniques
    time user users work works years""".split()
)


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


def choose_phrases(papers: Sequence[Paper], most: int) -> list[str]:
    """Choose the phrases that together tell what the most papers are about, each of two papers or more.

    Args:
        papers: The papers.
        most: How many phrases at the most.

    Returns:
        The phrases as they are mostly written, the one of most papers first.
    """
    weights = [_weigh_phrases(paper) for paper in papers]
    spread = Counter(phrase for weighed in weights for phrase in weighed)
    # What no title and no keyword of the library names is no subject: a database that is searched, a statistic.
    named = {phrase for weighed in weights for phrase, weight in weighed.items() if weight >= _TITLE}
    shared = {phrase for phrase in named if spread[phrase] > 1}
    holders: dict[str, list[int]] = {}
    for row, weighed in enumerate(weights):
        for phrase in weighed.keys() & shared:
            holders.setdefault(phrase, []).append(row)
    covered = [0] * len(papers)
    chosen: list[tuple[str, ...]] = []
    names: list[str] = []
    while len(names) < most:
        gains = {phrase: _gain(phrase, rows, weights, covered) for phrase, rows in holders.items()}
        best = max(gains, key=lambda phrase: (gains[phrase], phrase), default="")
        if not best or not gains[best]:
            break
        stems = tuple(best.split())
        rows = holders.pop(best)
        if not any(_overlap(stems, earlier) for earlier in chosen):
            chosen.append(stems)
            names.append(_choose_spelling(best, [papers[row] for row in rows]))
            for row in rows:
                covered[row] += 1
    return names


def _gain(phrase: str, rows: Sequence[int], weights: Sequence[dict[str, float]], covered: Sequence[int]) -> float:
    """Say how much a phrase adds: the weight of its papers, halved for each phrase that covers them already."""
    fresh = sum(not covered[row] for row in rows)
    return sum(weights[row][phrase] / 2 ** covered[row] for row in rows) if fresh > 1 else 0.0


def _overlap(stems: Sequence[str], earlier: Sequence[str]) -> bool:
    """Tell whether one phrase holds a word of the other that the other is mainly made of."""
    return len(set(stems) & set(earlier)) * 2 >= min(len(stems), len(earlier))


def _weigh_phrases(paper: Paper) -> dict[str, float]:
    """Weigh the phrases of a paper, as stems."""
    weighed: dict[str, float] = {}
    abstract = cut_labels_out(paper.abstract, sentence_spans(paper.abstract))
    for text, factor in ((abstract, 1.0), *((word, _TITLE) for word in paper.keywords), (paper.title, _TITLE)):
        for stems, words in _list_phrases(text):
            value = factor * (_THREE if len(words) == 3 else _SHORT if len(words) == 1 else 1.0)
            weighed[stems] = max(weighed.get(stems, 0.0), value)
    return weighed


def _list_phrases(text: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Yield the phrases of a text: stems, and words as they are written."""
    for part in _BREAK.split(text):
        words = _TOKEN.findall(part)
        stems = [_stem(word) for word in words]
        for start, word in enumerate(words):
            if len(word) > 2 and word.isupper() and word.isalpha() and not _ROMAN.fullmatch(word) and stems[start]:
                yield stems[start], (word,)
            for size in (2, 3):
                inside = stems[start : start + size]
                if len(inside) < size or not all(inside) or any(stems[start + size : start + size + 1]):
                    continue  # The noun comes last: "randomized controlled" goes on.
                if _says_something(words[start : start + size]):
                    yield " ".join(inside), tuple(words[start : start + size])


def _says_something(words: Sequence[str]) -> bool:
    """Tell whether a phrase may name a subject: its first word is no plain one, its last not one of every abstract."""
    return not _is_empty(words[0].lower()) and words[-1].lower() not in _OF_ABSTRACTS


@lru_cache(maxsize=1 << 15)
def _is_empty(word: str) -> bool:
    return word in _OF_ABSTRACTS or is_plain(word)


@lru_cache(maxsize=1 << 15)
def _stem(word: str) -> str:
    """Give the stem of a word that may be part of a phrase, "" for joints and numbers."""
    low = word.lower()
    if len(word) < 2 or low in stop_words() or not any(letter.isalpha() for letter in word):
        return ""
    return "".join(extract_terms(word))


def _choose_spelling(phrase: str, papers: Sequence[Paper]) -> str:
    """Choose how a phrase is mostly written in the abstracts.

    Titles and keywords have capitals of their own, and so has what a sentence begins with.
    """
    counts: Counter[str] = Counter()
    for paper in papers:
        spellings = {words for stems, words in _list_phrases(paper.abstract) if stems == phrase}
        for words in spellings:
            for match in re.finditer(re.escape(" ".join(words)), paper.abstract):
                begins = _BEGINNING.search(paper.abstract, max(0, match.start() - 3), match.start())
                counts[" ".join((_lower(words[0]), *words[1:]) if begins else words)] += not begins
        for text in (paper.title, *paper.keywords):
            for stems, words in _list_phrases(text):
                if stems == phrase:
                    counts[" ".join(map(_lower, words))] += 0
    return min(counts, key=lambda spelling: (-counts[spelling], spelling))


def _lower(word: str) -> str:
    """Write a word in lower case unless there are capitals inside."""
    return word.lower() if word[1:] == word[1:].lower() else word
