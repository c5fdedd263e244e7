"""Fetch references into the library, choose which provider is asked for what, and look papers up by their ids.

As many ids go in one request as a provider takes, and on to the next provider where one has no such paper.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, TypeVar

from store.errors import InputError, SourceError
from store.ingest import add_items
from store.library import Library
from store.paper import Frozen, Paper, Problem
from store.providers import arxiv_api as arxiv
from store.providers import crossref_api as crossref
from store.providers import openalex_api as openalex
from store.providers import pubmed_api as pubmed
from store.providers import semantic_scholar_api as semantic_scholar
from store.providers.client import BodyCache, Client
from store.providers.paging import Pager, read_records
from store.providers.provider import Access, NoSuchPaper, Provider, ProviderRequest, RequestRefused
from store.providers.references import FetchReference, parse_references
from store.providers.transport import RateLimiter
from store.readers import Item
from store.results import AddEvent, AddStarted

T = TypeVar("T")

_ALL: tuple[Provider, ...] = (arxiv, openalex, crossref, semantic_scholar, pubmed)
PROVIDERS = {provider.NAME: provider for provider in _ALL}
"""All of them, by name."""

PLACES: dict[str, tuple[Provider, ...]] = {
    "arxiv": (arxiv,),
    "doi": (crossref, openalex),  # OpenAlex has those of other agencies, such as DataCite
    "pmid": (pubmed,),
    "openalex": (openalex,),
    "s2": (semantic_scholar,),
    "corpus": (semantic_scholar,),
}
"""Who is asked for an id, in this order, until one of them has it."""


def build_listing(client: Client, reference: FetchReference, rows: int) -> tuple[Provider, ProviderRequest]:
    """Choose who is asked for a query or the works of an author, and how; ``rows`` papers are wanted."""
    provider = openalex if reference.scheme == "author" else PROVIDERS[reference.provider]
    keyed = client.is_keyed(provider)
    if reference.scheme == "author":
        return provider, openalex.build_author_search(reference.value, rows, keyed)
    return provider, provider.build_search(reference.value, rows, keyed)


class FetchJob(NamedTuple):
    """A part of a run.

    Attributes:
        name: What problems are said to be from.
        weight: How many references it stands for.
        items: What it yields.
        fraction: How far it is, 0–1.
        has_asked: Whether it had anything to ask, once it is over.
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


LIMIT = 1000
"""Papers of one query or author, where nobody says how many. Chosen by hand: ten pages of most providers."""


class PlannedRequest(Frozen):
    """A request that would be made: for what, of whom, at which address (without key; later pages are not told)."""

    what: str
    provider: str
    url: str


def fetch(
    library: Library, texts: Iterable[str], access: Access, limit: int | None = None, pace: RateLimiter | None = None
) -> Iterator[AddEvent]:
    """Add the papers of references; the events begin with ``AddStarted`` and end with ``AddDone``.

    Args:
        library: Where to.
        texts: References: see ``store.providers.references.FORMS``.
        access: How to ask.
        limit: How many papers to take of one query or author, from 1; None for ``LIMIT``.
        pace: The clock; None for the real one.

    Raises:
        InputError: A reference cannot be understood, or the limit is below 1.
        SourceError: Not one of them could be had because of the providers.
        LibraryError: The library cannot be written.
    """
    references, most = parse_references(texts), _check_limit(limit)
    with client_for(library, access, pace) as client:
        run = start_run(client, references, most)
        yield AddStarted(file=", ".join(map(str, references)))
        yield from add_items(library, run.items(), run.fraction)


def plan_fetch(
    library: Library, texts: Iterable[str], access: Access, limit: int | None = None
) -> tuple[PlannedRequest, ...]:
    """List what ``fetch`` would ask for first; nothing is asked.

    Raises:
        InputError: As ``fetch``.
    """
    references, most = parse_references(texts), _check_limit(limit)
    client = client_for(library, access)
    return tuple(
        PlannedRequest(
            what=", ".join(map(str, first.what)), provider=first.provider.LABEL, url=client.build_address(*first[1:])
        )
        for first in _list_first_requests(client, references, most)
    )


def start_run(client: Client, references: tuple[FetchReference, ...], limit: int) -> FetchRun:
    """Prepare the requests for references; the run yields their papers, which are not stored."""
    return FetchRun([_build_job(client, first, limit) for first in _list_first_requests(client, references, limit)])


def client_for(library: Library, access: Access, pace: RateLimiter | None = None) -> Client:
    """Make the client of a library, whose bodies are kept in its folder."""
    pace = pace or RateLimiter()
    return Client(access, BodyCache(library.folder / "fetched", access.cache_days, pace.now), pace)


class FirstRequest(NamedTuple):
    """The first request for some references, which are of one scheme."""

    what: tuple[FetchReference, ...]
    provider: Provider
    ask: ProviderRequest


def _list_first_requests(client: Client, references: tuple[FetchReference, ...], limit: int) -> Iterator[FirstRequest]:
    """Yield requests for as many references of a scheme as its provider takes at once, in the order of schemes."""
    schemes = list(dict.fromkeys(reference.scheme for reference in references))
    ranked = sorted(references, key=lambda reference: schemes.index(reference.scheme))
    for scheme, some in groupby(ranked, key=lambda reference: reference.scheme):
        if scheme not in PLACES:
            yield from (FirstRequest((reference,), *build_listing(client, reference, limit)) for reference in some)
            continue
        provider = PLACES[scheme][0]
        for few in split_chunks(tuple(some), provider.BATCH):
            yield FirstRequest(
                tuple(few), provider, provider.build_lookup(scheme, [reference.value for reference in few])
            )


def _build_job(client: Client, first: FirstRequest, limit: int) -> FetchJob:
    name, scheme = str(first.what[0]), first.what[0].scheme
    if scheme not in PLACES:
        walk = Pager(client, first.provider, first.ask, name, limit)
        return FetchJob(name, 1, walk.items, walk.fraction)
    by_value = {reference.value: str(reference) for reference in first.what}
    more = f" and {len(by_value) - 1} more" if len(by_value) > 1 else ""
    return FetchJob(
        name + more,
        len(by_value),
        lambda: _look_up(client, PLACES[scheme], scheme, list(by_value), by_value.__getitem__),
    )


def _check_limit(limit: int | None) -> int:
    if limit is not None and limit < 1:
        raise InputError(f"The limit is {limit} papers.", "Give 1 or more.")
    return limit or LIMIT


class LookupResult(NamedTuple):
    """What stood in an answer, and the id that it answers to, "" where that is not to be told."""

    value: str
    item: Item


def _look_up(
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
