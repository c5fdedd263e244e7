"""What in a question points back at papers that were shown: numbers, places, pronouns, "the others", "the soups one".

    [3], [1, 2], paper 2, numbers 1 and 4, compare 1 and 3       the numbers that papers were shown with
    the second one, the first two, the last, the 2nd paper       places in the list
    these, those papers, them, both, the two, all of them        all of it
    it, this paper, the study, they, their, he, that             all of it, or what the question itself speaks of
    the others, the rest                                         what is left of the list
    more, what else                                              what comes after it
    more like X, similar to X                                    what is near X, where X is any of these
    the soups one, the one from 2018, the Thompson paper         those of the list that the words fit

The grammar is one of closed classes: numerals, pronouns, and nouns for papers. English only, as all questions are read.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from store.text.patterns import compile_lazily


class PointerKind(StrEnum):
    """What is pointed at.

    NUMBERS: by the numbers that were shown. PLACES: by place in the list, from the end where negative. ALL: the list.
    OTHERS: the rest of it. MORE: what comes after it. DESCRIBED: those that some words fit. WEAK: what was spoken of,
    by a pronoun that may as well stand for something in the question.
    """

    NUMBERS = "numbers"
    PLACES = "places"
    ALL = "all"
    OTHERS = "others"
    MORE = "more"
    DESCRIBED = "described"
    WEAK = "weak"


class Pointer(NamedTuple):
    """Words of a question that point back.

    Attributes:
        kind: What is pointed at.
        start: Where the words begin.
        end: Where they end.
        places: Numbers or places.
        size: How many papers are meant ("the two"); None where the words do not say.
        words: What describes them; "" for other kinds.
        is_single: Whether one paper is meant.
        among: Whether no other papers are meant ("which of them").
        similar: Whether papers like them are meant, and not they.
    """

    kind: PointerKind
    start: int
    end: int
    places: tuple[int, ...] = ()
    size: int | None = None
    words: str = ""
    is_single: bool = False
    among: bool = False
    similar: bool = False


_NUMERALS = "one two three four five six seven eight nine ten".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_COUNT = rf"(?:\d{{1,2}}|{'|'.join(_NUMERALS[1:])})"
_PLACE = rf"(?:{'|'.join(_ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th)|last)"
_ONE = r"(?:papers?|ones?|stud(?:y|ies)|articles?|works?|publications?|results?|hits?|entr(?:y|ies)|items?|abstracts?)"
_AND = r"\s*(?:,\s*and|,|;|&|\band\b|\bor\b|\bwith\b|\bto\b|\bversus\b|\bvs\b\.?)\s*"
# Behind a place without a noun: the end, or a word of a closed class; any other is the noun ("the second step").
_ENDS = (
    r"(?=\s*(?:$|[?.!,;:)]|(?:and|or|but|versus|vs|with|to|than|from|in|on|about|as|for|of\s+(?:them|these|those)|is|are|was|were|do"
    r"|does|did|has|have|had|can|could)\b))"
)
# Behind a noun: what would say which of all papers, and not which of those shown ("the first paper on fairness").
_NO_TOPIC = r"(?!\s+(?:on|about|by|that|which|who|to|from|in|with|of(?!\s+(?:them|these|those|the\s+list)\b))\b)"
_LIST = rf"(?:the\s+)?{_PLACE}(?:\s+{_COUNT})?(?:\s+{_ONE})?"
_PLACES = compile_lazily(
    rf"\b(?P<the>the\s+)?(?P<list>{_PLACE}(?:\s+{_COUNT})?(?P<noun>\s+{_ONE}\b)?(?:{_AND}{_LIST}\b)*)(?:\s+of\s+(?:them|these|those))?",
    re.I,
)
_BEFORE_LAST = compile_lazily(
    rf"\b(?:the\s+)?(?:second[\s-]+(?:to[\s-]+)?last|last\s+but\s+one|penultimate)(?:\s+{_ONE})?\b", re.I
)
_EACH_PLACE = compile_lazily(rf"\b({_PLACE})(?:\s+({_COUNT}))?\b", re.I)
_MARK = r"\[\s*[1-9]\d{0,2}(?:\s*[,;–-]\s*[1-9]\d{0,2})*\s*\]"
_MARKS = compile_lazily(rf"(?:(?:papers?|numbers?|references?)\s+)?{_MARK}(?:{_AND}{_MARK})*", re.I)
_DIGITS = rf"(?:[1-9]\d?|{'|'.join(_NUMERALS)})\b"
_MORE_DIGITS = rf"(?:(?:{_AND}|\s*[–-]\s*)(?:(?:papers?|numbers?)\s*)?#?{_DIGITS})*(?!\s*[%.,]?\d)"
_NAMED = compile_lazily(
    rf"\b(?:the\s+)?(?:papers?|references?|refs?\.?)\s*#?\s*{_DIGITS}{_MORE_DIGITS}|#\s*{_DIGITS}{_MORE_DIGITS}"
    rf"|\b(?:the\s+)?(?:numbers?|nos?\.?|nr\.?|items?|hits?|results?|entr(?:y|ies))\s*#?\s*{_DIGITS}{_MORE_DIGITS}"
    rf"(?:(?=\s*please\b)|{_ENDS})",  # "the number 1 cause of death" is no paper.
    re.I,
)
_BARE = compile_lazily(
    rf"^(?P<before>\s*(?:(?:please|and|or|show|open|cite|compare|summari[sz]e|what|how|tell|me|us|about|only|just|bibtex|link"
    rf"|of|for)\s+)*)(?P<numbers>\d{{1,2}}(?:(?:{_AND}|\s*[–-]\s*)\d{{1,2}})*)\s*[?.!]*$",
    re.I,
)
_RANGE = compile_lazily(r"(\d{1,3})\s*(?:[–-]|\bto\b)\s*(\d{1,3})", re.I)
_ALL = compile_lazily(
    rf"\b(?:(?P<among>(?:of|among|from|between)\s+)(?:all\s+(?:of\s+)?)?(?:them|these|those)(?:\s+{_COUNT})?(?:\s+{_ONE})?"
    rf"|(?:all\s+(?:of\s+)?)?(?:these|those)\s+(?:(?P<size>{_COUNT})\s+)?{_ONE}"
    rf"|(?:these|those)\s+(?P<size2>{_COUNT})|all\s+of\s+(?:them|these|those)"
    rf"|(?:the|all)\s+(?P<size3>{_COUNT})(?:(?:\s+{_ONE})\b{_NO_TOPIC}|{_ENDS})"
    rf"|(?<=\bdo )the\s+(?P<size4>{_COUNT})"
    rf"|(?P<both>both)(?:(?:\s+of\s+(?:them|these|those)|\s+{_ONE})\b|(?=\s*(?:$|[?.!]))))(?!\w)",
    re.I,
)
_WHICH = compile_lazily(r"^\s*(?:and\s+)?which(?:\s+ones?)?(?=\s+(?:is|are|was|were|has|have|do|does|did)\b)", re.I)
_OTHERS = compile_lazily(
    rf"\bthe\s+(?:others|rest|remaining(?:\s+{_ONE})?|other\s+(?:{_COUNT}\s+)?{_ONE}|remainder)\b(?:\s+of\s+(?:them|these|those))?{_NO_TOPIC}",
    re.I,
)
_MORE = compile_lazily(
    r"^\s*(?:(?:and|show|give|list|tell|me|us|any|some|even|please|are|there)\s+)*(?:(?:\d{1,2}\s+)?more|others|(?:the\s+)?next(?:\s+(?:ones|page|\d{1,2}))?|go\s+on|continue|what\s+else)"
    rf"(?:\s+(?:of\s+(?:them|these|those)|{_ONE}|please))?\s*[?.!]*$",
    re.I,
)
_SIMILAR = compile_lazily(
    rf"\b(?:more|others|anything|{_ONE})?\s*\b(?:like|similar\s+to|related\s+to|close\s+to|resembling)\s+(?=\S)", re.I
)
_ONES_WITH = compile_lazily(
    r"\bthe\s+(?P<ones>ones?)\s+(?P<words>(?:on|about|by|from|with|without|of|in|since|before|after)\s+[^?.!,;]{1,80}?)(?=\s*(?:$|[?.!,;]))"
    r"|\b(?:only|just)\s+(?:(?:those|the\s+ones|ones)\s+)?(?P<only>(?:on|about|by|from|with|without|in|since|before|after)\s+[^?.!;]{1,80}?)(?=\s*(?:$|[?.!;]))",
    re.I,
)
_CALLED = compile_lazily(
    rf"\bthe\s+(?P<words>(?!(?:{_PLACE}|other|same|next|only|most|least|best)\b)[\w'’.+-]+(?:\s+[\w'’.+-]+){{0,3}}?)\s+(?P<noun>ones?|paper|study|article)\b"
    r"(?!\s+(?:on|about|by|from|with|that|which)\b)",
    re.I,
)
_WEAK = compile_lazily(
    r"^\s*(?:and|but|so|also|then|what about|how about|what else|why|why not|how so|how come|in (?:which|what) way)\b"
    r"|\b(?:it|its|they|them|their|theirs|this|these|those|he|she|his|her|him)\b"
    r"|\bthat\s+(?:paper|work|study|method|approach|model|result|one|dataset|data|framework|algorithm|library|benchmark)\b"
    r"|\bthat\s*[?.!]*$|\bthat\s+published\b"
    r"|\bthe\s+(?:paper|authors?|method|approach|study|same|former|latter|results?|work)\s*[?.!]*$"
    r"|\bthe\s+(?:same|former|latter)\b"
    r"|^\s*(?:who|when|where|why|how|which|how many|how much)\s*[?.!]*$",
    re.I,
)
# What counts or names the papers of a list, and says of none which: "how many are there?", "which ones?".
_OF_THE_LIST = compile_lazily(
    r"\W*(?:(?:and|so|ok|okay)\s+)?(?:how\s+many(?:\s+(?:are|is|were)\s+(?:there|they|that|those|these))?(?:\s+(?:papers|in\s+(?:all|total)|altogether))*"
    r"|(?:which|what)(?:\s+ones?)?(?:\s+(?:are|were)\s+(?:they|these|those|there))?"
    r"|(?:which|what)\s+papers?(?:\s+(?:are|were)\s+(?:they|these|those))?|list\s+(?:them|these|those))\W*",
    re.I,
)
_NO_POINTER = compile_lazily(r"\bis\s+it\s+(?:possible|true|known|clear)\b|\bthis\s+library\b", re.I)
# Pronouns that stand for papers where the question has nothing else that they could stand for.
_PRONOUN = compile_lazily(
    r"\b(?:these|those|them|they|it|(?:this|that)\s+(?:one|paper|study|work)|this|that(?=\s*[?.!]*$)"
    r"|(?<=\b(?:was|did) )that)\b",
    re.I,
)


def find_pointer(question: str) -> Pointer | None:
    """Find what in a question points back at papers that were shown; None where nothing does."""
    similar = _SIMILAR.search(question)
    if similar:
        rest = question[similar.end() :]
        inner = next(_list_pointers(rest), None) or _find_pronoun(rest)
        if inner and not rest[: inner.start].strip():
            shift = similar.end()
            return inner._replace(start=similar.start(), end=inner.end + shift, similar=True)
    return next(_list_pointers(question), None)


def points_weakly(question: str) -> bool:
    """Whether a pronoun or the like may point back ("How does it work?", "And on ImageNet?")."""
    return bool(_WEAK.search(_NO_POINTER.sub(" ", question)))


def points_at_list(question: str) -> bool:
    """Whether a question counts or names the papers of a list, and says of none which: "how many are there?"."""
    return _OF_THE_LIST.fullmatch(question) is not None


def find_pronoun(question: str) -> str:
    """Find the pronoun that may stand for papers; "" where there is none."""
    pronoun = _find_pronoun(_NO_POINTER.sub(" ", question))
    return pronoun.words if pronoun else ""


def _find_pronoun(text: str) -> Pointer | None:
    match = _PRONOUN.search(text)
    return Pointer(PointerKind.WEAK, match.start(), match.end(), words=match[0]) if match else None


def _list_pointers(question: str) -> Iterator[Pointer]:
    """List what may point, the surest first."""
    yield from _find_numbers(question)
    if match := _MORE.match(question):
        yield Pointer(PointerKind.MORE, match.start(), match.end())
    if match := _OTHERS.search(question):
        yield Pointer(PointerKind.OTHERS, match.start(), match.end())
    yield from _find_places(question)
    if match := _ALL.search(question):
        size = next((match[name] for name in ("size", "size2", "size3", "size4") if match[name]), None)
        number = 2 if match["both"] else _read_count(size) if size else None
        yield Pointer(PointerKind.ALL, match.start(), match.end(), size=number, among=bool(match["among"]))
    if match := _WHICH.match(question):
        yield Pointer(PointerKind.ALL, match.start(), match.start(), among=True)
    if match := _ONES_WITH.search(question):
        words = match["words"] or match["only"]
        is_single = (match["ones"] or "").lower() == "one"
        yield Pointer(PointerKind.DESCRIBED, match.start(), match.end(), words=words, is_single=is_single)
    if match := _CALLED.search(question):
        is_single = match["noun"].lower() != "ones"
        yield Pointer(PointerKind.DESCRIBED, match.start(), match.end(), words=match["words"], is_single=is_single)


def _find_numbers(question: str) -> Iterator[Pointer]:
    for pattern in (_MARKS, _NAMED):
        if match := pattern.search(question):
            yield Pointer(PointerKind.NUMBERS, match.start(), match.end(), _read_numbers(match[0]))
    if match := _BARE.match(question):
        start, end = match.span("numbers")
        yield Pointer(PointerKind.NUMBERS, start, end, _read_numbers(match["numbers"]))


def _read_numbers(text: str) -> tuple[int, ...]:
    digits = re.sub(rf"\b(?:{'|'.join(_NUMERALS)})\b", lambda word: str(_read_count(word[0])), text, flags=re.I)
    spans = _RANGE.sub(lambda span: " ".join(map(str, range(int(span[1]), min(int(span[2]), 99) + 1))), digits)
    return tuple(dict.fromkeys(map(int, re.findall(r"\d+", spans))))


def _find_places(question: str) -> Iterator[Pointer]:
    if match := _BEFORE_LAST.search(question):
        yield Pointer(PointerKind.PLACES, match.start(), match.end(), (-2,))
    for match in _PLACES.finditer(question):
        after, before = question[match.end() :], question[: match.start()]
        stands_alone = not before.strip() and not after.strip(" ?.!")
        several = len(_EACH_PLACE.findall(match["list"])) > 1
        if not (match["the"] or match["noun"] or several or stands_alone):
            continue
        if match["noun"] and re.match(_NO_TOPIC, after, re.I) is None:
            continue
        auxiliary = re.search(r"\b(?:do|does|did)\s+$", before, re.I)
        if not match["noun"] and not auxiliary and re.match(_ENDS, after, re.I) is None:
            continue
        places = tuple(place for each in _EACH_PLACE.findall(match["list"]) for place in _read_place(*each))
        yield Pointer(PointerKind.PLACES, match.start(), match.end(), tuple(dict.fromkeys(places)))
        return


def _read_place(word: str, count: str) -> Iterator[int]:
    """Read "second", "3rd", "last", "first two" or "last three" as places from 1, or from the end where negative."""
    word, number = word.lower(), _read_count(count) if count else 1
    if word == "last":
        yield from range(-number, 0)
    else:
        first = _ORDINALS.index(word) + 1 if word in _ORDINALS else int(word[:-2])
        yield from range(first, first + number)


def _read_count(word: str) -> int:
    return int(word) if word.isdigit() else _NUMERALS.index(word.lower()) + 1
