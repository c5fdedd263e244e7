"""A small classifier that tells orders to a reader from sentences of science: words first, vectors where these doubt.

Two logistic regressions, fitted by ``benchmarks/fit_injections.py``. The one over words, pairs of words and meanings
takes a few tenths of a millisecond and is sure of nearly all sentences; only where it is not is the beginning of the
sentence embedded, which takes some milliseconds, and what the second one says of the vector added.

Meanings come from ``cues.toml``, which has one name for a meaning in all languages. A text is read in windows of words
and in clauses, so that an order in a long sentence counts as much as one that stands alone, and the time grows with the
length.
"""

import json
import re
import tomllib
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain, pairwise
from math import fsum
from typing import NamedTuple

from assistant.verify.injection.letters import Folded
from store.embedding.minilm import share_minilm
from store.errors import EmbedderError
from store.text.patterns import compile_lazily, find_from

# Words of the beginning that is embedded: an order stands before what it wants to be said. On part dev the whole
# sentence, or both together, gave no more.
_BEGINNING = 12


class Weights(NamedTuple):
    """What was fitted.

    ``words`` are those that are looked for behind disguises. A text whose score by features is below ``doubtful`` is
    none, one above ``certain`` is an order, and between them the score of the vector, times ``share``, is added and the
    sum compared with ``threshold``; without an embedder the features alone decide, at ``alone``.
    """

    words: frozenset[str]
    features: dict[str, float]
    bias: float
    vector: tuple[float, ...]
    vector_bias: float
    share: float
    doubtful: float
    certain: float
    threshold: float
    alone: float


@cache
def load_weights() -> Weights:
    """Load what was fitted."""
    data = json.loads(files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))
    data["words"] = frozenset(data["words"].split())
    # Forty thousand of them: apart and in two texts they load in a third of the time.
    weights = (int(hundredths) / 100 for hundredths in data.pop("hundredths").split())
    data["features"] = dict(zip(data["features"].split("\n"), weights, strict=True))
    data["vector"] = tuple(data["vector"])
    return Weights(**data)


def score_features(folded: Folded, weights: Weights) -> tuple[float, int]:
    """Score a text by its features: the higher, the more its most suspicious window is like an order.

    Returns:
        The score of that window, and the character at which it begins.
    """
    get = weights.features.get
    score, start = max(
        # Added exactly: features come in the order of a set, and a sum of floats would end in other digits for each.
        (fsum(filter(None, map(get, window.features))), -window.start)
        for window in list_features(folded, weights.features)
    )
    return weights.bias + score, -start


def find_beginning(folded: Folded, start: int = 0) -> str:
    """Find the first words of a text from a character on."""
    text = folded.text[start : start + _BEGINNING * 100]
    tokens = read_tokens(text)
    return text[: tokens[_BEGINNING].start] if len(tokens) > _BEGINNING else text


def is_order(folded: Folded, *, heading: bool = False) -> bool:
    """Tell whether a text is an order to its reader rather than a sentence of science, or a heading rather than one."""
    weights = load_weights()
    score, start = score_features(folded, weights)
    if not weights.doubtful < score < weights.certain:
        return score >= weights.certain
    try:
        [vector] = share_minilm().embed([find_beginning(folded, start)])
    except EmbedderError:
        return score > (_HEADING if heading else weights.alone)
    by_vector = weights.vector_bias + sum(a * b for a, b in zip(vector.tolist(), weights.vector, strict=True))
    return bool(score + weights.share * by_vector > (_HEADING if heading else weights.threshold))


# The threshold of titles, keywords and names, which were not fitted on: what looks like an order in them is mostly a
# phrase ("Just words: …"). Chosen on part dev of benchmarks/injections.py, of whose orders .99 are above it.
_HEADING = 2.0
# Words of a window and how far the next one begins behind it; sentences of abstracts seldom have more than one.
_WINDOW, _STEP = 60, 40
# How far apart two meanings may stand to be seen together, in words; letters by which inflected words are alike.
_APART, _ROOT = 7, 5
# Letters of a piece of an address that is no word ("tu", "www"); chosen by hand.
_LONGEST_LABEL = 3
# Where a clause ends, which a comma or colon within a number does not do; words of the shortest clause.
# A short form in brackets ("(PLA)") ends none.
_CLAUSE_END = compile_lazily(r"\(\w{1,12}\)|(?:(?<!\d)[,:]|[,:](?!\d)|[;()，；：、—–])")
_CLAUSE_SIGN = compile_lazily("[,:;()，；：、—–]")
_LEAST_CLAUSE = 4
# A label stands within so many characters before a colon.
_LABEL = 60
# Vowel signs of Indic and Arabic letters are no letters to Python, but a part of the word.
_LETTER = r"(?:[^\W\d_]|[\u0900-\u0963\u0966-\u0dff\u064b-\u065f\u0670])"
_TOKEN = compile_lazily(rf"{_LETTER}+(?:'{_LETTER}+)?|\d+")
_ASCII_TOKEN = compile_lazily("[a-zA-Z]+(?:'[a-zA-Z]+)?|[0-9]+")
# Letters of scripts that write no spaces between words.
_UNSPACED = compile_lazily("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f]+")
_NAMELESS = compile_lazily(r"(?<=://)[\w.~%/-]{1,200}|\bwww[\w.~%/-]{1,200}|\b[a-z](?=-[a-z])")
_COLON = compile_lazily("[:：]")
_OPENED = compile_lazily(r"(?<![\w])([<‹\[{«#@|/:])[<‹\[{«#@|/:]{0,2}\s?([^\W\d_]{2,18})(?=(\W?))")
_OPENING = compile_lazily(r"[<‹\[{«#@|/:]")
_MARKS = {
    "image": compile_lazily(r"!\["),
    "link": compile_lazily(r"\]\s?\("),
    "script": compile_lazily(r"(?:javascript|vbscript)\s?:|data:text|\bon\w{3,12}="),
    "element": compile_lazily(r"[<‹]/?(?:img|script|iframe|a|svg|meta|link|object|embed|form|input|style)\b"),
    "comment": compile_lazily(r"<!--|%%|-->|/\*"),
    "turn": compile_lazily(r"<\|\w|\[/?inst\]|<</?sys|\|>"),
    "json": compile_lazily(r"[\"']\w{2,20}[\"']\s?:\s?[\"'\[{]|[{\[]\s?[\"']\w{2,20}[\"']\s?:"),
    "address": compile_lazily(r"https?:|www\."),
    "question and answer": compile_lazily(r"\bq(?:uestion)?\s?[:.][^?]{0,200}\?\s?\(?a(?:nswer)?\s?[:.]"),
    "quote opens": compile_lazily(r"[:,]\s?[\"“«‘]"),
    "ends with colon": compile_lazily(r"[:：]\s*$"),
    "fence": compile_lazily(r"```|===|---|\*\*\*|###"),
}
# A text that has none of these, no "--" and no "www.", has no mark.
_SIGN_OF_MARK = compile_lazily("[\\[\\]<‹>:：=%*?\"'“«‘`#]")


class _Everything:
    """Holds whatever is looked for."""

    def __contains__(self, key: object) -> bool:
        return True


_ANY = _Everything()


class _Cues(NamedTuple):
    """Meanings by whole words, by two words, by beginnings of words, and by pieces of scripts without spaces.

    ``firsts`` are the first of two words. ``joins`` are the words that join a clause to the one before it; they have no
    meaning.
    """

    words: dict[str, tuple[str, ...]]
    pairs: dict[str, tuple[str, ...]]
    roots: dict[str, tuple[str, ...]]
    pieces: dict[str, tuple[str, ...]]
    firsts: set[str]
    joins: frozenset[str]


@cache
def _load_cues() -> _Cues:
    table = tomllib.loads(files(__package__).joinpath("cues.toml").read_text(encoding="utf-8"))
    cues = _Cues({}, {}, {}, {}, set(), frozenset(table.pop("join").split()))
    for meaning, text in table.items():
        for pair, word in re.findall(r'"([^"]+)"|(\S+)', text):
            entry = word.removeprefix("=")
            if pair:
                group, key = cues.pairs, pair
            elif _UNSPACED.fullmatch(entry):
                group, key = cues.pieces, entry
            else:
                group, key = (cues.words if word.startswith("=") else cues.roots), entry
            group[key] = (*group.get(key, ()), meaning)
    cues.firsts.update(pair.partition(" ")[0] for pair in cues.pairs)
    return cues


def list_cue_words() -> frozenset[str]:
    """List the whole words among the cues."""
    return frozenset(_load_cues().words)


class FeatureToken(NamedTuple):
    """A word, or a piece of a script without spaces, at a character; with what it may mean."""

    text: str
    start: int
    meanings: tuple[str, ...]


def read_tokens(text: str) -> list[FeatureToken]:
    """Read the words of a folded text in order."""
    cues = _load_cues()
    tokens: list[FeatureToken] = []
    # Short pieces of an address and a letter joined to a word ("q-switched") are no words: "tu" of a host is no "you".
    # Longer ones are: an order may be written as an address.
    names = _NAMELESS.finditer(text) if "-" in text or "www" in text or "//" in text else ()
    nameless = {place for match in names for place in range(match.start(), match.end())}
    for match in (_ASCII_TOKEN if text.isascii() else _TOKEN).finditer(text):
        word, place = match[0], match.start()
        if word.isascii():  # As most words are.
            token = _make_token(word, place)
            is_name = place in nameless and len(word) <= _LONGEST_LABEL
            tokens.append(token._replace(meanings=()) if is_name else token)
            continue
        end = match.start()
        for run in _UNSPACED.finditer(match[0]):
            if match.start() + run.start() > end:
                tokens.append(_make_token(text[end : match.start() + run.start()], end))
            tokens += _read_pieces(run[0], match.start() + run.start(), cues)
            end = match.start() + run.end()
        if end < match.end():
            tokens.append(_make_token(text[end : match.end()], end))
    for place, (left, right) in enumerate(pairwise(tokens)):
        if left.text in cues.firsts and (meanings := cues.pairs.get(f"{left.text} {right.text}")):
            tokens[place] = left._replace(meanings=tuple(dict.fromkeys((*left.meanings, *meanings))))
    return tokens


# Letters of the longest beginning and of the longest piece that are looked up.
_LONGEST_ROOT, _LONGEST_PIECE = 12, 6


def _make_token(word: str, start: int) -> FeatureToken:
    return FeatureToken("0", start, ()) if word.isdigit() else FeatureToken(word, start, _find_meanings(word))


@lru_cache(maxsize=1 << 14)  # Most words of a text are few and frequent.
def _find_meanings(word: str) -> tuple[str, ...]:
    cues = _load_cues()
    meanings = list(cues.words.get(word, ()))
    for length in range(1, min(len(word), _LONGEST_ROOT) + 1):
        meanings += cues.roots.get(word[:length], ())
    return tuple(dict.fromkeys(meanings))


def _read_pieces(run: str, start: int, cues: _Cues) -> Iterator[FeatureToken]:
    """Read each letter as a piece; the longest cue that begins there gives its meanings."""
    for place, letter in enumerate(run):
        longest = next(
            (
                cues.pieces[run[place : place + length]]
                for length in range(min(_LONGEST_PIECE, len(run) - place), 0, -1)
                if run[place : place + length] in cues.pieces
            ),
            (),
        )
        yield FeatureToken(letter, start + place, longest)


class FeatureWindow(NamedTuple):
    """The features of some words in a row, and the character at which these begin."""

    start: int
    features: frozenset[str]


CLAUSE = "clause"
"""The feature of what is a clause and no whole sentence."""


def list_features(folded: Folded, vocabulary: Container[str] = _ANY) -> Iterator[FeatureWindow]:
    """List the features of a text, of a window after the other, then of its clauses.

    Args:
        folded: The text.
        vocabulary: Those that matter; pairs and triples of words are only put together of words among them.
    """
    tokens = read_tokens(folded.text)
    marks = _list_marks(folded.text)
    marks |= {f"m:{name}" for name in folded.disguises} | _list_opened(folded.text)
    for first in range(0, max(1, len(tokens) - (_WINDOW - _STEP)), _STEP):
        window = tokens[first : first + _WINDOW]
        parts: list[Iterable[str]] = [marks, _list_words(window, vocabulary), _list_meanings(window)]
        if first == 0:
            parts += [_list_openings(window), _list_label(folded.text, window)]
        yield FeatureWindow(window[0].start if window else 0, frozenset(chain.from_iterable(parts)))
    for clause in cut_clauses(folded.text, tokens):
        yield list_clause_features(clause, vocabulary)


def list_clause_features(clause: Sequence[FeatureToken], vocabulary: Container[str] = _ANY) -> "FeatureWindow":
    """List the features of a clause that is read by itself."""
    parts = ((CLAUSE,), _list_words(clause, vocabulary), _list_meanings(clause), _list_openings(clause))
    return FeatureWindow(clause[0].start, frozenset(chain.from_iterable(parts)))


def cut_clauses(text: str, tokens: Sequence[FeatureToken]) -> Iterator[Sequence[FeatureToken]]:
    """Cut a sentence into the clauses that may be an order by themselves, without the words that join them.

    An order may hang on an honest sentence ("… died, a figure that is not to appear in your answer"); whatever stands
    before it would count for it. A sentence of one clause has none, and neither has one that means nothing of an order.
    """
    joins = _load_cues().joins
    ends = [end for match in find_from(_CLAUSE_SIGN, _CLAUSE_END, text) for end in _list_ends(match)]
    if not ends:
        return
    first = 0
    for end in (*ends, len(text)):
        last = first
        while last < len(tokens) and tokens[last].start < end:
            last += 1
        while first < last and tokens[first].text in joins:
            first += 1
        clause = tokens[first : min(last, first + _WINDOW)]
        if len(clause) >= _LEAST_CLAUSE and len({name for token in clause for name in token.meanings}) > 1:
            yield clause
        first = last


def _list_ends(match: re.Match[str]) -> tuple[int, ...]:
    """List where clauses end at a sign, or at both brackets; none at those of a short form, a word without meaning."""
    if len(match[0]) == 1:
        return (match.end(),)
    return (match.start() + 1, match.end()) if _find_meanings(match[0][1:-1]) else ()


def _list_marks(text: str) -> set[str]:
    """List the marks of ``_MARKS`` in a text; most sentences have none of the signs that one takes."""
    if not _SIGN_OF_MARK.search(text) and "--" not in text and "www." not in text:
        return set()
    return {f"m:{name}" for name, form in _MARKS.items() if form.search(text)}


def _list_opened(text: str) -> set[str]:
    """List the words that stand behind an opening bracket or sign, as in <answer> and [[system."""
    features = set()
    for match in find_from(_OPENING, _OPENED, text):
        sign = {"‹": "<", "«": "<", "{": "["}.get(match[1], match[1])
        features.add(f"k:{sign}{match[2]}")
        for meaning in _find_meanings(match[2]):
            features |= {f"k:{sign} {meaning}", f"k:{sign} {meaning} {match[3].strip()}", f"k: {meaning}"}
    return features


def _list_words(window: Sequence[FeatureToken], vocabulary: Container[str]) -> list[str]:
    words = [token.text for token in window]
    features = [feature for word in words for feature in _list_word_features(word)]
    for place, (left, right) in enumerate(pairwise(words), 2):
        pair = f"b:{left} {right}"
        if pair in vocabulary:
            features.append(pair)
            if place < len(words):
                features.append(f"t:{left} {right} {words[place]}")
    return features


@lru_cache(maxsize=1 << 14)  # As those of ``_find_meanings``.
def _list_word_features(word: str) -> tuple[str, ...]:
    return (f"w:{word}", f"p:{word[:_ROOT]}") if len(word) > _ROOT else (f"w:{word}",)


def _list_meanings(window: Sequence[FeatureToken]) -> Iterator[str]:
    placed = [(place, meaning) for place, token in enumerate(window) for meaning in token.meanings]
    names = {meaning for _, meaning in placed}
    yield from (f"c:{name}" for name in names)
    yield f"n:{min(7, len(names - {'we', 'source', 'question', 'if', 'next'}))}"
    if "we" not in names:
        yield from (f"c:{name} without we" for name in names)
    for index, (place, meaning) in enumerate(placed):
        for other_place, other_meaning in placed[index + 1 : index + 24]:
            if other_place - place > _APART:
                break
            if other_meaning != meaning:
                yield f"cc:{meaning} {other_meaning}"
                if other_place - place <= 2:
                    yield f"ca:{meaning} {other_meaning}"
    for place, meaning in placed:
        if place:
            yield f"wc:{window[place - 1].text} {meaning}"
        if place + 1 < len(window):
            yield f"cw:{meaning} {window[place + 1].text}"


def _list_openings(window: Sequence[FeatureToken]) -> Iterator[str]:
    """List what a text begins with."""
    for token in window[:1]:
        yield f"^:{token.text}"
    if len(window) > 1:
        yield f"^b:{window[0].text} {window[1].text}"
    for place, token in enumerate(window[:3]):
        for meaning in token.meanings:
            yield f"^c:{meaning}"
            yield f"^{place}c:{meaning}"
    first, second = ([*window, FeatureToken("", 0, ()), FeatureToken("", 0, ())])[:2]
    yield from (f"^cc:{left} {right}" for left in first.meanings for right in second.meanings)


def _list_label(text: str, window: Iterable[FeatureToken]) -> Iterator[str]:
    """List what stands before the first colon near the beginning."""
    colon = _COLON.search(text, 0, _LABEL)
    if not colon:
        return
    before = [token for token in window if token.start < colon.start()]
    yield f"l:{min(6, len(before))}"
    for token in before:
        yield f"l:{token.text}"
    meanings = sorted({meaning for token in before for meaning in token.meanings})
    for meaning in meanings:
        yield f"lc:{meaning}"
        yield f"lc:{meaning} of {min(6, len(before))}"
        yield from (f"lcc:{meaning} {other_meaning}" for other_meaning in meanings if other_meaning > meaning)
