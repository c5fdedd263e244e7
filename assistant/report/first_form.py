"""Reports of the first form: their themes as they were found and labelled then, so that they can be made again.

A manifest without a form is of the first (see ``assistant.report.schema.FORM``). Nothing else uses this module; the
labels are those of c-TF-IDF (Grootendorst 2022).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import log

from assistant.report.clustering import MOST, build_features, find_sampled, link_points
from assistant.report.themes import Theme
from store.index.index_schema import extract_terms, stop_words
from store.library import Library
from store.paper import Paper

# Papers up to which all were linked.
_LINKED = 2000
# Phrases of a label: what a heading has room for; chosen by hand, not measured.
WORDS = 3
# How much better a pair of words names a theme than a single word; chosen by hand, not measured.
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


def find_first_themes(library: Library, papers: Sequence[Paper], seed: int = 0) -> list[Theme]:
    """Find the themes of some papers as reports of the first form have them, the largest first.

    Raises:
        LibraryError: The library cannot be read.
    """
    import numpy as np

    ordered = sorted(papers, key=lambda paper: paper.id)
    points = build_features(library, ordered, seed, exact=False)
    cluster_of = link_points(points) if len(points) <= _LINKED else find_sampled(points, MOST, seed, orders=seed)
    groups = []
    for cluster in sorted(set(cluster_of.tolist())):
        rows = np.flatnonzero(cluster_of == cluster)
        closeness = points[rows] @ points[rows].mean(axis=0)
        groups.append([ordered[row] for row in rows[np.argsort(-closeness, kind="stable")]])
    labelled = [Theme(label, tuple(group)) for label, group in zip(label_themes(groups), groups, strict=True)]
    return sorted(labelled, key=lambda theme: (-len(theme.papers), theme.label))


def label_themes(themes: Sequence[Sequence[Paper]]) -> list[str]:
    """Label each theme by up to three phrases, of one or two words, that its papers use and the others do not.

    A phrase weighs the papers of the theme that hold it, those with it in the title twice, times
    log(1 + all papers / all that hold it).
    """
    counts = [Counter(phrase for paper in papers for phrase in _list_phrases(paper)) for papers in themes]
    totals = sum(counts, Counter[str]())
    papers = sum(len(theme) for theme in themes)
    spellings = _choose_spellings(paper for theme in themes for paper in theme)
    phrases = [_choose_phrases(count, len(theme), totals, papers) for count, theme in zip(counts, themes, strict=True)]
    return [" · ".join(spellings[phrase] for phrase in chosen) or "Other papers" for chosen in phrases]


def _choose_phrases(count: Counter[str], size: int, totals: Counter[str], papers: int) -> list[str]:
    """Choose the heaviest phrases, no two with a word in common; one that a single paper of several holds is none."""

    def weigh(phrase: str) -> float:
        return count[phrase] * log(1 + papers / totals[phrase]) * (PAIR if " " in phrase else 1.0)

    candidates = [phrase for phrase in count if count[phrase] > 1 or size == 1]
    chosen: list[str] = []
    for phrase in sorted(candidates, key=lambda phrase: (-weigh(phrase), phrase)):
        if not any(set(phrase.split()) & set(earlier.split()) for earlier in chosen):
            chosen.append(phrase)
        if len(chosen) == WORDS:
            break
    return chosen


def _list_phrases(paper: Paper) -> list[str]:
    """List its phrases, once each, and once more those of the title."""
    title = {phrase for phrase, _ in _spell_phrases(paper.model_copy(update={"abstract": ""}))}
    return [*{phrase for phrase, _ in _spell_phrases(paper)}, *title]


def _spell_phrases(paper: Paper) -> Iterable[tuple[str, str]]:
    """Yield each phrase as stems and as it is written."""
    for text in (paper.title, *re.split(r"[.,;:()]", paper.abstract)):
        words = [(stem, word) for word in _TOKEN.findall(text) for stem in [_stem_word(word)]]
        yield from ((stem, word) for stem, word in words if stem)
        yield from (
            (f"{stem} {next_stem}", f"{word} {next_word}")
            for (stem, word), (next_stem, next_word) in pairwise(words)
            if stem and next_stem
        )


def _stem_word(word: str) -> str:
    """Give the stem of a word that says something, "" for others."""
    if len(word) < 3 or word.lower() in _EMPTY or word.lower() in stop_words():
        return ""
    stems = extract_terms(word)
    return " ".join(stems) if len(stems) == 1 else ""


def _choose_spellings(papers: Iterable[Paper]) -> dict[str, str]:
    """Choose the commonest spelling of each phrase; lower case unless it is mostly an acronym."""
    spellings: dict[str, Counter[str]] = {}
    for paper in papers:
        for phrase, spelling in _spell_phrases(paper):
            spellings.setdefault(phrase, Counter())[spelling if spelling.isupper() else spelling.lower()] += 1
    return {
        phrase: min(counts, key=lambda spelling: (-counts[spelling], spelling)) for phrase, counts in spellings.items()
    }
