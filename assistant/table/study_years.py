"""Years of a column: the period that a study covers, or the year of a thing that the name of the column names."""

import re
from collections.abc import Iterator, Sequence

from assistant.abstracts.passages import Passage, PassageValue, choose_best
from assistant.table.columns import Column
from assistant.verify.tokens import is_stop, stem_word

_MONTH = (
    r"(?:(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?|spring|summer|autumn|fall|winter|early|late|mid)\.?[\s-])"
)
_DAY = r"(?:\d{1,2}(?:st|nd|rd|th)?,?\s)"
_DATE = rf"(?:{_DAY}?{_MONTH}?{_DAY}?(?:of\s)?(?P<NAME>(?:1[89]|20)\d\d)(?![\d%]|[.,]\d))"


def _name_date(group: str) -> str:
    return _DATE.replace("NAME", group)


_SPAN = re.compile(
    rf"(?<![\w.-]){_name_date('first')}\s?(?:-|to|until|till|through(?:\sto)?|and|/|,\s?and)\s?{_name_date('last')}"
)
_SHORT_SPAN = re.compile(r"(?<![\w.-])(?P<first>(?:1[89]|20)\d\d)-(?P<end>\d\d)(?![\w%-]|[.,]\d)")
_HALF_SPAN = re.compile(
    # "between March 4 and March 14, 2010": the year stands once.
    rf"\b(?:between|from)\s{_MONTH}{_DAY}?(?:and|to|-)\s{_MONTH}{_DAY}?(?P<first>(?:1[89]|20)\d\d)(?!\d)"
)
_SINGLE = re.compile(rf"(?<![\w.,-]){_name_date('first')}")
# What makes a single year one of the study, before it; and what a sentence that tells of the study does.
_LEADS = re.compile(
    r"(?:\b(?:in|since|during|from|of|between|after|until|year|years)\s(?:the\s(?:year\s)?)?|\()$", re.I
)
_STUDIES = re.compile(
    r"\b(?:collect|perform|conduct|enrol|recruit|identif|underw|undergo|administ|survey|study|studied|studies|data|born|birth|occurr|regist|"
    r"cohort|trial|review|diagnos|treat|admitt|patients|includ|sampl|registr|databas|interview|record|wave|period|"
    r"follow)\w*",
    re.I,
)
_GENERAL = frozenset(
    map(stem_word, "study data period time year date frame enrolment enrollment collection inclusion coverage".split())
)


_LIST = re.compile(
    r"(?<![\w.,-])(?P<first>(?:19|20)\d\d)(?:,\s(?:19|20)\d\d)+,?\s(?:and|to)\s(?P<last>(?:19|20)\d\d)(?!\d)"
)
# "The 2001 recommendations" are no period; the 2002 wave of a survey is.
_OF_ANOTHER = re.compile(r"\s(?!waves?\b|surveys?\b|census|data\b|cohort|season|academic|calendar)[a-z]")


def find_years(column: Column, passages: Sequence[Passage]) -> PassageValue | None:
    """Find the span of years of a study, else its year; of a named thing, in the sentences that name it."""
    telling_stems = {
        stem_word(word) for word in re.findall(r"[^\W_]{2,}", column.name.casefold()) if not is_stop(word)
    } - _GENERAL
    values = [
        value
        for place, passage in enumerate(passages)
        if not telling_stems or telling_stems <= {*passage.stems}
        for value in _list_years(passage, place, bool(telling_stems))
    ]
    return choose_best(values)


def _list_years(passage: Passage, place: int, is_named: bool) -> Iterator[PassageValue]:
    if "19" not in passage.text and "20" not in passage.text and "18" not in passage.text:
        return
    studies = bool(_STUDIES.search(passage.text)) or is_named
    early = 0.02 * place
    spans: list[tuple[int, int]] = []
    for pattern in (_LIST, _SPAN, _SHORT_SPAN, _HALF_SPAN):
        for match in pattern.finditer(passage.text):
            first, last = _read_span(match)
            if first <= last and not any(low < match.end() and match.start() < high for low, high in spans):
                spans.append(match.span())
                text = str(first) if first == last else f"{first}–{last}"
                start = match.start() + (len(match[0]) - len(match[0].lstrip()))
                yield PassageValue(passage, ((start, match.end()),), (2.0 if studies else 1.2) - early, text)
    for match in _SINGLE.finditer(passage.text):
        if any(low <= match.start() < high for low, high in spans):
            continue
        before = passage.text[max(0, match.start() - 20) : match.start()]
        if re.search(r"\bthe\s$", before) and _OF_ANOTHER.match(passage.text, match.end()):
            continue
        if _LEADS.search(before) and studies:
            since = bool(re.search(r"\bsince\s$", before))
            yield PassageValue(passage, (match.span(),), (1.1 if since else 1.0) - early, match["first"])


def _read_span(match: re.Match[str]) -> tuple[int, int]:
    first = int(match["first"])
    groups = match.groupdict()
    if groups.get("last"):
        return first, int(groups["last"])
    if groups.get("end"):
        last = first // 100 * 100 + int(groups["end"])
        return first, last if last >= first else last + 100
    return first, first
