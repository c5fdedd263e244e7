"""Details that a question asks for: a number, a thing of a kind, who did it.

"What learning rate …?" asks for a thing of a kind; the noun that is asked for is read from the question's form. Whether
an abstract states it tells ``assistant.answer.detail_statements``. Questions of other forms ("How does …", "What is
…?") ask for no detail.
"""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from assistant.abstracts.sample_size import is_sample_size
from assistant.answer.detail_kinds import CLAUSES, load_kinds, load_stems
from assistant.verify.numbers import parse_quantities
from assistant.verify.tokens import Word, fold_text, is_plain, split_words
from store.index.index_schema import extract_terms
from store.text.patterns import compile_lazily

DetailForm = Literal["degree", "count", "measure", "extent", "thing", "agent", "clause"]

# Words of what is asked for that are looked at, those before the noun.
_MOST_MODIFIERS = 3
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
    rf"(?:\bhow\s+many|{_LEAD}(?:(?:total|average|mean|median)\s+)?number\s+of)\s+"
    rf"(?P<noun>\S+(?:\s+\S+){{0,7}}?){_END}",
    re.I,
)
# "Names of the datasets in …" and "what is the algorithm called that …" ask for names, of whatever it is.
_NAMES = compile_lazily(
    rf"{_LEAD}names?\s+of\s+(?:(?:{_DETERMINERS})\s+)?(?P<noun>\S+(?:\s+\S+){{0,4}}?){_END}"
    r"|\bwhat(?:['’]?s|\s+(?:is|are|was|were))\s+(?:the|their|its)\s+(?P<called>\S+(?:\s+\S+){0,3}?)\s+(?:called|named)\b",
    re.I,
)
_NAMED = ("name", "names", "called", "named", "whats")
_OPENS_VERB = compile_lazily(rf"\s+(?:{_AUXILIARIES})\b", re.I)
_MUCH = compile_lazily(
    rf"\bhow\s+much\s+(?!(?:{_AUXILIARIES}|{_PREPOSITIONS})\b)(?P<noun>\S+(?:\s+\S+){{0,3}}?){_END}", re.I
)
_DEGREE = compile_lazily(
    r"\bhow\s+much\s+(?P<phrase>(?:(?:more|less|fewer)\s+)?(?P<noun>\w{2,}er|worse|(?<=more\s)\w+|(?<=less\s)\w+))\b"
    r"(?=\s+(?:is|are|was|were|than)\b|\s*[?.!]*$)",
    re.I,
)
_WHICH = compile_lazily(
    rf"\b(?:which|what)\s+(?!(?:{_AUXILIARIES}|{_PREPOSITIONS}|{_DETERMINERS})\b)(?P<noun>\S+(?:\s+\S+){{0,5}}?)"
    rf"(?=\s+(?:(?P<joint>{_AUXILIARIES}|{_PREPOSITIONS})|(?P<object>{_DETERMINERS}))\b|[\s?.!,;:]*$|[?,;:(]|\s+-)",
    re.I,
)
_WHAT_IS = compile_lazily(
    rf"^\W*(?:and\s+)?(?:what|who)(?:['’]?s|\s+(?:is|was|are|were))\s+the\s+(?P<noun>\S+(?:\s+\S+){{0,4}}?)"
    rf"(?=\s+(?:{_PREPOSITIONS})\b|[\s?.!]*$)",
    re.I,
)
# "What index defined severe apnea in …": the verb ends the noun.
_BEFORE_VERB = compile_lazily(r"(?<=\w)(?<!ly)\s+\w+ed\s.*$", re.I)
# "How long was the follow-up": the thing that lasted stands in the sentence, too.
_HOW = compile_lazily(
    rf"\bhow\s+(?P<noun>long|old|heavy|deep|tall|wide|thick|hot|far)\b(?=\s+(?:(?:do|does|did|has|have|had|until|till|before|after|from|above|below)\b|(?:is|are|was|were)\s+(?:(?:{_DETERMINERS})\s+)?"
    rf"(?P<thing>\S+(?:\s+\S+){{0,3}}?){_END}))",
    re.I,
)
# "How accurate is it": adjectives of what is measured (those of [dimensions] in details.toml). "How sensitive is it
# to …" asks for no share of what was detected.
_HOW_MEASURED = compile_lazily(
    rf"\bhow\s+(?P<noun>{{}})\b(?:\s*\([^)]*\))?(?=\s+(?:{_AUXILIARIES})\b)".format(
        r"fast|slow|quick|cheap|expensive|costly|accurate|precise|sensitive(?!.*\bto\b)|bright|loud"
    ),
    re.I,
)
_WHO = compile_lazily(r"^\W*(?:and\s+)?who\s+(?:has\s+|had\s+)?(?P<verb>\w+(?:ed|t|e|id))\b", re.I)
# Words at the beginning of a question that may be what it asks for: "sample size of the study by Lee".
_BARE = compile_lazily(
    rf"{_LEAD}(?!(?:which|what|who|whom|whose|how|why|when|where|{_AUXILIARIES}|(?:{_IMPERATIVES})(?!\s+of\b))\b)"
    rf"(?P<noun>\w[\w-]*(?: (?!(?:{_AUXILIARIES}|{_PREPOSITIONS}|{_DETERMINERS})\b)\w[\w-]*){{0,3}})",
    re.I,
)
# As clinicians write it.
_CLINICAL = re.compile(r"\bpts\b", re.I)
_FOLLOW_UP = re.compile(r"\bfollow up\b(?! (?:on|with|the|an?)\b)", re.I)
# Statistics that make a measure of any noun.
AVERAGES = ("mean", "median", "average")
# Plural without an s.
_PERSONS = ("people", "men", "women", "children", "data", "mice", "persons")
# What makes a question of a measure that is asked for as a phrase.
_OF_SOMETHING = compile_lazily(rf"\s+(?:{_PREPOSITIONS})\b[^:]*\?\s*$", re.I)
# … and what makes one of a phrase, by what it is that of: "dose per session with the lamp".
_OF_ONE = compile_lazily(rf"\s+(?:{_PREPOSITIONS})\b(?:[^:]*\b(?:{_PREPOSITIONS}))?\s+(?:the|this|that)\s[^:]*$", re.I)
# What says of a measure that it is that of a group, and so that it is asked for: "mean age of patients with …".
_IS_AVERAGE = compile_lazily(rf"(?:{'|'.join(AVERAGES)})\b[^:]*?\s(?:of|in|among)\b[^:]*$", re.I)
# Kinds whose nouns begin no name of a topic.
_NO_TOPICS = ("sample", "p-value", "funding")
_P_VALUE = compile_lazily(r"\bp[ -]?values?\b", re.I)
# Modifiers that name a statistic or a role of the noun, and may be left out where it is stated.
_STATISTICS = frozenset(
    "mean median average total overall exact typical main final best initial same maximum minimum highest"
    " lowest".split()
)


class Detail(NamedTuple):
    """What a question asks for.

    Attributes:
        phrase: The noun as the question has it ("learning rate"), or the verb of who did something.
        head: Its last word that says something.
        modifiers: The words before it that say something.
        form: How the answer looks: a count of things, a measure with its number, how long something
            was, a degree ("how much faster"), a thing with its name, an agent, or what a clause asks
            ("where it was done").
        kind: The name of the values that are known of such things (in details.toml), "" for none.
        rest: The other telling words of the question.
        question: The question, folded, in lower case.
        is_bare: Whether it is put as a phrase, which may as well be a topic or a title.
        tail: The plain noun behind the head, "model" of "language model"; None where the head is the last.
    """

    phrase: str
    head: Word
    modifiers: tuple[Word, ...]
    form: DetailForm
    kind: str
    rest: tuple[Word, ...]
    question: str
    is_bare: bool = False
    tail: Word | None = None

    def describe(self) -> str:
        """Put what is asked for behind "does not state": "the learning rate", "how many GPUs", "who funded it"."""
        lead = {"count": "how many ", "degree": "how much ", "extent": "how ", "agent": "who ", "clause": ""}.get(
            self.form, "the "
        )
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
    folded = _FOLLOW_UP.sub("follow-up", _CLINICAL.sub("patients", fold_text(question)))
    detail = _parse_asked(folded)
    return detail or _parse_bare(folded)


def _parse_bare(folded: str) -> Detail | None:
    """Parse what a phrase asks for: the whole noun that it begins with, as a part of it is a topic ("time series")."""
    match = _BARE.match(folded)
    words = match["noun"].split() if match else []
    for end in range(len(words), 0, -1):
        phrase = " ".join(words[:end])
        detail = _read_noun(folded, match.start("noun"), phrase, None) if match else None
        if not match or not detail or detail.head.text not in words[end - 1]:
            continue
        is_whole = all(word.endswith("ed") for word in words[end:])  # "years covered"
        # "Rate of relapse after surgery?"
        is_asked = detail.form == "measure" and bool(
            _OF_SOMETHING.match(folded, match.start("noun") + len(phrase))
            or _OF_ONE.match(folded, match.start("noun") + len(phrase))
            or _IS_AVERAGE.match(folded, match.start("noun"))
        )
        return detail._replace(is_bare=not is_asked) if is_whole or detail.kind in _NO_TOPICS else None
    return None


def _parse_asked(folded: str) -> Detail | None:
    if match := _COUNT.search(folded):
        return _read_noun(folded, match.start("noun"), match["noun"], "count")
    if match := _NAMES.search(folded):
        return _read_named(folded, *match.span("noun" if match["noun"] else "called"))
    if match := _DEGREE.search(folded):
        every = split_words(folded)
        head = next(word for word in every if word.start == match.start("noun"))
        rest = tuple(word for word in every if not word.stop and word is not head)
        return Detail(match["phrase"], head, (), "degree", "", rest, folded.lower())
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
    if match := _HOW_MEASURED.search(folded):
        return _read_noun(folded, match.start("noun"), match["noun"], "extent")
    if match := _WHAT_IS.search(folded):
        return _read_noun(folded, match.start("noun"), match["noun"], None)
    if match := _WHO.search(folded):
        return _read_noun(folded, match.start("verb"), match["verb"], "agent")
    if match := _WHICH.search(folded):
        noun = match["noun"]
        if not match["joint"]:  # "Which agency approved the …": a verb stands behind the noun, or all of it is unclear.
            noun = noun.rpartition(" ")[0] if match["object"] else noun.partition(" ")[0]
        noun = _BEFORE_VERB.sub("", noun)
        if not re.fullmatch(_AUXILIARIES, match["joint"] or "", re.I):  # Else the verb stands behind the whole noun.
            noun = _cut_before_verb(noun)
        detail = _read_noun(folded, match.start("noun"), noun, "thing") if noun else None
        # "What correlation measures the …?", "Which correlation is it based on?" ask which one, not how much.
        which = match["object"] or (
            match[0].lower().startswith("which") and match["joint"] in ("is", "are", "was", "were")
        )
        return detail._replace(form="thing") if detail and which and detail.form == "measure" else detail
    return None


def _read_named(folded: str, start: int, end: int) -> Detail | None:
    """Read a noun phrase whose name is asked for, however plain it is."""
    every = split_words(folded)
    own = [word for word in every if start <= word.start < end and not word.stop]
    if not own:
        return None
    rest = tuple(word for word in every if not word.stop and word not in own and word.low not in _NAMED)
    modifiers = tuple(own[:-1][-_MOST_MODIFIERS:])
    return Detail(folded[start:end].rstrip("?.! "), own[-1], modifiers, "thing", _find_kind(own), rest, folded.lower())


def _read_noun(folded: str, start: int, phrase: str, form: DetailForm | None) -> Detail | None:
    """Read a noun phrase; None where its noun is plain prose ("idea", "method"), which asks for no detail."""
    phrase = phrase.rstrip("?.! ")
    every = split_words(folded)
    inside = [word for word in every if start <= word.start < start + len(phrase)]
    own = [word for word in inside if not word.stop or form == "extent" or is_sample_size(phrase)]
    if form == "count":
        own = own or [word for word in inside if _find_kind([word])]  # "Studies" tells nothing else.
        own = _cut_behind_plural(own, _OPENS_VERB.match(folded, start + len(phrase)) is not None)
        phrase = folded[start : own[-1].start + len(own[-1].text)] if own else phrase
    if not own:
        return None
    is_p_value = bool(_P_VALUE.search(phrase))
    is_average = any(word.low in AVERAGES for word in inside)
    measure, kind = is_p_value or is_average or own[-1].stem in load_stems("measures"), _find_kind(own)
    behind = frozenset(word.stem for word in own)
    tail = None
    while form != "count" and len(own) > 1 and is_plain(own[-1].low) and not measure and not kind:
        tail = own.pop()  # "temperature setting", "kinds of"
        measure, kind = own[-1].stem in load_stems("measures"), _find_kind(own, behind)
    head = own[-1]
    counted = head.low if tail else phrase
    if form != "extent" and counted.isalpha() and parse_quantities(counted):
        return None  # "Which two were they?", "What two applications were tried?"
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
    telling = (word for word in own[:-1] if word.low not in _STATISTICS and not parse_quantities(word.low))
    modifiers = tuple(telling)[-_MOST_MODIFIERS:]
    kind = "p-value" if is_p_value else kind
    return Detail(phrase.strip(), head, modifiers, form, kind, rest, folded.lower(), tail=tail)


def _cut_before_verb(phrase: str) -> str:
    """Cut a phrase where its noun ends: "drug (lowers blood pressure)".

    A word within a noun hardly ends as those of several things do, so the ending is that of a verb: in all of the
    five questions, of 1,761 in the label sets, that have such a word there.
    """
    verb = next((word for word in split_words(phrase)[1:-1] if is_plural(word)), None)
    return phrase[: verb.start].strip() if verb else phrase


def _cut_behind_plural(words: Sequence[Word], ends: bool) -> list[Word]:
    """Cut a run of words behind the first plural noun: "participants (took part)", "patients (underwent surgery)".

    Where none is known as a plural the noun is the first word, or the last where the run ``ends`` before a verb like
    "had" ("Danish pterygia had").
    """
    for place, word in enumerate(words):
        if is_plural(word):
            return list(words[: place + 1])
    return list(words if ends else words[:1])


def _find_kind(own: Sequence[Word], phrase: frozenset[str] = frozenset()) -> str:
    """Find the kind that a noun means by its last word, in a phrase of these stems; "" for none that is known."""
    stems = {word.stem for word in own}
    for name, values in load_kinds().items():
        fits = own[-1].stem in values.stems and (not values.modifiers or stems & values.modifiers)
        if fits and not phrase & values.before:
            return name
    return ""


def remove_detail(topic: str, detail: Detail) -> str:
    """Leave the words of what is asked for out of a topic: what is left says what the question is about."""
    detail_terms = {
        *extract_terms(detail.phrase),
        *(term for word in detail.words for term in extract_terms(word.text)),
    }
    return " ".join(word for word in topic.split() if not set(extract_terms(word)) & detail_terms)


def is_plural(word: Word) -> bool:
    """Tell whether a word names several things by its ending: not "dialysis", "virus", "class"."""
    ends = word.low.endswith("s") and not word.low.endswith(("ss", "is", "us"))
    return (ends and not word.stop) or word.low in _PERSONS
