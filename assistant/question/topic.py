"""A topic, or words that papers have to hold, as a library's papers say it.

What is known of a topic beside its words are its alternatives ("bandits or queues") and the abbreviations that the
papers define themselves ("LLM" and "large language models"). A word of a topic that no paper has may stand for one
that means nearly the same and that papers have: "kidney" for "renal".
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import islice, pairwise, product
from pathlib import Path
from typing import NamedTuple

from assistant.verify.tokens import is_plain
from store.filters import Filters
from store.index.index_schema import extract_terms, extract_words
from store.index.snapshot import Snapshot
from store.paper import Paper
from store.search import term_weights

# Wordings of one alternative that are looked at, and the longest run of its words that may be abbreviated. By hand.
_WORDINGS = 6
_LONGEST_RUN = 6
# Endings of a word and of its plural that came with it from Latin and Greek, and letters that such a word has at least.
_ENDINGS = (
    ("is", "es"),
    ("um", "a"),
    ("on", "a"),
    ("us", "i"),
    ("a", "ae"),
    ("ix", "ices"),
    ("ex", "ices"),
    ("a", "ata"),
)
_SHORTEST = 2
# Words between two "or" from which these are two choices: the end of one and the beginning of the other. By hand.
_NESTED = 3
# Words whose marks are kept. Chosen by hand: as many as some hundred abstracts have.
_KEPT = 10_000
_ONLY_OR = re.compile(r"\s+(?:and/)?or\s+", re.I)
_OR = re.compile(r"\s+(?:or|and/or)\s+|\s*[,;/]\s+(?:or\s+)?", re.I)
_TOKEN = re.compile(r"\w(?:[\w'’.&+-]*\w)?\+*")


# What stems join and readers tell apart: who or what does something and doing it ("transformer", "user"), making
# something so and being so ("randomized", "organization"), and "experiment" and "experience".
_MARK = "+"
_AGENT = re.compile(r"[eo]?rs?")
_MAKING = re.compile(r"(?:al)?i[sz](?:e|ed|es|er|ers|ing|ation|ations|able)")


def extract_stems(text: str) -> list[str]:
    """Split a text into stems as the index does, and tell those apart that it joins and readers do not."""
    return [_mark_stem(stem, word) for stem, word in zip(extract_terms(text), extract_words(text), strict=True)]


@lru_cache(maxsize=_KEPT)
def _mark_stem(stem: str, word: str) -> str:
    rest = word[len(stem) :] if word.startswith(stem) else word[len(stem) - 1 :]
    if _AGENT.fullmatch(rest.removeprefix(stem[-1])):
        return f"{stem}{_MARK}er"
    if _MAKING.fullmatch(rest):
        return f"{stem}{_MARK}ize"
    return f"{stem}ment" if rest.startswith("ment") and stem.endswith(("a", "e", "i", "o", "u")) else stem


class TopicWording(NamedTuple):
    """One way to say a topic: its text, the terms of its words in order, and what each weighs.

    ``literal`` says that it has the topic's own words, inflected perhaps, not what they stand for; ``near`` that it has
    a word that only means nearly the same.
    """

    text: str
    terms: tuple[str, ...]
    weights: dict[str, float]
    literal: bool = True
    near: bool = False

    def measure_share(self, terms: set[str]) -> float:
        """Measure which share of its weight some terms hold, 0–1."""
        total = sum(self.weights.values())
        return sum(weight for term, weight in self.weights.items() if term in terms) / total if total else 0.0

    def measure_pairs(self, terms: set[str], pairs: set[tuple[str, str]]) -> float:
        """Measure which share of its neighbouring words are neighbours in a text too, 0–1; of a single word, its share.

        Neighbours weigh as much as both words do: in a library on Petri nets all papers have these two in a row.
        """
        own = {pair: sum(self.weights.get(term, 0.0) for term in pair) for pair in pairwise(self.terms)}
        total = sum(own.values())
        return sum(own[pair] for pair in own.keys() & pairs) / total if total else self.measure_share(terms)


class Topic(NamedTuple):
    """What papers have to be about: its alternatives, each with the wordings that mean the same."""

    text: str
    alternatives: tuple[tuple[TopicWording, ...], ...]

    @property
    def wordings(self) -> tuple[TopicWording, ...]:
        """All wordings of all alternatives."""
        return tuple(wording for wordings in self.alternatives for wording in wordings)

    @property
    def search_text(self) -> str:
        """The topic with all its wordings, for the search: a model knows long forms better than short ones."""
        return " ".join(dict.fromkeys((self.text, *(wording.text for wording in self.wordings))))


def read_topic(view: Snapshot, text: str, *, near: bool = False) -> Topic:
    """Read a topic, or words that papers have to hold: its alternatives, and for each its wordings.

    ``near`` says whether words that mean nearly the same may stand for those that no paper has.
    """
    parts = [part for part in _OR.split(text) if extract_terms(part)]
    # "Dutch or Flemish readers, writers or critics": two choices, of which neither holds by itself.
    is_nested = any(len(extract_terms(between)) >= _NESTED for between in _ONLY_OR.split(text)[1:-1])
    parts = [text] if is_nested or not parts else _complete_phrases(parts)
    return Topic(text, tuple(_list_wordings(view, part, near) for part in parts))


_PREPOSITION = r"(?:at|by|in|on|with|for|during|under|via|through|using|after|before|without|among|from|to)"
_LEADS = re.compile(rf"^{_PREPOSITION}\s+\S", re.I)
_HEAD = re.compile(rf"^(?P<head>.*\S)\s+{_PREPOSITION}\s+\S", re.I)


def _complete_phrases(parts: Sequence[str]) -> list[str]:
    """Complete alternatives that are phrases of one head: "cancer in mice", "in humans" as "cancer in humans"."""
    complete: list[str] = []
    for part in parts:
        head = _HEAD.match(complete[-1]) if complete and _LEADS.match(part) else None
        complete.append(f"{head['head']} {part}" if head else part)
    return complete


def _list_wordings(view: Snapshot, text: str, near: bool) -> tuple[TopicWording, ...]:
    """Word a phrase in each way that means the same: as it is, in its plural or singular, and with abbreviations.

    With ``near`` also in each way that means nearly the same, where no paper has a word of it.
    """
    words = _TOKEN.findall(text)
    wordings = {" ".join(words) or text: True}
    for size in range(min(len(words), _LONGEST_RUN), 0, -1):
        for start in range(len(words) - size + 1):
            run = " ".join(words[start : start + size])
            inflected = _inflect(view, run)
            short = [
                form for equivalent in view.find_equivalents(run) for form in (equivalent, *_inflect(view, equivalent))
            ]
            for form in (*inflected, *short):
                wording = " ".join((*words[:start], form, *words[start + size :]))
                wordings.setdefault(wording, form in inflected)
    nearly = _list_near_wordings(view, words) if near else []
    return tuple(
        TopicWording(wording, tuple(extract_stems(wording)), _weigh(view, wording), literal, is_near)
        for wording, literal, is_near in (
            *((wording, literal, False) for wording, literal in list(wordings.items())[:_WORDINGS]),
            *((wording, False, True) for wording in nearly[:_WORDINGS]),
        )
    )


def _list_near_wordings(view: Snapshot, words: Sequence[str]) -> list[str]:
    """Word a phrase with other words for those of it that no paper has; as it is where there are none."""
    replaced = [find_near_words(view, word) or (word,) for word in words]
    if all(len(row) == 1 and row[0] == word for row, word in zip(replaced, words, strict=True)):
        return []
    return [" ".join(row) for row in islice(product(*replaced), _WORDINGS)]


def find_near_words(view: Snapshot, word: str) -> tuple[str, ...]:
    """Find the words that papers have and that mean nearly the same as one that no paper has; the nearest first."""
    terms = extract_terms(word)
    if not terms or any(map(view.count_term, terms)):
        return ()
    return tuple(
        other for other in _load_near_words().get(word.lower(), ()) if all(map(view.count_term, extract_terms(other)))
    )


def list_near_words(view: Snapshot, text: str) -> dict[str, tuple[str, ...]]:
    """List what may stand for the words of a text that no paper has; those for which nothing may are left out."""
    near = {word: find_near_words(view, word) for word in _TOKEN.findall(text)}
    return {word: others for word, others in near.items() if others}


@cache
def _load_near_words() -> dict[str, tuple[str, ...]]:
    """Load the words that mean nearly the same, by word: made by ``benchmarks.relevance``."""
    text = Path(__file__).with_name("near_words.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines())
    return {word: tuple(others) for word, *others in rows}


def _weigh(view: Snapshot, wording: str) -> dict[str, float]:
    """Weigh the stems of a wording as those of the index that they are."""
    weights = term_weights(view, wording)
    return {mark: weights[stem] for mark, stem in zip(extract_stems(wording), extract_terms(wording), strict=True)}


def _inflect(view: Snapshot, word: str) -> tuple[str, ...]:
    """Give the plurals or singulars that no stem joins with a word: "LLM" and "LLMs", "keratosis" and "keratoses".

    Only those that papers use, and whose stem is another one.
    """
    if " " in word:
        return ()
    others = [word[:-1] if word.endswith("s") else f"{word}s"]
    for singular, plural in _ENDINGS:
        others += [word[: -len(singular)] + plural] if word.endswith(singular) else []
        others += [word[: -len(plural)] + singular] if word.endswith(plural) else []
    own = extract_terms(word)
    inflected = [(form, extract_terms(form)) for form in others if len(form) > _SHORTEST]
    return tuple(form for form, terms in inflected if len(terms) == 1 and terms != own and view.count_term(terms[0]))


def read_words(view: Snapshot, text: str) -> Topic:
    """Read words that papers have to hold; a plain noun behind one compound may be missing: "split-face (design)"."""
    words = text.split()
    if len(words) == 2 and "-" in words[0] and is_plain(words[1].lower()) and not is_plain(words[0].lower()):
        words.pop()
    return read_topic(view, " ".join(words))


def make_mention_filters(view: Snapshot, words: Sequence[str]) -> Filters:
    """Make the filters for papers in which all of some words stand, or one of the alternatives of each.

    Words stand in a paper in any inflection, and as the abbreviation, or the long form, that the library defines.
    """
    filters = Filters()
    for text in words:
        forms = dict.fromkeys(wording.text for wording in read_words(view, text).wordings if wording.terms)
        filters = filters.intersect(Filters(either=tuple(Filters(text=form) for form in forms)))
    return filters


def join_alternatives(question: str, words: Sequence[str]) -> tuple[str, ...]:
    """Join words between which a question says "or" to one text with alternatives: either is enough."""
    joined: list[str] = []
    for word in words:
        between = (
            rf"{re.escape(joined[-1].rpartition(' or ')[2])}\W+(?:or|and/or)\W+{re.escape(word)}" if joined else ""
        )
        if between and re.search(between, question, re.I):
            joined[-1] = f"{joined[-1]} or {word}"
        else:
            joined.append(word)
    return tuple(joined)


# Papers whose words are kept: those of one question are read twice. Chosen by hand.
_READ = 256


class PaperWords(NamedTuple):
    """The terms of a paper, which of them are neighbours, and all of them in order."""

    terms: set[str]
    pairs: set[tuple[str, str]]
    stems: tuple[str, ...]


def read_paper(paper: Paper) -> PaperWords:
    """Read the words of title and abstract."""
    return _split_words(f"{paper.title}. {paper.abstract}")


@lru_cache(maxsize=_READ)
def _split_words(text: str) -> PaperWords:
    terms = extract_stems(text)
    return PaperWords(set(terms), set(pairwise(terms)), tuple(terms))


# Letters that the index leaves out are words of a name beside another one: "T-invariants", "vitamin D".
_LETTER = re.compile(r"(?:(?P<before>\w{2,})[\s-]+)?\b(?P<letter>[B-Z])\b(?:[\s-]+(?P<behind>\w{2,}))?(?!['’])")
# Characters of the word behind such a letter that have to be the same: it may be inflected. Chosen by hand.
_STEM = 4


def _find_lettered(text: str) -> tuple[str, ...]:
    """Find what stands around each letter that the index leaves out, as patterns."""
    matches = (match for match in _LETTER.finditer(text) if not extract_terms(match["letter"]))
    return tuple(
        rf"\b{match['letter']}[\s-]+(?i:{match['behind'][:_STEM]})"
        if match["behind"]
        else rf"\b(?i:{match['before']})[\s-]+{match['letter']}\b"
        for match in matches
        if match["behind"] or match["before"]
    )


def is_exact(topic: Topic) -> bool:
    """Tell whether the index alone knows in which papers a topic stands: no words of it have to stand together."""
    return not _find_lettered(topic.text) and all(
        (len(wording.terms) == len(wording.text.split()) if wording.literal else len(wording.terms) < 2)
        and not any(_MARK in term for term in wording.terms)
        for wording in topic.wordings
    )


def stands_in(topic: Topic, paper: Paper) -> bool:
    """Tell whether one of the wordings stands in a paper: each word, and the parts of a word like "GPT-4" together."""
    text = read_paper(paper)
    if not all(re.search(row, f"{paper.title}. {paper.abstract}") for row in _find_lettered(topic.text)):
        return False
    for wording in topic.wordings:
        joined = {pair for word in wording.text.split() for pair in pairwise(extract_stems(word))}
        together = joined if wording.literal else {*pairwise(wording.terms)}
        if wording.terms and text.terms.issuperset(wording.terms) and text.pairs.issuperset(together):
            return True
    return False


# Other words that may stand among those of a phrase: "robust (stochastic) optimization". Chosen by hand.
_AMONG = 2


def stands_close(topic: Topic, paper: Paper, fewest: int = 1) -> bool:
    """Tell whether the words of one wording stand close together in a paper, in any order, and few others among them.

    ``fewest`` is how many words a wording has to have, so that it counts.
    """
    text = read_paper(paper)
    for wording in topic.wordings:
        words, width = set(wording.terms), len(wording.terms) + _AMONG
        if len(words) >= fewest and words <= text.terms:
            starts = (place for place, stem in enumerate(text.stems) if stem in words)
            if any(words.issubset(text.stems[place : place + width]) for place in starts):
                return True
    return False
