"""What a question means behind earlier ones: one that only changes conditions completes the one before it."""

import re
from collections.abc import Sequence
from datetime import date

from assistant.question.condition import NEGATION
from assistant.question.parse import parse_question
from assistant.question.query import Intent, Order, Query
from assistant.types import Turn
from store.filters import Filters
from store.index.snapshot import Snapshot

_GOES_ON = re.compile(
    r"^\s*(?:and|or|but|also|only|just|what about|how about)\b(?!.*\b(?:papers?|how|why|who|when|it)\b)"
    r"|^\s*(?:in|by|from|since|before|after|until|with|without|not)\s+(?!\S+\s+(?:papers?|which|what|how|who)\b)(?:\S+\s*){1,5}$",
    re.I,
)
# What only says which papers are not meant.
_SHUTS_OUT = re.compile(
    rf"^\s*(?:(?:and|or|but|also|just|please)\s+)*(?={NEGATION.pattern})(?!no\b|not\s+only\b|none\b)(?!.*\?\s*\w)",
    re.I,
)
_WHAT_ABOUT = re.compile(r"^\s*(?:and\s+)?(?:what|how)\s+about\b", re.I)
_SPANS_OF_TIME = ("year_from", "year_to", "years", "date_from", "date_to")


class EarlierTurns:
    """Earlier turns, and how a question is understood behind them.

    Args:
        turns: The turns, in their order.
        view: What the library holds.
        filters: What the caller restricts the answer to.
        today: What "the last five years" counts back from.
        ignore: Conditions of the question that do not count, as ``Query.conditions`` says them.
    """

    def __init__(
        self, turns: Sequence[Turn], view: Snapshot, filters: Filters, today: date | None, ignore: Sequence[str]
    ) -> None:
        self.turns = turns
        self.view = view
        self._filters = filters
        self._today = today
        self._ignore = ignore

    def parse(self, question: str) -> Query:
        """Parse a question by its own words."""
        return _parse(question, self.view, self._today, self._ignore)

    def complete(self, query: Query) -> Query:
        """Complete a question that changes only the filters of the one before it."""
        return complete_query(query, self.turns, self.view, self._today)

    def restrict(self, filters: Filters) -> Filters:
        """Restrict to what the caller allows; a question that speaks of retracted papers has the say on these."""
        within = self._filters if filters.retracted is None else self._filters.model_copy(update={"retracted": None})
        return filters.intersect(within)

    def understand_last(self) -> Query:
        """Understand the last turn, with what those before it say of it."""
        return self.understand(len(self.turns))

    def understand(self, length: int) -> Query:
        """Understand the last of the first ``length`` turns, with what those before it say of it."""
        turns = self.turns[:length]
        if not turns:
            return Query(question="")
        *before, last = turns
        return complete_query(_parse(last.question, self.view, self._today), before, self.view, self._today)


def complete_query(query: Query, history: Sequence[Turn], view: Snapshot, today: date | None = None) -> Query:
    """Complete a question that changes only the filters of the one before it ("and in 2021?", "what about Duchi?").

    Any other question, and one at the beginning, is given back as it is.
    """
    chain = [query]
    for turn in reversed(history):
        if not has_only_filters(chain[-1]):
            break
        chain.append(_parse(turn.question, view, today))
    complete = chain.pop()
    while chain:
        complete = _replace_filters(complete, chain.pop())
    return complete


def _parse(question: str, view: Snapshot, today: date | None, ignore: Sequence[str] = ()) -> Query:
    """Parse a question of a conversation, in which "what about 2020?" goes on and says nothing of a topic or a time."""
    typed = _WHAT_ABOUT.sub("and", question)
    if shut_out := _SHUTS_OUT.match(typed):  # "and without simulation"
        typed = f"papers {typed[shut_out.end() :]}"
    query = parse_question(typed, view, today, ignore)
    return query.model_copy(update={"question": question})


def has_only_filters(query: Query) -> bool:
    """Tell whether a question only goes on with other conditions ("and in 2019?")."""
    return bool(_GOES_ON.search(query.question)) and query.filters != Filters() and not query.topic


def _replace_filters(before: Query, now: Query) -> Query:
    """Ask the earlier question with the filters of a later one."""
    keeps = before.intent is not Intent.FACT or before.topic
    return before.model_copy(
        update={
            "question": now.question,
            "intent": before.intent if keeps else Intent.CATALOGUE,
            "filters": override_filters(before.filters, now.filters),
            "order": before.order if now.order is Order.RELEVANCE else now.order,
            "limit": before.limit if now.limit is None else now.limit,
            "names_author": before.names_author or now.names_author,
            "conditions": now.conditions,
            "unused": now.unused,
            "corrections": now.corrections,
            "unknown": now.unknown,
        }
    )


def override_filters(before: Filters, now: Filters) -> Filters:
    """Put filters in place of earlier ones of the same kind; all conditions of time are of one kind.

    What is not wanted is added to what was not wanted before.
    """
    fresh = {name: value for name, value in now if value != Filters.model_fields[name].default}
    if now.without:  # What was shut out before stays out.
        fresh["without"] = tuple(dict.fromkeys((*before.without, *now.without)))
    if fresh.keys() & set(_SPANS_OF_TIME):
        fresh |= {name: getattr(now, name) for name in _SPANS_OF_TIME}
    return before.model_copy(update=fresh)
