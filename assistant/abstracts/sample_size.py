"""How many were studied, as an abstract says it: the patients, families or questions that came into a study."""

import math
import re
from collections.abc import Iterator, Sequence

from assistant.abstracts.passages import Passage, PassageValue, choose_best
from assistant.verify.numbers import Quantity
from assistant.verify.tokens import stem_word
from store.text.patterns import compile_lazily

# Words between a number and what it counts. Chosen by hand on part dev of benchmarks/table_cells.jsonl; test not looked
# at.
REACH_COUNT = 5
# What stands before a number that is a spread or the value of a test, and no level of anything.
NOT_A_LEVEL = compile_lazily(
    r"(?:±|\+/-|\+-|\bSD\b|\bSE\b|\bCI\b|\bIQR\b|\brange\b|\b(?:OR|HR|RR|aOR|p|P|F|r|t|chi|kappa)\b)[\s:=,<>(≤≥-]*$"
)

# What is counted where the size of the sample is asked for: words for whom or what is studied, and what is said of
# them where they come into a study.
_SAMPLE = compile_lazily(
    r"^(?:sample|study|cohort|population|group)\s+sizes?$|^n$|^(?:number of |total )?(?:participants|patients|subjects|"
    r"respondents|individuals|people|persons)(?: enrolled| included| studied)?$",
    re.I,
)
_STUDIED = frozenset(
    map(
        stem_word,
        "patient participant subject adult child children woman women man men boy girl individual people person family "
        "case respondent student worker nurse volunteer infant newborn neonate member examination procedure specimen "
        "eye knee hip mouse mice rat animal dog pig pair mother physician resident household article trial "
        "record user question task item image sample survivor recipient outpatient inpatient veteran employee "
        "athlete twin pregnancy birth admission visit encounter school tumor lesion biopsy "
        "teacher provider practitioner surgeon carer caregiver parent citizen resident surgery operation attempt "
        "incident event fish cell animal athlete player driver smoker".split(),
    )
)
ENTERS = compile_lazily(
    r"\b(?:includ|enrol|recruit|stud(?:y|ied)|analy[sz]|examin|review|random|compris|consist|assess|identif|evaluat|"
    r"select|collect|survey|interview|invit|treat|underw|undergo|perform|complet|total|consecutive|sample|cohort|"
    r"participat|obtain|screen|measur|investigat|follow|present|diagnos|respond|data from|there were|span|contain|"
    r"annotat|experiment)\w*",
    re.I,
)
_N_IS = compile_lazily(r"(?<![A-Za-z])[nN]\s?=\s?(\d{1,3}(?:[,\s]\d{3})+(?!\d)|\d+)(?![.\d]|\s?%)")
# A group or a part of the sample is not all of it.
_PART = compile_lazily(
    r"\b(?:groups?|arm|of (?:the|these|those|whom|them|\d+)|subset|remaining|others?|died|had|developed|reported|"
    r"received|controls?|versus|vs|compared)\b|%",
    re.I,
)
# What a search finds is screened first; what is studied are those of it that are included.
_SCREENED = compile_lazily(r"\b(?:screen|retriev|yield|search|initially|through)\w*", re.I)
_INCLUDED = compile_lazily(r"\b(?:includ|eligible|met\b)", re.I)
_PUBLICATIONS = compile_lazily(
    r"(?:articles|records|titles|publications|papers|citations|abstracts|references|hits|studies)$", re.I
)
# What happened to some of those studied, behind their number; so are harms counted, and groups in brackets.
HAPPENED = compile_lazily(
    r"^\s?(?:who |each |also )?(?:experienced|developed|had|reported|showed|died|withdrew|dropped|completed|responded|"
    r"achieved|required|discontinued|relapsed|presented|suffered|were (?:lost|excluded|withdrawn|probably|possibly))\b",
    re.I,
)
_HARM = compile_lazily(r"\b(?:adverse|side)\s", re.I)
# The label of a structured abstract under which stands who was studied: "PARTICIPANTS: Thirty-two subjects".
_WHO = compile_lazily(
    r"^\W{0,3}(?:study |main )?(?:participants?|subjects?|patients?|populations?|samples?|cohorts?|animals|sample size)"
    r"(?:\s(?:and|&)\s\w+|/\w+)?\s?:",
    re.I,
)
# Things that are not known to be studied are a sample where they came into the study, not where they were found.
_TAKEN = compile_lazily(
    r"\b(?:includ|enrol|recruit|random|compris|consist|collect|sampl|survey|annotat|contain|analy[sz]|evaluat|select|"
    r"review|cohort|total|data from|assess|examin|studied|treat|underw)\w*",
    re.I,
)
_TOTAL = compile_lazily(r"\b(?:total of|in total|overall|altogether|sample of|cohort of|consecutive|all)\b", re.I)
# A number of things that are not known to be studied counts them from here on; chosen by hand on abstracts of
# pubmedqa_dev that were not labelled.
_LARGE = 20
# What is surer than that is told: below it are parts of a sample, and what a search found. Chosen by hand on half of
# 278 medical abstracts (benchmarks/README.md), the other half was looked at once.
_LEAST = 1.0
_OF_TIME = frozenset(map(stem_word, "year month week day hour minute second times point fold percent".split()))


def is_sample_size(name: str) -> bool:
    """Tell whether a name ("sample size", "participants") asks how many were studied."""
    return bool(_SAMPLE.match(name.strip()))


def find_sample(passages: Sequence[Passage]) -> PassageValue | None:
    """Find how many were studied: the number of patients, families or questions where these come into the study."""
    values = [value for place, passage in enumerate(passages) for value in _list_samples(passage, place)]
    return choose_best([value for value in values if value.score >= _LEAST])


def _list_samples(passage: Passage, place: int) -> Iterator[PassageValue]:
    early = max(0.0, 0.4 - 0.05 * place)
    is_labelled = bool(_WHO.match(passage.text))
    enters = is_labelled or bool(ENTERS.search(passage.text))
    for number in passage.quantities:
        if number.kind != "count" or number.unit or number.value < 2 or number.value != int(number.value):
            continue
        if is_beside_count(passage, number):
            continue
        noun = _find_counted(passage, number)
        if noun is None:
            continue
        start, end, is_studied = noun
        around = passage.text[max(0, number.start - 30) : number.start]
        behind = passage.text[end : end + 30]
        around_all = passage.text[max(0, number.start - 60) : end + 40]
        is_total = bool(_TOTAL.search(around) or _TOTAL.search(passage.text[start:end]))
        if not is_studied and not (is_total or (number.value >= _LARGE and _TAKEN.search(around_all))):
            continue
        if _HARM.search(passage.text[start:end]) or _is_found(passage.text[start:end], around_all, behind):
            continue
        score = 1.0 + early + (0.5 if enters else 0.0) - (0.0 if is_studied else 0.7)
        score += 0.6 if is_total or is_labelled else 0.0
        score -= 0.7 if HAPPENED.match(behind) else 0.0
        score -= 0.6 if _is_in_brackets(passage.text, number.start) else 0.0
        score += 0.1 * min(4.0, math.log10(number.value))
        score -= 0.7 if _PART.search(around) or (behind.lstrip().startswith(("(", "had")) and "%" in behind) else 0.0
        yield PassageValue(passage, ((number.start, end),), score, write_count(passage, number))
    sizes = [*_N_IS.finditer(passage.text)]
    for match in sizes:
        text = passage.text
        if int(re.sub(r"\D", "", match[1])) < 2:
            continue
        around = text[max(0, match.start() - 60) : match.start()]
        score = 1.45 + early + (0.2 if enters else 0.0) - (0.7 if _PART.search(around) else 0.0)
        score -= 0.5 if len(sizes) > 1 else 0.0  # Of several in a sentence each is that of a group.
        yield PassageValue(passage, (match.span(),), score, match[1])


def _is_found(counted: str, around: str, behind: str) -> bool:
    """Tell whether a number is that of publications which a search found, and not of those that were included."""
    return bool(_PUBLICATIONS.search(counted) and _SCREENED.search(around)) and not _INCLUDED.search(behind)


def _is_in_brackets(text: str, place: int) -> bool:
    return text.rfind("(", 0, place) > text.rfind(")", 0, place)


def is_beside_count(passage: Passage, number: Quantity) -> bool:
    """Tell whether a number is a year, a part of a name, a share or the value of a test."""
    text = passage.text
    before, after = text[max(0, number.start - 12) : number.start], text[number.end : number.end + 2]
    if re.fullmatch(r"(?:19|20)\d\d", number.text) or after[:1] in ("-", "/", "%") or "." in number.text:
        return True
    if before.endswith(("/", "-", "#")) and before[-2:-1].strip():
        return True
    return bool(NOT_A_LEVEL.search(before)) or bool(
        re.search(
            r"(?:\b(?:type|phase|stage|grade|group|week|day|year|time|level|age|aged|ages|figure|table)|[<>≤≥=])\s?$",
            before,
            re.I,
        )
    )


def _find_counted(passage: Passage, number: Quantity) -> tuple[int, int, bool] | None:
    """Find the noun that a number counts, and whether it is one that is studied: the first plural behind it.

    Nothing may stand between that could begin another thing.
    """
    words = passage.list_words_behind(number.end, REACH_COUNT + 1)
    plural: tuple[int, int, bool] | None = None
    for token in words:
        between = passage.text[number.end : token.start]
        if _ENDS_COUNTED.search(between):
            break
        last = token.low.rpartition("-")[2]
        stem = stem_word(last)
        is_plural = last in _PLURALS or (last.endswith("s") and not last.endswith(("ss", "us", "is", "ous")))
        if stem in _OF_TIME or _NO_THINGS.fullmatch(last):
            return plural
        if is_plural and stem in _STUDIED:
            return number.start, token.end, True
        if is_plural:
            plural = number.start, token.end, False
    return plural


_ENDS_COUNTED = compile_lazily(
    r"[,;:()]|\b(?:of|in|to|and|or|with|from|were|was|had|who|that|than|at|for|on|by|is|are)\b"
)
# Plurals that are no things that come into a study.
_NO_THINGS = compile_lazily(
    r"groups?|types?|levels?|models?|methods?|factors?|times|points|percent|cent|sites|arms|terms|"
    r"categories|classes|dimensions|components|parts|steps|ways|stages|sets?|variables|doses?|"
    r"hospitals?|cent(?:er|re)s|countries|studies|weeks?|units?"
)
_PLURALS = frozenset("children women men people mice fish".split())


def write_count(passage: Passage, number: Quantity) -> str:
    """Write a count in figures."""
    return f"{int(number.value)}" if number.text[:1].isalpha() else number.text
