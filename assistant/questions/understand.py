"""What a question asks for: papers or a fact, about which topic, by whom, from when."""

import re
from enum import StrEnum

from assistant.questions import patterns
from assistant.questions.people import find_people
from assistant.questions.years import find_years
from store.filters import Filters
from store.index.schema import terms
from store.index.snapshot import Snapshot
from store.paper import Frozen


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
    """

    question: str
    kind: Kind = Kind.FACT
    topic: str = ""
    filters: Filters = Filters()
    oldest_first: bool | None = None
    limit: int | None = None
    unknown: str = ""


def understand(question: str, view: Snapshot) -> Query:
    """Read a question against what the library holds; nothing is guessed."""
    people = find_people(question, view)
    listing = bool(patterns.LIST.search(question) or patterns.COUNT.search(question))
    years = find_years(people.rest)
    of_papers = listing or people.names or patterns.TIME.search(people.rest) or not _topic(years.rest)
    if years.plain and not of_papers:  # "in 2018" says when something happened, not when a paper appeared.
        years = years._replace(first=None, last=None, rest=people.rest)
    category, rest = _category(years.rest, view)
    code = bool(listing and patterns.CODE.search(rest))
    filters = Filters(
        author=people.names, year_from=years.first, year_to=years.last, category=category, has_code=code or None
    )
    order, limit = _order(rest), _limit(rest)
    for pattern in ([patterns.CODE] if code else []) + ([patterns.MANY] if limit else []):
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
    )


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
        code = next(group for group in match.groups() if group)
        if view.has_category(code):
            return (code,), text.replace(code, " ", 1)
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
    return " ".join(words) if terms(" ".join(words)) else ""
