"""What adding tells while it works."""

from typing import Literal

from store.paper import Frozen, Problem
from store.results import AddReport


class AddStarted(Frozen):
    """Reading begins; ``total_bytes`` is the size of the file, 0 where it is unknown."""

    event: Literal["add_started"] = "add_started"
    file: str
    total_bytes: int = 0


class BatchStored(Frozen):
    """A batch is on disk and will survive a crash: counts of records so far, ``fraction`` of the file (0–1)."""

    event: Literal["batch_stored"] = "batch_stored"
    added: int
    updated: int
    merged: int = 0
    unchanged: int
    fraction: float


class ProblemFound(Frozen):
    """A record could not be taken as it stood."""

    event: Literal["problem_found"] = "problem_found"
    problem: Problem


class AddDone(Frozen):
    """The last event: the whole report."""

    event: Literal["add_done"] = "add_done"
    report: AddReport


AddEvent = AddStarted | BatchStored | ProblemFound | AddDone
