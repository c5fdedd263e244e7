"""The library of ``small.FIELD`` and its view."""

from typing import NamedTuple

from assistant.answer.extractive import quote_papers
from assistant.answer.replies import AnswerBody
from assistant.answer.retrieval import retrieve_for
from assistant.question.query import PreviousTurn, Query
from store.index.snapshot import Snapshot
from store.library import Library


class Finding(NamedTuple):
    """Where to look."""

    library: Library
    view: Snapshot


def reply_to(finding: Finding, query: Query, earlier: PreviousTurn | None = None) -> AnswerBody:
    """What is quoted for a question that is understood."""
    return quote_papers(retrieve_for(query, earlier, *finding))
