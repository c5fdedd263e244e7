"""What a question is about: its words without its conditions and without the words of the question itself.

Words of the question are left out before and behind the topic, and within it only where they can be nothing else
("papers", "describe"); "first passage times" and "source coding" stay whole.
"""

import re
from collections.abc import Sequence
from importlib.resources import files
from typing import NamedTuple

from assistant.question.condition import NEGATION, PAPERS
from assistant.question.topic import read_topic
from store.filters import Filters
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.text.patterns import compile_lazily

FRAME = frozenset(files("assistant.question").joinpath("frame_words.txt").read_text(encoding="utf-8").split())
"""Words of the question itself, which say nothing of its topic; in lower case."""

# Words of the question that may be words of a topic as well, if they stand within it or behind "on" or "about".
_EITHER = frozenset(
    """aim aims applied apply available both brief briefly collection concern concerns consider corpus cover covers
    date dated develop draw early exist existing exists far first focus following goal goals group handle idea
    interesting introduced involve kind kinds last latest library literature main name new newcomer newcomers
    newest old oldest present recent release released report reported reports research search seek sort sorts
    source stand stands study studying survey take term together topic topics touch treat treats way ways work
    working works year years""".split()
)
_ABOUT = frozenset("about on of regarding concerning for in using".split())
# Words that shut something out, and are no topic when nothing stands behind them.
_SHUTTING = frozenset(
    """except excepting excluding exclude excludes excluded omit omitting skip skipping ignoring unless minus
    besides""".split()
)
CUT = "\0"
"""Stands where a condition was cut out."""
_TOKEN = compile_lazily(r"\w(?:[\w'’./+-]*\w)?|\0")


def cut_out(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Cut stretches out of a text, and leave a mark where they were."""
    parts, place = [], 0
    for start, end in sorted(spans):
        parts += [text[place:start], CUT] if start >= place else []
        place = max(place, end)
    return " ".join([*parts, text[place:]])


def extract_topic(text: str) -> str:
    """Extract the words of a question that are left to search for; "" where every word is of the question itself."""
    words = [match[0] for match in _TOKEN.finditer(text)]
    plain = [word.lower() for word in words]
    telling = [
        i for i, word in enumerate(plain) if word not in FRAME | _SHUTTING and word != CUT and extract_terms(word)
    ]
    if not telling:
        return _extract_behind_preposition(words, plain)
    first, last = telling[0], telling[-1]
    while first and plain[first - 1] in _EITHER and _leads(plain, first - 1):
        first -= 1
    about = any(word in _ABOUT for word in plain[:first])
    while last + 1 < len(plain) and plain[last + 1] in (_EITHER - _ENDING if about else _NOUNS):
        last += 1
    topic = [word for word in words[first : last + 1] if word != CUT and _belongs(word.lower())]
    return " ".join(topic)


# Words of the question that are of the topic when they stand right behind it.
_NOUNS = frozenset(
    "collection corpus goal goals group groups idea library source study survey term topic aim focus".split()
)
# Words of the question that end it: "… is there work on", "what papers exist".
_ENDING = frozenset("work works available exist exists existing released release together both far".split())


def _belongs(word: str) -> bool:
    return word not in FRAME or word in _EITHER


def _leads(plain: Sequence[str], place: int) -> bool:
    """Return whether a run of words that may be of the topic stands behind a preposition that begins one."""
    while place >= 0 and plain[place] in _EITHER:
        place -= 1
    return place >= 0 and plain[place] in _ABOUT


def _extract_behind_preposition(words: Sequence[str], plain: Sequence[str]) -> str:
    """Extract a topic of words of the question alone: "papers about surveys"."""
    place = next((i for i, word in enumerate(plain) if word in ("about", "on", "regarding", "concerning")), None)
    if place is None or CUT in plain[place:]:
        return ""
    behind = [word for word in words[place + 1 :] if word.lower() in _EITHER and extract_terms(word)]
    return " ".join(behind) if len(behind) == len(words) - place - 1 else ""


class Exclusion(NamedTuple):
    """What a question shuts out of its topic, the question without it, and what was not understood of it.

    ``spans`` are stretches of the text.
    """

    filters: Filters
    spans: tuple[tuple[int, int], ...] = ()
    unused: tuple[tuple[int, int], ...] = ()


_ENDS = compile_lazily(
    r"\0|[,;:?!]|\.(?:\s|$)|\b(?:but|since|before|after|until|that\s+are|which|published|please)\b|\s(?:by"
    r"|from)\s+\0|$",
    re.I,
)
_ABOUT_VERB = compile_lazily(
    r"""^\s*(?:(?:be|are|is|those|ones|papers|any|that|explicitly|actually|necessarily)\s+)*(?:about|on|using|regarding
    |concerning|related\s+to|deal(?:s|ing)?\s+with|involv(?:e|es|ing)|mention(?:s|ing)?|us(?:e|es|ing)|stud(?:y|ies|ying)
    |cover(?:s|ing)?|discuss(?:es|ing)?|address(?:es|ing)?|consider(?:s|ing)?|rely(?:ing)?\s+on|employ(?:s|ing)?
    |appl(?:y|ies|ying)|focus(?:es|ing)?\s+on|contain(?:s|ing)?|includ(?:e|es|ing)|concern(?:s|ing)?)\s+""",
    re.I | re.X,
)
_SHUTS_OUT = compile_lazily(
    r"^(?:except|exclud|other\s+than|apart\s+from|aside\s+from|omit|skip|ignor|leav|not\s+counting"
    r"|not\s+including|minus"
    r"|with\s+the|filter|(?:all|any|every|everything|anything)\b)",
    re.I,
)
_BUT_BEFORE = compile_lazily(r"(?:\bbut|,|\band|\bor|\bare|\bis)\s*$", re.I)
# "papers without simulation", but not "papers [on] no regret learning".
_PAPERS_BEFORE = compile_lazily(rf"\b{PAPERS}\s*$", re.I)


def find_exclusion(text: str, listing: bool, view: Snapshot) -> Exclusion:
    """Find topics that are shut out: "but not fairness", "that do not use simulation", "except those on bandits".

    Args:
        text: The question, with the conditions cut out.
        listing: Whether the question asks for papers; "not" in any other may be what it is about.
        view: What the library holds.
    """
    filters, spans, unused = Filters(), [], []
    place = 0
    for sign in NEGATION.finditer(text):
        if sign.start() < place or _in_word(text, sign):
            continue
        behind = text[sign.end() :]
        verb = _ABOUT_VERB.match(behind)
        start = sign.end() + (verb.end() if verb else 0)
        limit = _ENDS.search(text, start)
        end = limit.start() if limit else len(text)
        before = text[: sign.start()]
        helper = re.search(r"(?:\b(?:do|does|did|are|is|were|was|have|has)\s*|\b(?:that|which)\s+)+$", before, re.I)
        begin = helper.start() if helper else sign.start()
        meant = verb if not listing else verb or _SHUTS_OUT.match(sign[0]) or _BUT_BEFORE.search(before)
        if listing and not meant and sign[0].lower() in ("without", "not", "lacking", "missing"):
            meant = _PAPERS_BEFORE.search(before)
        topics = [_trim(part) for part in re.split(r"\s*,\s*|\s+(?:or|nor|and)\s+", text[start:end])] if meant else []
        topics = [topic for topic in topics if extract_terms(topic)]
        if meant and topics:
            forms = dict.fromkeys(form for topic in topics for form in _list_forms(view, topic))
            filters = filters.intersect(Filters(without=tuple(Filters(text=form) for form in forms)))
            spans.append((begin, end))
        elif listing:
            unused.append((begin, end))
        place = end if listing or (meant and topics) else sign.end()
    return Exclusion(filters, tuple(spans), tuple(unused))


def _list_forms(view: Snapshot, topic: str) -> list[str]:
    """List what a topic that is shut out is called: its inflections, and abbreviations of it and of kinds of it."""
    return [topic, *(wording.text for wording in read_topic(view, topic).wordings), *view.list_short_forms(topic)]


def _in_word(text: str, sign: re.Match[str]) -> bool:
    """Return whether a negation is part of a word of the topic: "non-convex", "no-regret"."""
    return text[sign.end() : sign.end() + 1] == "-" and text[sign.end() + 1 : sign.end() + 2].isalpha()


def _trim(topic: str) -> str:
    words = topic.split()
    while words and (
        not extract_terms(words[0]) or re.fullmatch(PAPERS, words[0], re.I) or words[0].lower() in _LEADING
    ):
        words.pop(0)
    while words and (not extract_terms(words[-1]) or re.fullmatch(PAPERS, words[-1], re.I)):
        words.pop()
    return " ".join(words).strip("()[]")


_LEADING = frozenset("about on using regarding concerning anything related to with any ones those".split())
