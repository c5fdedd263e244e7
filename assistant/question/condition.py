"""A condition as a question states it, and the words that stand around conditions.

Every recogniser (dates, people, values) finds conditions by themselves; what negates, joins or sets them apart is read
between them, by ``assistant.question.composition``, so that it composes with every one of them.
"""

import re
from typing import NamedTuple

from store.filters import Filters
from store.text.patterns import compile_lazily


class Condition(NamedTuple):
    """A stretch of a question that says which papers are meant.

    Attributes:
        start: Where it begins in the question.
        end: Where it ends.
        field: What it is about ("date", "author", "venue"): lists are made of conditions of one field.
        filters: What it says, not negated.
        opposite: What it says when negated; None for papers that ``filters`` do not fit.
        negated: Whether its own words negate it ("without code").
        plain: Whether it may as well belong to the topic ("2018", "in 2018").
        named: Whether it stands behind a capital word, as in "ImageNet 2012".
        corrected: How a word of it was read, as typed and as meant; empty where it was as typed.
    """

    start: int
    end: int
    field: str
    filters: Filters
    opposite: Filters | None = None
    negated: bool = False
    plain: bool = False
    named: bool = False
    corrected: tuple[tuple[str, str], ...] = ()


PAPERS = (
    r"(?:papers?|works?|articles?|publications?|studies|abstracts?|preprints?|texts|research|literature|records?"
    r"|entries)"
)
"""What papers are called."""

PLEASE = (
    r"^\s*(?:(?:please|can\s+you|could\s+you|i\s+(?:want|need)(?:\s+to)?|i(?:['’]d|\s+would)\s+like(?:\s+to)?|and"
    r"|so|ok|hi|hello|,)\s+)*"
)
"""What may stand before what is asked for."""

_NEGATIONS = (
    "with the exception of|(?:any|some)(?:one|body) (?:else|other) (?:than|but)"
    "|other than|apart from|aside from|rather than|instead of|leaving out|leaves? out|not counting"
    "|not including|filter(?:ing)? out|outside of|outside"
    "|(?:all|any|every|everything|anything|nothing|none|nobody|anybody|anyone|everyone|anywhere)(?: \\w+)? but"
    "|except(?: for)?|excepting|exclud(?:e|es|ed|ing)|omit(?:s|ting)?|skip(?:s|ping)?|ignor(?:e|es|ing)|without|besides"
    "|barring|sans|save(?= for| those| \\d)|bar(?= those| any| the| \\d)"
    "|minus|neither|nor|not|no|non|never|none|nothing|nobody|lack(?:s|ing)?|missing|unless|cannot"
)
NEGATION = re.compile(rf"\b(?:{_NEGATIONS})\b|n['’]t\b".replace(" ", r"\s+"), re.I)
"""What negates the condition that follows."""

_BEHIND = "excluded|left out|omitted|excepted|aside|apart|disregarded|ignored"
NEGATED_BEHIND = re.compile(
    rf"\s*,?\s*(?:(?:are|is|was|were|being|to be)\s+)?(?:{_BEHIND})\b".replace(" ", r"\s+"), re.I
)
"""What negates the condition before it."""

GLUE = frozenset(
    """a an any all among authored authors author appear appeared appearing are as at be been being by came come comes
    coming date dated do does did done during ever for from had has have having if in into is it its journal language
    no of on ones one out paper papers people person preprint publication publications publish published publishes
    publishing
    put record records released some such than that the their them then there these this those to was were which who
    whom whose will with work works write writes written wrote year years issued articles article studies anyone
    someone anybody anything everything something but just
    """.split()
)
"""Words that may stand between what negates or joins a condition and the condition itself."""

QUALIFIERS = frozenset(
    """only always necessarily just solely exclusively merely mainly mostly all exactly quite entirely even especially
    particularly strictly""".split()
)
"""Words that make of "not" something else than "not"."""

HEDGES = frozenset("hardly scarcely barely rarely seldom".split())
"""Words that negate, but not quite."""

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def split_words(text: str) -> list[str]:
    """Split a text into its words, in lower case."""
    return [word.lower() for word in WORD.findall(text)]


def compile_any(*alternatives: str, flags: re.RegexFlag = re.I) -> re.Pattern[str]:
    """Compile a pattern of which one alternative has to fit."""
    return compile_lazily("|".join(alternatives), flags)
