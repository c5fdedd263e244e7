"""What a question asks for: papers or a fact, about which topic, by whom, from when."""

import re
from enum import StrEnum

from assistant.question import patterns
from assistant.question.authors import People, find_people
from assistant.question.years import Years, find_years
from store.filters import Filters
from store.index.schema import terms
from store.index.snapshot import Snapshot
from store.paper import Frozen

# A longer question is cut: the rest would only drown what is asked.
MAX_QUESTION = 2000


class Kind(StrEnum):
    """What an answer to a question looks like.

    FACT: the sentences that say it. PAPERS: one line for each paper about a topic. CATALOGUE: one line for each
    paper with certain authors, years or categories. COUNT: how many of them. RECORD: who wrote a paper, and when.
    """

    FACT = "fact"
    PAPERS = "papers"
    CATALOGUE = "catalogue"
    COUNT = "count"
    RECORD = "record"


class Query(Frozen):
    """A question, understood.

    ``topic`` is what to search for: the question without its filters and its frame. ``filters`` hold what was
    recognised. ``limit`` is how many papers were asked for ("the three earliest papers"), ``oldest_first`` in which
    order; None where the question says neither. ``unknown`` names an author whom the library does not hold.
    ``names_author`` says that an author among the filters was recognised in the question.
    """

    question: str
    kind: Kind = Kind.FACT
    topic: str = ""
    filters: Filters = Filters()
    oldest_first: bool | None = None
    limit: int | None = None
    unknown: str = ""
    names_author: bool = False


def understand(question: str, view: Snapshot) -> Query:
    """Read the first ``MAX_QUESTION`` characters of a question against what the library holds; nothing is guessed."""
    question = question[:MAX_QUESTION]
    people = find_people(question, view)
    listing = bool(patterns.LIST.search(question) or patterns.COUNT.search(question))
    years = _years(people, listing, view)
    category, rest = _category(years.rest, view)
    code = bool(listing and patterns.CODE.search(rest))
    filters = Filters(
        author=people.names, year_from=years.first, year_to=years.last, category=category, has_code=code or None
    )
    order = _order(rest)
    limit = _limit(rest) if order is not None else None
    for pattern in (patterns.COUNT, *([patterns.CODE] if code else []), *([patterns.MANY] if limit else [])):
        rest = pattern.sub(" ", rest)
    topic = _topic(rest)
    return Query(
        question=question,
        kind=_kind(question, filters, topic, order is not None, listing),
        topic=topic,
        filters=filters,
        oldest_first=order,
        limit=limit,
        unknown=people.unknown,
        names_author=bool(people.names),
    )


def _years(people: People, listing: bool, view: Snapshot) -> Years:
    """The years of the papers, and not those in which something happened ("in 2018") or of a name ("ImageNet 2012")."""
    years = find_years(people.rest)
    of_papers = listing or people.names or patterns.TIME.search(people.rest) or not _topic(years.rest)
    if years.plain and (not of_papers or (years.named and years.first not in view.years())):
        return Years(None, None, people.rest)
    return years


def _kind(question: str, filters: Filters, topic: str, ordered: bool, listing: bool) -> Kind:
    if patterns.COUNT.search(question):
        return Kind.COUNT
    if patterns.RECORD.search(question):
        return Kind.RECORD
    if (filters != Filters() or ordered or listing) and not topic:
        return Kind.CATALOGUE
    return Kind.PAPERS if listing or ordered or filters.author else Kind.FACT


def _category(text: str, view: Snapshot) -> tuple[tuple[str, ...], str]:
    for match in patterns.CATEGORY.finditer(text):
        start, end = match.span(match.lastindex or 0)
        words = re.split(r"([\w.-]+)", text[start:end])
        codes = [word for word in words if view.has_category(word)]
        if codes:
            left = " ".join(word for word in words if word not in codes)
            return tuple(dict.fromkeys(codes)), f"{text[:start]} {left} {text[end:]}"
    return (), text


def _order(text: str) -> bool | None:
    if patterns.OLDEST.search(text):
        return True
    return False if patterns.NEWEST.search(text) else None


def _limit(text: str) -> int | None:
    match = patterns.MANY.search(text)
    if match:
        word = next(group for group in match.groups() if group).lower()
        return patterns.NUMBERS.get(word) or int(word)
    return 1 if patterns.ONE.search(text) else None


def _topic(text: str) -> str:
    """The words of a question that are left to search for; "" where every word is of the question itself."""
    words = [word for word in re.findall(r"\w(?:[\w'’./+-]*\w)?", text) if word.lower() not in patterns.FRAME]
    telling = [i for i, word in enumerate(words) if terms(word)]
    return " ".join(words[telling[0] : telling[-1] + 1]) if telling else ""
