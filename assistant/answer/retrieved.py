"""What the library holds for a question, as it stands between searching and answering."""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.answer.replies import AnswerBody
from assistant.answer.selection import StatementFinder
from assistant.question.description import describe_filters
from assistant.question.query import Query, describe_query
from assistant.types import Trace
from store.index.snapshot import Snapshot
from store.paper import Paper
from store.results import Hit


class Retrieved(NamedTuple):
    """What the library holds for a question.

    Attributes:
        question: What was asked, of itself understandable.
        query: How it was understood.
        searched: What was searched for.
        hits: The papers to answer from, best first, or in order of time.
        total: How many papers fit; more than ``hits`` where a list would be too long.
        considered: How many papers the filters let through or, for a model, how many it is given.
        view: Where they were looked for; None where there is no library.
        abstention: Says why nothing is answered; None where something is.
        reply: The whole answer where the catalogue gives it, and nothing is to be quoted; else None.
        quotes: Whether a sentence of each paper of a list is wanted.
        notes: What is to be said beside the answer.
        find_stated: Finds the sentences that state what is asked for; None where no sentence is more to the point.
    """

    question: str
    query: Query
    searched: str = ""
    hits: Sequence[Hit] = ()
    total: int = 0
    considered: int = 0
    view: Snapshot | None = None
    abstention: AnswerBody | None = None
    reply: AnswerBody | None = None
    quotes: bool = False
    notes: tuple[str, ...] = ()
    find_stated: StatementFinder | None = None

    @property
    def papers(self) -> list[Paper]:
        """The papers of the hits."""
        return [hit.paper for hit in self.hits]

    @property
    def trace(self) -> Trace:
        """What the trace of an answer says of the search."""
        return Trace(
            searched=self.searched,
            kind=self.query.intent.value,
            query=describe_query(self.query),
            filters=describe_filters(self.query.filters),
            papers_considered=self.considered,
            notes=self.notes,
        )
