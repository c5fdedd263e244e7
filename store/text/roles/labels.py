"""The labels of structured abstracts ("RESULTS: …"), in every usual spelling, and the roles that they give."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import takewhile
from typing import NamedTuple

from store.text.patterns import compile_lazily
from store.text.roles.role import Role
from store.text.sentences import Span

Roles = frozenset[Role]

ALL: Roles = frozenset(Role)
# The longest label, in words, and the longest sentence that is nothing but a label, in letters. Chosen by hand.
_WORDS = 9
_ALONE = 80
# Words at the beginning of a sentence without a colon behind them ("RESULTS We", "Results We") are labels only where
# an abstract has this many that give different roles: "Results show" is none. Chosen by hand.
_SEVERAL = 3

_BEFORE = r"(?:[\[(【<*]{0,3}\d{1,2}[.)]{0,2}\s?|)[\[(【<*]{0,3}"  # "(1) Background:", "2. Methods:", "【目的】"
_WORD = r"[^\W\d_][\w'’-]*+"
_BETWEEN = r"(?:\s?[/&,+]\s?|\s)"
_PHRASE = rf"(?P<label>{_WORD}(?:{_BETWEEN}(?:{_WORD})){{0,{_WORDS - 1}}})"
_MARKED = compile_lazily(rf"{_BEFORE}{_PHRASE}(?:\s?[\])】>*]{{0,3}}\s?[:：]|】|\s?\.?\s?[–—]|\s-\s)\s?")
_BARE = compile_lazily(rf"{_BEFORE}{_PHRASE}")
_FIRST_WORD = compile_lazily(rf"{_BEFORE}({_WORD})")
_INNER = compile_lazily(
    rf"(?<=\s)(?:\(\d\)\s?(?P<numbered>{_WORD}(?:{_BETWEEN}(?:{_WORD})){{0,{_WORDS - 1}}})"
    rf"|(?P<loud>[A-Z]{{4,}}(?:{_BETWEEN}[A-Z]+){{0,{_WORDS - 1}}})):\s"
)
_PARTS = compile_lazily(r"\s?[/&,+]\s?|\s(?:and|or|et|und|y|e)\s")


class Label(NamedTuple):
    """Characters ``start`` to ``end`` (exclusive) of an abstract; the sentences behind it have one of these roles."""

    start: int
    end: int
    roles: Roles


class _Word(NamedTuple):
    """A word of labels: of several in one label that with the lowest rank gives the roles; some give none.

    ``joins`` says that a label does not end with it where no colon stands behind.
    """

    rank: int
    roles: Roles
    joins: bool


def cut_at_labels(text: str, spans: Sequence[Span]) -> list[Span]:
    """Cut sentences before the labels within them ("SETTING: Hospital PATIENTS: 35 adults")."""
    if ":" not in text:  # As in most abstracts: there is none.
        return [Span(start, end) for start, end in spans]
    cut: list[Span] = []
    for start, end in spans:
        for inner in _INNER.finditer(text, start, end):
            if inner.start() > start and read_label(inner["numbered"] or inner["loud"]):
                cut.append(Span(start, start + len(text[start : inner.start()].rstrip())))
                start = inner.start()
        cut.append(Span(start, end))
    return cut


def find_labels(text: str, spans: Sequence[Span]) -> list[Label]:
    """Find the labels at the beginnings of sentences, in their order."""
    marked: list[Label] = []
    bare: list[Label] = []
    for start, end in spans:
        if not _begins_as_label(text, start, end):
            continue
        label = _MARKED.match(text, start, end)
        if label and (roles := read_label(label["label"])):
            marked.append(Label(start, label.end(), roles))
        else:
            bare += list(_read_bare_label(text, start, end))[:1]
    if len({label.roles for label in [*marked, *bare]}) >= _SEVERAL:
        return sorted([*marked, *bare])
    return marked


def cut_labels_out(text: str, spans: Sequence[Span]) -> str:
    """Cut the labels out of an abstract: "RESULTS: We found" is read as "We found".

    Args:
        text: The abstract.
        spans: Its sentences.
    """
    cut = cut_at_labels(text, spans)
    starts = {label.start: label.end for label in find_labels(text, cut)}
    return " ".join(text[starts.get(span.start, span.start) : span.end] for span in cut)


def remove_label(sentence: str) -> str:
    """Remove the label that a sentence begins with, where that gives it a role: "RESULTS: We found"."""
    if not _begins_as_label(sentence, 0, len(sentence)):
        return sentence
    label = _MARKED.match(sentence)
    roles = read_label(label["label"]) if label else None
    return sentence[label.end() :] if label and roles and roles != ALL else sentence


def _read_bare_label(text: str, start: int, end: int) -> Iterator[Label]:
    """Read a label without a mark behind it: a sentence of its own, in capitals, or before a capital letter."""
    until = min(end, start + _ALONE)
    match = _BARE.match(text, start, until)
    if match is None:
        return
    if text[match.end("label") : end].strip("])】>*. ") == "" and (roles := read_label(match["label"])):
        yield Label(start, end, roles)
        return
    words = list(takewhile(lambda word: _find_word(word[0]), re.finditer(_WORD, match["label"])))
    for number in range(len(words), 0, -1):  # "METHODS DNA was taken": the longest beginning that is a label
        last = match.start("label") + words[number - 1].end()
        label, rest = text[match.start("label") : last], text[last:end].lstrip()
        loud = label.isupper() and len(label) > 3
        if (
            not rest
            or _joins(words[number - 1][0])
            or not (loud or (label[0].isupper() and (rest[0].isupper() or rest[0].isdigit())))
        ):
            continue
        if roles := read_label(label):
            yield Label(start, end - len(rest), roles)
            return


def _begins_as_label(text: str, start: int, end: int) -> bool:
    """Whether the first word is one of labels: where it is not there is no label, which is quick to tell."""
    first = _FIRST_WORD.match(text, start, end)
    return first is not None and _find_word(first[1]) is not None


def _joins(word: str) -> bool:
    label_word = _load_words().get(word.lower())
    return label_word is not None and label_word.joins


def _find_word(word: str) -> _Word | None:
    """Find a word among those of labels: of any other there is no label."""
    return _load_words().get(word.lower().strip("'’-"))


def read_label(label: str) -> Roles | None:
    """Return the roles that a label gives: several of "methods and results"; None for words that are no label."""
    roles: set[Role] = set()
    for part in _PARTS.split(" ".join(label.lower().split())):
        words = [_find_word(word) for word in part.split()]
        telling = [word for word in words if word and word.roles]
        if not all(words):
            return None
        if telling:
            roles |= min(telling).roles
    return frozenset(roles) or None


@cache
def _load_words() -> dict[str, _Word]:
    """Load the words of labels."""
    kinds: dict[str, Roles] = {role.value: frozenset({role}) for role in Role}
    kinds |= {"closing": kinds["conclusion"], "mixed": kinds["method"] | kinds["result"]}
    kinds |= {"free": ALL, "other": frozenset(), "joining": frozenset()}
    words: dict[str, _Word] = {}
    ranks: dict[str, int] = {}
    for line in files(__package__).joinpath("labels.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        kind, _, rest = line.partition(":")
        rank = ranks.setdefault(kind, len(ranks))
        for word in rest.split():
            words.setdefault(word, _Word(rank, kinds[kind], kind == "joining"))
    return words
