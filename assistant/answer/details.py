"""Details that a question asks for, and whether a sentence states them: a number, a thing of a kind, who did it.

"What learning rate …?" asks for a thing of a kind. The noun that is asked for is read from the question's form; a
sentence states it where it has that noun with its value (a number beside it, a name), or what such a thing is called.
Where no sentence of the papers that a question is about does, the question has no answer there, whatever else of its
words they share. Questions of other forms ("How does …", "What is …?") ask for no detail.
"""

import re
from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

from assistant.abstracts.passages import list_passages
from assistant.abstracts.sample_size import find_sample, is_sample_size
from assistant.answer import replies
from assistant.answer.detail_kinds import CLAUSES, load_kinds, load_stems
from assistant.answer.sufficiency import is_sufficient, measure_coverage, measure_share, paper_text
from assistant.question.query import PreviousTurn, Query
from assistant.verify.alignment import match_word
from assistant.verify.injection import find_injection_start, strip_injections
from assistant.verify.numbers import Quantity
from assistant.verify.source import Sentence, read_source
from assistant.verify.tokens import Word, fold_text, is_plain, split_words
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.paper import Paper
from store.results import Hit, ScoredSentence
from store.search import best_sentences, term_weights
from store.text.patterns import compile_lazily

DetailForm = Literal["count", "measure", "extent", "thing", "agent", "clause"]

# How far from its number a noun may stand, in words; chosen by hand on part dev of benchmarks/details.jsonl.
_REACH = 6
# How far from the noun a word before it may stand in a sentence, in words; chosen by hand.
_BESIDE = 4
# Words of what is asked for that are looked at, those before the noun.
_MOST_MODIFIERS = 3
# The papers that a question is about: of so many of the best, those with this share of what the best one has of its
# words beside the detail; and the share that the best has to have. Chosen by hand on part dev of details.jsonl.
_PAPERS, _ABOUT, _LEAST_SHARE = 3, 0.8, 0.3
# How directly a sentence states a detail that the words alone find, next to the size of the sample as tables find it.
# Chosen by hand on part dev of benchmarks/details_named.jsonl.
_INDIRECT = 0.9
_AUXILIARIES = (
    "is|are|was|were|be|been|do|does|did|has|have|had|can|could|will|would|should|may|might|must|gets?|got|went|took"
    "|takes?"
)
_PREPOSITIONS = (
    "of|in|on|at|for|from|to|with|by|between|during|over|under|among|across|through|within|per|that|which|who|when|where"
    "|used|using|given|than|into|about|after|before|and|or|behind|against"
)
_IMPERATIVES = (
    "compare|contrast|list|show|find|give|tell|name|count|rate|rank|explain|describe|summari[sz]e|cite|search"
)
_DETERMINERS = "the|an?|its?|their|this|these|those|all|each|every|them|him|her|us"
_END = rf"(?=\s+(?:{_AUXILIARIES}|{_PREPOSITIONS})\b|[\s?.!,;:]*$|[?,;:(]|\s+-)"
_LEAD = r"^\W*(?:and\s+)?(?:what(?:['’]?s|\s+(?:is|was|are|were))\s+)?(?:the\s+)?"
_COUNT = compile_lazily(
    rf"(?:\bhow\s+many|{_LEAD}(?:total\s+)?number\s+of)\s+(?P<noun>\S+(?:\s+\S+){{0,7}}?){_END}", re.I
)
_MUCH = compile_lazily(
    rf"\bhow\s+much\s+(?!(?:{_AUXILIARIES}|{_PREPOSITIONS})\b)(?P<noun>\S+(?:\s+\S+){{0,3}}?){_END}", re.I
)
_WHICH = compile_lazily(
    rf"\b(?:which|what)\s+(?!(?:{_AUXILIARIES}|{_PREPOSITIONS}|{_DETERMINERS})\b)(?P<noun>\S+(?:\s+\S+){{0,5}}?)"
    rf"(?=\s+(?:(?P<joint>{_AUXILIARIES}|{_PREPOSITIONS})|(?P<object>{_DETERMINERS}))\b|[\s?.!,;:]*$|[?,;:(]|\s+-)",
    re.I,
)
_WHAT_IS = compile_lazily(
    rf"^\W*(?:and\s+)?(?:what|who)(?:['’]?s|\s+(?:is|was|are|were))\s+the\s+(?P<noun>\S+(?:\s+\S+){{0,4}}?)"
    rf"(?=\s+(?:{_PREPOSITIONS})\b)",
    re.I,
)
# "How long was the follow-up": the thing that lasted stands in the sentence, too.
_HOW = compile_lazily(
    rf"\bhow\s+(?P<noun>long|old)\b(?=\s+(?:(?:do|does|did|has|have|had|until|till|before)\b|(?:is|are|was|were)\s+(?:(?:{_DETERMINERS})\s+)?"
    rf"(?P<thing>\S+(?:\s+\S+){{0,3}}?){_END}))",
    re.I,
)
_WHO = compile_lazily(r"^\W*(?:and\s+)?who\s+(?:has\s+|had\s+)?(?P<verb>\w+(?:ed|t|e|id))\b", re.I)
# Words at the beginning of a question that may be what it asks for: "sample size of the study by Lee".
_BARE = compile_lazily(
    rf"{_LEAD}(?!(?:which|what|who|whom|whose|how|why|when|where|{_AUXILIARIES}|{_IMPERATIVES})\b)"
    rf"(?P<noun>\w[\w-]*(?: (?!(?:{_AUXILIARIES}|{_PREPOSITIONS}|{_DETERMINERS})\b)\w[\w-]*){{0,3}})",
    re.I,
)
# Kinds whose nouns begin no name of a topic.
_NO_TOPICS = ("sample", "p-value", "funding")
_P_VALUE = compile_lazily(r"\bp[ -]?values?\b", re.I)
_STATED_P = compile_lazily(r"\b[Pp](?:\s*\([^)]*\))?(?:[ -]values?)?\s*[<>=≤≥]")
_BEFORE_P = compile_lazily(rf"{_STATED_P.pattern}\s*$")
# What stands between things and their number where the number comes behind: "patients (n = 44)".
_COUNTED_BEFORE = compile_lazily(r"[(=:]\s*$|\b(?:n|total|number|was|were)\s*=?\s*$", re.I)
# What says which thing of its kind is meant, in so many signs behind the noun. Chosen by hand.
_GLOSS = compile_lazily(r"[:(\"“]|\b(?:is|are|was|were|as|called|named|namely|including|such\s+as|like|of|by)\b", re.I)
_GLOSSED = 24
# Modifiers that name a statistic or a role of the noun, and may be left out where it is stated.
_STATISTICS = frozenset(
    "mean median average total overall exact typical main final best initial same maximum minimum highest"
    " lowest".split()
)
# A word of one of these ends a noun phrase.
_PERSONS = ("people", "men", "women", "children", "data", "mice", "persons")


class Detail(NamedTuple):
    """What a question asks for.

    Attributes:
        phrase: The noun as the question has it ("learning rate"), or the verb of who did something.
        head: Its last word that says something.
        modifiers: The words before it that say something.
        form: How the answer looks: a count of things, a measure with its number, how long something
            was, a thing with its name, an agent, or what a clause asks ("where it was done").
        kind: The name of the values that are known of such things (in details.toml), "" for none.
        rest: The other telling words of the question.
        question: The question, folded, in lower case.
        is_bare: Whether it is put as a phrase, which may as well be a topic or a title.
    """

    phrase: str
    head: Word
    modifiers: tuple[Word, ...]
    form: DetailForm
    kind: str
    rest: tuple[Word, ...]
    question: str
    is_bare: bool = False

    def describe(self) -> str:
        """Put what is asked for behind "does not state": "the learning rate", "how many GPUs", "who funded it"."""
        lead = {"count": "how many ", "extent": "how ", "agent": "who ", "clause": ""}.get(self.form, "the ")
        return f"{lead}{self.phrase}"

    @property
    def is_sure(self) -> bool:
        """Whether the question asks for this and for nothing else: it says so, or nothing else is called so."""
        return not self.is_bare or bool(self.kind)

    @property
    def words(self) -> tuple[Word, ...]:
        """The words of what is asked for."""
        return (*self.modifiers, self.head)


def parse_detail(question: str) -> Detail | None:
    """Parse what a question asks for; None where it asks for no detail of a kind."""
    folded = fold_text(question)
    detail = _parse_asked(folded)
    return detail or _parse_bare(folded)


def _parse_bare(folded: str) -> Detail | None:
    """Parse what a phrase asks for: the whole noun that it begins with, as a part of it is a topic ("time series")."""
    match = _BARE.match(folded)
    words = match["noun"].split() if match else []
    for end in range(len(words), 0, -1):
        phrase = " ".join(words[:end])
        detail = _read_noun(folded, match.start("noun"), phrase, None) if match else None
        if not detail or detail.head.text not in words[end - 1]:
            continue
        is_whole = all(word.endswith("ed") for word in words[end:])  # "years covered"
        return detail._replace(is_bare=True) if is_whole or detail.kind in _NO_TOPICS else None
    return None


def _parse_asked(folded: str) -> Detail | None:
    if match := _COUNT.search(folded):
        return _read_noun(folded, match.start("noun"), match["noun"], "count")
    if match := _MUCH.search(folded):
        detail = _read_noun(folded, match.start("noun"), match["noun"], None)
        return detail if detail and detail.form == "measure" else None  # "How much faster …?" asks for no noun.
    if match := _HOW.search(folded):
        detail = _read_noun(folded, match.start("noun"), match["noun"], "extent")
        lasting = [word for word in split_words(match["thing"] or "") if not word.stop]
        if not detail or not lasting:
            return detail
        kind = "follow-up" if _find_kind(lasting) == "follow-up" else detail.kind
        return detail._replace(modifiers=(lasting[-1],), kind=kind)
    for kind, clause, pattern in CLAUSES:
        if match := pattern.search(folded):
            every = split_words(folded)
            verb = next(word for word in every if word.start == match.start("verb"))
            rest = tuple(word for word in every if not word.stop and word is not verb)
            return Detail(clause, verb, (), "clause", kind, rest, folded.lower())
    if match := _WHAT_IS.search(folded):
        return _read_noun(folded, match.start("noun"), match["noun"], None)
    if match := _WHO.search(folded):
        return _read_noun(folded, match.start("verb"), match["verb"], "agent")
    if match := _WHICH.search(folded):
        noun = match["noun"]
        if not match["joint"]:  # "Which agency approved the …": a verb stands behind the noun, or all of it is unclear.
            noun = noun.rpartition(" ")[0] if match["object"] else noun.partition(" ")[0]
        detail = _read_noun(folded, match.start("noun"), noun, "thing") if noun else None
        # "What correlation measures the …?", "Which correlation is it based on?" ask which one, not how much.
        which = match["object"] or (match[0].lower().startswith("which") and match["joint"] in ("is", "are"))
        return detail._replace(form="thing") if detail and which and detail.form == "measure" else detail
    return None


def _read_noun(folded: str, start: int, phrase: str, form: DetailForm | None) -> Detail | None:
    """Read a noun phrase; None where its noun is plain prose ("idea", "method"), which asks for no detail."""
    every = split_words(folded)
    inside = [word for word in every if start <= word.start < start + len(phrase)]
    own = [word for word in inside if not word.stop or form == "extent" or is_sample_size(phrase)]
    if form == "count":
        own = _cut_behind_plural(
            own or [word for word in inside if _find_kind([word])]
        )  # "Studies" tells nothing else.
        phrase = folded[start : own[-1].start + len(own[-1].text)] if own else phrase
    if not own:
        return None
    is_p_value = bool(_P_VALUE.search(phrase))
    measure, kind = is_p_value or own[-1].stem in load_stems("measures"), _find_kind(own)
    behind = frozenset(word.stem for word in own)
    while form != "count" and len(own) > 1 and is_plain(own[-1].low) and not measure and not kind:
        own.pop()  # "temperature setting", "kinds of"
        measure, kind = own[-1].stem in load_stems("measures"), _find_kind(own, behind)
    head = own[-1]
    if is_sample_size(" ".join(word.low for word in own)) and (form != "thing" or measure):
        kind, form = "sample", form or ("measure" if measure or head.stop else "count")
        phrase = "sample size" if head.stop else phrase
    elif form not in (None, "thing"):
        kind = kind if (form, kind) in (("agent", "funding"), ("extent", "age"), ("count", "studies")) else ""
    else:
        if measure:
            form = "measure"
        elif form is None and not kind:
            return None  # "the role of", "the key insight of"
        elif is_plain(head.low) and not kind:
            return None
        else:
            form = "thing"
    if form == "agent" and is_plain(head.low) and not kind:
        return None
    rest = tuple(word for word in every if not word.stop and word not in own)
    modifiers = tuple(word for word in own[:-1] if word.low not in _STATISTICS)[-_MOST_MODIFIERS:]
    return Detail(phrase.strip(), head, modifiers, form, "p-value" if is_p_value else kind, rest, folded.lower())


def _cut_behind_plural(words: Sequence[Word]) -> list[Word]:
    """Cut a run of words behind the first plural noun: "participants (took part)", "patients (underwent surgery)"."""
    for place, word in enumerate(words):
        if _is_plural(word):
            return list(words[: place + 1])
    return list(words[:1])


def _find_kind(own: Sequence[Word], phrase: frozenset[str] = frozenset()) -> str:
    """Find the kind that a noun means by its last word, in a phrase of these stems; "" for none that is known."""
    stems = {word.stem for word in own}
    for name, values in load_kinds().items():
        fits = own[-1].stem in values.stems and (not values.modifiers or stems & values.modifiers)
        if fits and not phrase & values.before:
            return name
    return ""


def abstain_from_detail(
    view: Snapshot, query: Query, detail: Detail, earlier: PreviousTurn | None, hits: Sequence[Hit]
) -> replies.AnswerBody | None:
    """Tell that the papers that a question is about do not state the detail that it asks for; None where they may."""
    if not query.topic or not is_sufficient(
        measure_coverage(view, remove_detail(query.topic, detail), hits), query, earlier
    ):
        return None
    silent_papers = _find_silent(detail, view, query.topic, hits)
    if silent_papers is None:
        return None
    papers, sentences = silent_papers
    end = find_injection_start(papers[0].abstract)
    nearest = next((sentence for sentence in sentences if sentence.end <= end), None)
    if nearest is None:
        return None
    return replies.abstain_silent(detail.describe(), papers, replies.Quote(papers[0], nearest))


def remove_detail(topic: str, detail: Detail) -> str:
    """Leave the words of what is asked for out of a topic: what is left says what the question is about."""
    detail_terms = {
        *extract_terms(detail.phrase),
        *(term for word in detail.words for term in extract_terms(word.text)),
    }
    return " ".join(word for word in topic.split() if not set(extract_terms(word)) & detail_terms)


def _find_silent(
    detail: Detail, view: Snapshot, topic: str, hits: Sequence[Hit]
) -> tuple[list[Paper], list[ScoredSentence]] | None:
    """Find the papers that a question is about, where none of them states the detail that it asks for.

    Args:
        detail: What is asked for.
        view: The library.
        topic: What was searched for.
        hits: The papers that were found, best first.

    Returns:
        The papers, and the sentences of the first, nearest first; None where one of them states it, or where the
        question says nothing beside the detail by which its papers could be told.
    """
    detail_terms = {term for word in detail.words for term in extract_terms(word.text)}
    weights = {term: weight for term, weight in term_weights(view, topic).items() if term not in detail_terms}
    if not weights:
        return None
    looked = [hit for hit in hits[:_PAPERS] if hit.paper.abstract]
    shares = [measure_share(weights, paper_text(hit.paper)) for hit in looked]
    top = max(shares, default=0.0)
    about = [hit for hit, share in zip(looked, shares, strict=True) if share >= _ABOUT * top]
    if top < _LEAST_SHARE or any(_states_anywhere(detail, hit.paper) for hit in about):
        return None
    first = max(about, key=lambda hit: measure_share(weights, paper_text(hit.paper)))
    ranked = best_sentences(term_weights(view, topic), first.paper.abstract)
    return [first.paper, *(hit.paper for hit in about if hit is not first)], [*ranked]


def _states_anywhere(detail: Detail, paper: Paper) -> bool:
    stripped = strip_injections(paper)
    return bool(find_stating(detail, paper)) or _states(detail, read_source(stripped).title, _list_own(detail, paper))


def _list_own(detail: Detail, paper: Paper) -> frozenset[Word]:
    """List the words of a question that the title has: they need not stand beside the thing again."""
    title = read_source(strip_injections(paper)).title
    return frozenset(word for word in detail.rest if match_word(word, title).places)


def find_stating(detail: Detail, paper: Paper) -> dict[int, float]:
    """Find the sentences of an abstract that state a detail, by where they end, and how directly, 0 to 1."""
    stripped = strip_injections(paper)
    sentences, own = read_source(stripped).sentences, _list_own(detail, paper)
    stating = {sentence.end: _INDIRECT for sentence in sentences if _states(detail, sentence, own)}
    if detail.kind == "sample" and (size := find_sample(list_passages(stripped))):
        stating[size.passage.end] = 1.0
    return stating


def states_detail(detail: Detail, sentences: Sequence[Sentence], of_paper: Collection[Word] = ()) -> bool:
    """Tell whether a sentence of a paper states a detail; ``of_paper`` are words that its title has."""
    return any(_states(detail, sentence, of_paper) for sentence in sentences)


def _states(detail: Detail, sentence: Sentence, of_paper: Collection[Word]) -> bool:
    if detail.kind == "p-value":
        return bool(_STATED_P.search(sentence.folded))
    values = load_kinds().get(detail.kind)
    if values and any(pattern.search(sentence.folded) for pattern in values.patterns):
        return True
    owner = next((word for word in detail.rest if word.start > detail.head.start), None)
    if values and values.is_owned and owner and not match_word(owner, sentence).places:
        return False
    if detail.form == "extent":
        lasting = all(match_word(word, sentence).places for word in detail.modifiers)
        return lasting and any(number.unit == "time" for number in sentence.quantities)
    if detail.form == "agent":
        return bool(match_word(detail.head, sentence).places)
    if detail.form == "count":
        return _counts(detail, sentence)
    if detail.form == "measure":
        return _measures(detail, sentence)
    if detail.kind:
        return False
    return _names(detail, sentence) or _relates(detail, sentence, of_paper)


def _names(detail: Detail, sentence: Sentence) -> bool:
    """Tell whether a sentence has a thing and says which one it is, and does not merely speak of such things.

    A name or a number that the question lacks says that, a list or a gloss behind it, a telling word before it ("a
    paired test"), or that something is one.
    """
    places = match_word(detail.head, sentence).places
    if not places:
        return False
    if sentence.quantities or any(name.text.lower() not in detail.question for name in sentence.names):
        return True
    return any(_is_told_apart(detail, sentence, place) for place in places)


def _is_told_apart(detail: Detail, sentence: Sentence, place: int) -> bool:
    word = sentence.words[place]
    before = sentence.words[place - 1] if place else None
    if before and not before.stop and not is_plain(before.low) and before.low not in detail.question:
        return True
    start = before.start if before else word.start
    return bool(_GLOSS.search(sentence.folded[start : word.start + len(word.text) + _GLOSSED]))


def _counts(detail: Detail, sentence: Sentence) -> bool:
    """Tell whether a sentence counts things of a kind: "44 patients", "patients (n = 44)", "deaths fell by 71%"."""
    places = match_word(detail.head, sentence).places
    numbers = [number for number in sentence.quantities if number.kind in ("count", "vague") and not number.unit]
    # A share of the things answers a question for their number as far as an abstract does; it stands anywhere beside.
    shares = places and any(number.kind in ("percent", "times") for number in sentence.quantities)
    return bool(shares) or any(_is_count_of(sentence, number, place) for number in numbers for place in places)


def _is_count_of(sentence: Sentence, number: Quantity, place: int) -> bool:
    """Tell whether a number counts the things of a word: no other thing stands between them that it could count."""
    word = sentence.words[place]
    if _count_between(sentence, number, place) > _REACH:
        return False
    if word.start < number.start:
        return bool(_COUNTED_BEFORE.search(sentence.folded[word.start : number.start]))
    between = (word_between for word_between in sentence.words if number.end <= word_between.start < word.start)
    return not any(_is_plural(word_between) for word_between in between)


def _is_plural(word: Word) -> bool:
    return (word.low.endswith("s") and not word.low.endswith("ss") and not word.stop) or word.low in _PERSONS


def _measures(detail: Detail, sentence: Sentence) -> bool:
    """Tell whether a sentence has a measure and, near it, a number; an abbreviation stands for the whole noun."""
    if detail.head.stem in load_stems("times"):
        lasting = detail.modifiers or [word for word in detail.rest if word.start > detail.head.start][:1]
        lasts = not lasting or any(match_word(word, sentence).places for word in lasting)
        if lasts and any(number.unit == "time" for number in sentence.quantities):
            return True
    if detail.head.stem in load_stems("shares") and any(number.kind == "percent" for number in sentence.quantities):
        return any(match_word(word, sentence).places for word in detail.rest if word.start > detail.head.start)
    initials = "".join(word.low[0] for word in detail.words)
    short = [
        place
        for place, word in enumerate(sentence.words)
        if len(initials) > 1 and word.text.isupper() and word.low.removesuffix("s") == initials
    ]
    if short:
        return bool(sentence.quantities)
    beside = [match_word(word, sentence).places for word in detail.modifiers]
    places = [
        place
        for place in match_word(detail.head, sentence).places
        if all(
            any(abs(place - modifier_place) <= _BESIDE for modifier_place in modifier_places)
            for modifier_places in beside
        )
    ]
    levels = [number for number in sentence.quantities if not _BEFORE_P.search(sentence.folded[: number.start])]
    return any(_count_between(sentence, number, place) <= _REACH for number in levels for place in places)


def _count_between(sentence: Sentence, number: Quantity, place: int) -> int:
    """Count the words that say something between a number and a word."""
    low, high = sorted((sentence.words[place].start, number.start))
    return sum(low < word.start < high and not word.stop for word in sentence.words)


def _relates(detail: Detail, sentence: Sentence, of_paper: Collection[Word]) -> bool:
    """Tell whether a sentence says what the question says of the thing, and names something new: its name perhaps."""
    names = [name for name in sentence.names if name.text.lower() not in detail.question]
    telling = [word for word in detail.rest if not is_plain(word.low)]
    behind = [word for word in telling if word.start > detail.head.start] or telling
    if not names or not behind or not match_word(behind[0], sentence).places:
        return False
    others = [word for word in telling if word is not behind[0]]
    return not others or any(word in of_paper or match_word(word, sentence).places for word in others)
