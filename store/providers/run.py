"""Jobs one after the other: how far they are, and what becomes of those that fail."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from store.errors import SourceError
from store.paper import Problem
from store.readers import Item


class Job(NamedTuple):
    """A part of a run.

    Attributes:
        name: What problems are said to be from.
        weight: How many references it stands for.
        items: What it yields.
        fraction: How far it is, 0–1.
        asked: Whether it had anything to ask, once it is over.
    """

    name: str
    weight: int
    items: Callable[[], Iterator[Item]]
    fraction: Callable[[], float] = lambda: 0.0
    asked: Callable[[], bool] = lambda: True


class Run:
    """Jobs one after the other; one that fails is a problem, unless all do."""

    def __init__(self, jobs: list[Job]) -> None:
        self._jobs = jobs
        self._done = 0
        self._now: Job | None = None
        self._faults: list[tuple[Job, SourceError]] = []
        self._any = False

    def fraction(self) -> float:
        """How far the run is, 0–1."""
        whole = sum(job.weight for job in self._jobs)
        part = self._now.weight * self._now.fraction() if self._now else 0.0
        return (self._done + part) / whole if whole else 1.0

    def items(self) -> Iterator[Item]:
        """What all jobs yield.

        Raises:
            SourceError: That of the first, where each of them failed before it yielded anything.
        """
        for job in self._jobs:
            self._now = job
            yield from self._of(job)
            self._now, self._done = None, self._done + job.weight
        if self._faults:
            raise self._faults[0][1]

    def _of(self, job: Job) -> Iterator[Item]:
        try:
            for item in job.items():
                self._any = True
                yield from self._told()
                yield item
            self._any = self._any or job.asked()
        except SourceError as fault:
            self._faults.append((job, fault))
        yield from self._told()

    def _told(self) -> Iterator[Problem]:
        """The failures so far, as soon as there is something else."""
        if self._any:
            faults, self._faults = self._faults, []
            yield from (Problem(file=job.name, reason=str(fault)) for job, fault in faults)
