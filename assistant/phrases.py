"""The scale of signs in words, and what else is said of sentences that were compared with their sources.

A sign says what was looked at and no more. Where nobody looked at the sense, nothing here says that a sentence is
checked, verified or supported. The keys are the values of ``assistant.types.Support``, written out: the help of the
command line cannot wait for pydantic.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple


class Sign(NamedTuple):
    """One step of the scale.

    Attributes:
        glyph: What stands behind a sentence.
        ascii: The same for terminals without Unicode.
        words: What it says of one sentence.
        short: What it says in a count.
        colour: "green" for what may stand, "yellow" for what is in doubt, "red" for what does not stand in its source.
        meaning: What was looked at, for a legend.
    """

    glyph: str
    ascii: str
    words: str
    short: str
    colour: str
    meaning: str


SCALE: Mapping[str, Sign] = {
    "quoted": Sign(
        "=", "=", "word for word in its source", "word for word", "green", "the sentence stands so in its source"
    ),
    "entailed": Sign(
        "✓",
        "+",
        "its source says so",
        "said by their sources",
        "green",
        "no rule found anything against it, and a second stage, which is named, found that its source says it",
    ),
    "worded": Sign(
        "≈",
        "~",
        "worded as in its source",
        "worded alike",
        "green",
        "its words stand in its source, or may be said there in others, and no rule found anything against it; the "
        "sense is not confirmed",
    ),
    "doubtful": Sign(
        "?", "?", "in doubt", "in doubt", "yellow", "something may be wrong or wanting; the reason says what"
    ),
    "absent": Sign(
        "–",
        "-",
        "not found in its source",
        "not found",
        "red",
        "no sentence comes near it, or a number, a name or most of its words stand nowhere in its source",
    ),
    "contradicted": Sign(
        "✗",
        "x",
        "its source says otherwise",
        "contradicted",
        "red",
        "a number, a side, a direction or a negation is another in its source; the reason gives both",
    ),
}
"""The signs by their supports, the best first."""

MORE = "More from these papers"
NETWORK = "a small network"
"""Who decides where the shipped second stage weighs a claim (see ``assistant.verify.weigher``)."""
NEAREST = "The nearest sentence, which does not state it"
WORDED = SCALE["worded"].words
COMPARED = "every sentence is compared with the words of its source"
STRICT = "leave out what is in doubt, not found or contradicted"
SENSE = "words, numbers, names and plain negation are compared, not the sense"


def describe_excerpts(catalogue: bool) -> str:
    """Say what an answer is that no model wrote: of titles and records alone, or quoted."""
    if catalogue:
        return "from titles and records, no model"
    return "quoted excerpts, no model: matches wording, not meaning"


def describe_support(support: str, by: str = "") -> str:
    """Say in words what a sign says: ``its source says so, by qwen2.5``.

    Args:
        support: A value of ``assistant.types.Support``.
        by: Who decided; named where it was a second stage that found the sentence in its source, or the small network
            that found it near, whose words may be others than those of its source.
    """
    if support == "worded" and by == NETWORK:
        return f"near to what its source says, by {by}"
    words = SCALE[support].words
    return f"{words}, by {by}" if support == "entailed" and by else words


def describe_empty(place: str, papers: int, kinds: str | Sequence[str] | None = None) -> str:
    """Say why a list of papers is empty, and what to do.

    Args:
        place: Where the library is.
        papers: How many it holds, whatever was asked for.
        kinds: The kinds of papers that were asked for; of one that is none it is said what may have been meant.
    """
    if not papers:
        return f"The library {place} is empty. Add papers with: conspectus add FILE"
    meant = []
    if kinds:
        from store.kinds import suggest_kind  # Late: it loads pydantic.

        asked = (kinds,) if isinstance(kinds, str) else kinds
        meant = [f" There is no kind {kind!r}. Did you mean: {near}?" for kind in asked if (near := suggest_kind(kind))]
    return f"No paper meets these conditions; the library holds {papers:,}.{''.join(meant)}"


def count_supports(supports: Iterable[str], ascii: bool = False) -> str:
    """Count sentences by their signs: ``7 sentences: 2 word for word (=), 4 worded alike (≈), 1 not found (–)``.

    Args:
        supports: Values of ``assistant.types.Support``.
        ascii: Whether the signs are those for terminals without Unicode.
    """
    counts = Counter(supports)
    total = counts.total()
    each = ", ".join(
        f"{counts[name]:,} {sign.short} ({sign.ascii if ascii else sign.glyph})"
        for name, sign in SCALE.items()
        if counts[name]
    )
    return f"{total:,} {'sentence' if total == 1 else 'sentences'}{f': {each}' if each else ''}"


def explain_signs() -> str:
    """Explain each sign in one line."""
    return "; ".join(f"{sign.glyph} {sign.words}: {sign.meaning}" for sign in SCALE.values())
