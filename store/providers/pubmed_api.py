"""PubMed by NCBI's E-utilities (www.ncbi.nlm.nih.gov/books/NBK25499): a search is kept there, its papers are fetched.

Of one search the first 9 999 papers can be had. Errors come with status 200, in the body.
"""

from collections.abc import Sequence

from store.providers.paging import get_mapping, json_object, parse_count, strip_namespace, xml_root
from store.providers.provider import BadResponse, PageInfo, ProviderRequest, RequestRefused
from store.readers.xml_records import Element

NAME = "pubmed"
LABEL = "PubMed"
FORMAT = "pubmed-xml"
KEY_HEADER = ""
KEY_PARAM = "api_key"
CONTACT: tuple[tuple[str, str], ...] = (("tool", "conspectus"), ("email", "{email}"))
BY_CHANGE = True
BATCH = 200
"""Papers of one request; beyond that NCBI wants the ids in the body."""
MOST = 9_999
"""Papers of one search that NCBI gives."""

_SEARCH, _FETCH = "/esearch.fcgi", "/efetch.fcgi"
_DB = ("db", "pubmed")
_PASSING = ("failed", "temporarily", "unavailable", "try again", "timeout", "rate limit")
_SETS = {"PubmedArticleSet", "PubmedBookArticleSet"}


def get_interval(keyed: bool) -> float:
    """Return the seconds for three requests a second, ten with a key."""
    return 0.11 if keyed else 0.34


def build_lookup(scheme: str, values: Sequence[str]) -> ProviderRequest:
    """Ask for papers by PMID."""
    return ProviderRequest(_FETCH, (_DB, ("retmode", "xml"), ("id", ",".join(values))))


def build_search(query: str, rows: int, keyed: bool) -> ProviderRequest:
    """Ask for a search whose result PubMed keeps; the papers are fetched from there."""
    keeping = ("usehistory", "y"), ("retmode", "json"), ("retmax", "0")
    return ProviderRequest(_SEARCH, (_DB, ("term", query), *keeping))


def build_newest(query: str, rows: int, keyed: bool) -> ProviderRequest:
    """Ask for the same: PubMed has first what was entered last."""
    return build_search(query, rows, keyed)


def parse_page(ask: ProviderRequest, body: bytes) -> PageInfo:
    """Read where the papers of a search are, or the next page after papers."""
    return _parse_search(ask, body) if ask.path == _SEARCH else _parse_papers(ask, body)


def _parse_search(ask: ProviderRequest, body: bytes) -> PageInfo:
    content = json_object(body)
    result = get_mapping(content.get("esearchresult"))
    _check_error(content.get("error") or result.get("ERROR") or content.get("ERROR"))
    count = parse_count(result.get("count"))
    if count is None:
        raise BadResponse("JSON that is no result of a search")
    where = (("WebEnv", str(result.get("webenv"))), ("query_key", str(result.get("querykey"))))
    size = ("retstart", "0"), ("retmax", str(BATCH))
    papers = ProviderRequest(_FETCH, (_DB, ("retmode", "xml"), *where, *size), page=1, total=count)
    return PageInfo(count, papers if count else None, has_papers=False)


def _parse_papers(ask: ProviderRequest, body: bytes) -> PageInfo:
    root = xml_root(body)
    if strip_namespace(root) not in _SETS:
        _check_error(_read_error(root))
        raise BadResponse("XML that is no set of papers")
    if ask.get_param("id"):
        return PageInfo(total=len(root))
    after = (parse_count(ask.get_param("retstart")) or 0) + BATCH
    return PageInfo(ask.total, ask.next_page(retstart=after) if after < min(ask.total, MOST) else None)


def _read_error(root: Element) -> str:
    return " ".join(" ".join(element.itertext()) for element in root.iter("ERROR")) or root.get("error", "")


def _check_error(error: object) -> None:
    text = " ".join(str(error).split()) if error else ""
    if any(word in text.lower() for word in _PASSING):
        raise BadResponse(f"an error: {text[:200]}")
    if text:
        raise RequestRefused(f"PubMed refuses the request: {text[:200]}.", "Change what is asked.")
