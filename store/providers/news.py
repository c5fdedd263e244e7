"""What is new at a provider: the newest of a query until what follows is known, and which papers were retracted."""

from collections.abc import Callable, Iterable, Iterator

from store.dedup.keys import list_identifier_keys
from store.paper import Paper
from store.providers import openalex_api as openalex
from store.providers import pubmed_api as pubmed
from store.providers.client import Client
from store.providers.fetch import PROVIDERS, build_listing, split_chunks
from store.providers.paging import Pager, read_records
from store.providers.references import FetchReference
from store.readers import Item

KNOWN_IN_A_ROW = 100
"""Known papers one after the other behind which no new one is looked for: a page of arXiv, so that a page of papers
that were only replaced hides nothing. Chosen by hand; not measured."""
# In a filter of OpenAlex these part values or conditions.
_PARTING = ("|", ",")


class NewsReading:
    """The papers of a query or an author, the newest first; they are asked for page by page while they are read.

    Args:
        client: Who asks.
        reference: The query or the author.
        limit: How many papers to take at most.
        is_known: Whether a record of this id is in the library.
        stops: Whether to stop behind ``KNOWN_IN_A_ROW`` known papers, where the provider's order allows it.

    Attributes:
        is_complete: Whether all was read that there is to read.
    """

    def __init__(
        self,
        client: Client,
        reference: FetchReference,
        limit: int,
        is_known: Callable[[str], bool],
        stops: bool,
    ) -> None:
        provider, first = build_listing(client, reference, limit)
        if reference.scheme == "query":
            provider = PROVIDERS[reference.provider]
            first = provider.build_newest(reference.value, limit, client.is_keyed(provider))
        self._pager = Pager(client, provider, first, str(reference), limit)
        self._is_known = is_known
        self._most_known = KNOWN_IN_A_ROW if stops and provider.BY_CHANGE and reference.scheme == "query" else 0
        self.is_complete = False

    def __iter__(self) -> Iterator[Item]:
        """Yield papers and problems; raises SourceError where the provider fails, after what came before."""
        known_in_a_row = 0
        for item in self._pager.items():
            yield item
            if isinstance(item, Paper):
                known_in_a_row = known_in_a_row + 1 if self._is_known(item.id) else 0
            if self._most_known and known_in_a_row >= self._most_known:
                break
        self.is_complete = True


def find_retracted(client: Client, papers: Iterable[Paper]) -> Iterator[Item]:
    """Ask which papers are retracted: OpenAlex by DOI, PubMed by PMID for those without one.

    Yields:
        The records of those that are, and problems.

    Raises:
        SourceError: A provider fails; what came before it has been yielded.
    """
    dois, pmids = _list_ids(papers)
    for some in split_chunks(dois, openalex.DOIS):
        got = client.get(openalex, openalex.build_retracted(some))
        yield from _keep_retracted(read_records(openalex, got.body, openalex.LABEL))
    for some in split_chunks(pmids, pubmed.BATCH):
        got = client.get(pubmed, pubmed.build_lookup("pmid", some))
        yield from _keep_retracted(read_records(pubmed, got.body, pubmed.LABEL))


def _keep_retracted(items: Iterable[Item]) -> Iterator[Item]:
    return (item for item in items if isinstance(item, Paper) and item.retraction)


def _list_ids(papers: Iterable[Paper]) -> tuple[list[str], list[str]]:
    """List the DOIs of papers, and the PMIDs of those without one, each in order."""
    dois: dict[str, None] = {}
    pmids: dict[str, None] = {}
    for paper in papers:
        ids = dict(reversed([key.split(":", 1) for key in list_identifier_keys(paper)]))
        doi = ids.get("doi", "")
        if doi and not any(mark in doi for mark in _PARTING):
            dois[doi] = None
        elif pmid := ids.get("pmid"):
            pmids[pmid] = None
    return list(dois), list(pmids)
