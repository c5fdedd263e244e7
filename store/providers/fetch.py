"""Fetch references into the library, and choose which provider is asked for what."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from store.errors import InputError
from store.ingest import add_items
from store.library import Library
from store.paper import Frozen
from store.providers import arxiv_api as arxiv
from store.providers import crossref_api as crossref
from store.providers import openalex_api as openalex
from store.providers import pubmed_api as pubmed
from store.providers import semantic_scholar_api as semantic_scholar
from store.providers.client import BodyCache, Client
from store.providers.lookup import FetchJob, FetchRun, look_up, split_chunks
from store.providers.paging import Pager
from store.providers.provider import Access, Provider, ProviderRequest
from store.providers.references import FetchReference, parse_references
from store.providers.transport import RateLimiter
from store.results import AddEvent, AddStarted

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


LIMIT = 1000
"""Papers of one query or author, where nobody says how many."""


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
        lambda: look_up(client, PLACES[scheme], scheme, list(by_value), by_value.__getitem__),
    )


def _check_limit(limit: int | None) -> int:
    if limit is not None and limit < 1:
        raise InputError(f"The limit is {limit} papers.", "Give 1 or more.")
    return limit or LIMIT
