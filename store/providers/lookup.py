"""Look papers up by their ids, and run such jobs one after the other.

As many ids go in one request as a provider takes, and on to the next provider where one has no such paper.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import NamedTuple, TypeVar

from store.errors import SourceError
from store.paper import Paper, Problem, Source
from store.providers.client import Client
from store.providers.provider import NoSuchPaper, Provider, RequestRefused
from store.readers import Item, read_bytes
from store.readers.textfile import NO_PAPER


def read_records(provider: Provider, body: bytes, name: str) -> Iterator[Item]:
    """Read what stands in an answer. A paper's source is the provider, so that it is recognised the next time.

    Args:
        provider: Whose answer it is.
        body: The answer.
        name: What problems are said to be from.
    """
    source = Source(file=provider.LABEL, format=provider.FORMAT)
    for item in read_bytes(body, name, provider.FORMAT):
        if isinstance(item, Paper):
            yield item.model_copy(update={"source": source})
        elif not isinstance(item, Problem):
            yield item
        elif item.reason != NO_PAPER:
            yield item.model_copy(update={"line": None})


T = TypeVar("T")


class LookupResult(NamedTuple):
    """What stood in an answer, and the id that it answers to, "" where that is not to be told."""

    value: str
    item: Item


def look_up(
    client: Client, places: Sequence[Provider], scheme: str, values: Sequence[str], name: Callable[[str], str]
) -> Iterator[Item]:
    """Yield papers by ids of one scheme; an id that nobody has is a problem.

    Args:
        client: Who asks.
        places: Who is asked, each for what those before it do not have.
        scheme: Of the ids.
        values: The ids.
        name: What a problem is said to be from, by the id.

    Raises:
        SourceError: A provider fails, and no other has what it was asked for.
    """
    left, fault = list(values), None
    for provider in places:
        asking, left = left, []
        for some in split_chunks(asking, provider.BATCH):
            try:
                for result in (batch := IdLookup(client, provider, scheme, some)):
                    yield _name_problem(result, name)
                left += batch.missing
            except SourceError as error:
                fault, left = fault or error, [*left, *some]
    if fault and left:
        raise fault
    for value in left:
        where = " and ".join(provider.LABEL for provider in places)
        yield Problem(file=name(value), reason=f"there is no such paper at {where}")


class IdLookup:
    """What a provider has under some ids; those that it has not are in ``missing`` afterwards."""

    def __init__(self, client: Client, provider: Provider, scheme: str, values: Sequence[str]) -> None:
        self._client, self._provider, self._scheme, self._values = client, provider, scheme, values
        self.missing: list[str] = []

    def __iter__(self) -> Iterator[LookupResult]:
        """Ask, and read the answer; raises SourceError."""
        return self._request(self._values)

    def _request(self, values: Sequence[str]) -> Generator[LookupResult, None, None]:
        try:
            got = self._client.get(self._provider, self._provider.build_lookup(self._scheme, values))
        except (NoSuchPaper, RequestRefused) as fault:
            if len(values) > 1:  # one of them spoils the request for all
                yield from self._request(values[: len(values) // 2])
                yield from self._request(values[len(values) // 2 :])
            elif isinstance(fault, NoSuchPaper):
                self.missing.append(values[0])
            elif len(self._values) > 1:
                yield LookupResult(values[0], Problem(file=self._provider.LABEL, reason=str(fault)))
            else:
                raise
            return
        yield from self._read_body(values, got.body)

    def _read_body(self, values: Sequence[str], body: bytes) -> Iterator[LookupResult]:
        seen = set()
        for item in read_records(self._provider, body, self._provider.LABEL):
            value = self._answers_to(item, values)
            seen.add(value)
            yield LookupResult(value, item)
        self.missing += [value for value in values if value not in seen]

    def _answers_to(self, item: Item, values: Sequence[str]) -> str:
        if len(values) == 1:
            return values[0] if isinstance(item, Paper) or (isinstance(item, Problem) and item.lost) else ""
        value = item.identifiers.get(self._scheme, "") if isinstance(item, Paper) else ""
        return value if value in values else ""


def split_chunks(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Split values into so many at a time."""
    for first in range(0, len(values), size):
        yield values[first : first + size]


def _name_problem(result: LookupResult, name: Callable[[str], str]) -> Item:
    """Say of a problem that it is from what was asked for."""
    if result.value and isinstance(result.item, Problem):
        return result.item.model_copy(update={"file": name(result.value)})
    return result.item


class FetchJob(NamedTuple):
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
    has_asked: Callable[[], bool] = lambda: True


class FetchRun:
    """Jobs one after the other; one that fails is a problem, unless all do."""

    def __init__(self, jobs: list[FetchJob]) -> None:
        self._jobs = jobs
        self._done = 0
        self._now: FetchJob | None = None
        self._faults: list[tuple[FetchJob, SourceError]] = []
        self._any = False

    def fraction(self) -> float:
        """Return how far the run is, 0–1."""
        total = sum(job.weight for job in self._jobs)
        part = self._now.weight * self._now.fraction() if self._now else 0.0
        return (self._done + part) / total if total else 1.0

    def items(self) -> Iterator[Item]:
        """Yield what all jobs yield.

        Raises:
            SourceError: That of the first, where each of them failed before it yielded anything.
        """
        for job in self._jobs:
            self._now = job
            yield from self._run_job(job)
            self._now, self._done = None, self._done + job.weight
        if self._faults:
            raise self._faults[0][1]

    def _run_job(self, job: FetchJob) -> Iterator[Item]:
        try:
            for item in job.items():
                self._any = True
                yield from self._report_faults()
                yield item
            self._any = self._any or job.has_asked()
        except SourceError as fault:
            self._faults.append((job, fault))
        yield from self._report_faults()

    def _report_faults(self) -> Iterator[Problem]:
        """Yield the failures so far, as soon as there is something else."""
        if self._any:
            faults, self._faults = self._faults, []
            yield from (Problem(file=job.name, reason=str(fault)) for job, fault in faults)
