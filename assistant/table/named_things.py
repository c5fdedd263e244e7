"""Names of things of a kind in an abstract: data sets, models, or whatever noun the name of a column has.

A name is of a kind where the text says so: by the noun beside it ("the SlimPajama dataset", "models such as CLIP and
ALIGN", "X, the first benchmark for …"), or, of data sets and models, by what is done with it ("accuracy on ImageNet").
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from assistant.abstracts.passages import Passage, PassageValue
from assistant.table.columns import Column
from assistant.verify.names import find_names
from assistant.verify.tokens import is_plain, is_stop

# Characters that may stand between a noun and a name in apposition ("a benchmark for X and Y (NAME)"); chosen by hand
# on part dev of benchmarks/table_cells.jsonl; test not looked at.
_APART = 70
# Letters of an acronym that is more often the name of a field than of a thing; chosen by hand.
_SHORT = 3
# Names of one cell; no reader takes in more.
_MOST_NAMES = 12


class _Kind(NamedTuple):
    """A kind of things.

    Attributes:
        nouns: A pattern of the nouns that name it.
        before: A pattern of what stands right before a name of it; None where only nouns tell.
        after: The same, right behind it.
    """

    nouns: str
    before: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None


_DATA = _Kind(
    r"data[ -]?sets?|benchmarks?|corpus|corpora|databases?|test ?beds?|registry|leaderboards?|collection",
    re.compile(
        r"\b(?:accurac\w+|performance|results?|experiments?|evaluat\w+|test(?:s|ed|ing)?|train\w*|pre-?train\w*|"
        r"benchmark\w*|validat\w+|state[ -]of[ -]the[ -]art|sota|sweep|score\w*|improvements?|gains?)\s"
        r"[^.;:]{0,60}?\b(?:on|over|across)\s(?:the\s|both\s)?$"
        r"|\d\s?%?\son\s(?:the\s)?$"
        r"|(?:^|[;,.]\s)[Oo]n\s(?:the\s)?$",
        re.I,
    ),
    re.compile(r"^\s(?:accuracy|leaderboard|test set|validation set|subset)\b"),
)
_MODEL = _Kind(
    r"(?:language |vision |foundation |base |pre-?trained |zero-shot |generative )?models?|architectures?|backbones?|"
    r"model class(?:es)?|model types?|llms?|encoders?|classifiers?|chatbots?|model family|family",
    re.compile(
        r"\b(?:fine-?tun(?:e|ed|ing)|(?:we|was|were)\s(?:train|fit)(?:t?ed)|prompt(?:ed|ing)|distill(?:ed|ing)|outperform(?:s|ing)?)\s(?:an?\s|the\s)?$",
        re.I,
    ),
    re.compile(
        r"^(?:\s\([\w ,.-]{1,20}\))?\s(?:tops|leads|attains|outperforms)\b"
        r"|^\spre-?trained\b|^\sfine-?tuned\b|^\s(?:embeddings?|checkpoints?)\b"
    ),
)
_KNOWN = (
    (re.compile(r"\b(?:data ?-?sets?|benchmarks?|corpora|corpus|databases?)\b", re.I), _DATA),
    (re.compile(r"\b(?:models?|architectures?|llms?|backbones?)\b", re.I), _MODEL),
)
# A version, or what stands in brackets, belongs to the name before it.
_TAIL = re.compile(
    r"\s(?:v?\d+(?:\.\d+)*(?:[A-Z]|\.\d+)?|[A-Z][a-z]?\d+|Turbo|Pro|Large|Base|Small|XL|Mini)\b(?![%\d]|\s(?:to|-)\s\d)"
)
_BEFORE_NAME = re.compile(r"(?<=[a-z,)]\s)(?P<word>[A-Z][a-z]{2,})\s$")
_JOINT = r"\s*(?:\([^()]{1,30}\))?\s*(?:,\s*(?:and|or)\s+|,\s*|\s+(?:and|or|vs\.?|versus)\s+|/)(?:an?\s+|the\s+)?"
_SUCH_AS = re.compile(r"\b(?:such as|like|including|e\.g\.,?)\s$", re.I)
_INTRODUCES = (
    r"\s*(?:,?\s*(?:such as|like|including|called|named|termed|dubbed|e\.g\.,?|i\.e\.,?)|[:(]|,)\s*(?:\(?e\.g\.,?\s*)?"
    r"(?:an?\s+|the\s+)?"
)
# A title in capitals that ends with what is collected: "National Health and Nutrition Examination Survey (NHANES)".
_TITLE = re.compile(
    r"(?P<long>(?!The\s)(?:[A-Z][\w'-]+\s(?:(?:of|and|for)\s(?:the\s)?)?){1,8}?"
    r"(?:Survey|Study|Registry|Register|Database|Biobank|Cohort|Corpus|Dataset|Census|Repository|Panel|Collection)s?\b"
    r"(?:\s(?:of|and|in|on|for)\s[A-Z][\w-]+(?:\s[A-Z][\w-]+){0,3}){0,4})"
    r"(?:\s\((?P<short>[A-Z][\w-]{1,15})[,;)])?"
)
_IS_A = re.compile(r"^\s*(?:\([^()]{1,30}\))?\s*(?:,|is|are|-{1,2}|\()\s*(?:an?|the)\s", re.I)
# Acronyms of whole fields and of what is no thing of any kind.
_FIELDS = frozenset("ai ml nlp rl llm llms gpu gpus cpu api apis iid us usa uk eu ci or hr".split())


class _Named(NamedTuple):
    text: str
    start: int
    end: int


def is_known_kind(column: Column) -> bool:
    """Tell whether a column asks for names of a kind that is told without a model."""
    return _find_kind(column) is not None


def find_names_of_kind(column: Column, passages: Sequence[Passage]) -> PassageValue | None:
    """Find the names of the things that a column asks for; those of one sentence are its quote.

    All names of the abstract are given; the quote is the sentence with most of them.
    """
    kind = _find_kind(column)
    if kind is None:
        return None
    by_passage = [(passage, _list_of_kind(kind, passage)) for passage in passages]
    generic = _find_generic(kind, passages)
    texts: dict[str, None] = {}
    best: tuple[Passage, list[_Named]] | None = None
    for passage, names in by_passage:
        own = [name for name in names if name.text.casefold() not in generic]
        texts |= dict.fromkeys(name.text for name in own)
        if own and (best is None or len(own) > len(best[1])):
            best = passage, own
    if best is None:
        return None
    passage, names = best
    return PassageValue(
        passage, tuple((name.start, name.end) for name in names), 1.0, ", ".join([*texts][:_MOST_NAMES])
    )


@lru_cache(maxsize=64)
def _find_kind(column: Column) -> _Kind | None:
    return next((kind for pattern, kind in _KNOWN if pattern.search(column.name)), None)


def _list_of_kind(kind: _Kind, passage: Passage) -> list[_Named]:
    """List the names in a sentence that are of a kind."""
    names = _list_names(passage)
    chosen: dict[int, _Named] = {}
    for match in _TITLE.finditer(passage.text) if kind is _DATA else ():
        short = match["short"]
        start, end = match.span("short") if short else match.span("long")
        chosen[start] = _Named(passage.text[start:end], start, end)
    noun_ends = re.compile(rf"\b(?:{kind.nouns})\b", re.I)
    for place, name in enumerate(names):
        if name.start in chosen:
            continue
        evidence = _is_told(kind, noun_ends, passage, name)
        if evidence:
            joined = _list_joined(kind, passage, names, place)
            # What is done with a thing tells that it is a data set or a model where one of the list has a coined name.
            if evidence == _BY_NOUN or any(_is_distinct(joined_name.text) for joined_name in joined):
                chosen |= {joined_name.start: joined_name for joined_name in joined}
    return [chosen[start] for start in sorted(chosen)]


def _list_names(passage: Passage) -> list[_Named]:
    named: list[_Named] = []
    text = passage.text
    for name in find_names(text):
        start, end = name.start, name.start + len(name.text)
        if named and start < named[-1].end:
            continue
        if tail := _TAIL.match(text, end):
            end = tail.end()
        word = _BEFORE_NAME.search(text[max(0, start - 20) : start]) if _is_distinct(name.text) else None
        if word:  # "Tiny ImageNet"
            start -= len(word["word"]) + 1
        name_text = text[start:end]
        low = name_text.casefold()
        if (
            text[start].isdigit()
            or low in _FIELDS
            or len(name_text) < 2
            or (name_text[-1] == "s" and name_text[:-1].isupper())
        ):
            continue
        if name_text.isalpha() and name_text[1:].islower() and (is_plain(low) or is_stop(low)):
            continue
        is_pair = named and text[named[-1].end : start] == " "
        if is_pair and (_is_word_like(name_text.partition(" ")[0]) or _is_word_like(named[-1].text)):
            named[-1] = _Named(text[named[-1].start : end], named[-1].start, end)
            continue
        named.append(_Named(name_text, start, end))
    return [name for name in named if not _is_address(text, name)]


def _is_word_like(text: str) -> bool:
    return text.isalpha() and text[1:2].islower()


def _is_address(text: str, name: _Named) -> bool:
    """Tell whether a name is a part of a link."""
    begin = text.rfind(" ", 0, name.start) + 1
    return "://" in text[begin : name.end] or "www." in text[begin : name.end]


_BY_NOUN, _BY_USE = "noun", "use"


def _is_told(kind: _Kind, nouns: re.Pattern[str], passage: Passage, name: _Named) -> str:
    """Tell by what the text says that a name is of a kind: a noun beside it, or what is done with it; "" for none."""
    if _is_told_by_noun(kind, nouns, passage, name):
        return _BY_NOUN
    text = passage.text
    before, after = text[max(0, name.start - 90) : name.start], text[name.end : name.end + 90]
    if kind.before and kind.before.search(before):
        is_other = re.match(r"\s(?:tasks?|problems?|loss|settings?|methods?|models?)\b", after)
        return "" if is_other else _BY_USE
    return _BY_USE if kind.after and kind.after.match(after) else ""


def _is_told_by_noun(kind: _Kind, nouns: re.Pattern[str], passage: Passage, name: _Named) -> bool:
    """Tell whether a noun beside a name says that it is of a kind."""
    text = passage.text
    before, after = text[max(0, name.start - 90) : name.start], text[name.end : name.end + 90]
    if follows := re.match(rf"(?:'s)?\s(?:{kind.nouns})\b", after, re.I):
        # "Large Language Models" is a heading in capitals, no name.
        # "DL models" are all models of a field; so is a compound like "model-based" none.
        is_field = name.text.isupper() and len(name.text) <= _SHORT and follows[0].endswith("s")
        is_compound = after[follows.end() : follows.end() + 1] == "-"
        # "A Bayesian model", "a Markov model": a word in capitals before the noun says of which type it is.
        is_type = kind is _MODEL and not _is_distinct(name.text) and "model" in follows[0].lower()
        is_heading = not _is_distinct(name.text) and follows[0].strip().istitle()
        return not (is_heading or is_type or is_field or is_compound)
    if introduces := re.search(rf"\b(?:{kind.nouns})(?P<how>{_INTRODUCES})$", before, re.I):
        # "A benchmark, NAME, …" but not "On this benchmark, NAME wins".
        return introduces["how"].strip() != "," or after[:1] in (",", ")", ".", ";")
    if (is_a := _IS_A.match(after)) and (noun := nouns.search(after, is_a.end())):
        between = after[is_a.end() : noun.start()]
        if not re.search(r"[,;:()]|\b(?:that|which|for|of|with|to|in|by|on)\b", between):
            return True
    if kind is _DATA and text[name.start - 1 : name.start] == "(" and name.text.isupper():
        head = re.search(rf"\b(?:{kind.nouns})\b(?P<between>[^.;()]{{0,{_APART}}})\($", before, re.I)
        if head and not re.search(r"\b(?:that|which|is|are|we)\b", head["between"]):
            return True
    return False


def _is_distinct(text: str) -> bool:
    """Tell whether a name looks coined: a capital or a digit inside, or all capitals."""
    return any(char.isupper() or char.isdigit() for char in text[1:])


def _list_joined(kind: _Kind, passage: Passage, names: Sequence[_Named], place: int) -> list[_Named]:
    """List a name and those that stand in one list with it: joined by "and", or within brackets."""
    joint = re.compile(rf"(?:\s(?:{kind.nouns}))?{_JOINT}", re.I)
    chain, joints = [names[place]], []
    for step in (1, -1):
        here = place
        while 0 <= here + step < len(names):
            first, second = sorted((names[here], names[here + step]), key=lambda name: name.start)
            between = passage.text[first.end : second.start]
            if not joint.fullmatch(between):
                break
            here += step
            chain.append(names[here])
            joints.append(between)
    is_list = any(re.search(r"\b(?:and|or|vs|versus)\b|/", between) for between in joints)
    opens = passage.text.rfind("(", 0, names[place].start) > passage.text.rfind(")", 0, names[place].start)
    before = passage.text[max(0, names[place].start - 12) : names[place].start]
    return chain if is_list or opens or _SUCH_AS.search(before) else chain[:1]


def _find_generic(kind: _Kind, passages: Iterable[Passage]) -> set[str]:
    """Find short forms of what is no thing of the kind: "reinforcement learning (RL)", "Driver Assistance (DA)"."""
    generic: set[str] = set()
    for passage in passages:
        for match in _SHORT_FORM.finditer(passage.text):
            words = re.findall(r"[^\W_]+", passage.text[max(0, match.start() - _LONG_FORM) : match.start()])
            place = _match_initials(words, match[1].lower())
            if place is not None and not re.fullmatch(_THINGS.format(kind.nouns), words[-1], re.I):
                generic.add(match[1].casefold())
    return generic


_SHORT_FORM = re.compile(r"(?<=[\w ] )\(([A-Z][A-Za-z-]{1,8}?)s?[,;)]")
_LONG_FORM = 90  # Characters of what a short form stands for; chosen by hand.
# A short form of these is the name of a thing: "a transformer (NAME)", "Panel Survey (NAME)".
_THINGS = r"(?:{})|survey|study|cohort|network|transformer"


def _match_initials(words: Sequence[str], letters: str) -> int | None:
    """Find where the words begin whose first letters make a short form; None where they do not."""
    place = len(words)
    for letter in reversed(letters):
        place -= 1
        while place >= 0 and words[place][0].lower() != letter and is_stop(words[place].lower()):
            place -= 1
        if place < 0 or words[place][0].lower() != letter:
            return None
    return place
