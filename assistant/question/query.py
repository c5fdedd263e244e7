"""The typed query: what a question asks for, about which papers, in which order and form.

``assistant.question.parse`` makes one of a question, retrieval answers it, and every door shows it in one line.
"""

from collections.abc import Sequence
from enum import StrEnum

from assistant.question.description import describe_conditions
from store.filters import Filters
from store.paper import Frozen

# A longer question is cut: the rest would only drown what is asked. In characters; chosen by hand, not measured.
MAX_QUESTION = 2000


class Intent(StrEnum):
    """What an answer to a question looks like.

    FACT: the sentences that say it. PAPERS: papers about a topic, by relevance. MENTIONS: the papers in which words
    stand. CATALOGUE: papers by their filters alone. COUNT: how many they are. RECORD: who wrote a paper, when, where.
    COMPARE: two things side by side. OVERVIEW: what the library is about. AUTHORS, VENUES, YEARS and KEYWORDS: which
    there are, how many, how often. SHOW: a paper, its BibTeX entry or its link. PROFILE: the figures of an author.
    """

    FACT = "fact"
    PAPERS = "papers"
    MENTIONS = "mentions"
    CATALOGUE = "catalogue"
    COUNT = "count"
    RECORD = "record"
    COMPARE = "compare"
    OVERVIEW = "overview"
    AUTHORS = "authors"
    VENUES = "venues"
    YEARS = "years"
    KEYWORDS = "keywords"
    SHOW = "show"
    PROFILE = "profile"


class Order(StrEnum):
    """In which order papers come; RELEVANCE where a question does not say (papers by filters alone: newest first)."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    MOST_CITED = "most cited"


class Form(StrEnum):
    """In which form an answer is asked for; SENTENCE where a question does not say."""

    SENTENCE = "sentence"
    LIST = "list"
    COUNT = "count"
    TABLE = "table"
    BIBTEX = "bibtex"
    LINK = "link"


class PreviousTurn(Frozen):
    """What an earlier turn leaves for the next: its papers, best first, and what was searched for.

    ``pointed`` says that the question points back ("it", "those papers"); otherwise the papers are only where to
    look when the question finds nothing by itself ("How many experts helped?"). ``only`` says that no others are meant
    ("which of them").
    """

    paper_ids: tuple[str, ...] = ()
    searched: str = ""
    pointed: bool = False
    only: bool = False


class Query(Frozen):
    """A question, understood.

    ``topic`` is what to search for: the question without its filters and its frame. ``filters`` hold what was
    recognised. ``names_author`` says that an author among the filters was recognised in the question.

    ``wanted`` is what of a paper is asked for: the role of a sentence (``background``, ``aim``, ``method``, ``result``,
    ``conclusion``, ``limitation``, ``availability``) or a detail (``data``, ``authors``, ``first author``,
    ``last author``, ``date``, ``venue``, ``abstract``, ``summary``); "" where the question leaves it open.

    ``limit`` is how many papers, or points of an answer, were asked for ("the three earliest papers", "in 3 bullet
    points"), None where the question does not say.
    ``exact`` are what the papers of MENTIONS have to mention: one of these, each of one or more words, ``sides`` the
    two things of COMPARE. ``refers`` is what of the conversation is pointed at, in the words of the question ("the
    second one").

    ``conditions`` are the filters of the question itself in words, each of which can be ignored when it is asked again.
    ``unused`` are phrases that were seen and not understood, as they stand in the question; ``corrections`` pairs of a
    word as typed and as it was read. ``unknown`` names an author whom the library does not hold.
    """

    question: str
    intent: Intent = Intent.FACT
    topic: str = ""
    filters: Filters = Filters()
    wanted: str = ""
    order: Order = Order.RELEVANCE
    limit: int | None = None
    form: Form = Form.SENTENCE
    exact: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    refers: str = ""
    conditions: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    corrections: tuple[tuple[str, str], ...] = ()
    unknown: str = ""
    names_author: bool = False

    def text_to_search(self, earlier: PreviousTurn | None = None) -> str:
        """What to search for: the topic; with that of the earlier turn where a fact is asked of its papers."""
        if earlier is None or self.intent not in (Intent.FACT, Intent.RECORD):
            return self.topic
        return f"{self.topic} {earlier.searched}".strip()[:MAX_QUESTION]

    def describe(self) -> str:
        """Describe how the question was understood in one line."""
        return describe_query(self)

    def describe_search(self) -> str:
        """Describe which papers are looked for, whatever is asked of them."""
        papers = {"intent": Intent.PAPERS, "wanted": ""}
        return describe_query(self.model_copy(update=papers) if self.intent is Intent.FACT else self)

    def note(self) -> list[str]:
        """Note what was read otherwise than it was typed, and what was not used."""
        return note_query(self)


_ORDERS = {Order.NEWEST: "newest first", Order.OLDEST: "oldest first", Order.MOST_CITED: "most cited first"}
_LIST = (Intent.CATALOGUE,)


def describe_query(query: Query) -> str:
    """Describe how a question was understood in one line: "papers · 2019 or later · not by Zhang · about: transfer"."""
    intent = "papers" if query.intent in _LIST else query.intent.value
    conditions = describe_conditions(_leave_to_sides(query.filters, query.sides))
    parts = [f"{intent}: {query.wanted}" if query.wanted else intent, *conditions]
    parts += [f"by {query.unknown}, of whom nothing is here"] if query.unknown else []
    parts += [_ORDERS[query.order]] if query.order in _ORDERS else []
    parts += [f"at most {query.limit}"] if query.limit else []
    parts += [f"with the words: {' or '.join(query.exact)}"] if query.exact else []
    if query.sides:
        parts.append(" against ".join(map(_cut_side, query.sides)))
    elif query.topic and not query.exact:
        parts.append(f"about: {query.topic}")
    parts += [f"as {query.form.value}"] if query.form in (Form.TABLE, Form.BIBTEX, Form.LINK) else []
    parts += [f"of: {query.refers}"] if query.refers else []
    return " · ".join(parts)


# Characters of a side of a comparison in the line that says how a question was read. Chosen by hand.
_SIDE_SHOWN = 50


def _cut_side(side: str) -> str:
    return side if len(side) <= _SIDE_SHOWN else f"{side[: _SIDE_SHOWN - 1].rstrip()}…"


def _is_named(filters: Filters, named: str) -> bool:
    return bool(filters.author) and all(author.lower() in named for author in filters.author)


def _leave_to_sides(filters: Filters, sides: Sequence[str]) -> Filters:
    """Leave out the authors and years that name one side of a comparison: they hold for it alone."""
    named = " ".join(sides).lower()
    years = (filters.year_from, filters.year_to, *filters.years)
    if named and any(year is not None and str(year) in named for year in years):
        filters = filters.model_copy(update={"year_from": None, "year_to": None, "years": ()})
    if named and filters.either and all(_is_named(alternative, named) for alternative in filters.either):
        filters = filters.model_copy(update={"either": ()})
    others = tuple(author for author in filters.author if author.lower() not in named)
    return filters.model_copy(update={"author": others})


def note_query(query: Query) -> list[str]:
    """Note what of a question was read otherwise than it was typed, and what was not used."""
    notes = [f"Read “{meant}” for “{typed}”" for typed, meant in query.corrections]
    return notes + [f"I did not use: “{phrase}”" for phrase in query.unused]
