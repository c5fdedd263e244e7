"""Names of themes without a model: the words that set their papers apart (c-TF-IDF, Grootendorst 2022)."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import log

from store.index.schema import stop_words, terms
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
