"""What a report is going to tell, before anything is written: the same plan for quotes and for a model."""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.report.roles import Role
from assistant.report.types import Table
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
    """A section to write; a table is ready, for it holds facts of the catalogue and quotes alone, and so is a note."""

    heading: str
    papers: Sequence[Paper]
    parts: Sequence[Part] = ()
    table: Table | None = None
    note: str = ""


class Outline(NamedTuple):
    """A report to write.

    Attributes:
        title: Of the report.
        plans: Its sections, in order.
        framed: Whether an overview and a conclusion are made of what the sections tell.
    """

    title: str
    plans: Sequence[Plan]
    framed: bool = False
