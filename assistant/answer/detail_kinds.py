"""Kinds of details that a question asks for: their nouns, what names a thing of a kind, and what a clause asks.

The tables are details.toml and places.txt.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from assistant.verify.tokens import stem_word
from store.text.patterns import compile_lazily

# Where, when and how often something was done, on how many, and what it was compared with: the kinds of what is asked,
# how that is put, and the forms.
_DONE = (
    r"(?P<verb>conducted|performed|carried\s+out|done|undertaken|held|run|recruited|enrolled|collected|treated"
    r"|searched|recorded|take\s+place|took\s+place|operated|interviewed|surveyed|admitted|sampled|live|work)\b"
)
_WHETHER = r"^\W*(?:and\s+)?(?:is|are|was|were|do|does|did|has|have|had)\b"
_MUCH = r"\bhow\s+much\s+(?:money|is|are|was|were|do|does|did|has|have)\b"
CLAUSES = (
    ("setting", "where it was done", re.compile(rf"\bwhere\s+(?:is|are|was|were|did)\b.*\b{_DONE}", re.I)),
    ("date", "when it was done", re.compile(rf"\bwhen\s+(?:is|are|was|were|did)\b.*\b{_DONE}", re.I)),
    (
        "sample",
        "the sample size",
        re.compile(
            r"\bhow\s+(?:big|large)\s+(?:is|was|were)\s+(?:the\s+)?(?:[\w-]+\s+)?"
            r"(?P<verb>samples?|cohorts?|stud(?:y|ies)|trials?)\b",
            re.I,
        ),
    ),
    ("frequency", "how often", re.compile(r"\bhow\s+(?P<verb>often|frequently)\b", re.I)),
    (
        "money",
        "how much money",
        re.compile(rf"{_MUCH}.*?\b(?P<verb>paid|pay|charged|earn(?:ed)?|spen[dt]|money)\b", re.I),
    ),
    (
        "money",
        "how much money",
        re.compile(r"^\W*what\s+(?:is|are|was|were)\b.*\b(?P<verb>paid|charged)\b", re.I),
    ),
    (
        "cost",
        "what it costs",
        re.compile(
            rf"(?:{_MUCH}|\bwhat\s+(?:do|does|did)\b).*\b(?P<verb>costs?)"
            r"(?=\s+(?:in|at|for|per|on|an?|the|each|every|their|its|them)\b|[\s?.!]*$)",
            re.I,
        ),
    ),
    (
        "ethics",
        "whether it was approved or consented to",
        re.compile(rf"{_WHETHER}.*\b(?P<verb>ethic\w*|irb|review\s+board|consent\w*)\b", re.I),
    ),
    (
        "registration",
        "whether it was registered",
        re.compile(
            rf"{_WHETHER}.*\b(?:trial|study|review|protocol|experiment)s?\b.*\b(?P<verb>(?:pre-?)?registered)\b", re.I
        ),
    ),
    (
        "interests",
        "conflicts of interest",
        re.compile(
            rf"(?:{_WHETHER}|^\W*what)\b.*\b(?P<verb>conflicts?|competing)\s+(?:of\s+)?(?:financial\s+)?interests?\b",
            re.I,
        ),
    ),
    (
        "comparator",
        "what it was compared with",
        re.compile(
            r"\bwhat\b.*\b(?P<verb>compared?)\b.*?\s(?:with|to|against)\b(?=\s+(?:in|by|for|at|on)\b|[\s?.!]*$)", re.I
        ),
    ),
)


class Kind(NamedTuple):
    """The nouns of a kind of things, and what such things are called.

    Attributes:
        stems: Of the nouns.
        modifiers: Stems of which the noun needs one beside it; none where it needs none.
        before: Stems before which a noun means something else ("language model").
        is_owned: Whether a number that no pattern fits is such a thing only in a sentence that says of what.
        is_bound: Whether a sentence with such a thing states it only of what it says it of.
        patterns: What such things are called.
    """

    stems: frozenset[str]
    modifiers: frozenset[str]
    before: frozenset[str]
    is_owned: bool
    is_bound: bool
    patterns: tuple[re.Pattern[str], ...]


@cache
def load_kinds() -> dict[str, Kind]:
    """Load the kinds of things by their names."""
    table = tomllib.loads(_read_text("details.toml"))["values"]
    patterns = {
        name: compile_lazily(row["pattern"]) if row["pattern"] else _compile_places() for name, row in table.items()
    }
    return {
        name: Kind(
            frozenset(map(stem_word, row["nouns"].split())),
            frozenset(map(stem_word, row.get("modifiers", "").split())),
            frozenset(map(stem_word, row.get("before", "").split())),
            row.get("owned", False),
            row.get("bound", False),
            tuple(patterns[kind] for kind in (name, *row.get("or", "").split())),
        )
        for name, row in table.items()
    }


def _compile_places() -> re.Pattern[str]:
    lines = [line for line in _read_text("places.txt").splitlines() if line and not line.startswith("#")]
    return compile_lazily(rf"\b(?:U\.S\.|(?:{'|'.join(map(re.escape, lines))})(?:[a-z]{{0,4}}))(?!\w)")


@cache
def load_stems(name: str) -> frozenset[str]:
    """Load the stems of a list of nouns: ``measures``, ``times`` or ``shares``."""
    return frozenset(map(stem_word, tomllib.loads(_read_text("details.toml"))[name].split()))


@cache
def load_dimensions(comparative: str) -> frozenset[str] | None:
    """Load the stems of what a comparative may be said of, "runtime" for "faster"; none for any, None where unknown."""
    nouns = tomllib.loads(_read_text("details.toml"))["dimensions"].get(comparative)
    return None if nouns is None else frozenset(map(stem_word, nouns.split()))


def _read_text(name: str) -> str:
    return files("assistant.answer").joinpath(name).read_text(encoding="utf-8")
