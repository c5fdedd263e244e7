"""How the conditions of a question go together: what negates them, joins them, and sets them against each other.

What stands between two conditions is read word by word. A negation reaches the condition behind it over words that only
lead to it ("not written by …"), and goes on along a list. Conditions of one field that "and", "or" or commas join are
one list. What cannot be read so is not used, and said: a condition is never taken without the negation beside it.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.question.condition import (
    GLUE,
    HEDGES,
    NEGATED_BEHIND,
    NEGATION,
    PAPERS,
    QUALIFIERS,
    Condition,
    split_words,
)
from store.filters import Filters
from store.text.patterns import compile_lazily

_OR = frozenset(("or", "nor"))
_JOINING = frozenset(
    "and or nor but either both neither plus well together also with jointly alone yet vs versus".split()
)
# Fields of which a paper has one value: "in Nature and PeerJ" asks for the papers of both.
_ONE_VALUE = frozenset(
    ("date", "category", "venue", "kind", "language", "first_author", "last_author", "collection", "single_author")
)
# What makes something else of a name than the author of the papers asked for.
_ABOUT_NAME = compile_lazily(
    r"\b(?:cited\s+by|citing|cites?|cite|inspired\s+by|based\s+on|like|similar\s+to|unlike)\s+$", re.I
)


class Composition(NamedTuple):
    """What the conditions of a question say together, and what of them could not be used.

    Attributes:
        filters: What they say.
        used: Stretches of the question that are read, from start to end.
        unused: Stretches that are not used, though they say something of which papers are meant.
        corrections: Names that were misspelt, each with what it was read as.
        fields: What the conditions are about ("author", "year"), for what is corrected and shown.
    """

    filters: Filters
    used: tuple[tuple[int, int], ...] = ()
    unused: tuple[tuple[int, int], ...] = ()
    corrections: tuple[tuple[str, str], ...] = ()
    fields: frozenset[str] = frozenset()


class _Link(NamedTuple):
    """A condition, and how it hangs on the one before it.

    ``joined`` says by what: "and", "or", "," or "" where by nothing. ``start`` and ``end`` are those of the condition
    with what negates it, ``clear`` says that all of that was understood.
    """

    condition: Condition
    negated: bool
    joined: str
    start: int
    end: int
    clear: bool


def select_conditions(conditions: Sequence[Condition]) -> list[Condition]:
    """Of conditions that overlap keep the longest, in the order of the question."""
    chosen: list[Condition] = []
    for condition in sorted(conditions, key=lambda condition: (condition.start - condition.end, condition.start)):
        if all(
            condition.end <= kept_condition.start or kept_condition.end <= condition.start for kept_condition in chosen
        ):
            chosen.append(condition)
    return sorted(chosen, key=lambda condition: condition.start)


def compose_conditions(question: str, conditions: Sequence[Condition]) -> Composition:
    """Put the conditions of a question together.

    Args:
        question: The question.
        conditions: In order, none over another.
    """
    links = _doubt_links(question, _link_conditions(question, conditions))
    unused = [(link.start, link.end) for link in links if not link.clear]
    groups = _group_links([link for link in links if link.clear])
    filters, left = _combine_groups(groups)
    unused += [(group[0].start, group[-1].end) for group in left]
    used = [(link.start, link.end) for link in links]
    return Composition(
        filters,
        tuple(used),
        tuple(sorted(unused)),
        tuple(pair for link in links if link.clear for pair in link.condition.corrected),
        frozenset(link.condition.field for link in links if link.clear),
    )


# "… that Zhang did not write": the negation stands behind the name.
_DID_NOT = compile_lazily(
    r"\s+(?:did|does|do|has|have|had|was|were|is|are)(?:\s+not|n['’]t|\s+never)\s+(?:been\s+|yet\s+|ever\s+)*"
    r"(?:write|written|author\w*|co-?author\w*|publish\w*|contribut\w*|involved|part|among|(?:an?\s+|the\s+)?(?:co-?)?authors?)\b(?:\s+to|\s+in|\s+of)?",
    re.I,
)
# "… that Zhang had no part in".
_NO_PART = compile_lazily(r"\s+(?:had|has|have|took|takes|played|plays)\s+no\s+(?:part|role|hand|share)\s+in\b", re.I)


def _match_behind(question: str, condition: Condition) -> re.Match[str] | None:
    """Match what negates a condition behind it."""
    rest = question[condition.end :]
    of_person = (_DID_NOT, _NO_PART) if condition.field == "author" else ()
    return next((match for pattern in (NEGATED_BEHIND, *of_person) if (match := pattern.match(rest))), None)


def _find_end(question: str, condition: Condition) -> int:
    behind = _match_behind(question, condition)
    return condition.end + behind.end() if behind else condition.end


def _link_conditions(question: str, conditions: Sequence[Condition]) -> list[_Link]:
    links: list[_Link] = []
    place = 0
    for condition in conditions:
        link = _link_condition(question, place, condition, links[-1] if links else None)
        links.append(link)
        place = _find_end(question, condition)
    return links


def _link_condition(question: str, place: int, condition: Condition, before: _Link | None) -> _Link:
    """Read what stands between two conditions."""
    gap = question[place : condition.start]
    joined = _read_joint(gap) if before else ""
    signs = [sign for sign in NEGATION.finditer(gap) if not _is_part_of_topic(gap, sign)]
    negated, start, clear = condition.negated, condition.start, True
    reached = False
    for sign in reversed(signs):
        between = split_words(gap[sign.end() : start - place])
        if not all(word in GLUE or word in _JOINING for word in between):
            clear = clear and not (QUALIFIERS & set(between) and len(between) <= _NEAR)
            if not clear:
                start = place + sign.start()
            break
        if reached and not _is_double(gap, sign):
            break
        negated = not negated if not reached or _is_double(gap, sign) else negated
        reached, start = True, place + sign.start()
    if clear and not reached and before and joined and before.negated and _goes_on(before, condition, joined, gap):
        negated = not condition.negated
    if _match_behind(question, condition):
        negated = not negated
    hedge = next((m for m in re.finditer(r"[^\W\d_]+", gap) if m[0].lower() in HEDGES), None)
    if hedge and all(word in GLUE for word in split_words(gap[hedge.end() :])):
        clear, start = False, place + hedge.start()
    if condition.field == "vague" or _ABOUT_NAME.search(question[: condition.start]):
        clear = False
        about = _ABOUT_NAME.search(question[: condition.start])
        start = about.start() if about else start
    return _Link(condition, negated, joined, start, _find_end(question, condition), clear)


_PRONOUN = compile_lazily(r"\b(?P<word>[^\W\d_]+)\s+(?:(?P<those>those|ones|these)\b[\w\s]{0,20}|of\s+)$", re.I)


def _doubt_links(question: str, links: Sequence[_Link]) -> list[_Link]:
    """Doubt a condition that has a negation behind it, or before it a word that sets it apart in a way unknown here."""
    checked: list[_Link] = []
    for n, link in enumerate(links):
        following = links[n + 1].start if n + 1 < len(links) else len(question)
        behind = question[link.end : following]
        sign = NEGATION.search(behind)
        if link.clear and sign and not _is_part_of_topic(behind, sign):
            between, rest = split_words(behind[: sign.start()]), split_words(behind[sign.end() :])
            if all(w in GLUE or w in QUALIFIERS for w in between) and all(w in GLUE or w in QUALIFIERS for w in rest):
                link = link._replace(clear=False, end=following)
        if link.clear and _is_subject(question, link) and _find_verb_negation(behind):
            link = link._replace(clear=False, end=following)
        before = question[links[n - 1].end if n else 0 : link.start]
        if link.clear and n and _is_joined_strangely(before, links[n - 1], link):
            checked[-1] = checked[-1]._replace(clear=False, end=link.start)
            link = link._replace(clear=False)
        if n and link.condition.field == "single_author" and links[n - 1].negated and not before.strip():
            checked[-1] = checked[-1]._replace(clear=False, end=link.end)  # "not by Zhang alone": perhaps with others.
            link = link._replace(clear=False, start=checked[-1].start)
        if link.clear and not link.joined and link.start == link.condition.start:
            lead = re.match(r"(?:of|in|from)\s+", question[link.start :])
            start = _find_strange(before + (lead[0] if lead else ""))
            either = re.search(r"\beither\b", before)
            joined = any(later.joined == "or" for later in links[n + 1 :])
            start = either.start() if either and not joined else start
            if start is not None:
                link = link._replace(clear=False, start=link.start - len(before) + start)
        checked.append(link)
    return checked


def _is_subject(question: str, link: _Link) -> bool:
    """Return whether an author is who does something ("that Zhang took no part in"), not by whom papers are."""
    led = re.search(
        r"(?:\b(?:by|with|of|from|and|or|not|nor|but|than|except|without)|[,&])\s*$", question[: link.start], re.I
    )
    return link.condition.field == "author" and led is None


def _find_verb_negation(behind: str) -> bool:
    """Return whether a clause goes on with a verb that is negated."""
    sign = NEGATION.search(behind)
    near = sign is not None and 0 < len(split_words(behind[: sign.start()])) <= 2
    return near and sign is not None and not _is_part_of_topic(behind, sign) and "," not in behind[: sign.start()]


def _is_joined_strangely(gap: str, before: _Link, link: _Link) -> bool:
    """Return whether one unknown word stands between two conditions of a field: "Zhang xor Müller"."""
    words = split_words(gap)
    same = before.condition.field == link.condition.field != "date"
    return same and len(words) == 1 and not set(words) & (GLUE | _JOINING | {"or", "and", "et", "al"})


def _find_strange(before: str) -> int | None:
    """Find a word that sets a condition apart in a way unknown here: "papers bar those of 2019"."""
    strange = _PRONOUN.search(before)
    if strange is None or {strange["word"].lower()} & (GLUE | _JOINING | _LEADING):
        return None
    head = re.search(rf"{PAPERS}\s+(?:(?!on\b|about\b|that\b|which\b)\w+\s+)?$", before[: strange.start("word")], re.I)
    return strange.start("word") if head or strange["those"] else None


# Words that lead to a condition beside those that may stand anywhere.
_LEADING = frozenset("on about only including include like mostly especially namely e.g i.e dating".split())


# Words between "not" and a condition that still make one phrase of them. Chosen by hand.
_NEAR = 4
_TOPIC_BEHIND = compile_lazily(
    r"^\s*(?:about|on|using|related|concerning|regarding|dealing|mention\w*|involv\w*)\b", re.I
)


def _is_part_of_topic(gap: str, sign: re.Match[str]) -> bool:
    """Return whether a negation is that of a topic: "not about fairness"."""
    return _TOPIC_BEHIND.match(gap[sign.end() :]) is not None


def _is_double(gap: str, sign: re.Match[str]) -> bool:
    """Return whether a negation negates the one behind it ("not without"), and is not said twice ("nor … not")."""
    behind = NEGATION.search(gap, sign.end())
    return behind is not None and behind[0].lower() in ("without", "lacking", "missing") and sign[0].lower() != "but"


def _read_joint(gap: str) -> str:
    """Read how a condition is joined to the one before it; "" where other words stand between them."""
    words = split_words(NEGATION.sub(" ", gap))
    negations = {word for sign in NEGATION.finditer(gap) for word in split_words(sign[0])}
    if not all(word in GLUE or word in _JOINING or word in ("as", "et", "al") for word in words):
        return ""
    if {"either", "neither", "both"} & (set(words) | negations) and not {"and", "or", "nor", "but"} & {
        *words,
        *negations,
    }:
        return "," if re.match(r"\s*,", gap) else ""  # They open a list.
    if _OR & (set(words) | negations):
        return "or"
    if re.search(r"\band\s+(?:also\s+)?(?:the\s+)?(?:those|ones)\b|\bplus\s+(?:those|the\s+ones)\b", gap, re.I):
        return "or"  # "papers by A, and also those by B": of either.
    if {"and", "plus", "well", "together", "both", "also", "with", "jointly", "vs", "versus"} & set(
        words
    ) or "&" in gap:
        return "and"
    if "but" in words or "yet" in words:
        return "but"
    return "," if re.fullmatch(r"\s*[,/]\s*(?:\w+\s*)?", gap) else ""


def _goes_on(before: _Link, condition: Condition, joined: str, gap: str) -> bool:
    """Return whether a negation reaches the next condition of a list: "not by A or B"."""
    if joined == "but":
        return False
    if before.condition.field == condition.field:
        return not re.search(r"\bbut\b", gap, re.I)
    return joined == "or"


def _group_links(links: Sequence[_Link]) -> list[list[_Link]]:
    """Put conditions of one field that are joined into lists."""
    groups: list[list[_Link]] = []
    for link in links:
        last = groups[-1][-1] if groups else None
        same = last is not None and last.condition.field == link.condition.field and last.negated == link.negated
        if last is not None and same and link.joined in ("and", "or", ","):
            groups[-1].append(link)
        else:
            groups.append([link])
    return groups


def _combine_groups(groups: Sequence[list[_Link]]) -> tuple[Filters, list[list[_Link]]]:
    """Let all groups hold, those that "or" joins one of both; returns those that cannot be read, too."""
    combined = [_combine_list(group) for group in groups]
    alternatives = [n for n, group in enumerate(groups) if n and group[0].joined == "or" and not group[0].negated]
    left: list[list[_Link]] = []
    if alternatives == [1] and len(groups) == 2 and not groups[0][0].negated:
        return Filters(either=tuple(combined)), []
    if pairs := _pair_groups(groups, combined, alternatives):
        return pairs, []
    filters = Filters()
    for n, (group, condition) in enumerate(zip(groups, combined, strict=True)):
        if n in alternatives:  # Nobody can say what belongs to either side.
            left.append(group)
        else:
            filters = filters.intersect(condition)
    first, last = filters.year_from, filters.year_to
    if not alternatives and first is not None and last is not None and first > last:
        # "Kawada 2002 and Elman 2003": no paper is of both years, so each name goes with its own.
        joined = [n for n, group in enumerate(groups) if n and group[0].joined in ("and", ",")]
        if pairs := _pair_groups(groups, combined, joined):
            return pairs, []
    return filters, left


def _pair_groups(
    groups: Sequence[list[_Link]], combined: Sequence[Filters], alternatives: Sequence[int]
) -> Filters | None:
    """Join alternatives that say the same kinds of things: "Zhang in 2018 or Müller in 2020"; None where they do not.

    What is shut out behind the last of them holds for all.
    """
    end = len(groups)
    while end and groups[end - 1][0].negated:
        end -= 1
    starts = [0, *alternatives]
    parts = [range(start, following) for start, following in zip(starts, [*alternatives, end], strict=True)]
    fields = [sorted(groups[n][0].condition.field for n in part) for part in parts]
    if not alternatives or len(fields[0]) < 2 or any(part != fields[0] for part in fields):
        return None
    if any(groups[n][0].negated for n in range(end)):
        return None
    either = []
    for part in parts:
        filters = Filters()
        for n in part:
            filters = filters.intersect(combined[n])
        either.append(filters)
    joined = Filters(either=tuple(either))
    for filters in combined[end:]:
        joined = joined.intersect(filters)
    return joined


def _combine_list(group: Sequence[_Link]) -> Filters:
    """Make the filters of a list of conditions of one field."""
    conditions = [link.condition for link in group]
    field, joint = conditions[0].field, next((link.joined for link in group[:0:-1] if link.joined != ","), "and")
    if group[0].negated:
        filters = Filters()
        for condition in conditions:
            if condition.opposite is not None and (len(conditions) == 1 or field != "date"):
                filters = filters.intersect(condition.opposite)
            else:
                filters = filters.intersect(Filters(without=(condition.filters,)))
        return filters
    if len(conditions) == 1:
        return conditions[0].filters
    if field == "date":
        return _combine_dates([condition.filters for condition in conditions], joint)
    if field in _ONE_VALUE and field != "single_author":
        values = dict.fromkeys(value for condition in conditions for value in getattr(condition.filters, field))
        return Filters.model_validate({field: tuple(values)})
    if joint == "or":
        return Filters(either=tuple(dict.fromkeys(condition.filters for condition in conditions)))
    filters = Filters()
    for condition in conditions:
        filters = filters.intersect(condition.filters)
    return filters


def _combine_dates(dates: Sequence[Filters], joint: str) -> Filters:
    """Make a list of years, a span of two ends, or alternatives of times."""
    single = [
        period.year_from for period in dates if period.year_from is not None and period.year_from == period.year_to
    ]
    if len(single) == len(dates):
        return Filters(years=tuple(dict.fromkeys(single)))
    opening = any(period.year_to is None and period.date_to is None for period in dates)
    closing = any(period.year_from is None and period.date_from is None for period in dates)
    if opening and closing and joint != "or":
        filters = Filters()
        for period in dates:
            filters = filters.intersect(period)
        return filters
    return Filters(either=tuple(dict.fromkeys(dates)))
