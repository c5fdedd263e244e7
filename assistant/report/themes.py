"""The papers of a report in themes, each theme named, the most central papers first.

Names of themes without a model: the words that set their papers apart (c-TF-IDF, Grootendorst 2022).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import log
from typing import NamedTuple

from assistant.report.clustering import clusters, features
from store.index.schema import stop_words, terms
from store.library import Library
from store.paper import Paper

WORDS = 3
# How much better a pair of words names a theme.
PAIR = 1.3
_TOKEN = re.compile(r"[^\W\d_][\w’'-]*[^\W_]")
# Words of every abstract, which name no theme.
_EMPTY = frozenset(
    """abstract achieve additional algorithm analysis approach based benchmark box code data dataset demonstrate
    develop different effective efficient empirical evaluate existing experiment experimental find framework general
    github https improve introduce large learning method methods model models new novel number paper performance
    present problem problems propose proposed provide real result results set show simple state study task tasks
    theoretical time use used user using via work world www""".split()
)


def labels(themes: Sequence[Sequence[Paper]]) -> list[str]:
    """A label for each theme: up to three phrases, of one or two words, that its papers use and the others do not.

    A phrase weighs the papers of the theme that hold it, those with it in the title twice, times
    log(1 + all papers / all that hold it).
    """
    counts = [Counter(phrase for paper in papers for phrase in _said(paper)) for papers in themes]
    everywhere = sum(counts, Counter[str]())
    papers = sum(len(theme) for theme in themes)
    written = _spelled(paper for theme in themes for paper in theme)
    found = [_best(count, len(theme), everywhere, papers) for count, theme in zip(counts, themes, strict=True)]
    return [" · ".join(written[phrase] for phrase in phrases) or "Other papers" for phrases in found]


def _best(count: Counter[str], size: int, everywhere: Counter[str], papers: int) -> list[str]:
    def weight(phrase: str) -> float:
        return count[phrase] * log(1 + papers / everywhere[phrase]) * (PAIR if " " in phrase else 1.0)

    chosen: list[str] = []
    for phrase in sorted((one for one in count if count[one] > 1 or size == 1), key=lambda one: (-weight(one), one)):
        if not any(set(phrase.split()) & set(other.split()) for other in chosen):
            chosen.append(phrase)
        if len(chosen) == WORDS:
            break
    return chosen


def _said(paper: Paper) -> list[str]:
    """Its phrases, once each, and once more those of the title."""
    title = {phrase for phrase, _ in _spoken(paper.model_copy(update={"abstract": ""}))}
    return [*{phrase for phrase, _ in _spoken(paper)}, *title]


def _spoken(paper: Paper) -> Iterable[tuple[str, str]]:
    """Each phrase as stems and as it is written."""
    for text in (paper.title, *re.split(r"[.,;:()]", paper.abstract)):
        words = [(stem, word) for word in _TOKEN.findall(text) for stem in [_stem(word)]]
        yield from ((stem, word) for stem, word in words if stem)
        yield from (
            (f"{first} {second}", f"{one} {two}") for (first, one), (second, two) in pairwise(words) if first and second
        )


def _stem(word: str) -> str:
    """The stem of a word that says something, "" for others."""
    if len(word) < 3 or word.lower() in _EMPTY or word.lower() in stop_words():
        return ""
    stems = terms(word)
    return " ".join(stems) if len(stems) == 1 else ""


def _spelled(papers: Iterable[Paper]) -> dict[str, str]:
    """The commonest way to write each phrase; lower case unless it is mostly written otherwise."""
    ways: dict[str, Counter[str]] = {}
    for paper in papers:
        for phrase, way in _spoken(paper):
            ways.setdefault(phrase, Counter())[way if way.isupper() else way.lower()] += 1
    return {phrase: min(found, key=lambda way: (-found[way], way)) for phrase, found in ways.items()}


class Theme(NamedTuple):
    """Papers that belong together, by closeness to their common centre."""

    label: str
    papers: tuple[Paper, ...]

    @property
    def heading(self) -> str:
        """The label as it begins a line."""
        return self.label[:1].upper() + self.label[1:]


def themes(library: Library, papers: Sequence[Paper], seed: int = 0) -> list[Theme]:
    """The themes of some papers, the largest first; of two alike, by their label.

    The papers are put in the order of their ids before, so the result hangs on the set of papers alone.

    Raises:
        LibraryError: The library cannot be read.
    """
    import numpy as np

    ordered = sorted(papers, key=lambda paper: paper.id)
    view = library.view()
    vectors = view.vectors_of([paper.id for paper in ordered]) if view else {}
    points = features(ordered, np.array([vectors[paper.id] for paper in ordered]), seed)
    found = clusters(points, seed)
    groups = []
    for label in sorted(set(found.tolist())):
        rows = np.flatnonzero(found == label)
        closeness = points[rows] @ points[rows].mean(axis=0)
        groups.append([ordered[row] for row in rows[np.argsort(-closeness, kind="stable")]])
    made = [Theme(label, tuple(group)) for label, group in zip(labels(groups), groups, strict=True)]
    return sorted(made, key=lambda theme: (-len(theme.papers), theme.label))
