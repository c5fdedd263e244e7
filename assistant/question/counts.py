"""How many: papers by so many authors, cited so often ("by two or three authors", "cited between 10 and 50 times")."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.question.condition import PAPERS, Condition
from assistant.question.date_conditions import NUMBERS
from store.filters import Filters
from store.text.patterns import compile_lazily

_MORE = r"more\s+than|over|above|greater\s+than|exceed(?:s|ing)|>"
_LEAST = r"at\s+least|(?:no|not)\s+(?:less|fewer)\s+than|>=|≥|(?:a\s+)?minimum(?:\s+of)?"
_LESS = r"less\s+than|fewer\s+than|under|below|<"
_MOST = r"at\s+most|(?:no|not)\s+more\s+than|up\s+to|<=|≤|(?:a\s+)?maximum(?:\s+of)?"
_RELATION = rf"{_LEAST}|{_MOST}|{_MORE}|{_LESS}|between|from|exactly|precisely|only|just|a\s+total\s+of"
_ONCE = {"a hundred": 100, "a thousand": 1000, "a dozen": 12, "once": 1, "twice": 2}
_NUMBER = rf"\d[\d,]*|{'|'.join(NUMBERS)}|{'|'.join(_ONCE)}".replace(" ", r"\s+")
_TAIL = r"\s*\+|\s+(?:or|and)\s+(?:more|up|above|over|fewer|less|below|under)\b|\s+at\s+(?:most|least)\b"
_AMOUNT = (
    rf"(?:(?:only|just)\s+)?(?:(?P<rel>{_RELATION})\s*)?(?P<n>{_NUMBER})"
    rf"(?:\s*(?P<joint>[-–]|\bto\b|\bor\b|\band\b|\bbut\b)\s*(?:(?P<rel2>{_RELATION})\s*)?(?P<m>{_NUMBER}))?"
    rf"(?P<tail>{_TAIL})?"
)
_LEAD = r"(?:by|with|having|have|has|had|of|list|lists|there\s+are|there\s+is)\s+"
_AUTHORS = r"(?:named\s+|listed\s+|different\s+)?(?P<co>co-?)?authors?\b(?!['’])"
_PEOPLE = r"(?:people|persons?|researchers|scientists|scholars|individuals)\b"
_OTHERS = r"(?:other\s+(?:authors?|people|persons?|researchers?|colleagues?|scientists?)|others?)\b"


def _compile(pattern: str) -> re.Pattern[str]:
    return compile_lazily(pattern, re.I)


_OF_AUTHORS = (
    _compile(rf"\b(?:written\s+|authored\s+)?{_LEAD}{_AMOUNT}\s+{_AUTHORS}(?P<tail2>{_TAIL})?"),
    _compile(rf"(?<!\w)(?=(?:{_RELATION})){_AMOUNT}\s+{_AUTHORS}(?P<tail2>{_TAIL})?"),
    _compile(rf"\b(?:(?:co-?)?(?:written|authored)\s+|published\s+)?by\s+{_AMOUNT}\s+{_PEOPLE}(?P<tail2>{_TAIL})?"),
    _compile(rf"\b{_AMOUNT}-author(?:ed)?\b"),
    _compile(
        rf"\b(?:with\s+|have\s+|has\s+|having\s+)?(?:an?\s+|the\s+|whose\s+)?(?:number\s+of\s+authors|author\s+(?:count|number))\s*"
        rf"(?:is|of|was|are|=)?\s*{_AMOUNT}"
    ),
    _compile(rf"\bmore\s+authors\s+(?P<rel>than)\s+{_AMOUNT.replace('<rel>', '<rel3>')}"),
)
# "with one co-author", "with two other people": the one whom the question names, or the first, is beside them.
_BESIDE = _compile(rf"\b(?:together\s+)?(?:with|and)\s+{_AMOUNT}\s+{_OTHERS}(?P<tail2>{_TAIL})?")
_SEVERAL = _compile(
    r"\b(?:by\s+|with\s+|having\s+|have\s+)?(?:several|multiple|(?<!how\s)many|various)\s+(?:co-?)?authors?\b|\bmulti-?author(?:ed)?\b"
    r"|\b(?:together\s+|jointly\s+)?with\s+(?:some\s+|any\s+)?(?:others|other\s+(?:people|authors|researchers|colleagues)|co-?authors|colleagues)\b"
    r"|\b(?:together\s+|jointly\s+)?with\s+(?:any|some)(?:one|body)\s+else\b(?!\s+(?:than|but|except))"
)
_SINGLE = _compile(
    r"\b(?:by\s+|with\s+|having\s+|have\s+)?(?:(?:a|an|only|just|exactly)\s+)*(?:single|sole|solo|one|lone)(?:-|\s+)author(?:ed|s|ship)?\b"
    r"(?!\s+or\s)"
    r"|\b(?:(?:with|have|has|having|had|were|was)\s+)?(?:no|without(?:\s+any)?|lack(?:s|ing)?)\s+co-?authors?\b"
)
# "by Heiner alone", "did Heiner write alone": behind a name or what it does, where nothing follows that it would be
# alone in.
_ALONE = _compile(
    r"\b(?:by\s+(?:[\w.'’-]+\s+){1,4}|(?:writ(?:e|ten)|wrote|publish(?:ed)?|author(?:ed)?)\s+)(?P<alone>(?:all\s+)?(?:alone|by\s+(?:him|her)self"
    r"|on\s+(?:his|her)\s+own|without\s+(?:any\s+)?co-?authors))(?=\s*(?:$|[?.!,;])|\s+(?:in|since|from|before|after|about|on)\b)"
)
_CITED = (
    _compile(rf"\bcited\s+(?:by\s+)?{_AMOUNT}(?:\s*(?:times|papers|works|others)\b)?(?P<tail2>{_TAIL})?"),
    _compile(
        rf"\b(?:with|have|has|having|received|receiving|got)\s+{_AMOUNT}\s+(?:citations?|cites)\b(?P<tail2>{_TAIL})?"
    ),
    _compile(rf"(?<!\w)(?=(?:{_RELATION})){_AMOUNT}\s+(?:citations|cites)\b(?P<tail2>{_TAIL})?"),
    _compile(
        r"\b(?:with\s+|have\s+|has\s+|having\s+)?(?:an?\s+|the\s+)?(?:citation\s+(?:count|number)s?|number\s+of\s+citations)\s*"
        rf"(?:is|of|was|are|=)?\s*{_AMOUNT}"
    ),
)
OF_PAPERS = _compile(rf"\b(?:with|in|have|has|having|on)\s+{_AMOUNT}\s+{PAPERS}\b(?P<tail2>{_TAIL})?")
"""How many papers an author, a venue or a year has: "which journals have more than three papers"."""
_UNCITED = _compile(
    r"\b(?:uncited|(?:never|not)\s+(?:been\s+|yet\s+|ever\s+)*cited(?!\s+(?:more|less|at|over|by|under|fewer|between|once|twice|\d))"
    r"|(?:without|no)\s+(?:any\s+)?citations?(?!\s+(?:count|number|figure|data)))\b"
)


# What each of the patterns above has: few questions do, and the patterns take 20 ms to compile.
_OF_PEOPLE = re.compile(
    "author|people|person|researcher|scientist|scholar|individual|other|else|colleague|alone|(?:him|her)self|own", re.I
)
_OF_CITATIONS = re.compile("cite|citation", re.I)


class CountRange(NamedTuple):
    """How many there are at the least and at the most; None where that end is open."""

    least: int | None
    most: int | None

    def holds(self, count: int) -> bool:
        """Return whether a number lies within it."""
        return (self.least or 0) <= count and (self.most is None or count <= self.most)


def find_paper_count(question: str) -> list[CountRange]:
    """Find how many papers an author, a venue or a year has to have, as alternatives; empty for any number."""
    match = OF_PAPERS.search(question)
    return _read_spans(match) if match else []


def find_author_counts(question: str) -> Iterator[Condition]:
    """Find by how many authors papers are."""
    if not _OF_PEOPLE.search(question):
        return
    for match in _ALONE.finditer(question):
        yield _make_authors(match.start("alone"), match.end(), [CountRange(1, 1)])
    for pattern, span in ((_SINGLE, CountRange(1, 1)), (_SEVERAL, CountRange(2, None))):
        for match in pattern.finditer(question):
            yield _make_authors(match.start(), match.end(), [span])
    for pattern in (*_OF_AUTHORS, _BESIDE):
        for match in pattern.finditer(question):
            spans = _read_spans(match)
            more = pattern is _BESIDE or bool(match.groupdict().get("co"))
            yield _make_authors(match.start(), match.end(), [_move(span, int(more)) for span in spans])


def _make_authors(start: int, end: int, spans: list[CountRange]) -> Condition:
    """Make the condition; one author and several have a switch of their own."""
    switches = {CountRange(1, 1): True, CountRange(None, 1): True, CountRange(2, None): False}
    if len(spans) == 1 and spans[0] in switches:
        return Condition(start, end, "single_author", Filters(single_author=switches[spans[0]]))
    return _make_condition(start, end, "author_count", "authors", spans)


def find_citation_counts(question: str) -> Iterator[Condition]:
    """Find how often papers are cited."""
    if not _OF_CITATIONS.search(question):
        return
    for pattern in _CITED:
        for match in pattern.finditer(question):
            end = match.start() + len(match[0].rstrip())
            yield _make_condition(match.start(), end, "citations", "citations", _read_spans(match))
    for match in _UNCITED.finditer(question):
        yield _make_condition(match.start(), match.end(), "citations", "citations", [CountRange(None, 0)])


def _make_condition(start: int, end: int, field: str, counted: str, spans: list[CountRange]) -> Condition:
    alternatives = [Filters.model_validate({f"min_{counted}": low, f"max_{counted}": high}) for low, high in spans]
    filters = alternatives[0] if len(alternatives) == 1 else Filters(either=tuple(alternatives))
    opposite = None
    least, most = spans[0]
    if len(spans) == 1 and most is None and least:
        opposite = Filters.model_validate({f"max_{counted}": least - 1})
    elif len(spans) == 1 and least is None and most is not None:
        opposite = Filters.model_validate({f"min_{counted}": most + 1})
    return Condition(start, end, field, filters, opposite)


def _move(span: CountRange, by: int) -> CountRange:
    return CountRange(*(None if end is None else end + by for end in span))


def _read_spans(match: re.Match[str]) -> list[CountRange]:
    """Read the spans of an amount, which are alternatives: one but for "two or five"."""
    parts = match.groupdict()
    relation, joint = (parts["rel"] or parts.get("rel3") or "").lower(), (parts["joint"] or "").lower()
    relation = "more than" if relation == "than" else relation
    tail = f"{parts['tail'] or ''} {parts.get('tail2') or ''}".lower()
    first = _read_number(parts["n"])
    if not parts["m"]:
        return [_read_span(relation, tail, first)]
    second = _read_number(parts["m"])
    if parts["rel2"]:
        low, high = _read_span(relation, "", first), _read_span(parts["rel2"].lower(), tail, second)
        if joint == "or":
            return [low, high]
        ends = (low.least if high.least is None else high.least), (low.most if high.most is None else high.most)
        return [CountRange(*ends)]
    if joint == "or" and second != first + 1:
        return [CountRange(first, first), _read_span("", tail, second)]
    return [CountRange(min(first, second), None if _goes_up(tail) else max(first, second))]


def _read_number(text: str) -> int:
    word = re.sub(r"\s+", " ", text.lower())
    return _ONCE.get(word) or NUMBERS.get(word) or int(word.replace(",", ""))


def _goes_up(tail: str) -> bool:
    return re.search(r"more|\+|\bup\b|above|over|least", tail) is not None


def _read_span(relation: str, tail: str, count: int) -> CountRange:
    """Read one end or both from how a number is led to and followed."""
    if re.fullmatch(_MORE, relation):
        return CountRange(count + 1, None)
    if re.fullmatch(_LESS, relation):
        return CountRange(None, max(count - 1, 0))
    if re.fullmatch(_MOST, relation) or re.search(r"fewer|less|below|under|most", tail):
        return CountRange(None, count)
    if re.fullmatch(_LEAST, relation) or _goes_up(tail):
        return CountRange(count, None)
    return CountRange(count, count)
