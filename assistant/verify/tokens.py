"""Words as the checks see them: characters folded, stems, clauses, and what the word lists say of a word."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice
from typing import NamedTuple

from store.index.index_schema import extract_terms, stop_words

# Letters of a word that has a stem, and of a stop word that has another form; others stand as they are.
_LONGEST_STEMMED, _SHORTEST_VERB = 40, 3
_ENDINGS = [
    ("'s", ""),
    ("s", ""),
    ("es", ""),
    ("ies", "y"),
    ("d", ""),
    ("ed", ""),
    ("ied", "y"),
    ("ing", ""),
    ("ing", "e"),
]


@lru_cache(maxsize=1 << 16)
def stem_word(word: str) -> str:
    """Stem a word in lower case; a stop word, or what is too long to be one, stands for itself."""
    low = word.lower()
    stems = extract_terms(low) if len(low) <= _LONGEST_STEMMED else []
    return stems[0] if stems else _bare_stop(low)


def _bare_stop(low: str) -> str:
    """Strip a stop word of the s of its other form: "works", "needs"."""
    bare = low.removesuffix("s")
    return bare if len(bare) > _SHORTEST_VERB and bare in stop_words() else low


@lru_cache(maxsize=1 << 16)
def is_stop(word: str) -> bool:
    """Tell whether a word in lower case says nothing of a topic."""
    return word in stop_words() or (len(word) < 2 and not word.isdigit())


@lru_cache(maxsize=1 << 16)
def is_plain(word: str) -> bool:
    """Tell whether a word is plain prose, which a paraphrase may add or swap."""
    return any(form in _load_plain_words() for form in _list_bases(word)) or (word.endswith("ly") and len(word) > 5)


@lru_cache(maxsize=1 << 16)
def is_telling(word: str) -> bool:
    """Tell whether a word in lower case can be affirmed or denied: all but the mere joints of a sentence."""
    return not is_stop(word) or is_cue("verbs", word) or is_cue("denies", word) or bool(find_opposites(stem_word(word)))


@lru_cache(maxsize=1 << 16)
def find_synonym_groups(stemmed: str) -> frozenset[int]:
    """Find the groups of synonyms of a stem; empty for most."""
    return _load_synonyms().get(stemmed, frozenset())


@lru_cache(maxsize=1 << 16)
def find_opposites(stemmed: str) -> frozenset[str]:
    """Find the stems that turn a statement round when they stand for this one."""
    return _load_opposites().get(stemmed, frozenset())


def is_cue(name: str, word: str) -> bool:
    """Tell whether a word in lower case is one of the named cues, as written."""
    return word in _load_cues("words")[name]


def is_cue_stem(name: str, stemmed: str) -> bool:
    """Tell whether a stem is one of the named cues."""
    return stemmed in _load_cues("stems")[name]


@cache
def _load_cues(table: str) -> dict[str, frozenset[str]]:
    lists = tomllib.loads(_read_text("cues.toml"))[table]
    form = stem_word if table == "stems" else str
    return {name: frozenset(form(word) for word in text.split()) for name, text in lists.items()}


@cache
def _load_plain_words() -> frozenset[str]:
    return frozenset(word for line in _read_lines("plain.txt") for word in line.split())


def _list_bases(word: str) -> Iterator[str]:
    """List the words of which this one may be an inflection; "conditional" is none of "condition"."""
    yield word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            base = word.removesuffix(ending)
            yield base + instead
            if len(base) > 2 and base[-1] == base[-2]:
                yield base[:-1]


@cache
def _load_synonyms() -> dict[str, frozenset[int]]:
    numbers_by_stem: dict[str, set[int]] = {}
    for number, line in enumerate(_read_lines("synonyms.txt")):
        for word in line.split():
            numbers_by_stem.setdefault(stem_word(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in numbers_by_stem.items()}


@cache
def _load_opposites() -> dict[str, frozenset[str]]:
    opposites_by_stem: dict[str, set[str]] = {}
    for line in _read_lines("opposites.txt"):
        left, right = ([stem_word(word) for word in side.split()] for side in line.split("|"))
        for here, there in ((left, right), (right, left)):
            for word in here:
                opposites_by_stem.setdefault(word, set()).update(there)
    return {word: frozenset(others - {word}) for word, others in opposites_by_stem.items()}


def _read_lines(name: str) -> Iterator[str]:
    return (line for line in _read_text(name).splitlines() if line.strip() and not line.startswith("#"))


def _read_text(name: str) -> str:
    return files("assistant.verify").joinpath(name).read_text(encoding="utf-8")


_RAISED = re.compile(r"(?<=\d)[⁰¹²³⁴-⁹⁺⁻]+")
_MARKERS = re.compile(r"\[\s*\d[\d\s,;–-]*\]|\[[^\]]{0,80}@[^\]]{0,80}\]|\\cite\w*\{[^}]{0,200}\}")
_LATEX = re.compile(r"\\(?:math|text)\w*\s*(?=\{)|\\(?:emph|left|right|[,;!])")
_MIDDLE_DOT = re.compile(r"(?<=\d)·(?=\d)")
_DIMENSIONS = re.compile(r"\b(one|two|three|four|[1-4])[- ]?dimensional\b", re.IGNORECASE)
_COUNTS = {"one": "1", "two": "2", "three": "3", "four": "4"}
_SIGNS = {r"\times": "×", r"\%": "%", r"\sim": "~", r"\approx": "~", r"\pm": "±", r"\le": "≤", r"\ge": "≥"}
_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda nu xi pi rho sigma tau upsilon phi chi psi omega"
)
_PLAIN: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "‐‑‒–−"), "-"),
    **dict.fromkeys(map(ord, "’‘ʼ"), "'"),
    **dict.fromkeys(map(ord, "$*{}")),
    **dict.fromkeys(map(ord, "\\_“”"), " "),
    **dict(zip(map(ord, "αβγδεζηθικλνξπρστυφχψω"), _GREEK.split(), strict=True)),
    ord("⁄"): "/",
    ord("—"): ";",
}
# Words that are read of a sentence, and letters of a word: no sentence needs more, and hostile text has no end.
_MOST_WORDS, _LONGEST_WORD = 400, 60
_WORD = re.compile(r"[^\W_]+(?:'[a-z]{1,2}\b)?")
_BREAK = re.compile(r"[,;:()\[\]]|--|(?<=\w)\.(?=\s)")
_JOINERS = frozenset("but while whereas although though yet because since which who unless if when so".split())


class Word(NamedTuple):
    """A word at a character of the folded text; ``clause`` counts commas and conjunctions before it.

    ``joined`` is a piece of a compound with the next one ("finetuned" for the first of "fine-tuned"), else empty.
    """

    text: str
    low: str
    stem: str
    start: int
    clause: int
    stop: bool
    joined: str = ""


class WordRow(tuple[Word, ...]):
    """The words of a sentence, hashed once: what is read of them is remembered by them."""

    _hash: int | None = None

    def __hash__(self) -> int:
        """Return the hash of a plain tuple of the words."""
        if self._hash is None:
            self._hash = super().__hash__()
        return self._hash


# Sentences of which something that is read of their words is remembered: those of some dozens of abstracts. Chosen by
# hand.
REMEMBERED = 512


def fold_text(text: str) -> str:
    """Fold a text: no citation marks and leftovers of LaTeX, its characters in their plainest form.

    Raised digits after a digit become a power (``10⁻³`` is ``10^-3``), all others a digit (``CO₂`` is ``CO2``).
    """
    text = _MARKERS.sub(" ", text)
    if "\\" in text:
        for sign, plain in _SIGNS.items():
            text = text.replace(sign, plain)
        text = _LATEX.sub("", text)
    text = _RAISED.sub(lambda match: "^" + unicodedata.normalize("NFKC", match[0]), text)
    text = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    return _DIMENSIONS.sub(_shorten_dimension, _MIDDLE_DOT.sub(".", text))


def _shorten_dimension(match: re.Match[str]) -> str:
    return f"{_COUNTS.get(match[1].lower(), match[1])}D"


def _is_joint(text: str, bare: str) -> bool:
    """Tell whether a word only holds others together; a capital letter on its own is a symbol."""
    symbol = len(text) == 1 and text.isupper() and text not in "AI"
    return bare.endswith("n't") or (is_stop(bare) and not symbol)


def split_words(folded: str) -> list[Word]:
    """Split a folded text into its first words; hyphens split them."""
    word_list: list[Word] = []
    clause = end = 0
    for match in islice(_WORD.finditer(folded), _MOST_WORDS):
        low = match[0][:_LONGEST_WORD].lower()
        between = folded[end : match.start()]
        if low in _JOINERS or (between.strip("- \"'") and _BREAK.search(between)):
            clause += 1
        if word_list and between == "-":
            word_list[-1] = word_list[-1]._replace(joined=word_list[-1].low + low)
        end = match.end()
        bare = low.partition("'")[0] if not low.endswith("n't") else low
        word_list.append(Word(match[0], low, stem_word(bare), match.start(), clause, _is_joint(match[0], bare)))
    return word_list
