"""Which thing of its kind a sentence names: "the Alizarin red stain" for "which stain", "SlimPajama dataset".

A sentence that has the word that is asked for names no such thing by that: a name stands beside the word, a list or a
gloss behind it, a number; or a word before it, or a name near by, which belong to this sentence alone and not to all
that the paper is about.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.abstracts.sample_size import ENTERS
from assistant.answer.details import Detail, is_plural
from assistant.verify.alignment import AKIN, SAME, match_word
from assistant.verify.names import Name
from assistant.verify.numbers import Quantity
from assistant.verify.source import Sentence
from assistant.verify.tokens import Word, is_plain, is_stop, stem_word
from store.text.abbreviations import find_abbreviations
from store.text.patterns import compile_lazily

# What says behind a noun which thing of its kind is meant.
_GLOSS = compile_lazily(r"\s*(?:[:\"“]|\((?P<bracket>[^()]*))")
_EXAMPLES = compile_lazily(r"\b(?:called|named|namely|including|such\s+as|e\.g|i\.e)\b", re.I)
# What in brackets is no name of a thing: an abbreviation of the words before it, a number.
_NO_GLOSS = compile_lazily(r"[A-Z][A-Za-z]?[A-Z]*s?|[\W\d]*(?:n\s*=)?[\W\d]*(?:\d[^a-zA-Z]*%?)?")
# What stands between a noun and the name before it, or behind it.
_BESIDE_NAME = compile_lazily(r"[ -](?:[a-z]\w+ )?")
_BEHIND_NOUN = compile_lazily(r"[\s,:(\"“-]{1,3}(?:(?:is|was|are|were|of)\s)?")
# "Skin types II to IV", "grade 5"; a share of it is none of its kind: "treatment 12.5 %".
_NUMERAL = compile_lazily(r"\s(?:\d+|[IVX]+)\b(?![.,]?\d*\s*%)")
# How a verb ends that may stand behind a noun.
_VERB_ENDING = compile_lazily(r"(?:ed|[^s]s)$")
# … and before the noun: "evolution as a search strategy".
_GLOSS_BEFORE = compile_lazily(r"(?<!such )\bas\s+(?:an?|the|its|our|their)\s+(?:[\w-]+\s+)?$", re.I)
# What is said of what a sentence opens with: "Staphylococcus aureus was …".
_OPENS = compile_lazily(r"\W*(?:[\w-]+\W+){1,4}?(?:is|are|was|were|has|have|had)\b")
# What stands behind a label or an abbreviation of the words before it, and behind a month.
_NO_NAME = compile_lazily(r":|\)|\sAND\s")
_DATED = compile_lazily(r"\s\d")
# What stands before a piece of an address: "https://example.org/Example".
_IN_ADDRESS = compile_lazily(r"(?:://|www\.)[^\s)]*$", re.I)
# The ending of who or what does something.
_AGENT = compile_lazily(r"\w{3}(?:er|or|ist)s?$")
# Words of a question that a sentence may lack: the verb may be another one in the paper. Chosen by hand.
_FEW = 2
# A number behind one of these is a name, and counts nothing: "type 1 diabetes", "group 2".
_NUMBERED = compile_lazily(
    r"\b(?:types?|groups?|grades?|phases?|stages?|class|levels?|steps?|versions?|figures?|tables?|parts?|arms?|cohorts?)\s*$",
    re.I,
)
# What stands between things and their number where the number comes behind: "patients (n = 44)".
_COUNTED_BEFORE = compile_lazily(r"[(=:]\s*$|\b(?:n|total|number|was|were)\s*=?\s*$", re.I)
# How far from its number a noun may stand, in words; chosen by hand on part dev of benchmarks/details.jsonl.
REACH = 6
# How far from the noun a word before it may stand in a sentence, in words; chosen by hand.
BESIDE = 4
# The share of what is said of the things that are meant that a sentence has that counts them. Chosen by hand.
MEANT = 0.34
# … and that it has that names the thing, and where the thing is a share.
RELATED = 0.5
# What a question says of any study, and not of what is asked for.
STUDIES = (
    "study|paper|article|trial|review|report|work|survey|preprint|experiment|publication|meta-analysis|thesis|series"
)
OF_STUDY = compile_lazily(rf"(?:{STUDIES})s?|studies|analyses|theses", re.I)


class Subject(NamedTuple):
    """What a paper is about: the words of a question and the names of which it speaks throughout.

    Attributes:
        words: Words of the question that the title or the record has: they need not stand beside the thing again.
        names: Names in lower case that the title has or several sentences: they are no answer that one sentence gives.
        title: Stems of the words of the title.
    """

    words: frozenset[Word]
    names: frozenset[str]
    title: frozenset[str]


def fold_name(name: Name) -> str:
    """Fold a name to lower case, in the singular."""
    return name.text.lower().removesuffix("s")


def names_thing(detail: Detail, sentence: Sentence, subject: Subject) -> bool:
    """Tell whether a sentence has a thing and says which one it is, and does not merely speak of such things.

    A word before it says that ("a paired test") or a name a little way off, in a sentence that has what the question
    says of the thing, where they belong to it alone.
    """
    new = [word for word in _list_said(detail) if word not in subject.words]
    is_meant = len(new) < _FEW or measure_met(new, sentence) >= MEANT
    return names_beside(detail, sentence) or (
        is_meant
        and any(
            _is_told_apart(detail, sentence, place, subject) or _has_name_near(detail, sentence, place, subject)
            for place, _ in _find_things(detail, sentence)
            if not _is_modifier(detail, sentence, place)
        )
    )


def names_beside(detail: Detail, sentence: Sentence) -> bool:
    """Tell whether a name stands beside a thing, a list or a gloss behind it, or a number that the question lacks."""
    names, numbers = _list_names(detail, sentence), list_new_numbers(detail, sentence)
    return any(
        any(_is_beside(sentence, name, place, end) for name in names)
        or _is_glossed(sentence, place, end)
        or _NUMERAL.match(sentence.folded, end)
        # "After bisphosphonates it decreased to 454" says of none which one it was.
        or (
            (is_plural(detail.head) or not is_plural(sentence.words[place]))
            and any(_numbers_noun(sentence, number, place, end) for number in numbers)
        )
        for place, end in _find_things(detail, sentence)
    )


def _find_things(detail: Detail, sentence: Sentence) -> list[tuple[int, int]]:
    """Find the places of a thing in a sentence, and where its noun ends, "language models"."""
    is_agent = bool(_AGENT.search(detail.head.low))  # "Review" is no reviewer.
    places = find_counted(detail.head, sentence) if is_agent else match_word(detail.head, sentence).places
    ends = [(place, _end_noun(detail, sentence, place)) for place in places]
    return [(place, end) for place, end in ends if end is not None]


def _has_name_near(detail: Detail, sentence: Sentence, place: int, subject: Subject) -> bool:
    """Tell whether a name of this sentence alone stands near a thing."""
    return any(
        count_between(sentence, name.start, place) <= REACH
        and name.start != sentence.words[place].start
        and fold_name(name) not in subject.names
        for name in _list_names(detail, sentence)
    )


def _list_said(detail: Detail) -> list[Word]:
    """List what a question says of the thing that it asks for, behind it, else before it."""
    telling = [word for word in detail.rest if not is_plain(word.low) and len(word.low) > 1]
    telling = [*{word.stem: word for word in telling}.values()]
    return [word for word in telling if word.start > detail.head.start] or telling


def _end_noun(detail: Detail, sentence: Sentence, place: int) -> int | None:
    """Find where a noun ends, "language models"; None where it is a part of another noun: "skin cleanser"."""
    word = sentence.words[place]
    behind = sentence.words[place + 1] if place + 1 < len(sentence.words) else None
    if detail.tail and behind and behind.stem == detail.tail.stem:
        return behind.start + len(behind.text)
    return None if detail.tail and _is_modifier(detail, sentence, place) else word.start + len(word.text)


def _is_modifier(detail: Detail, sentence: Sentence, place: int) -> bool:
    """Tell whether a word says of what kind the word behind it is: "antibiotic resistance"."""
    word = sentence.words[place]
    behind = sentence.words[place + 1] if place + 1 < len(sentence.words) else None
    if (
        behind is None
        or is_plural(word)
        or sentence.folded[word.start + len(word.text) : behind.start] not in (" ", "-")
    ):
        return False
    if behind.stop or behind.text[0].isupper() or (detail.tail and behind.stem == detail.tail.stem):
        return False
    return not _VERB_ENDING.search(behind.low)


def _is_beside(sentence: Sentence, name: Name, place: int, end: int) -> bool:
    """Tell whether a name stands right before a noun or behind it: "Alizarin red stain", "algorithm, Horizon"."""
    start = sentence.words[place].start
    if name.start == start:  # "LLMs" are the models themselves.
        return False
    if name.start < start:
        return bool(_BESIDE_NAME.fullmatch(sentence.folded[name.start + len(name.text) : start]))
    return bool(_BEHIND_NOUN.fullmatch(sentence.folded[end : name.start]))


def _numbers_noun(sentence: Sentence, number: Quantity, place: int, end: int) -> bool:
    """Tell whether a number tells a thing apart: "grade 5", "the 20 questions game"; no other thing has it."""
    if number.start > sentence.words[place].start:
        return bool(_BEHIND_NOUN.fullmatch(sentence.folded[end : number.start]))
    between = [word for word in sentence.words[:place] if word.start >= number.end]
    is_others = any(is_plural(word) for word in between[:-1])  # "Three studies used …"
    reaches = count_between(sentence, number.start, place) <= REACH
    reaches = reaches and (bool(number.unit) or not any(word.stop for word in between))  # "120 were treated with …"
    return reaches and not is_others and not _is_count_before(sentence, number, place)


def _is_glossed(sentence: Sentence, place: int, end: int) -> bool:
    """Tell whether a noun is followed by a list, or by what it is called, and not by an abbreviation of itself."""
    if _GLOSS_BEFORE.search(sentence.folded[: sentence.words[place].start]):
        return True
    if (named := _EXAMPLES.search(sentence.folded, end)) and count_between(sentence, named.start(), place) <= BESIDE:
        return True
    gloss = _GLOSS.match(sentence.folded, end)
    if not gloss:
        return False
    bracket = gloss["bracket"]
    if bracket is None:
        return True
    opening = re.match(r"[\w-]+", bracket)  # "(in terms of …)"
    return not _NO_GLOSS.fullmatch(bracket) and not (opening and is_stop(opening[0].lower()))


def _is_told_apart(detail: Detail, sentence: Sentence, place: int, subject: Subject) -> bool:
    """Tell whether a word before a noun says which one it is, and none that the question or the title has."""
    word = sentence.words[place]
    before = sentence.words[place - 1] if place else None
    if not before or before.stop or is_plain(before.low) or before.low in detail.question:
        is_name = before and before.text[0].isupper() and word.text.istitle()
        return bool(sentence.end and is_name)  # "Safety Attitudes Questionnaire"
    is_counted = any(number.start == before.start for number in sentence.quantities)  # "three salts"
    is_asked = any(before.stem == other.stem for other in detail.rest)
    return not is_counted and not is_asked and before.stem not in subject.title


def _is_unit(sentence: Sentence, name: Name) -> bool:
    """Tell whether a name is the unit of the number before it, a fraction: "406 IU/L"."""
    end = name.start + len(name.text)
    is_fraction = "/" in name.text or sentence.folded[end : end + 1] == "/"
    return is_fraction and sentence.folded[: name.start].rstrip()[-1:].isdigit()


def relates_name(detail: Detail, sentence: Sentence, subject: Subject) -> bool:
    """Tell whether a sentence says what the question says of the thing, and names something new: its name perhaps."""
    names = [name for name in _list_names(detail, sentence) if fold_name(name) not in subject.names]
    behind = _list_said(detail)
    new = [word for word in behind if word not in subject.words]
    head = detail.head
    is_verb = bool(behind) and detail.question[head.start + len(head.text) : behind[0].start].isspace()
    first = behind[:1] if is_verb or not new else []  # "Which agency approved …"
    if not behind or not measure_met(first, sentence) or not measure_met(detail.modifiers, sentence):
        return False
    # What the title has alone tells no sentence from the others.
    met = measure_met(new, sentence) if new else float(len(behind) > 1 and measure_met(behind, sentence) == 1)
    opening = sentence.words[0] if sentence.words else None  # "Staphylococcus aureus was most often cultured."
    opens = (
        new
        and met == 1
        and opening
        and not opening.stop
        and not is_of_study(opening.low)
        and opening.low not in detail.question
        and _OPENS.match(sentence.folded)
    )
    return bool(met >= RELATED and names) or bool(opens)


def _list_names(detail: Detail, sentence: Sentence) -> list[Name]:
    """List the names of a sentence that the question does not have, but labels, abbreviations and dates.

    "MATERIAL AND METHODS:", "sleep apnea (OSA)", "July 1992", pieces of an address, units ("40 IU/L") and, for a
    language model, "LLMs" and "LLM-driven" name nothing that is asked for.
    """
    initials = "".join(word[0] for word in detail.phrase.lower().removesuffix("s").split())
    defined = find_abbreviations(sentence.folded) if "(" in sentence.folded else []
    asked = [
        pair
        for pair in defined
        if pair.short.lower() in detail.question or detail.head.stem in map(stem_word, pair.long.lower().split())
    ]
    return [
        name
        for name in sentence.names
        if name.text.lower() not in detail.question
        and not is_stop(name.text.lower())
        and not (len(initials) > 1 and name.text.removesuffix("s").isupper() and fold_name(name).endswith(initials))
        and not (name.text.isupper() and _NO_NAME.match(sentence.folded, name.start + len(name.text)))
        and not _DATED.match(sentence.folded, name.start + len(name.text))
        and not _IN_ADDRESS.search(sentence.folded[: name.start])
        and not name.text.lower().startswith(f"{detail.head.low}-")
        and not _is_unit(sentence, name)
        and not any(name.text in (pair.short, *pair.long.split()) for pair in asked)
    ]


def list_new_numbers(detail: Detail, sentence: Sentence) -> list[Quantity]:
    """List the numbers of a sentence that the question does not have itself, and that are no names: "group 2"."""
    return [
        number
        for number in sentence.quantities
        if number.end  # A list that was counted has no place.
        and (number.unit or sentence.folded[number.end : number.end + 1] != "-")  # "zero-shot", "two-sided"
        and not _NUMBERED.search(sentence.folded[: number.start])
        and not re.search(rf"(?<![\w.,]){re.escape(number.text)}(?![\d]|[.,]\d)", detail.question, re.I)
    ]


def find_counted(noun: Word, sentence: Sentence) -> list[int]:
    """Find a noun, one or many, or a synonym: words of one stem are other things ("pathology", "pathologist")."""
    match = match_word(noun, sentence)
    if match.level == AKIN:
        return []
    single = strip_plural(noun.low)
    return [
        place
        for place in match.places
        if (match.level != SAME or strip_plural(sentence.words[place].low) == single)
        and not (is_plural(noun) and _is_of_compound(sentence, sentence.words[place]))
    ]


def _is_of_compound(sentence: Sentence, word: Word) -> bool:
    """Tell whether a word is a piece of a compound that says what kind of thing follows: "mother-to-infant bonding"."""
    end = word.start + len(word.text)
    return (
        not is_plural(word)
        and "-" in sentence.folded[max(0, word.start - 1) : word.start] + sentence.folded[end : end + 1]
    )


def strip_plural(low: str) -> str:
    """Strip the ending of a plural from a word in lower case."""
    return re.sub(r"(?<=[^aeiou])ies$", "y", low) if low.endswith("ies") else re.sub(r"(?<=[sxz])es$|s$", "", low)


def is_count_of(sentence: Sentence, number: Quantity, place: int) -> bool:
    """Tell whether a number counts the things of a word: no other thing stands between them that it could count."""
    word = sentence.words[place]
    if count_between(sentence, number.start, place) > REACH:
        return False
    if word.start < number.start:
        return bool(_COUNTED_BEFORE.search(sentence.folded[word.start : number.start]))
    between = (word_between for word_between in sentence.words if number.end <= word_between.start < word.start)
    return not any(is_plural(word_between) for word_between in between)


def _is_count_before(sentence: Sentence, number: Quantity, place: int) -> bool:
    """Tell whether a number says how many things there are, and not which: "three topical agents"."""
    is_number = number.kind in ("count", "vague") and not number.unit
    return is_number and number.start < sentence.words[place].start and is_count_of(sentence, number, place)


def count_between(sentence: Sentence, start: int, place: int) -> int:
    """Count the words that say something between a character and a word."""
    low, high = sorted((sentence.words[place].start, start))
    return sum(low < word.start < high and not word.stop for word in sentence.words)


def measure_met(words: Sequence[Word], sentence: Sentence) -> float:
    """Measure the share of words that a sentence has, 0 to 1; all where there are none."""
    return sum(bool(match_word(word, sentence).places) for word in words) / len(words) if words else 1.0


def is_of_study(word: str) -> bool:
    """Tell whether a word says what any study does, and not which one is meant: "enrolled", "used", "trial"."""
    low = word.lower()
    return is_plain(low) or bool(ENTERS.match(low)) or OF_STUDY.fullmatch(low) is not None
