"""Mutated sentences of abstracts: what a sentence says is made false, or written otherwise and left true, by kind.

Each mutator takes a sentence and yields variants of it. False kinds change one thing and leave the rest word for word:
``arms`` swaps two numbers of the same shape, ``groups`` the names of two groups, ``hedge`` drops what holds back,
``antonym`` replaces a word by its opposite, ``number`` changes a figure, ``negation`` adds or drops a "not". True kinds
are ``lead-in``, ``parenthesis`` (one left out), ``figures`` (a number written otherwise) and ``reporting`` (we/the
authors). Sentences that are symmetric ("no difference between A and B") are left alone where a swap changes nothing.
"""

import re
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import NamedTuple

Mutator = Callable[[str], Iterator[str]]

_NUMBER = r"(?<![\w.,/-])\d+(?:,\d{3})*(?:\.\d+)?(?![\d]|[.,]\d|-\d|\w)"
# What makes two numbers of one shape: their form, and what stands around them.
_SHAPES = (
    re.compile(rf"{_NUMBER}\s?(?:%|percent\b|per cent\b)"),
    re.compile(rf"{_NUMBER}\s?(?:\+/-|\+/-|±)\s?\d+(?:\.\d+)?"),
    re.compile(rf"(?<=\(n\s=\s){_NUMBER}|(?<=\(n=){_NUMBER}"),
    re.compile(rf"{_NUMBER}\s?(?=(?:mg|ml|mm|cm|kg|g|mmHg|points?|patients|children|women|men|cases|participants)\b)"),
    re.compile(r"(?<![\w.,/=<>-])\d+\.\d+(?![\d%]|-\d|\w|\s?%)"),
)
_ARMS = re.compile(r"\b(?:vs|versus|compared|than|and|whereas|while|respectively|but)\b|;|, ", re.I)
# Numbers that are no result of an arm: levels of significance, intervals, ranges.
_STATISTIC = re.compile(
    r"(?:\b[pPrRtFzQ]\s?|CI\W{0,3}|chi\S{0,6}\s?|kappa\s?)[=<>≤≥]+\s?$|\bCI\b[^()]{0,12}$|range\W{0,3}$|and<?\s?$"
)
_RANGE = re.compile(r"^\s?(?:-|to\b|–)\s?\d|^\s?%?\s?CI|^\s?confidence")
_RANGE_BEFORE = re.compile(r"\d\s?%?\s?(?:-|to|–)\s?$|\bbetween\s$|\bfrom\s$")


class Span(NamedTuple):
    """Characters ``start`` to ``end`` of a sentence."""

    start: int
    end: int


def swap_arms(sentence: str) -> Iterator[str]:
    """Swap two numbers of one shape that stand for two arms, measures or moments."""
    for shape in _SHAPES:
        spans = [Span(*match.span()) for match in shape.finditer(sentence) if _is_result(sentence, match)]
        for first, second in combinations(spans[:5], 2):
            between = sentence[first.end : second.start]
            bare = between.strip(" ,") in ("and", "or", "") and "respectively" not in sentence
            if sentence[slice(*first)] != sentence[slice(*second)] and _ARMS.search(between) and not bare:
                yield swap_spans(sentence, first, second)


def _is_result(sentence: str, match: re.Match[str]) -> bool:
    before, after = sentence[max(0, match.start() - 16) : match.start()], sentence[match.end() : match.end() + 14]
    return not (_STATISTIC.search(before) or _RANGE.match(after) or _RANGE_BEFORE.search(before))


def swap_spans(sentence: str, first: Span, second: Span) -> str:
    """Write the text of each span in place of the other."""
    one, middle, other = sentence[slice(*first)], sentence[first.end : second.start], sentence[slice(*second)]
    return sentence[: first.start] + other + middle + one + sentence[second.end :]


_SYMMETRIC = re.compile(
    r"\b(?:no|not|neither|without)\b[^.;]{0,40}\b(?:differ\w*|significan\w*|change|effect|association)\b|\bsimilar\w*|\bequivalent|\bequal\w*"
    r"|\bcomparable|\bcorrelat\w*|\bassociat\w*|\bdiffer\w*|\bbetween\b|\bboth\b|\bagreement\b|\bconcordan\w*|\bidentical"
    r"|\b(?:aim|objective|purpose|to compare|to determine|to assess|to evaluate|to investigate|whether)\b",
    re.I,
)
_NOUNS = r"(?:groups?|arms?|cohorts?|patients|subjects|participants|children|women|men|controls?|cases|samples?)"
_WORD = r"[A-Za-z0-9][\w'/.-]*"
_NAME = rf"(?:{_WORD}\s){{0,3}}?{_WORD}"
_IN_GROUP = re.compile(rf"\b(?:in|for|among|of|by|with|from)\s(?:the\s)?(?P<name>{_NAME})\s(?={_NOUNS}\b)", re.I)
_LETTERED = re.compile(r"\b(?:[Gg]roups?|[Aa]rms?|[Cc]ohorts?)\s(?P<name>[A-Z]{1,4}\d?|[1-9]|I{1,3})\b")
_COMPARED = re.compile(
    rf"\b(?:in|for|among|with|by|on)\s(?:the\s)?(?P<one>{_NAME})(?:\s\([^()]*\))?,?\s"
    rf"(?:than|vs\.?|versus|compared (?:with|to)|as compared (?:with|to)|and \S+ in|as opposed to|whereas in)\s"
    rf"(?:(?:in|for|among|with|by|on)\s)?(?:the\s)?(?P<other>{_NAME})(?=[\s,.;)(]+(?:$|[(,.;)]|in\b|at\b|with\b|for\b|was\b|were\b|and\b|p\b|P\b))"
)
_SUBJECT = re.compile(
    rf"^(?:The\s)?(?P<one>{_NAME})\s(?=(?:had|has|have|was|were|is|are|showed|reported|received|achieved|scored|gave|produced)\b)"
    rf"[^.;]*?\b(?:than|compared (?:with|to)|versus|vs\.?)\s(?:(?:in|for|those with|that of|that in|with)\s)?(?:the\s)?"
    rf"(?P<other>{_NAME})(?=[\s,.;)(]*(?:$|[(,.;)]|in\b|at\b|with\b|for\b|and\b))"
)
_PAIRS = (
    "men women",
    "male female",
    "males females",
    "boys girls",
    "intervention control",
    "treatment control",
    "treated untreated",
    "cases controls",
    "case control",
    "smokers nonsmokers",
    "smokers non-smokers",
    "younger older",
    "mothers fathers",
    "adults children",
    "patients controls",
    "survivors nonsurvivors",
    "preoperative postoperative",
    "preoperatively postoperatively",
    "urban rural",
    "benign malignant",
    "laparoscopic open",
    "surgical medical",
    "left right",
    "with without",
)


def swap_groups(sentence: str) -> Iterator[str]:
    """Swap the names of two groups that a sentence tells apart."""
    if _SYMMETRIC.search(sentence):
        return
    for pattern in (_COMPARED, _SUBJECT):
        for match in pattern.finditer(sentence):
            yield from _swap_names(sentence, Span(*match.span("one")), Span(*match.span("other")))
    for pattern in (_IN_GROUP, _LETTERED):
        spans = [Span(*match.span("name")) for match in pattern.finditer(sentence)]
        for first, second in combinations(spans[:4], 2):
            yield from _swap_names(sentence, first, second)
    for pair in _PAIRS:
        found = [[Span(*match.span()) for match in re.finditer(rf"\b{name}\b", sentence)] for name in pair.split()]
        if all(len(spans) == 1 for spans in found):
            yield from _swap_names(sentence, *sorted(spans[0] for spans in found))


_NO_NAME = re.compile(
    r"\b(?:the|a|an|all|each|these|those|this|our|that|which|other|same|most|two|three|both|it|they|we)\b", re.I
)


def _swap_names(sentence: str, first: Span, second: Span) -> Iterator[str]:
    one, other = sentence[slice(*first)], sentence[slice(*second)]
    between = sentence[first.end : second.start]
    if one.lower() == other.lower() or first.end > second.start or _NO_NAME.search(one) or _NO_NAME.search(other):
        return
    if between.strip(" ,") in ("and", "or", "/", "") and "respectively" not in sentence:
        return
    yield swap_spans(sentence, first, second)


_MODAL = re.compile(r"\b(?:may|might|could)\s(?!not\b)(?P<adverb>\w+ly\s)?(?P<verb>[a-z]+)\b(?P<to>\sto\b)?")
_PLURAL = re.compile(r"(?:[^s]s|\b(?:they|we|these|those|people|children|women|men|data|and \w+))$", re.I)
_HEDGED = (
    (re.compile(r"\bsuggest(s|ed|ing)?\b(?=\sthat|\sa\b|\san\b|\sthe\b)"), ("prove{}", "demonstrate{}", "show{}")),
    (re.compile(r"\b(?:appear|seem)(s|ed)?\sto\s(be|have)\b"), ("{be}",)),
    (re.compile(r"\b(?:probably|possibly|perhaps|potentially|presumably)\s()"), ("",)),
    (re.compile(r"\b(?:is|are)\s(?:likely|thought|believed|expected)\sto()\b"), ("will",)),
)


def drop_hedges(sentence: str) -> Iterator[str]:
    """Drop what holds a statement back, with the grammar mended."""
    for match in _MODAL.finditer(sentence):
        yield sentence[: match.start()] + "will " + sentence[match.start() :].split(" ", 1)[1]
        verb = match["verb"]
        plural = bool(_PLURAL.search(sentence[: match.start()].rstrip()))
        if verb in ("be", "have"):
            form = ("are" if plural else "is") if verb == "be" else ("have" if plural else "has")
        else:
            form = verb if plural else verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "o")) else "s")
        yield sentence[: match.start()] + (match["adverb"] or "") + form + (match["to"] or "") + sentence[match.end() :]
    for pattern, instead in _HEDGED:
        for match in pattern.finditer(sentence):
            for text in instead:
                if text == "{be}":
                    was = match[1] == "ed"
                    forms = {"be": "was" if was else "is" if match[1] else "are", "have": "had" if was else "has"}
                    yield sentence[: match.start()] + forms[match[2]] + sentence[match.end() :]
                elif text.endswith("{}"):
                    verb = _mend_ending(text.format(match[1] or ""))
                    yield sentence[: match.start()] + verb + sentence[match.end() :]
                else:
                    dropped = sentence[: match.start()] + text + sentence[match.end() :]
                    yield dropped[:1].upper() + dropped[1:]


def _mend_ending(verb: str) -> str:
    """Write "proving" for "proveing"."""
    return verb.replace("eed", "ed").replace("eing", "ing")


_ANTONYMS = """
increase/decrease increased/decreased increases/decreases increasing/decreasing higher/lower high/low greater/smaller
improve/worsen improved/worsened improves/worsens improvement/deterioration more/less better/worse longer/shorter
positive/negative positively/negatively early/late earlier/later before/after significant/insignificant
significantly/insignificantly effective/ineffective safe/unsafe common/rare often/rarely reduce/increase
reduced/increased reduces/increases reduction/increase benefit/harm beneficial/harmful superior/inferior
accurate/inaccurate reliable/unreliable adequate/inadequate appropriate/inappropriate older/younger faster/slower
strong/weak stronger/weaker large/small larger/smaller most/least majority/minority present/absent presence/absence
success/failure successful/unsuccessful risk/protective frequent/infrequent frequently/infrequently major/minor
highest/lowest maximum/minimum acute/chronic gain/loss rise/fall rose/fell raised/lowered feasible/infeasible
necessary/unnecessary useful/useless possible/impossible likely/unlikely similar/different always/never
outperforms/underperforms outperform/underperform stable/unstable simple/complex easy/difficult robust/fragile
survived/died alive/dead local/global upper/lower long/short short-term/long-term first/last many/few
""".split()


def replace_antonyms(sentence: str) -> Iterator[str]:
    """Replace a word by its opposite; not where both stand in the sentence."""
    for pair in _ANTONYMS:
        for word, opposite in (pair.split("/"), reversed(pair.split("/"))):
            if re.search(rf"\b{opposite}\b", sentence, re.I):
                continue
            for match in list(re.finditer(rf"(?<![\w-]){word}(?![\w-])", sentence))[:1]:
                yield sentence[: match.start()] + opposite + sentence[match.end() :]


def change_numbers(sentence: str) -> Iterator[str]:
    """Change one figure by a good deal."""
    for match in list(re.finditer(r"(?<![\w.,\[-])\d+(?:\.\d+)?(?![\w\]]|[.,]\d)", sentence))[:4]:
        text = match[0]
        if "." in text:
            whole, _, part = text.partition(".")
            changed = f"{(int(part) * 3 + 1) % 10 ** len(part):0{len(part)}d}"
            other = f"{int(whole) + 2}.{part}" if int(whole) else f"0.{changed}"
        else:
            other = str(int(text) + max(1, int(text) // 3))
        if other not in sentence:
            yield sentence[: match.start()] + other + sentence[match.end() :]


_AUXILIARY = re.compile(r"\b(?:was|were|is|are|has|have|had|can|should|will|did)\b(?!\s(?:not|no|never)\b)(?=\s[a-z])")
_DENIALS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\b(was|were|is|are|has|have|had|can|should|will|did|does|do|may|could|would)\snot\s"), r"\1 "),
    (re.compile(r"\bcannot\b"), "can"),
    (re.compile(r"\b([Nn])o\s(?=[a-z]+\s)"), lambda match: "A " if match[1] == "N" else "a "),
    (re.compile(r"\bwithout\b"), "with"),
    (re.compile(r"\bfail(?:s|ed)?\sto\s"), ""),
    (re.compile(r"\bneither\b([^.;]*?)\bnor\b"), r"both\1and"),
)


def change_negation(sentence: str) -> Iterator[str]:
    """Add a "not" after an auxiliary, or drop a denial."""
    dropped = False
    for pattern, instead in _DENIALS:
        for match in list(pattern.finditer(sentence))[:1]:
            dropped = True
            text = match.expand(instead) if isinstance(instead, str) else instead(match)
            yield sentence[: match.start()] + text + sentence[match.end() :]
    if not dropped:
        for match in list(_AUXILIARY.finditer(sentence))[:2]:
            yield f"{sentence[: match.end()]} not{sentence[match.end() :]}"


_LEAD_INS = (
    "The authors found that {}",
    "In this study, {}",
    "It was reported that {}",
    "The study reports that {}",
    "According to the authors, {}",
    "The results show that {}",
    "The abstract states that {}",
    "Notably, {}",
    "They observed that {}",
    "As the authors put it, {}",
    "The researchers note that {}",
    "This paper finds that {}",
)
_OPENS_LOW = re.compile(r"(?:The|A|An|In|We|Our|This|These|There|All|Most|Both|At|After|For|Of|It|Among|No|Patients)\b")


def add_lead_ins(sentence: str) -> Iterator[str]:
    """Put what reports before an unchanged sentence."""
    low = sentence[0].lower() + sentence[1:] if _OPENS_LOW.match(sentence) else sentence
    yield _LEAD_INS[len(sentence) % len(_LEAD_INS)].format(low)


def drop_parentheses(sentence: str) -> Iterator[str]:
    """Leave out what stands in brackets."""
    bare = re.sub(r"\s\([^()]*\)(?=[\s.,;])", "", sentence)
    if bare != sentence and "respectively" not in sentence and len(bare.split()) > 6:
        yield bare


_FIGURES = "two three four five six seven eight nine ten eleven twelve".split()


def rewrite_figures(sentence: str) -> Iterator[str]:
    """Write a number otherwise: in words, in figures, per cent for its sign."""
    for match in list(re.finditer(r"(?<![\w.,/=<>-])(?:[2-9]|1[0-2])(?=\s[a-z]{3})", sentence))[:1]:
        yield sentence[: match.start()] + _FIGURES[int(match[0]) - 2] + sentence[match.end() :]
    for match in list(re.finditer(rf"(?<![\w-])(?:{'|'.join(_FIGURES)})(?=\s[a-z]{{3}})", sentence))[:1]:
        yield sentence[: match.start()] + str(_FIGURES.index(match[0]) + 2) + sentence[match.end() :]
    if re.search(r"\d%", sentence):
        yield re.sub(r"(?<=\d)%", " percent", sentence)


_REPORTING = (
    (re.compile(r"^We (?=\w+ed\b|found|show)"), "The authors "),
    (re.compile(r"^Our "), "Their "),
    (re.compile(r"\bdid not\b"), "didn't"),
    (re.compile(r"\bshowed that\b"), "demonstrated that"),
    (re.compile(r"^(?:However|Moreover|Furthermore|In addition|Conversely|Therefore|Thus), (?=\w)"), ""),
)


def reword_reporting(sentence: str) -> Iterator[str]:
    """Say who reports otherwise, contract a "not", leave out what joins a sentence to the one before."""
    for pattern, instead in _REPORTING:
        for match in list(pattern.finditer(sentence))[:1]:
            rest = sentence[: match.start()] + instead + sentence[match.end() :]
            yield rest[:1].upper() + rest[1:]


FALSE_KINDS: dict[str, Mutator] = {
    "arms": swap_arms,
    "groups": swap_groups,
    "hedge": drop_hedges,
    "antonym": replace_antonyms,
    "number": change_numbers,
    "negation": change_negation,
}
TRUE_KINDS: dict[str, Mutator] = {
    "lead-in": add_lead_ins,
    "parenthesis": drop_parentheses,
    "figures": rewrite_figures,
    "reporting": reword_reporting,
}
