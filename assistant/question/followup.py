"""What "it" and "they" mean: a question that follows another takes the papers of the earlier answer with it."""

import re
from collections.abc import Sequence

from assistant.question.parse import PreviousTurn, Query, QuestionType, parse_question
from assistant.types import Turn
from store.filters import Filters
from store.index.snapshot import Snapshot

_POINTS_BACK = re.compile(
    r"^\s*(?:and|but|so|also|then|what about|how about|what else|why|why not|how so|how come|in (?:which|what) way)\b"
    r"|\b(?:it|its|they|them|their|theirs|this|these|those|he|she|his|her|him)\b"
    r"|\bthat\s+(?:paper|work|study|method|approach|model|result|one|dataset|data|framework|algorithm|library|benchmark)\b"
    r"|\bthe\s+(?:paper|authors?|method|approach|study|same|former|latter|first one|second one|results?|work)\s*[?.!]*$"
    r"|\bthe\s+(?:same|former|latter)\b",
    re.I,
)
_AMONG = re.compile(r"\b(?:of|among|from)\s+(?:them|these|those)\b", re.I)
_EXPLETIVE = re.compile(r"\bis\s+it\s+(?:possible|true|known|clear)\b|\bthis\s+library\b", re.I)
_GOES_ON = re.compile(
    r"^\s*(?:and|or|but|also|only|what about|how about)\b(?!.*\b(?:papers?|how|why|who|when|it)\b)", re.I
)
_YEARS = ("year_from", "year_to")


def find_previous_turn(question: str, history: Sequence[Turn]) -> PreviousTurn | None:
    """Find the last turn that cited papers, and what the question has to do with it; None where there is none."""
    answers = [turn.answer for turn in history if turn.answer and turn.answer.references]
    if not answers:
        return None
    last = answers[-1]
    return PreviousTurn(
        paper_ids=tuple(reference.paper_id for reference in last.references),
        searched=last.trace.searched,
        pointed=bool(_POINTS_BACK.search(_EXPLETIVE.sub(" ", question))),
        only=bool(_AMONG.search(question)),
    )


def resolve_follow_up(
    query: Query, history: Sequence[Turn], filters: Filters, view: Snapshot
) -> list[tuple[Query, PreviousTurn | None]]:
    """Understand a question as one about all papers, and about those of the earlier turn; the likelier comes first.

    Args:
        query: The question by itself.
        history: Earlier turns of the session.
        filters: What the caller restricts the answer to.
        view: What the library holds.

    Returns:
        Each way to understand it, with the turn to whose papers it is narrowed, None where it is not.
    """
    complete = complete_query(query, history, view)
    alone = complete.model_copy(update={"filters": complete.filters.intersect(filters)})
    earlier = find_previous_turn(query.question, history)
    if complete is not query or earlier is None:
        return [(alone, None)]
    narrowed = alone.filters.intersect(Filters(ids=earlier.paper_ids))
    carried = alone.model_copy(update={"filters": narrowed})
    if earlier.only:
        return [(carried, earlier)]
    return [(carried, earlier), (alone, None)] if earlier.pointed else [(alone, None), (carried, earlier)]


def complete_query(query: Query, history: Sequence[Turn], view: Snapshot) -> Query:
    """Complete a question that changes only the filters of the one before it ("and in 2021?", "what about Duchi?").

    Any other question, and one at the beginning, is given back as it is.
    """
    chain = [query]
    for turn in reversed(history):
        if not _has_only_filters(chain[-1]):
            break
        chain.append(parse_question(turn.question, view))
    complete = chain.pop()
    while chain:
        complete = _replace_filters(complete, chain.pop())
    return complete


def _has_only_filters(query: Query) -> bool:
    return bool(_GOES_ON.search(query.question)) and query.filters != Filters() and not query.topic


def _replace_filters(before: Query, now: Query) -> Query:
    """Ask the earlier question with the filters of a later one."""
    return now.model_copy(
        update={
            "kind": before.kind if before.kind is not QuestionType.FACT or before.topic else QuestionType.CATALOGUE,
            "topic": before.topic,
            "filters": override_filters(before.filters, now.filters),
            "oldest_first": before.oldest_first if now.oldest_first is None else now.oldest_first,
            "limit": before.limit if now.limit is None else now.limit,
        }
    )


def override_filters(before: Filters, now: Filters) -> Filters:
    """Put filters in place of earlier ones of the same kind; both ends of a span of years are of one kind."""
    fresh = {name: value for name, value in now if value != Filters.model_fields[name].default}
    if fresh.keys() & set(_YEARS):
        fresh |= {name: getattr(now, name) for name in _YEARS}
    return before.model_copy(update=fresh)
