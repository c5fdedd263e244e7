"""What "it" and "they" mean: a question that follows another takes the papers of the earlier answer with it."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.question.filters import both, changed
from assistant.question.parse import MAX_QUESTION, Kind, Query, understand
from assistant.types import Turn
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.paper import Frozen

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


class Context(Frozen):
    """What an earlier turn leaves for the next: its papers, best first, and what was searched for.

    ``pointed`` says that the question points back ("it", "those papers"); otherwise the papers are only where to
    look when the question finds nothing by itself ("How many experts helped?"). ``only`` says that no others are meant
    ("which of them").
    """

    paper_ids: tuple[str, ...] = ()
    searched: str = ""
    pointed: bool = False
    only: bool = False


class Interpretation(NamedTuple):
    """A way to understand a question; ``earlier`` is the turn to whose papers it is narrowed."""

    query: Query
    earlier: Context | None = None


def interpret(question: str, history: Sequence[Turn], filters: Filters, view: Snapshot) -> list[Interpretation]:
    """Understand a question as one about all papers, and about those of the earlier turn; the likelier comes first.

    Args:
        question: One line of clean text.
        history: Earlier turns of the session.
        filters: What the caller restricts the answer to.
        view: What the library holds.
    """
    query = understand(question, view)
    whole = completed(query, history, view)
    alone = Interpretation(whole.model_copy(update={"filters": both(whole.filters, filters)}))
    earlier = context(query.question, history)
    if whole is not query or not earlier.paper_ids:
        return [alone]
    narrowed = both(alone.query.filters, Filters(ids=earlier.paper_ids))
    carried = Interpretation(alone.query.model_copy(update={"filters": narrowed}), earlier)
    if earlier.only:
        return [carried]
    return [carried, alone] if earlier.pointed else [alone, carried]


def context(question: str, history: Sequence[Turn]) -> Context:
    """What the session's earlier turns say of a question; empty at its beginning."""
    answers = [turn.answer for turn in history if turn.answer and turn.answer.references]
    if not answers:
        return Context()
    last = answers[-1]
    return Context(
        paper_ids=tuple(reference.paper_id for reference in last.references),
        searched=last.trace.searched,
        pointed=bool(_POINTS_BACK.search(_EXPLETIVE.sub(" ", question))),
        only=bool(_AMONG.search(question)),
    )


def searched(query: Query, earlier: Context | None) -> str:
    """What to search for: the topic; with that of the earlier turn where a fact is asked of its papers."""
    if earlier is None or query.kind not in (Kind.FACT, Kind.RECORD):
        return query.topic
    return f"{query.topic} {earlier.searched}".strip()[:MAX_QUESTION]


def completed(query: Query, history: Sequence[Turn], view: Snapshot) -> Query:
    """A question that changes only the conditions of the one before it ("and in 2021?", "what about Duchi?"), in full.

    Any other question, and one at the beginning, is given back as it is.
    """
    chain = [query]
    for turn in reversed(history):
        if not _only_conditions(chain[-1]):
            break
        chain.append(understand(turn.question, view))
    whole = chain.pop()
    while chain:
        whole = _with_conditions(whole, chain.pop())
    return whole


def _only_conditions(query: Query) -> bool:
    return bool(_GOES_ON.search(query.question)) and query.filters != Filters() and not query.topic


def _with_conditions(before: Query, now: Query) -> Query:
    kind = before.kind if before.kind is not Kind.FACT or before.topic else Kind.CATALOGUE
    return now.model_copy(
        update={
            "kind": kind,
            "topic": before.topic,
            "filters": changed(before.filters, now.filters),
            "oldest_first": before.oldest_first if now.oldest_first is None else now.oldest_first,
            "limit": before.limit if now.limit is None else now.limit,
        }
    )
