"""Whether an abstract states a detail that a question asks for.

A sentence states a detail where it has the asked noun with its value (a number that counts it, a name beside it), or
what such a thing is called, of what the question asks it of. Where no sentence of the papers that a question is about
does, the question has no answer there, whatever else of its words they share.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise

from assistant.abstracts.passages import list_passages
from assistant.abstracts.sample_size import ENTERS, HAPPENED, find_sample
from assistant.answer.detail_kinds import Kind, load_dimensions, load_kinds, load_stems
from assistant.answer.detail_names import (
    BESIDE,
    MEANT,
    OF_STUDY,
    REACH,
    RELATED,
    Subject,
    count_between,
    find_counted,
    fold_name,
    is_count_of,
    is_of_study,
    list_new_numbers,
    measure_met,
    names_beside,
    names_thing,
    relates_name,
    strip_plural,
)
from assistant.answer.details import AVERAGES, Detail, is_plural
from assistant.verify.alignment import SAME, STAND_IN, match_word
from assistant.verify.injection import strip_injections
from assistant.verify.source import Sentence, read_source
from assistant.verify.tokens import Word
from store.paper import Paper
from store.results import Hit
from store.text.patterns import compile_lazily

# How far a share in percent may stand from the things that it is a share of. Chosen by hand.
_SHARE_REACH = 4
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
# What happened at a rate has a share in percent.
_RATES = ("rate", "rates")
# What a number measures that says how heavy something is, or how deep; others say how long.
_UNITS = {"heavy": "mass", **dict.fromkeys(("deep", "tall", "wide", "thick", "far"), "length"), "hot": "temperature"}


def states_anywhere(detail: Detail, paper: Paper) -> bool:
    """Tell whether a paper states a detail; in a title a number is none: "Aged, 80 and over"."""
    if find_stating(detail, paper):
        return True
    title = read_source(strip_injections(paper)).title
    return detail.form not in ("measure", "extent") and _states(detail, title, _read_subject(detail, paper))


def _read_subject(detail: Detail, paper: Paper) -> Subject:
    source = read_source(strip_injections(paper))
    words = frozenset(
        word
        for word in detail.rest
        if match_word(word, source.title).places or match_word(word, source.record).level == SAME
    )
    counts = Counter(name for sentence in source.sentences for name in {fold_name(name) for name in sentence.names})
    repeated = {name for name, count in counts.items() if count > 1}
    return Subject(
        words, frozenset(repeated | {fold_name(name) for name in source.title.names}), frozenset(source.title.stems)
    )


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
    lack = _OF_CONDITIONS * (1 - measure_met([*conditions[:1], *conditions], sentence))
    is_asked = any(word in detail.question.split() for word in AVERAGES)
    is_met = any(word.low in AVERAGES for word in sentence.words)
    is_loose = detail.form == "thing" and not detail.kind and not names_beside(detail, sentence)
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
    if any(ENTERS.match(word.low) and not OF_STUDY.fullmatch(word.low) for word in behind):
        return []
    if _OF_THEM.search(detail.question):  # "How many of the patients were women?"
        return [word for word in behind if word not in of_paper]
    starts = {word.start for word in detail.modifiers}
    telling = [
        word for word in behind if word not in of_paper and word.start not in starts and not is_of_study(word.low)
    ]
    is_verb = bool(behind and telling[:1] == behind[:1] and not after[: behind[0].start - len(detail.question)].strip())
    return telling[1:] if is_verb and len(telling) > 1 else telling


def _states(detail: Detail, sentence: Sentence, subject: Subject) -> bool:
    if detail.kind == "p-value":
        return bool(_STATED_P.search(sentence.folded))
    conditions = _list_conditions(detail, subject.words)
    values = load_kinds().get(detail.kind)
    if detail.kind == "sample" and conditions and detail.form == "count":
        return _counts(detail, sentence, conditions)  # "How many patients had a relapse" asks for a part of them.
    if values and (called := _list_called(values, sentence)):
        if detail.form == "thing" and called <= {strip_plural(detail.head.low)}:  # "GPU parallelization" names none.
            return _is_called(detail.head, sentence)
        return not values.is_bound or _is_bound(detail, sentence, conditions)
    owner = next((word for word in detail.rest if word.start > detail.head.start), None)
    if values and values.is_owned and owner and not match_word(owner, sentence).places:
        return False
    if detail.form == "extent" and (stems := load_dimensions(detail.head.low)):
        is_put = bool(match_word(detail.head, sentence).places)  # "Labels are prohibitively expensive."
        is_measured = bool(list_new_numbers(detail, sentence)) and any(word.stem in stems for word in sentence.words)
        is_timed = "time" in stems and any(number.unit == "time" for number in sentence.quantities)
        is_priced = "cost" in stems and any(
            pattern.search(sentence.folded) for pattern in load_kinds()["money"].patterns
        )
        return (is_put or is_measured or is_timed or is_priced) and measure_met(conditions, sentence) >= MEANT
    if detail.form == "extent":
        own = {word.stem for word in subject.words}
        lasting = all(word.stem in own or match_word(word, sentence).places for word in detail.modifiers)
        unit = _UNITS.get(detail.head.low, "time")
        lasting = lasting and measure_met(conditions, sentence) >= MEANT
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
    return names_thing(detail, sentence, subject) or relates_name(detail, sentence, subject)


def _list_called(values: Kind, sentence: Sentence) -> set[str]:
    """List what a sentence has that things of a kind are called, in lower case and in the singular."""
    matches = (match for pattern in values.patterns for match in pattern.finditer(sentence.folded))
    return {strip_plural(match[0].lower()) for match in matches}


def _is_called(noun: Word, sentence: Sentence) -> bool:
    """Tell whether a name stands right before a noun or behind it: "an A100 GPU", "the website of Example"."""
    names = [name for name in sentence.names if name.text.lower() != noun.low]
    for place in find_counted(noun, sentence):
        start = sentence.words[place].start
        for name in names:
            if sentence.folded[name.start + len(name.text) : start] in (" ", "-"):
                return True
            if name.start > start and count_between(sentence, name.start, place) <= REACH:
                return True
    return False


def _is_bound(detail: Detail, sentence: Sentence, conditions: Sequence[Word]) -> bool:
    """Tell whether a sentence has what a value is asked of: "PEGPH20" of "what dose of PEGPH20"."""
    return bool(detail.modifiers) or not conditions or measure_met(conditions, sentence) > 0


def _counts(detail: Detail, sentence: Sentence, conditions: Sequence[Word]) -> bool:
    """Tell whether a sentence counts things of a kind: "44 patients", "patients (n = 44)", "71% of deaths"."""
    places = find_counted(detail.head, sentence)
    if not places or measure_met(conditions, sentence) < MEANT:
        return False
    numbers = list_new_numbers(detail, sentence)
    # A share of the things answers a question for their number as far as an abstract does.
    shares = [number for number in numbers if number.kind == "percent"]
    # "The model, which attains 90.94% accuracy" counts no models.
    several = [place for place in places if is_plural(sentence.words[place]) or not is_plural(detail.head)]
    if any(count_between(sentence, number.start, place) <= _SHARE_REACH for number in shares for place in several):
        return True
    counts = [n for n in numbers if n.kind in ("count", "vague") and not n.unit and n.value == int(n.value)]
    # "How many patients were treated?" asks for all: "two patients experienced dryness" counts a few of them.
    if any(ENTERS.match(word) and not OF_STUDY.fullmatch(word) for word in detail.question.split()):
        places = [place for place in places if not _is_of_some(detail, sentence, sentence.words[place])]
    return any(is_count_of(sentence, number, place) for number in counts for place in places)


def _is_of_some(detail: Detail, sentence: Sentence, word: Word) -> bool:
    """Tell whether behind things that are counted stands what happened to them, which the question does not ask."""
    happened = HAPPENED.match(sentence.folded[word.start + len(word.text) :])
    return happened is not None and happened[0].split()[-1] not in detail.question


def _measures(detail: Detail, sentence: Sentence, of_paper: Collection[Word]) -> bool:
    """Tell whether a sentence has a measure and, near it, a number; an abbreviation stands for the whole noun."""
    if detail.head.stem in load_stems("times"):
        lasting = detail.modifiers or [word for word in detail.rest if word.start > detail.head.start][:1]
        lasts = not lasting or any(match_word(word, sentence).places for word in lasting)
        if lasts and any(number.unit == "time" for number in sentence.quantities):
            return True
    is_share = detail.head.stem in load_stems("shares") and not (detail.modifiers and detail.head.low in _RATES)
    if is_share and any(number.kind == "percent" for number in list_new_numbers(detail, sentence)):
        shared = _list_conditions(detail, of_paper) or [word for word in detail.rest if word.start > detail.head.start]
        return measure_met(shared, sentence) >= RELATED and _has_predicate(detail, sentence, of_paper)
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
    levels = [number for number in list_new_numbers(detail, sentence) if number.kind == "percent" or not is_rate]
    levels = [
        number
        for number in levels
        if not _BEFORE_P.search(sentence.folded[: number.start]) and not _YEAR.fullmatch(number.text)
    ]
    if detail.kind and match_word(detail.head, sentence).level == STAND_IN:
        levels = [number for number in levels if number.unit]  # "Self-monitoring of 12 hens" is no follow-up.
    return any(count_between(sentence, number.start, place) <= REACH for number in levels for place in places)


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
    return high - low <= BESIDE or (high - low <= REACH and not any(word.text[0].isdigit() for word in between))


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
