"""Which provider is asked for what."""

from store.providers import arxiv, crossref, openalex, pubmed, semantic_scholar
from store.providers.base import Ask, Provider
from store.providers.client import Client
from store.providers.references import Reference

PROVIDERS: dict[str, Provider] = {one.NAME: one for one in (arxiv, openalex, crossref, semantic_scholar, pubmed)}
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


def listing(client: Client, reference: Reference, rows: int) -> tuple[Provider, Ask]:
    """Who is asked for a query or the works of an author, and how; ``rows`` papers are wanted."""
    provider = openalex if reference.scheme == "author" else PROVIDERS[reference.provider]
    keyed = client.is_keyed(provider)
    if reference.scheme == "author":
        return provider, openalex.by_author(reference.value, rows, keyed)
    return provider, provider.search(reference.value, rows, keyed)
