"""Two questions in one: "How many …, and which of them …?", "What is … and does it …?", "How many … and … were …?"."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.question.condition import PAPERS
from assistant.question.query import MAX_QUESTION
from assistant.question.sorting import KIND

_ASKING = r"(?:which|what|who|whom|when|where|how|why)\b"
_VERB = r"(?:are|is|were|was|do|does|did|can|could|has|have|had|will|would)\b"
_POINTING = r"(?:them|they|these|those|it|its|their)\b"
_BEFORE = r"(?:in|on|at|for|with|by|of|from|to|under|over)"
# What joins them: "and" before a word that asks, and behind a comma or a mark before a verb that does.
_JOINT = re.compile(
    rf"(?:\?\s+(?={_ASKING}|{_VERB})|[,;?.]\s+and\s+(?:also\s+)?(?=(?:are|is|were|was|do|does|did)\b)"
    r"|[,;?.]?\s+and\s+(?:also\s+)?(?=(?:which|what|who|whom|when|where|how)\b))",
    re.I,
)
# Facts are asked for in more ways: "What is it? Does it help?", "… and is its code public?".
_FACT_JOINT = re.compile(
    rf"\?\s+(?:and\s+)?(?:also\s+)?(?={_ASKING}|{_VERB})"
    rf"|[,;]?\s+and\s+(?:also\s+)?(?={_ASKING}|{_VERB}\s+{_POINTING}|{_BEFORE}\s+(?:what|which|how)\b)"
    rf"|[,;]\s+and\s+(?:also\s+)?(?={_VERB})",
    re.I,
)
_POINTS = re.compile(rf"\b{_POINTING}", re.I)
# The first is a question of its own: "who wrote it, and when" is not.
_FIRST = re.compile(
    r"^\W*(?:how\s+(?:many|much)|which|what|list|show|give|count|(?:is|are|were)\s+there|do\s+(?:i|we|you)\s+have"
    rf"|(?:do|does|did|has|have)\s+(?:any|some)\s+(?:\w+\s+)?{PAPERS})\b",
    re.I,
)
_FIRST_FACT = re.compile(rf"^\W*(?:{_ASKING}|{_VERB})(?!.*\b{_ASKING}\W*$)", re.I)
_COUNTS = re.compile(
    r"how\s+many\s+(?P<leads>(?:by|in|from|of|on|about|with|without|since|before|after|alone|are|were|have|has|did)\b)?",
    re.I,
)
OF_IT = " in this paper?"
_HOW_MANY_THERE = re.compile(r"^how\s+many\s+(?:is|are|was|were)\s+(?:there|it|that|they)\W*$", re.I)
# Words of a first question at least: "which and …" is none.
_SHORTEST = 3
# Words of a count that asks of nothing else at the most: "how many randomised trials". Chosen by hand.
_SHORT = 4
# Things that can be counted: the last of at most three words is a plural.
_THINGS = rf"(?:(?!{_ASKING}|{_VERB})[\w’'-]+\s+){{0,2}}?(?:(?!{_VERB})[\w-]+s|people|men|women|children|mice)\b"
# "How many trials and (how many) patients were in it?", "How many trials were in it and how many patients?"
_TWO_COUNTS = (
    re.compile(
        rf"^(?P<many>\W*how\s+many)\s+(?P<one>{_THINGS}),?\s+and\s+(?:how\s+many\s+)?(?P<two>{_THINGS})\s+(?P<rest>\S.*)$",
        re.I,
    ),
    re.compile(
        rf"^(?P<many>\W*how\s+many)\s+(?P<one>{_THINGS})\s+(?P<rest>(?:{_VERB}|took)(?:(?!,?\s+and\s).)*?),?\s+and\s+"
        rf"how\s+many\s+(?P<two>{_THINGS})\s*[?.!]*$",
        re.I,
    ),
)


_PREPOSITION = r"(?:by|on|about|in|from|of|for|with|without|against|under|at|to|before|after|since|during|among)"
# A second part that leaves out what it shares with the first: "…, and which are by Che?", "…, and what against pain?"
_GAPPED = re.compile(
    rf"^(?:{_ASKING}|how\s+(?:many|much))\s+(?:(?:ones?|{PAPERS})\s+)?(?:{_VERB}\s+)?(?P<rest>(?P<by>{_PREPOSITION})\s+\S.*)$",
    re.I,
)


_END = r"(?:newest|latest|most\s+recent|oldest|earliest|most\s+cited|least\s+cited)"
# "The newest and the oldest paper on fairness", "the newest paper on fairness and the oldest one"
_TWO_ENDS = (
    re.compile(
        rf"^(?P<lead>.*?)\b(?P<one>{_END})\s+(?:and|and\s+the|,\s+and\s+the)\s+(?P<two>{_END})\s+(?P<rest>\S.*)$", re.I
    ),
    re.compile(
        rf"^(?P<lead>.*?)\b(?P<one>{_END})\s+(?P<rest>\S.*?),?\s+and\s+(?:what\s+is\s+)?(?:the\s+)?(?P<two>{_END})"
        r"(?:\s+(?:ones?|of\s+(?:them|these|those)))?\s*[?.!]*$",
        re.I,
    ),
)


# "What did the newest trial of salve find?": which paper that is, and then what is asked of it.
_OF_RANKED = re.compile(
    rf"^\W*(?P<lead>(?:what|which|who|when|where|why|how(?!\s+many)|in\s+(?:what|which))\b(?!\s+(?:is|was)\s+the\s+{_END}\b)"
    rf".*?)\bthe\s+(?P<paper>{_END}\s+(?:[\w-]+\s+){{0,2}}?(?:paper|article|publication|preprint|{KIND})\b.*?)"
    r"(?P<tail>\s+(?:(?:find|say|conclude|report|show|recommend|suggest|propose|appear|come\s+out)\b.*?"
    r"|(?:use|published|written|about|cited)))?\W*$",
    re.I,
)


# "Which had more patients, Morton 2005 or Ammad 2008?": of two papers that are cited so, each is asked how many.
_CITED = r"(?P<{}>[^\W\d][\w'’.-]*(?:\s+(?:et\s+al\.?|(?:and|&)\s+[^\W\d][\w'’-]*))?,?\s+\(?(?:19|20)\d\d[a-z]?\)?)"
_MORE_OF = re.compile(
    rf"^\W*which(?:\s+(?:of\s+(?:the\s+)?two|one|study|trial|paper))?\s+(?:has|have|had|used|included|enrol+ed|recruited|treated"
    rf"|reported|found|studied)\s+(?:the\s+)?(?:more|most|fewer|fewest|less)\s+(?P<things>{_THINGS})\s*[,:–-]?\s*{_CITED.format('one')}"
    rf"\s+(?:or|vs\.?|versus)\s+{_CITED.format('two')}\W*$",
    re.I,
)
_MORE_BEHIND = re.compile(
    rf"^\W*{_CITED.format('one')}\s+(?:or|vs\.?|versus)\s+{_CITED.format('two')}\s*[,:–-]\s*which\s+(?:(?:one|study|trial|paper)\s+)?"
    rf"(?:has|have|had|used|included|enrol+ed|recruited|treated|reported|found|studied)\s+(?:the\s+)?(?:more|most|fewer|fewest|less)\s+"
    rf"(?P<things>{_THINGS})\W*$",
    re.I,
)
# "Number of patients, and the wavelength used, in Gold 2005": a count and a thing of the same paper.
_COUNT_AND_THING = re.compile(
    rf"^\W*(?:the\s+)?number\s+of\s+(?P<things>{_THINGS}),?\s+and\s+(?P<thing>(?:the\s+)?(?:[\w’'-]+\s+){{0,6}}?[\w’'-]+),?\s+"
    r"(?P<rest>(?:in|of|for|by)\s+\S.*?)\W*$",
    re.I,
)


class Parts(NamedTuple):
    """A question in parts; ``second`` is "" where it is one, ``alone`` whether that asks of nothing that is found."""

    first: str
    second: str = ""
    alone: bool = False


def stands_alone(second: str) -> bool:
    """Return whether a second question asks of no papers of the first: "…, and how many trials?"."""
    counts = _COUNTS.match(second)
    short = len(second.split()) <= _SHORT
    return short and counts is not None and not counts["leads"] and not _POINTS.search(second)


def _match_any(patterns: Sequence[re.Pattern[str]], question: str) -> re.Match[str] | None:
    return next((match for pattern in patterns if (match := pattern.match(question))), None)


def _fill_gap(first: str, second: str) -> str:
    """Fill in what a second part leaves out where the first has a phrase of the same preposition; else ""."""
    gapped = None if _POINTS.search(second) else _GAPPED.match(second)
    phrase = gapped and re.search(rf"\s{gapped['by']}\s(?!.*\s{gapped['by']}\s)", first, re.I)
    if not gapped or not phrase or re.search(rf"\b{_VERB}", first[phrase.end() :], re.I):
        return ""
    return f"{first[: phrase.start()]} {gapped['rest'].rstrip(' ?.!')}?"


def split_questions(question: str) -> Parts:
    """Split a question in two where the second part asks of what the first finds, or counts, too."""
    if len(question) <= MAX_QUESTION and (match := _match_any(_TWO_ENDS, question)):
        rest = match["rest"].rstrip(" ?.!")
        one, two = (f"{match['lead']}{match[end]} {rest}?" for end in ("one", "two"))
        return Parts(one, two, alone=True)
    if len(question) <= MAX_QUESTION and (match := _OF_RANKED.match(question)):
        return Parts(f"the {match['paper']}", f"{match['lead']}this paper{match['tail'] or ''}?")
    if len(question) <= MAX_QUESTION and _FIRST.match(question):
        for joint in _JOINT.finditer(question):
            first, second = question[: joint.start()], question[joint.end() :]
            if _HOW_MANY_THERE.match(second):
                return Parts(first)  # A count says so by itself.
            if filled := _fill_gap(first, second):
                return Parts(f"{first.rstrip(' ?')}?", filled, alone=True)
            if len(first.split()) >= _SHORTEST and (_POINTS.search(second) or _COUNTS.match(second)):
                return Parts(f"{first.rstrip(' ?')}?", second, stands_alone(second))
    return Parts(question)


# "ALA-PDT for hidradenitis: how many patients, and what came of it?": both parts are asked of what stands before.
_LED = re.compile(rf"^\W*(?P<lead>(?!{_ASKING}|{_VERB})[^:?]{{3,80}}):\s+(?P<asked>(?:{_ASKING}|{_VERB}).*)$", re.I)


def split_facts(question: str) -> Parts:
    """Split a question for two facts: two counts of the same thing, else two that each have words that ask.

    A second part without a pronoun is asked of the paper of the first, which ``OF_IT`` says behind it.
    """
    if len(question) > MAX_QUESTION:
        return Parts(question)
    led = _LED.match(question)
    if led and (parts := _split_facts(led["asked"])).second:
        second = parts.second.removesuffix(OF_IT).rstrip(" ?")
        lead = led["lead"].strip()
        return Parts(f"{lead}: {parts.first}", f"{lead}: {second}?", alone=True)
    return _split_facts(question)


_DONE_WITH = re.compile(
    r"^(?:the\s+)?(?P<noun>.+?)\s+(?P<done>used|applied|tested|given|measured|chosen|recruited|included)(?P<why>\b.*)$",
    re.I,
)


def _ask_for(thing: str) -> str:
    """Ask for a thing: "what is the mean age", "which scale was used to assess pain"."""
    done = _DONE_WITH.match(thing)
    return f"Which {done['noun']} was {done['done']}{done['why']}" if done else f"What is {thing}"


def _split_facts(question: str) -> Parts:
    if match := _match_any(_TWO_COUNTS, question):
        rest = match["rest"].rstrip(" ?")
        one, two = (f"{match['many']} {match[thing]} {rest}?" for thing in ("one", "two"))
        return Parts(one, two, alone=True)
    if match := _match_any((_MORE_OF, _MORE_BEHIND), question):
        one, two = (f"How many {match['things']} in {match[side]}?" for side in ("one", "two"))
        return Parts(one, two, alone=True)
    if match := _COUNT_AND_THING.match(question):
        second = f"{_ask_for(match['thing'])} {match['rest']}?"
        return Parts(f"How many {match['things']} {match['rest']}?", second, alone=True)
    for joint in _FACT_JOINT.finditer(question):
        first, second = question[: joint.start()].strip(" ,;?"), question[joint.end() :].strip(" ?.!")
        if filled := _fill_gap(first, second):
            return Parts(f"{first}?", filled, alone=True)
        if _FIRST_FACT.match(first) and min(len(part.split()) for part in (first, second)) >= _SHORTEST:
            return Parts(f"{first}?", f"{second}?" if _POINTS.search(second) else f"{second}{OF_IT}")
    return Parts(question)
