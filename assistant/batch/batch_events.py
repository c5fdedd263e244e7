"""What a batch tells while it works, and what became of all of it at the end."""

from enum import StrEnum
from typing import Literal

from assistant.events import RequestRetried
from assistant.types import Usage
from store.paper import Frozen


class JobStatus(StrEnum):
    """What became of a report or an answer."""

    FINISHED = "finished"
    FAILED = "failed"
    STOPPED = "stopped"
    WAITING = "waiting"


class JobResult(Frozen):
    """What became of one report or answer.

    Attributes:
        name: Of its files.
        title: What it is.
        status: ``stopped`` by the budget or by an error that stops all; ``waiting`` for OpenAI's Batch API.
        files: What was written, in the folder of the batch.
        usage: What its text took, whenever that was paid.
        claims: Sentences in it.
        doubtful: Those of them that do not hold: in doubt, not found or contradicted.
        note: Why it is not finished, or why it holds no answer.
        earlier: Whether a run before this one finished it.
    """

    name: str
    title: str
    status: JobStatus
    files: tuple[str, ...] = ()
    usage: Usage = Usage()
    claims: int = 0
    doubtful: int = 0
    note: str = ""
    earlier: bool = False


class BatchReport(Frozen):
    """What became of all of them, in the order of the spec.

    Attributes:
        folder: Where the files are.
        outcomes: One for each report and answer.
        paid: What was paid in this run.
        taken: What was paid in this run and those before it.
        sent: Ids of the batches that are at OpenAI.
    """

    folder: str
    outcomes: tuple[JobResult, ...]
    paid: Usage = Usage()
    taken: Usage = Usage()
    sent: tuple[str, ...] = ()

    def count_status(self, status: JobStatus) -> int:
        """Count those that came to this."""
        return sum(outcome.status is status for outcome in self.outcomes)


class BatchStarted(Frozen):
    """So many are to be made, so many were finished by earlier runs."""

    event: Literal["batch_started"] = "batch_started"
    jobs: int
    finished: int


class JobStarted(Frozen):
    """One is begun; several may be at once."""

    event: Literal["job_started"] = "job_started"
    name: str


class JobDone(Frozen):
    """One has come to its end.

    ``done`` counts those that have, of ``jobs``; ``paid`` is what was paid in this run so far; ``seconds_left`` is what
    the others may take, by those of this run.
    """

    event: Literal["job_done"] = "job_done"
    outcome: JobResult
    done: int
    jobs: int
    paid: Usage
    seconds_left: float


class BatchDone(Frozen):
    """The last event."""

    event: Literal["batch_done"] = "batch_done"
    report: BatchReport


BatchEvent = BatchStarted | JobStarted | RequestRetried | JobDone | BatchDone
