"""Names of themes: noun phrases of their papers that the other papers of the library do not use as much.

A noun phrase is taken to be what stands in a title, or behind an article or a preposition, up to the next small word or
mark: in English its head comes last, so each end of such a run of words is a phrase, too. The words of the genre
("review", "approach", "systematic", or "wildfire" where all is on wildfire) are known by standing in a large share of
the titles, by being as common outside a theme as in it, or by being common in English; there is no list of them.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from math import log
from typing import NamedTuple, TypeVar

from store.index.index_schema import extract_terms, stop_words
from store.paper import Paper
from store.readers.textfile import UNTITLED

_VOCABULARY = "all-MiniLM-L6-v2.tokenizer.json"
# Places of the vocabulary that hold common words: "approach" has 3921, "assessment" 7667, "evaluation" 9312; "bacteria"
# has 10327. Of 5500, 7800 and 9600 chosen by reading names of themes of five libraries; before _FIRST stand marks.
_FIRST, _LAST = 1996, 9600


@cache
def load_common_stems() -> frozenset[str]:
    """Load the stems of the common words."""
    text = files("store.embedding").joinpath(_VOCABULARY).read_text(encoding="utf-8")
    places: dict[str, int] = json.loads(text)["model"]["vocab"]
    words = [word for word, place in places.items() if _FIRST <= place <= _LAST and word.isalpha()]
    return frozenset(extract_terms(" ".join(words)))


T = TypeVar("T")
CENTRAL = 200
"""Papers of a theme that its name is made of, the most central ones: bounds the time. Chosen by hand, not measured."""
NAMELESS = "Other papers"
"""What a theme is called whose papers have no phrase in common."""
# Words of a phrase; more make no heading. This, PHRASES, TERMS, COVERED, NEXT, LONGER and SHARE were chosen by hand on
# the 45 papers of the sample and 497 texts of cranfield, COMMON on these and three more libraries, by reading names;
# not measured.
LONGEST = 3
PHRASES = 2
TERMS = 5
# Of fewer papers of a theme than this share has a name to tell, so a second phrase is joined to it.
COVERED = 0.7
# What a second phrase is worth at the least, in shares of the first.
NEXT = 0.4
# How much better two or three words name a theme than one.
LONGER = 1.5
# What a word by itself that any text may have ("safety") is worth against another; it is no second phrase, and no term.
COMMON = 0.4
# A word in this share of the titles of a library is one of its genre or its subject, and sets no theme apart.
SHARE = 0.25
# How many times as common in a theme as outside a word of its name is, at the least; chosen by hand, not measured.
LIFT = 2.0
# Articles, prepositions and the like, behind which a noun phrase begins.
_OPENERS = frozenset(
    """a about across after against all among an and any as at before between both by during each every for from her his
    in into its many most my no of on or other our over per several some such than that the their these this those
    through toward towards under upon via whose with within without""".split()
)
# What stands between an adjective and another one before their noun.
_JOINERS = frozenset((",", "and", "or", "to"))
_PIECES = re.compile(r"[^\W\d_](?:[\w’'-]*\w)?|[.,;:()\[\]?!…“”\"/]|\d[\d.,]*")


class _Run(NamedTuple):
    """Words without a mark or a small word between them: their stems, how they are written, and what is around them.

    The ends of a run are its phrases.

    Attributes:
        stems: The stems of its words.
        words: Its words as they are written.
        opened: Whether an article, a preposition or the like stands before it.
        behind: The small word or the mark behind it.
    """

    stems: tuple[str, ...]
    words: tuple[str, ...]
    opened: bool
    behind: str

    @property
    def is_noun_phrase(self) -> bool:
        """Whether it is taken for one: in "a narrow-band, blue light" and "of mild to severe acne" the head follows.

        So is what a title begins with before a preposition: "Photopneumatic technology for".
        """
        is_bounded = self.opened or self.behind in _OPENERS
        return is_bounded and self.behind not in _JOINERS and len(self.stems) <= LONGEST

    @property
    def starts(self) -> range:
        """The places where its phrases begin: those of up to ``LONGEST`` words."""
        return range(max(0, len(self.stems) - LONGEST), len(self.stems))


class _Phrases(NamedTuple):
    """The phrases of a paper, by their stems: of its title, of its abstract, and those that are noun phrases."""

    title: frozenset[tuple[str, ...]]
    abstract: frozenset[tuple[str, ...]]
    nouns: frozenset[tuple[str, ...]]

    @property
    def every(self) -> frozenset[tuple[str, ...]]:
        """The phrases of both."""
        return self.title | self.abstract


class ThemeName(NamedTuple):
    """The name of a theme, and the phrases that are most its own: they stand in several of its papers."""

    name: str
    terms: tuple[str, ...]


def name_themes(themes: Sequence[Sequence[Paper]]) -> list[ThemeName]:
    """Name each theme by one or two noun phrases, no two themes alike; its first papers are the most central."""
    read = [theme[:CENTRAL] for theme in themes]
    count = _PhraseCount([[_read_phrases(paper) for paper in theme] for theme in read])
    names: list[ThemeName] = []
    used: set[_Name] = set()
    for theme in range(len(themes)):
        ranked = count.rank_phrases(theme)
        chosen = _choose_phrases(ranked, count, theme)
        titled = [phrase for phrase, _ in ranked if count.is_titled(phrase, theme) and not _is_common(phrase)]
        own = _choose_distinct(titled, TERMS) if len(themes[theme]) > 1 else []
        spellings = _count_spellings(read[theme], {*chosen, *own})
        words = [_spell(spellings[phrase]) for phrase in own]
        name = " and ".join(_spell(spellings[phrase]) for phrase in chosen) or NAMELESS
        if frozenset(chosen) in used:  # "Laser" and "lasers" are one name.
            name, chosen = _tell_apart(name, chosen, dict(zip(own, words, strict=True)), used)
        used.add(frozenset(chosen))
        names.append(ThemeName(name, tuple(words)))
    return names


_Name = frozenset[tuple[str, ...]]


def _tell_apart(
    name: str, chosen: Sequence[tuple[str, ...]], terms: Mapping[tuple[str, ...], str], used: Collection[_Name]
) -> tuple[str, list[tuple[str, ...]]]:
    """Tell a name from those that are used by a term of the theme, or else by a number; return its phrases, too."""
    by_term = ((f"{name} and {word}", [*chosen, phrase]) for phrase, word in terms.items() if phrase not in chosen)
    numbered = ((f"{name} ({number})", [*chosen, (str(number),)]) for number in range(2, len(used) + 3))
    return next((other, phrases) for other, phrases in (*by_term, *numbered) if frozenset(phrases) not in used)


def _is_common(phrase: tuple[str, ...]) -> bool:
    """Whether a phrase is a word by itself that any text may have."""
    return len(phrase) == 1 and phrase[0] in load_common_stems()


def _choose_distinct(ranked: Sequence[tuple[str, ...]], most: int) -> list[tuple[str, ...]]:
    """Choose the first of some phrases, no two with a word in common."""
    chosen: list[tuple[str, ...]] = []
    for phrase in ranked:
        if len(chosen) < most and not any({*phrase} & {*other} for other in chosen):
            chosen.append(phrase)
    return chosen


class SharedPhrase(NamedTuple):
    """A noun phrase as it is written mostly, and the places of the papers that use it."""

    text: str
    places: tuple[int, ...]


def find_shared_phrases(papers: Sequence[Paper]) -> list[SharedPhrase]:
    """Find the noun phrases of two words or more that several papers use, those of most papers first.

    A phrase within a longer one of just the same papers is left out.
    """
    places: dict[tuple[str, ...], list[int]] = {}
    for place, paper in enumerate(papers):
        for phrase in _read_phrases(paper).every:
            if len(phrase) > 1:
                places.setdefault(phrase, []).append(place)
    shared = {phrase: tuple(held) for phrase, held in places.items() if len(held) > 1}
    longest = [phrase for phrase in shared if not any(_is_within(phrase, other, shared) for other in shared)]
    spellings = _count_spellings(papers, longest)
    ranked = sorted(longest, key=lambda phrase: (-len(shared[phrase]), -len(phrase), phrase))
    return [SharedPhrase(_spell(spellings[phrase]), shared[phrase]) for phrase in ranked]


def _is_within(
    phrase: tuple[str, ...], other: tuple[str, ...], shared: Mapping[tuple[str, ...], tuple[int, ...]]
) -> bool:
    """Whether a phrase is the end of a longer one that just the same papers use."""
    return len(other) > len(phrase) and other[-len(phrase) :] == phrase and shared[other] == shared[phrase]


class _PhraseCount:
    """In how many papers of each theme, and of all, the phrases stand."""

    def __init__(self, themes: Sequence[Sequence[_Phrases]]) -> None:
        self._sizes = [len(theme) for theme in themes]
        self._size = sum(self._sizes)
        self._in = [Counter(phrase for paper in theme for phrase in paper.every) for theme in themes]
        self._in_titles = [Counter(phrase for paper in theme for phrase in paper.title) for theme in themes]
        self._all = _add_up(self._in)
        self._titled = _add_up(self._in_titles)
        words = [Counter(word for paper in theme for word in _words_of(paper.every)) for theme in themes]
        self._words, self._all_words = words, _add_up(words)
        self._nouns = {phrase for theme in themes for paper in theme for phrase in paper.nouns}
        self._in_abstracts = [Counter(phrase for paper in theme for phrase in paper.abstract) for theme in themes]
        self._title_words = Counter(word for theme in themes for paper in theme for word in _words_of(paper.title))

    def is_titled(self, phrase: tuple[str, ...], theme: int) -> bool:
        """Whether a paper of a theme has a phrase in its title: "approach" and "practice" are words of abstracts."""
        return self._in_titles[theme][phrase] > 0

    def share(self, phrase: tuple[str, ...], theme: int) -> float:
        """The share of the papers of a theme that hold a phrase."""
        return self._in[theme][phrase] / self._sizes[theme]

    def rank_phrases(self, theme: int) -> list[tuple[tuple[str, ...], float]]:
        """Rank the phrases that may name a theme, the best first, with their weights.

        A phrase weighs the share of the papers of the theme that hold it, in title and abstract once each, times the
        logarithm of how many times as common it is there as elsewhere. One that a single paper of several holds is
        none; nor, where others are left, is one that no title has, or that no article or preposition stands before.
        """
        least = min(2, self._sizes[theme])
        every = [phrase for phrase, n in self._in[theme].items() if n >= least and not self._is_general(phrase, theme)]
        if self._sizes[theme] == 1:  # A paper by itself is named by the longest phrase of its title.
            own = [*self._in_titles[theme]]
            longest = max(map(len, own), default=0)
            return self._weigh_all([phrase for phrase in own if len(phrase) == longest] or every, theme)
        titled = [phrase for phrase in every if self._titled[phrase]]
        nouns = [phrase for phrase in every if phrase in self._nouns]
        best = [phrase for phrase in nouns if self._titled[phrase]]
        return self._weigh_all(best or nouns or titled or every, theme)

    def _weigh_all(self, phrases: Sequence[tuple[str, ...]], theme: int) -> list[tuple[tuple[str, ...], float]]:
        weighed = [(phrase, self._weigh(phrase, theme)) for phrase in phrases]
        return sorted((pair for pair in weighed if pair[1] > 0), key=lambda pair: (-pair[1], pair[0]))

    def _weigh(self, phrase: tuple[str, ...], theme: int) -> float:
        papers = self._in_abstracts[theme][phrase] + self._in_titles[theme][phrase]
        lift = self._lift(self._in[theme][phrase], self._all[phrase], theme)
        worth = LONGER if len(phrase) > 1 else COMMON if _is_common(phrase) else 1.0
        return papers / self._sizes[theme] * log(lift) * worth

    def _lift(self, inside: int, everywhere: int, theme: int) -> float:
        """How many times as common something is in a theme as elsewhere, half a paper added to both."""
        outside = self._size - self._sizes[theme]
        if not outside:
            return 1.0 + inside
        return ((inside + 0.5) / (self._sizes[theme] + 1)) / ((everywhere - inside + 0.5) / (outside + 1))

    def _is_general(self, phrase: tuple[str, ...], theme: int) -> bool:
        """Whether a phrase is of the genre: its head is, or one of its words that also stands by itself is."""
        if self._size == self._sizes[theme]:
            return False
        *_, head = phrase
        common = [word for word in phrase if self._lift(self._words[theme][word], self._all_words[word], theme) < LIFT]
        if head in common and self._title_words[head] >= SHARE * self._size:
            return True
        return any(len(phrase) == 1 or 2 * self._all[phrase] < self._all_words[word] for word in common)


def _add_up(counts: Iterable[Counter[T]]) -> Counter[T]:
    total: Counter[T] = Counter()
    for count in counts:
        total.update(count)
    return total


def _choose_phrases(
    ranked: Sequence[tuple[tuple[str, ...], float]], count: _PhraseCount, theme: int
) -> list[tuple[str, ...]]:
    """Choose the best phrase, and another one without its words where the first tells of too few papers."""
    chosen: list[tuple[str, ...]] = []
    for phrase, weight in ranked:
        if chosen and (count.share(chosen[0], theme) >= COVERED or weight < NEXT * ranked[0][1]):
            break
        if not any({*phrase} & {*other} for other in chosen) and not (chosen and _is_common(phrase)):
            chosen.append(phrase)
        if len(chosen) == PHRASES:
            break
    return chosen


def _words_of(phrases: Iterable[tuple[str, ...]]) -> set[str]:
    return {word for phrase in phrases for word in phrase}


def _read_phrases(paper: Paper) -> _Phrases:
    """Read the phrases of a paper."""
    title, abstract = _list_runs(paper)
    nouns = (run.stems for run in (*title, *abstract) if run.is_noun_phrase)
    return _Phrases(_list_phrases(title), _list_phrases(abstract), frozenset(nouns))


def _list_phrases(runs: Iterable[_Run]) -> frozenset[tuple[str, ...]]:
    return frozenset(run.stems[start:] for run in runs for start in run.starts)


def _list_runs(paper: Paper) -> tuple[list[_Run], list[_Run]]:
    """List the runs of title and abstract that have phrases; a title that only says that there is none has none."""
    is_untitled = paper.title.strip("()").lower() == UNTITLED.strip("()")
    return [] if is_untitled else _find_runs(paper.title, True), _find_runs(paper.abstract, False)


def _count_spellings(
    papers: Sequence[Paper], wanted: Collection[tuple[str, ...]]
) -> dict[tuple[str, ...], Counter[str]]:
    """Count how some phrases are written; titles, which may be in capitals throughout, count where no abstract does."""
    spellings: dict[tuple[str, ...], Counter[str]] = {phrase: Counter() for phrase in wanted}
    for paper in papers:
        title, abstract = _list_runs(paper)
        for phrase, words in _select_phrases(abstract, spellings):
            spellings[phrase][" ".join(words)] += 1
        for phrase, words in _select_phrases(title, spellings):
            spellings[phrase][" ".join(map(_lower_title, words))] += 0
    return spellings


def _select_phrases(
    runs: Iterable[_Run], wanted: Collection[tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield the phrases that are wanted, each by its stems and its words."""
    for run in runs:
        for start in run.starts:
            if run.stems[start:] in wanted:
                yield run.stems[start:], run.words[start:]


def _lower_title(word: str) -> str:
    """Put a word of a title in lower case, unless it has capitals within."""
    return word.lower() if len(word) == 1 or word[1:].islower() else word


def _spell(counts: Counter[str]) -> str:
    """Choose the commonest spelling."""
    return min(counts, key=lambda spelling: (-counts[spelling], spelling))


def _find_runs(text: str, is_title: bool) -> list[_Run]:
    """Find the runs of a text that have phrases: in a title all, else those that are opened."""
    runs: list[_Run] = []
    stems: list[str] = []
    words: list[str] = []
    before = ""
    for piece in (*_PIECES.findall(text), "."):
        stem = _stem_word(piece)
        if stem:
            stems.append(stem)
            words.append(piece)
            continue
        opened = before in _OPENERS
        if stems and (opened or is_title):
            runs.append(_Run(tuple(stems), tuple(words), opened, piece.lower()))
        stems, words, before = [], [], piece.lower()
    return runs


@lru_cache(maxsize=100_000)
def _stem_word(piece: str) -> str:
    """Give the stem of a word that says something, "" for others and for marks."""
    if len(piece) < 2 or not piece[0].isalpha() or piece.lower() in stop_words():
        return ""
    if len(piece) == 2 and not piece.isupper():
        return ""
    return "-".join(extract_terms(piece))
