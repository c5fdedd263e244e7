"""Semantic Scholar's Academic Graph API (api.semanticscholar.org/api-docs/graph)."""

from collections.abc import Sequence

from store.providers.paging import json_object, parse_count, require_list
from store.providers.provider import BadResponse, PageInfo, ProviderRequest, quote_path

NAME = "s2"
LABEL = "Semantic Scholar"
FORMAT = "semantic-scholar"
KEY_HEADER = "x-api-key"
KEY_PARAM = ""
CONTACT: tuple[tuple[str, str], ...] = ()
BY_CHANGE = False
BATCH = 1
FIELDS = (
    "title,abstract,authors,year,publicationDate,venue,publicationVenue,journal,externalIds,corpusId,url,openAccessPdf,"
    "publicationTypes,fieldsOfStudy,citationCount"
)

_PREFIXES = {"s2": "", "corpus": "CorpusId:", "doi": "DOI:", "arxiv": "ARXIV:", "pmid": "PMID:"}


def get_interval(keyed: bool) -> float:
    """Return one second with a key, three without: then everybody shares what there is."""
    return 1.0 if keyed else 3.0


def build_lookup(scheme: str, values: Sequence[str]) -> ProviderRequest:
    """Ask for a paper by its id, or for the one whose title comes nearest."""
    if scheme == "title":
        return ProviderRequest("/paper/search/match", (("query", values[0]), ("fields", FIELDS)))
    return ProviderRequest(f"/paper/{_PREFIXES[scheme]}{quote_path(values[0])}", (("fields", FIELDS),))


def build_search(query: str, rows: int, keyed: bool) -> ProviderRequest:
    """Ask for papers in whose title or abstract the words stand, 1000 a page."""
    return ProviderRequest("/paper/search/bulk", (("query", query), ("fields", FIELDS)))


def build_newest(query: str, rows: int, keyed: bool) -> ProviderRequest:
    """Ask for the papers of a query by their dates; one may be listed long after its date."""
    first = build_search(query, rows, keyed)
    return ProviderRequest(first.path, (*first.params, ("sort", "publicationDate:desc")))


def parse_page(ask: ProviderRequest, body: bytes) -> PageInfo:
    """Read the count and the next page."""
    content = json_object(body)
    if not ask.get_param("query"):
        if not content.get("paperId"):
            raise BadResponse("JSON that is no paper")
        return PageInfo(total=1)
    papers, token = require_list(content.get("data")), content.get("token")
    more = papers and isinstance(token, str) and token
    return PageInfo(parse_count(content.get("total")), ask.next_page(token=token) if more else None)
