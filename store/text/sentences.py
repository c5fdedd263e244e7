"""Sentences of an abstract as spans of characters: tables and a few rules, in linear time.

Libraries were measured first (figures in tests/store/text/test_sentences.py): they are made for running prose and
stumble over "spp.", "resp.", "no. 1", "group B." and lower-case corpora.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from store.text.patterns import find_from

NEVER = frozenset(
    """e.g i.e eg ie cf vs v viz ca approx a.k.a aka dr prof mr mrs ms st mt fa incl esp suppl supp var subsp ssp s.t
    h.c mult messrs mme gen col lt capt rev hon pres gov sen""".split()
)
"""Never at the end of a sentence: something must follow."""

BEFORE_NUMBER = frozenset(
    """fig figs eq eqs eqn eqns sec secs sect sects tab tabs no nos vol vols ch chap thm thms prop props lem cor def
    defs alg algs app appx appdx ref refs ex ver p pp art nr ser ed eds pt pts obs rem cl""".split()
)
"""Part of the sentence where a number or a single capital follows; words otherwise."""

UNITS = frozenset(
    "min max sec hr hrs wt ft in mo yr yrs sq cu pts etc resp al sp spp a.m p.m avg std temp conc".split()
)
"""End the sentence only before a capital."""

SOMETIMES = frozenset(
    """i.i.d iid w.r.t u.s u.k u.n e.u d.c ph.d m.d m.sc b.sc jr sr inc ltd co corp dept univ p.a ibid jan feb mar apr
    jun jul aug sep sept oct nov dec a.d b.c nat natl acad sci proc int""".split()
)
"""End the sentence only before a word that opens one."""

LABELLED = frozenset(
    """vitamin vitamins group groups type types class classes drug treatment arm hepatitis influenza protein factor
    category part panel plan method case phase appendix condition cohort strain site sample stage grade haemophilia
    hemophilia immunoglobulin option variant zone area region point state city set species gene and or""".split()
)
"""Nouns that a single capital may name: behind "group", B is no initial."""

CODE = frozenset("class classes module function package method object import library file".split())
MODULES = frozenset("torch numpy pandas keras tensorflow sklearn scipy jax java javax system string math node".split())
"""Words before and words left of a stop in the name of some code."""

OPENERS = frozenset(
    """a about above according accordingly across additionally after again all also although among an and another any as
    at based because before below besides both but by compared consequently contrary conversely data despite do does due
    during each early either empirically even every existing experimental experiments extensive finally findings first
    for from further furthermore given had has have he hence her here his how however i if important importantly in
    indeed instead interestingly is it its last lastly later less like many methods moreover more most motivated much
    my nevertheless next no none nonetheless nor not notably now numerical of often on one only or other others our
    overall patients please previous prior recent recently remarkably results second secondly several she similarly
    simulations since so some specifically still subsequently such surprisingly than that the their them then
    theoretically there thereby therefore these they third this those though three through thus to together two under
    unfortunately unlike until upon using we were what when where whereas whether which while who whose why
    with within without yes yet you your background objective objectives purpose aim aims method design setting
    participants interventions measurements result conclusion conclusions introduction discussion main""".split()
)
"""Words that open a sentence and are no names."""


_STOP = re.compile(
    r"""
    (?P<wide> [。！？｡]+ [」』”’）】]* )
  | (?P<stop> [.!?…।॥۔؟]+ ) (?P<close> ["'”’»)\]}]* )
    (?: (?P<note> \[\d[\d,\s–-]{0,20}\] | [⁰¹²³⁴-⁹][⁰¹²³⁴-⁹,–-]* | (?<=[a-z]{3}\.)\d{1,3}(?:[,–-]\d{1,3})* )? (?=\s|$)
      | (?P<glued> (?=[A-Z][A-Za-z-]*[\s,:]) ) )
    """,
    re.VERBOSE,
)
"""Where a sentence may end: a stop, what closes behind it, and white space (or a capitalised word)."""
_STOP_MARK = re.compile("[.!?…।॥۔؟。！？｡]")
"""What ``_STOP`` begins with."""

_LEFT = re.compile(r"(?:[^\W_][\w.&'’-]*)?$")
_RIGHT = re.compile(r"\s*(?P<open>[\"'“‘«(\[{¿¡]*)(?P<word>\w[\w'’]*)?(?P<next>.?)")
_WINDOW = 40  # letters to either side of a stop that decide; chosen by hand, not measured


# Texts whose sentences are kept: a search, the check of what rests on it and a report each ask for those of the same
# abstracts, and to split one takes longer than to compare it. Chosen by hand: about 25 MB.
_KEPT = 1 << 13
# Characters of the longest text that is kept. Chosen by hand: longer than nearly every abstract.
_LONGEST = 3_500


class Span(NamedTuple):
    """Characters ``start`` to ``end`` (exclusive) of a text."""

    start: int
    end: int


def sentence_spans(text: str) -> list[Span]:
    """Split one line of clean text into its sentences.

    Returns:
        Spans in order that do not overlap, have no white space at their ends and hold every other character.
    """
    return list(_split_abstract(text) if len(text) <= _LONGEST else _split_text(text))


@lru_cache(maxsize=_KEPT)
def _split_abstract(text: str) -> tuple[Span, ...]:
    return _split_text(text)


def _split_text(text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    start = 0
    uncased = text.lower() == text
    for stop in find_from(_STOP_MARK, _STOP, text):
        if stop["wide"] or _Stop(text, start, stop, uncased).ends_sentence():
            start = _add_sentence(spans, text, start, stop.end())
    _add_sentence(spans, text, start, len(text))
    return tuple(spans)


def _add_sentence(spans: list[Span], text: str, start: int, end: int) -> int:
    """Add a sentence without its white space; what has no letter or digit belongs to the sentence before."""
    piece = text[start:end]
    last = start + len(piece.rstrip())
    first = last - len(piece.strip())
    if first < last:
        if spans and not any(map(str.isalnum, piece)):
            first = spans.pop().start
        spans.append(Span(first, last))
    return end


class _Stop:
    """One stop between the word on its left and the word on its right."""

    def __init__(self, text: str, start: int, stop: re.Match[str], uncased: bool) -> None:
        self.stop, self.uncased = stop, uncased
        place, end = stop.span()
        front = text[max(start, place - _WINDOW) : place]
        left = _LEFT.search(front, front.rfind(" ") + 1)
        self.left = left[0] if left else ""
        self.before = front[: len(front) - len(self.left)]
        self.opens_sentence = not self.before.strip("([ ") and start >= place - _WINDOW
        right = _RIGHT.match(text, end, end + _WINDOW)
        self.bracket = right["open"] if right else ""
        self.right = (right["word"] or "") if right else ""
        self.after = right["next"] if right else ""

    def ends_sentence(self) -> bool:
        """Return whether the sentence ends here."""
        if not self.right and not self.bracket and self.after in {",", ";"}:
            return False
        if self.stop["glued"] is not None:
            return self._ends_between_glued_words()
        mark = self.stop["stop"]
        if mark == "..":  # a colon in old corpora
            return self.capital
        if len(mark) > 1 and not set(mark) & set("!?"):
            return self.capital
        if mark != ".":
            return self.capital or not self.right[:1].islower() or (self.uncased and not self.stop["close"])
        if self.stop["close"] and self.right[:1].islower() and not self.uncased:
            return False
        return self._ends_at_full_stop()

    @property
    def capital(self) -> bool:
        return self.right[:1].isupper()

    @property
    def opener(self) -> bool:
        """A word that opens sentences, or a heading."""
        if self.capital and (self.after == ":" or (self.right.isupper() and len(self.right) > 3)):
            return True
        return (self.capital or self.uncased) and self.right.lower() in OPENERS and not self._initial_follows()

    def _initial_follows(self) -> bool:
        return len(self.right) == 1 and self.after == "."

    def _ends_between_glued_words(self) -> bool:
        """Return whether this is "sentence.Another" and not "torch.Tensor" or "ASP.Net"."""
        if self.opener and (self.left.isupper() or self.left.isdigit()):
            return True
        word = re.fullmatch(r"[a-z]{2,}", self.left) and self.before[-1:] in (" ", "(", "-", "")
        if not word and not self.stop["close"] and self.before[-1:] not in (")", "%", "]"):
            return False
        named = re.search(r"([a-z]+) $", self.before)
        return self.opener or (len(self.right) > 1 and self.left not in MODULES and not (named and named[1] in CODE))

    def _ends_at_full_stop(self) -> bool:
        word = self.left.lower()
        if not self.left:
            return self._ends_at_loose_stop()
        if self.opens_sentence and re.fullmatch(r"\d{1,2}|[a-z]|[ivx]+", word):
            return False  # "2. Within groups, …"
        if word in BEFORE_NUMBER and (self.right[:1].isdigit() or re.fullmatch(r"[A-Z]|[IVX]+", self.right)):
            return False
        if len(self.left) == 1 and self.left.isalpha():
            return self._ends_after_letter()
        if self.left.isupper() and len(self.left) > 1 and "." not in self.left:
            return not self.right[:1].islower() or self.uncased  # an acronym
        return self._ends_after_word(word)

    def _ends_after_word(self, word: str) -> bool:
        if word in NEVER:
            return False
        if self.bracket and (word in UNITS or word in SOMETIMES):
            return False
        if word in UNITS:
            return self.opener or (self.capital and self.left.islower())
        if word in SOMETIMES or re.fullmatch(r"[^\W\d](?:\.[^\W\d])+", word):
            return self.opener
        if self.right[:1].islower() and not self.uncased:
            return word.isdigit() or len(word) > 2
        return True

    def _ends_after_letter(self) -> bool:
        """Return whether this is the end of "group B." or "of x." and not of an initial ("J. Duchi", "E. coli")."""
        if self._initial_follows() or self.right[:1].islower() or not self.right:
            return self.uncased and self.opener
        last_word = re.search(r"([a-z]+)\s*$", self.before.lower())
        labelled = bool(last_word and last_word[1] in LABELLED) or self.before[-1:] not in (" ", "(", "")
        return self.left.islower() or labelled or self.opener

    def _ends_at_loose_stop(self) -> bool:
        """Judge a stop behind a bracket, a sign or white space ("… ratios . the results …")."""
        if not self.before[-1:].isspace():
            return True
        letters = re.search(r"(?:^|\s)\w\s+$", self.before)
        return not (letters and len(self.right) == 1) and not (self.right[:1].isdigit() and not self.before.strip())
