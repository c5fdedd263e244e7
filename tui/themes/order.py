"""Reports as the chat makes them: what is wanted, where it goes, and what came of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import Field

from assistant.report.schema import Kind, Report
from store.paper import Frozen
from tui.papers.selection import Row


class Order(Frozen):
    """A report to make.

    Attributes:
        kind: What it tells.
        topic: What it is about, the question for ``question``; "" for all papers that the filters let through.
        filters: Papers that it draws on, as the API takes them.
        strict: Whether to leave out what is not worded as in its source.
        written: Whether the model writes it; else it is quoted.
    """

    kind: Kind = Kind.THEMES
    topic: str = ""
    filters: dict[str, Any] = Field(default_factory=dict)
    strict: bool = False
    written: bool = False


class Files(Frozen):
    """Where a report is to be saved: ``folder/name.format`` for each of the formats."""

    folder: Path
    name: str
    formats: tuple[str, ...]

    @property
    def paths(self) -> list[Path]:
        """The files, one a format; some formats bring others beside them."""
        return [self.folder / f"{self.name}.{format}" for format in self.formats]


class Job(NamedTuple):
    """A report to make, and to save where ``files`` says so."""

    order: Order
    files: Files | None = None


class Kept(NamedTuple):
    """A report that was made, and the papers of its scope by their ids."""

    report: Report
    rows: Mapping[str, Row]
