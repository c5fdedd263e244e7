"""A sentence as the checks see it: folded characters, and words with their stems and clauses."""

import re
import unicodedata
from itertools import islice
from typing import NamedTuple

from assistant.verify.tokens import is_stop, stem

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
_MOST_WORDS = 400
_LONGEST_WORD = 60
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


def fold(text: str) -> str:
    """The text without citation marks and leftovers of LaTeX, its characters in their plainest form.

    Raised digits after a digit become a power (``10⁻³`` is ``10^-3``), all others a digit (``CO₂`` is ``CO2``).
    """
    text = _MARKERS.sub(" ", text)
    if "\\" in text:
        for sign, plain in _SIGNS.items():
            text = text.replace(sign, plain)
        text = _LATEX.sub("", text)
    text = _RAISED.sub(lambda found: "^" + unicodedata.normalize("NFKC", found[0]), text)
    text = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    return _DIMENSIONS.sub(_dimension, _MIDDLE_DOT.sub(".", text))


def _dimension(found: re.Match[str]) -> str:
    return f"{_COUNTS.get(found[1].lower(), found[1])}D"


def _is_joint(text: str, bare: str) -> bool:
    """Whether a word only holds others together; a capital letter on its own is a symbol."""
    symbol = len(text) == 1 and text.isupper() and text not in "AI"
    return bare.endswith("n't") or (is_stop(bare) and not symbol)


def words(folded: str) -> list[Word]:
    """The first words of a folded text in order; hyphens split them. No sentence needs more than some hundred."""
    found: list[Word] = []
    clause = end = 0
    for match in islice(_WORD.finditer(folded), _MOST_WORDS):
        low = match[0][:_LONGEST_WORD].lower()
        between = folded[end : match.start()]
        if low in _JOINERS or (between.strip("- \"'") and _BREAK.search(between)):
            clause += 1
        if found and between == "-":
            found[-1] = found[-1]._replace(joined=found[-1].low + low)
        end = match.end()
        bare = low.partition("'")[0] if not low.endswith("n't") else low
        found.append(Word(match[0], low, stem(bare), match.start(), clause, _is_joint(match[0], bare)))
    return found
