"""Whether an abstract states a detail that a question asks for.

A sentence states a detail where it has the asked noun with its value (a number that counts it, a name beside it), or
what such a thing is called, of what the question asks it of. Where no sentence of the papers that a question is about
does, the question has no answer there, whatever else of its words they share.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

from assistant.abstracts.passages import list_passages
from assistant.abstracts.sample_size import ENTERS, HAPPENED, find_sample
from assistant.answer.detail_kinds import Kind, load_dimensions, load_kinds, load_stems
from assistant.answer.details import AVERAGES, Detail, is_plural
from assistant.verify.alignment import AKIN, SAME, STAND_IN, match_word
from assistant.verify.injection import strip_injections
from assistant.verify.names import Name
from assistant.verify.numbers import Quantity
from assistant.verify.source import Sentence, read_source
from assistant.verify.tokens import Word, is_plain, is_stop, stem_word
from store.paper import Paper
from store.results import Hit
from store.text.abbreviations import find_abbreviations
from store.text.patterns import compile_lazily

# How far from its number a noun may stand, in words; chosen by hand on part dev of benchmarks/details.jsonl.
_REACH = 6
# How far a share in percent may stand from the things that it is a share of. Chosen by hand.
_SHARE_REACH = 4
# How far from the noun a word before it may stand in a sentence, in words; chosen by hand.
_BESIDE = 4
# Of so many of the best papers the detail is looked for. Chosen by hand on part dev of details.jsonl.
PAPERS = 3
# How directly a sentence states a detail that the words alone find, next to the size of the sample as tables find it.
# Chosen by hand on part dev of benchmarks/details_named.jsonl.
_INDIRECT = 0.9
# How much less directly it does without the conditions of the question, and without an average that is asked for. By
# hand on part dev of benchmarks/questions_ninth.jsonl and on benchmarks/details_sentences.jsonl.
_OF_CONDITIONS, _OF_AVERAGE = 0.2, 0.2
# … and how much less without a name beside the thing, chosen by hand on pairs of stated and absent things.
_OF_NAMES = 0.1
_STATED_P = compile_lazily(r"\b[Pp](?:\s*\([^)]*\))?(?:[ -]values?)?\s*[<>=≤≥]")
_YEAR = compile_lazily(r"(?:1[89]|20)\d\d")
_BEFORE_P = compile_lazily(rf"{_STATED_P.pattern}\s*$")
# What stands between things and their number where the number comes behind: "patients (n = 44)".
_COUNTED_BEFORE = compile_lazily(r"[(=:]\s*$|\b(?:n|total|number|was|were)\s*=?\s*$", re.I)
# A number behind one of these is a name, and counts nothing: "type 1 diabetes", "group 2".
_NUMBERED = compile_lazily(
    r"\b(?:types?|groups?|grades?|phases?|stages?|class|levels?|steps?|versions?|figures?|tables?|parts?|arms?|cohorts?)\s*$",
    re.I,
)
# What asks of a thing what a paper does with it, or asks for something else.
_DOES = compile_lazily(
    r"\b(?:(?:do|does|did|how|which|what|where|when|who)\b|(?:is|are|was|were)\s+(?:the|an?|its?|their|this|these)\b)",
    re.I,
)
# "The number of patients in the trial" says nothing of them, "the number of patients with a relapse" does.
_NUMBER_OF = compile_lazily(r"\W*(?:what(?:'s|\s+(?:is|was))\s+)?(?:the\s+)?(?:\w+\s+)?number\s+of\b", re.I)
_WITH = compile_lazily(r"\s*(?:with|without|who|that|which|having)\b", re.I)
_BRACKETS = compile_lazily(r"\([^()]*\)")
_OF_THEM = compile_lazily(r"\bhow\s+many\s+of\s+(?:the|these|those|its|their)\b", re.I)
# Behind the last of these stands what is said of the things that are counted, up to a preposition.
_SAYS = compile_lazily(r"\b(?:is|are|was|were|has|have|had|did|do|does)\b")
_HAS_VERB = compile_lazily(r"\W*(?:(?:in|for|at)\s+)?(?:what|which)\s+(?!is\b|was\b|are\b|were\b)")
_PREPOSITION = compile_lazily(r"\b(?:of|in|on|at|for|from|to|with|by|after|before|during|within|among)\b")
# The share of what is said of the things that are meant that a sentence has that counts them. Chosen by hand.
_MEANT = 0.34
# Words of a question that a sentence may lack: the verb may be another one in the paper. Chosen by hand.
_FEW = 2
# How far apart words may stand that a question has side by side. Chosen by hand.
_SIDE_BY_SIDE = 2
# Letters of a word that a longer one of the same sense may begin with. Chosen by hand.
_OPENING = 4
# What says that something is more than something else.
_COMPARES = compile_lazily(
    r"\b(?:than|versus|vs|compar\w+|relative\s+to|outperform\w*|over|reduc\w+|increas\w+|decreas\w+|improv\w+|gains?"
    r"|sav(?:es?|ed|ings?)|speed-?ups?|accelerat\w+|by|times|fold|orders?)\b",
    re.I,
)
# What stands behind a label or an abbreviation of the words before it, and behind a month.
_NO_NAME = compile_lazily(r":|\)|\sAND\s")
_DATED = compile_lazily(r"\s\d")
# What stands before a piece of an address: "https://example.org/Example".
_IN_ADDRESS = compile_lazily(r"(?:://|www\.)[^\s)]*$", re.I)
# The ending of who or what does something.
_AGENT = compile_lazily(r"\w{3}(?:er|or|ist)s?$")
# What happened at a rate has a share in percent.
_RATES = ("rate", "rates")
# … and that it has that names the thing, and where the thing is a share.
_RELATED = 0.5
# What a number measures that says how heavy something is, or how deep; others say how long.
_UNITS = {"heavy": "mass", **dict.fromkeys(("deep", "tall", "wide", "thick", "far"), "length"), "hot": "temperature"}
# What says behind a noun which thing of its kind is meant.
_GLOSS = compile_lazily(
    r"\s*(?:[:\"“]|\((?P<bracket>[^()]*))"
)
_EXAMPLES = compile_lazily(r"\b(?:called|named|namely|including|such\s+as|e\.g|i\.e)\b", re.I)
# What in brackets is no name of a thing: an abbreviation of the words before it, a number.
_NO_GLOSS = compile_lazily(r"[A-Z][A-Za-z]?[A-Z]*s?|[\W\d]*(?:n\s*=)?[\W\d]*(?:\d[^a-zA-Z]*%?)?")
# What stands between a noun and the name before it, or behind it.
_BESIDE_NAME = compile_lazily(r"[ -](?:[a-z]\w+ )?")
_BEHIND_NOUN = compile_lazily(r"[\s,:(\"“-]{1,3}(?:(?:is|was|are|were|of)\s)?")
# How a verb ends that may stand behind a noun.
_VERB_ENDING = compile_lazily(r"(?:ed|[^s]s)$")
# … and before the noun: "evolution as a search strategy".
_GLOSS_BEFORE = compile_lazily(r"(?<!such )\bas\s+(?:an?|the|its|our|their)\s+(?:[\w-]+\s+)?$", re.I)
# What is said of what a sentence opens with: "Staphylococcus aureus was …".
_OPENS = compile_lazily(r"\W*(?:[\w-]+\W+){1,4}?(?:is|are|was|were|has|have|had)\b")
# What a question says of any study, and not of what is asked for.
STUDIES = (
    "study|paper|article|trial|review|report|work|survey|preprint|experiment|publication|meta-analysis|thesis|series"
)
_OF_STUDY = compile_lazily(rf"(?:{STUDIES})s?|studies|analyses|theses", re.I)


def states_anywhere(detail: Detail, paper: Paper) -> bool:
    """Tell whether a paper states a detail; in a title a number is none: "Aged, 80 and over"."""
    if find_stating(detail, paper):
        return True
    title = read_source(strip_injections(paper)).title
    return detail.form not in ("measure", "extent") and _states(detail, title, _read_subject(detail, paper))


class _Subject(NamedTuple):
    """What a paper is about: the words of a question and the names of which it speaks throughout.

    Attributes:
        words: Words of the question that the title or the record has: they need not stand beside the thing again.
        names: Names in lower case that the title has or several sentences: they are no answer that one sentence gives.
        title: Stems of the words of the title.
    """

    words: frozenset[Word]
    names: frozenset[str]
    title: frozenset[str]


def _read_subject(detail: Detail, paper: Paper) -> _Subject:
    source = read_source(strip_injections(paper))
    words = frozenset(
        word
        for word in detail.rest
        if match_word(word, source.title).places or match_word(word, source.record).level == SAME
    )
    counts = Counter(name for sentence in source.sentences for name in {_fold_name(name) for name in sentence.names})
    repeated = {name for name, count in counts.items() if count > 1}
    return _Subject(
        words, frozenset(repeated | {_fold_name(name) for name in source.title.names}), frozenset(source.title.stems)
    )


def _fold_name(name: Name) -> str:
    return name.text.lower().removesuffix("s")


def find_stating(detail: Detail, paper: Paper) -> dict[int, float]:
    """Find the sentences of an abstract that state a detail, by where they end, and how directly, 0 to 1."""
    stripped = strip_injections(paper)
    sentences, subject = read_source(stripped).sentences, _read_subject(detail, paper)
    conditions = _list_conditions(detail, subject.words)
    stating = {
        sentence.end: _INDIRECT - _rate_lack(detail, sentence, conditions)
        for sentence in sentences
        if _states(detail, sentence, subject)
    }
    if detail.kind == "sample" and not conditions:
        size = find_sample(list_passages(stripped))
        if size:
            stating[size.passage.end] = 1.0
    return stating


def _rate_lack(detail: Detail, sentence: Sentence, conditions: Sequence[Word]) -> float:
    """Rate what a sentence lacks that states a detail: conditions, the first above all, an average, a name."""
    lack = _OF_CONDITIONS * (1 - _measure_met([*conditions[:1], *conditions], sentence))
    is_asked = any(word in detail.question.split() for word in AVERAGES)
    is_met = any(word.low in AVERAGES for word in sentence.words)
    is_loose = detail.form == "thing" and not detail.kind and not _names_beside(detail, sentence)
    return lack + _OF_AVERAGE * (is_asked and not is_met) + _OF_NAMES * is_loose


def states_of_all(detail: Detail, hits: Sequence[Hit]) -> bool:
    """Tell whether a sentence of the best papers states a detail and has all that the question asks it of."""
    asked = detail.rest
    return bool(asked) and any(
        sentence.end in find_stating(detail, hit.paper) and _has_in_a_row(detail.question, asked, sentence)
        for hit in hits[:PAPERS]
        for sentence in read_source(strip_injections(hit.paper)).sentences
    )


def _has_in_a_row(question: str, words: Sequence[Word], sentence: Sentence) -> bool:
    """Tell whether a sentence has words of a question, and together those that stand together there."""
    places = [_find_places(word, sentence) for word in words]
    joined = [not question[here.start + len(here.text) : there.start].strip(" -") for here, there in pairwise(words)]
    return all(places) and all(
        any(abs(place - other) <= _SIDE_BY_SIDE for place in here for other in there)
        for is_joined, (here, there) in zip(joined, pairwise(places), strict=True)
        if is_joined
    )


def is_of_study(word: str) -> bool:
    """Tell whether a word says what any study does, and not which one is meant: "enrolled", "used", "trial"."""
    low = word.lower()
    return is_plain(low) or bool(ENTERS.match(low)) or _OF_STUDY.fullmatch(low) is not None


def _list_conditions(detail: Detail, of_paper: Collection[Word]) -> list[Word]:
    """List the words that say which of the things are meant, "relapse" of "how many patients had a relapse".

    None where the question asks for all that came into a study ("were enrolled"), or for what a paper did ("How many
    models does it test?"). The verb behind the noun, "died of …", may be another one in the paper.
    """
    behind = [word for word in detail.rest if word.start > detail.head.start]
    after = detail.question[detail.head.start + len(detail.head.text) :]
    if _NUMBER_OF.match(detail.question) and not _WITH.match(after):
        return []
    end = _DOES.search(detail.question, detail.head.start)
    if end and detail.form != "extent":
        behind = [word for word in behind if word.start < end.start()]
    brackets = [bracket.span() for bracket in _BRACKETS.finditer(detail.question)]  # They say which paper is meant.
    behind = [word for word in behind if not any(start < word.start < end for start, end in brackets)]
    if any(ENTERS.match(word.low) and not _OF_STUDY.fullmatch(word.low) for word in behind):
        return []
    if _OF_THEM.search(detail.question):  # "How many of the patients were women?"
        return [word for word in behind if word not in of_paper]
    starts = {word.start for word in detail.modifiers}
    telling = [
        word for word in behind if word not in of_paper and word.start not in starts and not is_of_study(word.low)
    ]
    is_verb = bool(behind and telling[:1] == behind[:1] and not after[: behind[0].start - len(detail.question)].strip())
    return telling[1:] if is_verb and len(telling) > 1 else telling


def _measure_met(words: Sequence[Word], sentence: Sentence) -> float:
    """Measure the share of words that a sentence has, 0 to 1; all where there are none."""
    return sum(bool(match_word(word, sentence).places) for word in words) / len(words) if words else 1.0


def _states(detail: Detail, sentence: Sentence, subject: _Subject) -> bool:
    if detail.kind == "p-value":
        return bool(_STATED_P.search(sentence.folded))
    conditions = _list_conditions(detail, subject.words)
    values = load_kinds().get(detail.kind)
    if detail.kind == "sample" and conditions and detail.form == "count":
        return _counts(detail, sentence, conditions)  # "How many patients had a relapse" asks for a part of them.
    if values and (called := _list_called(values, sentence)):
        if detail.form == "thing" and called <= {_strip_plural(detail.head.low)}:  # "GPU parallelization" names none.
            return _is_called(detail.head, sentence)
        return not values.is_bound or _is_bound(detail, sentence, conditions)
    owner = next((word for word in detail.rest if word.start > detail.head.start), None)
    if values and values.is_owned and owner and not match_word(owner, sentence).places:
        return False
    if detail.form == "extent" and (stems := load_dimensions(detail.head.low)):
        is_put = bool(match_word(detail.head, sentence).places)  # "Labels are prohibitively expensive."
        is_measured = bool(_list_new(detail, sentence)) and any(word.stem in stems for word in sentence.words)
        is_timed = "time" in stems and any(number.unit == "time" for number in sentence.quantities)
        is_priced = "cost" in stems and any(
            pattern.search(sentence.folded) for pattern in load_kinds()["money"].patterns
        )
        return (is_put or is_measured or is_timed or is_priced) and _measure_met(conditions, sentence) >= _MEANT
    if detail.form == "extent":
        own = {word.stem for word in subject.words}
        lasting = all(word.stem in own or match_word(word, sentence).places for word in detail.modifiers)
        unit = _UNITS.get(detail.head.low, "time")
        lasting = lasting and _measure_met(conditions, sentence) >= _MEANT
        return lasting and any(number.unit == unit for number in sentence.quantities)
    if detail.form == "degree":
        return _compares_by(detail, sentence)
    if detail.form == "agent":
        return bool(match_word(detail.head, sentence).places)
    if detail.form == "count":
        return _counts(detail, sentence, conditions)
    if detail.form == "measure":
        return _measures(detail, sentence, subject.words)
    if detail.kind:
        return False
    return _names(detail, sentence, subject) or _relates(detail, sentence, subject)


def _list_called(values: Kind, sentence: Sentence) -> set[str]:
    """List what a sentence has that things of a kind are called, in lower case and in the singular."""
    matches = (match for pattern in values.patterns for match in pattern.finditer(sentence.folded))
    return {_strip_plural(match[0].lower()) for match in matches}


def _is_called(noun: Word, sentence: Sentence) -> bool:
    """Tell whether a name stands right before a noun or behind it: "an A100 GPU", "the website of Example"."""
    names = [name for name in sentence.names if name.text.lower() != noun.low]
    for place in _find_counted(noun, sentence):
        start = sentence.words[place].start
        for name in names:
            if sentence.folded[name.start + len(name.text) : start] in (" ", "-"):
                return True
            if name.start > start and _count_between(sentence, name.start, place) <= _REACH:
                return True
    return False


def _is_bound(detail: Detail, sentence: Sentence, conditions: Sequence[Word]) -> bool:
    """Tell whether a sentence has what a value is asked of: "PEGPH20" of "what dose of PEGPH20"."""
    return bool(detail.modifiers) or not conditions or _measure_met(conditions, sentence) > 0


def _names(detail: Detail, sentence: Sentence, subject: _Subject) -> bool:
    """Tell whether a sentence has a thing and says which one it is, and does not merely speak of such things.

    A word before it says that ("a paired test") or a name a little way off, in a sentence that has what the question
    says of the thing, where they belong to it alone.
    """
    new = [word for word in _list_said(detail) if word not in subject.words]
    is_meant = len(new) < _FEW or _measure_met(new, sentence) >= _MEANT
    return _names_beside(detail, sentence) or (
        is_meant
        and any(
            _is_told_apart(detail, sentence, place, subject) or _has_name_near(detail, sentence, place, subject)
            for place, _ in _find_things(detail, sentence)
            if not _is_modifier(detail, sentence, place)
        )
    )


def _names_beside(detail: Detail, sentence: Sentence) -> bool:
    """Tell whether a name stands beside a thing, a list or a gloss behind it, or a number that the question lacks."""
    names, numbers = _list_names(detail, sentence), _list_new(detail, sentence)
    return any(
        any(_is_beside(sentence, name, place, end) for name in names)
        or _is_glossed(sentence, place, end)
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
    places = _find_counted(detail.head, sentence) if is_agent else match_word(detail.head, sentence).places
    ends = [(place, _end_noun(detail, sentence, place)) for place in places]
    return [(place, end) for place, end in ends if end is not None]


def _has_name_near(detail: Detail, sentence: Sentence, place: int, subject: _Subject) -> bool:
    """Tell whether a name of this sentence alone stands near a thing."""
    return any(
        _count_between(sentence, name.start, place) <= _REACH
        and name.start != sentence.words[place].start
        and _fold_name(name) not in subject.names
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
    if behind is None or is_plural(word) or sentence.folded[word.start + len(word.text) : behind.start] not in (" ", "-"):
        return False
    if behind.stop or behind.text[0].isupper() or (detail.tail and behind.stem == detail.tail.stem):
        return False
    return not _VERB_ENDING.search(behind.low)


def _is_beside(sentence: Sentence, name: Name, place: int, end: int) -> bool:
    """Tell whether a name stands right before a noun or behind it: "Alizarin red stain", "algorithm, Horizon"."""
    start = sentence.words[place].start
    if name.start == start:  # "LLMs" are the models themselves.
        return False
    before = sentence.folded[name.start + len(name.text) : start]
    return bool(_BESIDE_NAME.fullmatch(before)) if name.start < start else bool(_BEHIND_NOUN.fullmatch(sentence.folded[end : name.start]))


def _numbers_noun(sentence: Sentence, number: Quantity, place: int, end: int) -> bool:
    """Tell whether a number tells a thing apart: "grade 5", "the 20 questions game"; no other thing has it."""
    if number.start > sentence.words[place].start:
        return bool(_BEHIND_NOUN.fullmatch(sentence.folded[end : number.start]))
    between = [word for word in sentence.words[:place] if word.start >= number.end]
    is_others = any(is_plural(word) for word in between[:-1])  # "Three studies used …"
    reaches = _count_between(sentence, number.start, place) <= _REACH
    reaches = reaches and (bool(number.unit) or not any(word.stop for word in between))  # "120 were treated with …"
    return reaches and not is_others and not _is_count_before(sentence, number, place)


def _is_glossed(sentence: Sentence, place: int, end: int) -> bool:
    """Tell whether a noun is followed by a list, or by what it is called, and not by an abbreviation of itself."""
    if _GLOSS_BEFORE.search(sentence.folded[: sentence.words[place].start]):
        return True
    if (named := _EXAMPLES.search(sentence.folded, end)) and _count_between(sentence, named.start(), place) <= _BESIDE:
        return True
    gloss = _GLOSS.match(sentence.folded, end)
    if not gloss:
        return False
    bracket = gloss["bracket"]
    if bracket is None:
        return True
    opening = re.match(r"[\w-]+", bracket)  # "(in terms of …)"
    return not _NO_GLOSS.fullmatch(bracket) and not (opening and is_stop(opening[0].lower()))


def _list_new(detail: Detail, sentence: Sentence) -> list[Quantity]:
    """List the numbers of a sentence that the question does not have itself, and that are no names: "group 2"."""
    return [
        number
        for number in sentence.quantities
        if number.end  # A list that was counted has no place.
        and (number.unit or sentence.folded[number.end : number.end + 1] != "-")  # "zero-shot", "two-sided"
        and not _NUMBERED.search(sentence.folded[: number.start])
        and not re.search(rf"(?<![\w.,]){re.escape(number.text)}(?![\d]|[.,]\d)", detail.question, re.I)
    ]


def _is_told_apart(detail: Detail, sentence: Sentence, place: int, subject: _Subject) -> bool:
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


def _counts(detail: Detail, sentence: Sentence, conditions: Sequence[Word]) -> bool:
    """Tell whether a sentence counts things of a kind: "44 patients", "patients (n = 44)", "71% of deaths"."""
    places = _find_counted(detail.head, sentence)
    if not places or _measure_met(conditions, sentence) < _MEANT:
        return False
    numbers = _list_new(detail, sentence)
    # A share of the things answers a question for their number as far as an abstract does.
    shares = [number for number in numbers if number.kind == "percent"]
    # "The model, which attains 90.94% accuracy" counts no models.
    several = [place for place in places if is_plural(sentence.words[place]) or not is_plural(detail.head)]
    if any(_count_between(sentence, number.start, place) <= _SHARE_REACH for number in shares for place in several):
        return True
    counts = [n for n in numbers if n.kind in ("count", "vague") and not n.unit and n.value == int(n.value)]
    # "How many patients were treated?" asks for all: "two patients experienced dryness" counts a few of them.
    if any(ENTERS.match(word) and not _OF_STUDY.fullmatch(word) for word in detail.question.split()):
        places = [place for place in places if not _is_of_some(detail, sentence, sentence.words[place])]
    return any(_is_count_of(sentence, number, place) for number in counts for place in places)


def _is_of_some(detail: Detail, sentence: Sentence, word: Word) -> bool:
    """Tell whether behind things that are counted stands what happened to them, which the question does not ask."""
    happened = HAPPENED.match(sentence.folded[word.start + len(word.text) :])
    return happened is not None and happened[0].split()[-1] not in detail.question


def _find_counted(noun: Word, sentence: Sentence) -> list[int]:
    """Find a noun, one or many, or a synonym: words of one stem are other things ("pathology", "pathologist")."""
    match = match_word(noun, sentence)
    if match.level == AKIN:
        return []
    single = _strip_plural(noun.low)
    return [
        place
        for place in match.places
        if (match.level != SAME or _strip_plural(sentence.words[place].low) == single)
        and not (is_plural(noun) and _is_of_compound(sentence, sentence.words[place]))
    ]


def _is_of_compound(sentence: Sentence, word: Word) -> bool:
    """Tell whether a word is a piece of a compound that says what kind of thing follows: "mother-to-infant bonding"."""
    end = word.start + len(word.text)
    return (
        not is_plural(word)
        and "-" in sentence.folded[max(0, word.start - 1) : word.start] + sentence.folded[end : end + 1]
    )


def _strip_plural(low: str) -> str:
    return re.sub(r"(?<=[^aeiou])ies$", "y", low) if low.endswith("ies") else re.sub(r"(?<=[sxz])es$|s$", "", low)


def _is_count_of(sentence: Sentence, number: Quantity, place: int) -> bool:
    """Tell whether a number counts the things of a word: no other thing stands between them that it could count."""
    word = sentence.words[place]
    if _count_between(sentence, number.start, place) > _REACH:
        return False
    if word.start < number.start:
        return bool(_COUNTED_BEFORE.search(sentence.folded[word.start : number.start]))
    between = (word_between for word_between in sentence.words if number.end <= word_between.start < word.start)
    return not any(is_plural(word_between) for word_between in between)


def _is_count_before(sentence: Sentence, number: Quantity, place: int) -> bool:
    """Tell whether a number says how many things there are, and not which: "three topical agents"."""
    is_number = number.kind in ("count", "vague") and not number.unit
    return is_number and number.start < sentence.words[place].start and _is_count_of(sentence, number, place)


def _measures(detail: Detail, sentence: Sentence, of_paper: Collection[Word]) -> bool:
    """Tell whether a sentence has a measure and, near it, a number; an abbreviation stands for the whole noun."""
    if detail.head.stem in load_stems("times"):
        lasting = detail.modifiers or [word for word in detail.rest if word.start > detail.head.start][:1]
        lasts = not lasting or any(match_word(word, sentence).places for word in lasting)
        if lasts and any(number.unit == "time" for number in sentence.quantities):
            return True
    is_share = detail.head.stem in load_stems("shares") and not (detail.modifiers and detail.head.low in _RATES)
    if is_share and any(number.kind == "percent" for number in _list_new(detail, sentence)):
        shared = _list_conditions(detail, of_paper) or [word for word in detail.rest if word.start > detail.head.start]
        return _measure_met(shared, sentence) >= _RELATED and _has_predicate(detail, sentence, of_paper)
    initials = "".join(word.low[0] for word in detail.words)
    short = [
        place
        for place, word in enumerate(sentence.words)
        if len(initials) > 1 and word.text.isupper() and word.low.removesuffix("s") == initials
    ]
    if short:
        return bool(sentence.quantities)
    *modifiers, noun = detail.words
    if modifiers and noun.stem in load_stems("amounts"):  # "BAC < 0.02%" is a threshold of it.
        *modifiers, noun = modifiers
    beside = [_find_places(word, sentence) for word in modifiers]
    places = [
        place
        for place in _find_places(noun, sentence)
        if all(any(_stand_together(sentence, place, other) for other in others) for others in beside)
    ]
    is_rate = noun is not detail.head and detail.head.low in _RATES
    levels = [number for number in _list_new(detail, sentence) if number.kind == "percent" or not is_rate]
    levels = [
        number
        for number in levels
        if not _BEFORE_P.search(sentence.folded[: number.start]) and not _YEAR.fullmatch(number.text)
    ]
    if detail.kind and match_word(detail.head, sentence).level == STAND_IN:
        levels = [number for number in levels if number.unit]  # "Self-monitoring of 12 hens" is no follow-up.
    return any(_count_between(sentence, number.start, place) <= _REACH for number in levels for place in places)


def _has_predicate(detail: Detail, sentence: Sentence, of_paper: Collection[Word]) -> bool:
    """Tell whether a sentence has what is said of the things that a share is of: "women" of "what share were women"."""
    behind = [word for word in detail.rest if word.start > detail.head.start and word not in of_paper]
    telling = [word for word in behind if not is_of_study(word.low)]
    verbs = [match.end() for match in _SAYS.finditer(detail.question, detail.head.start)]
    end = _PREPOSITION.search(detail.question, verbs[-1]) if verbs else None
    said = [word for word in telling if verbs and word.start >= verbs[-1] and (not end or word.start < end.start())]
    if not telling or not (verbs or _HAS_VERB.match(detail.question)):
        return True
    return any(
        match_word(word, sentence).places or sentence.beginnings.get(word.stem[:_OPENING]) for word in said or telling
    )


def _stand_together(sentence: Sentence, place: int, other: int) -> bool:
    """Tell whether two words stand together, or a little apart with no number between: "score of the EQ-5D index"."""
    low, high = sorted((place, other))
    between = sentence.words[low + 1 : high]
    return high - low <= _BESIDE or (high - low <= _REACH and not any(word.text[0].isdigit() for word in between))


def _find_places(word: Word, sentence: Sentence) -> Sequence[int]:
    """Find a word in a sentence; a longer one may begin with it: "leak", "leakage"."""
    places = [place for place in match_word(word, sentence).places if not sentence.words[place].stop]  # "after" 1990
    if places or len(word.low) < _OPENING:
        return places
    return [place for place, other in enumerate(sentence.words) if other.low.startswith(word.low)]


def _compares_by(detail: Detail, sentence: Sentence) -> bool:
    """Tell whether a sentence says by how much something is more: a ratio or a difference, of the asked dimension."""
    ratios = [n for n in sentence.quantities if n.kind in ("percent", "points", "times", "order") or n.kind == "vague"]
    if not ratios or not _COMPARES.search(sentence.folded):
        return False
    dimensions = load_dimensions(detail.head.low)
    if dimensions is None:
        return bool(_find_places(detail.head, sentence))
    return not dimensions or any(word.stem in dimensions for word in sentence.words)


def _count_between(sentence: Sentence, start: int, place: int) -> int:
    """Count the words that say something between a character and a word."""
    low, high = sorted((sentence.words[place].start, start))
    return sum(low < word.start < high and not word.stop for word in sentence.words)


def _relates(detail: Detail, sentence: Sentence, subject: _Subject) -> bool:
    """Tell whether a sentence says what the question says of the thing, and names something new: its name perhaps."""
    names = [name for name in _list_names(detail, sentence) if _fold_name(name) not in subject.names]
    behind = _list_said(detail)
    new = [word for word in behind if word not in subject.words]
    head = detail.head
    is_verb = bool(behind) and detail.question[head.start + len(head.text) : behind[0].start].isspace()
    first = behind[:1] if is_verb or not new else []  # "Which agency approved …"
    if not behind or not _measure_met(first, sentence) or not _measure_met(detail.modifiers, sentence):
        return False
    # What the title has alone tells no sentence from the others.
    met = _measure_met(new, sentence) if new else float(len(behind) > 1 and _measure_met(behind, sentence) == 1)
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
    return bool(met >= _RELATED and names) or bool(opens)


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
        and not (len(initials) > 1 and name.text.removesuffix("s").isupper() and _fold_name(name).endswith(initials))
        and not (name.text.isupper() and _NO_NAME.match(sentence.folded, name.start + len(name.text)))
        and not _DATED.match(sentence.folded, name.start + len(name.text))
        and not _IN_ADDRESS.search(sentence.folded[: name.start])
        and not name.text.lower().startswith(f"{detail.head.low}-")
        and not _is_unit(sentence, name)
        and not any(name.text in (pair.short, *pair.long.split()) for pair in asked)
    ]
