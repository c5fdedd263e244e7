"""What a report is going to tell, before anything is written: the same plan for quotes and for a model."""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.report.grouping import Theme
from assistant.report.outline import Role
from assistant.report.schema import Table
from store.paper import Paper


class Part(NamedTuple):
    """A paragraph to write: what to tell, of which papers, in how many sentences at the most.

    ``each`` says that every paper has to have its sentence.
    """

    role: Role
    papers: Sequence[Paper]
    most: int
    each: bool = False


class Plan(NamedTuple):
    """A section to write; a note is ready, and so is a table, for it holds facts of the catalogue and quotes.

    ``columns`` is what a model tells of each paper in place of the quotes: the last columns of the table, which has a
    row a paper.
    """

    heading: str
    papers: Sequence[Paper]
    parts: Sequence[Part] = ()
    table: Table | None = None
    note: str = ""
    columns: Sequence[Part] = ()

    @property
    def asked(self) -> tuple[Part, ...]:
        """What a model is asked for: the paragraphs, then the columns."""
        return (*self.parts, *self.columns)


class Outline(NamedTuple):
    """A report to write.

    Attributes:
        title: Of the report.
        plans: Its sections, in order.
        framed: Whether an overview and a conclusion are made of what the sections tell.
        themes: Those that it tells of, for a model to name: in headings and heads of tables.
    """

    title: str
    plans: Sequence[Plan]
    framed: bool = False
    themes: Sequence[Theme] = ()
