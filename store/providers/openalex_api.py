"""OpenAlex's API (developers.openalex.org): works by id, DOI or PMID, by author, by words.

Single works cost nothing; lists and searches cost credits, of which a free key brings a hundred times as many. Cursors
need a key: without one pages are counted, up to 10 000 works.
"""

from collections.abc import Sequence

from store.providers.paging import get_mapping, json_object, parse_count, require_list
from store.providers.provider import BadResponse, PageInfo, ProviderRequest, quote_path

NAME = "openalex"
LABEL = "OpenAlex"
FORMAT = "openalex"
KEY_HEADER = ""
KEY_PARAM = "api_key"
CONTACT: tuple[tuple[str, str], ...] = (("mailto", "{email}"),)
BY_CHANGE = False
BATCH = 1
MOST_UNKEYED = 10_000
"""Works that pages reach without a cursor, by OpenAlex's documentation."""
DOIS = 50
"""DOIs that one filter may name; OpenAlex's documentation allows 100, and addresses stay short."""
# Works of one page; chosen by hand, not measured.
_ROWS = 100
_PREFIXES = {"doi": "doi:", "pmid": "pmid:", "openalex": ""}


def get_interval(keyed: bool) -> float:
    """Return a tenth of a second: ten requests a second."""
    return 0.1


def build_lookup(scheme: str, values: Sequence[str]) -> ProviderRequest:
    """Ask for a work by its OpenAlex id, DOI or PMID."""
    return ProviderRequest(f"/works/{_PREFIXES[scheme]}{quote_path(values[0])}")


def build_search(query: str, rows: int, keyed: bool) -> ProviderRequest:
    """Ask for works in whose title, abstract or text the words stand, the best first."""
    return ProviderRequest("/works", (("search", query), *_build_paging(rows, keyed)))


def build_author_search(author: str, rows: int, keyed: bool) -> ProviderRequest:
    """Ask for the works of an author."""
    return ProviderRequest("/works", (("filter", f"author.id:{author}"), *_build_paging(rows, keyed)))


def build_newest(query: str, rows: int, keyed: bool) -> ProviderRequest:
    """Ask for the works of a query by their dates; one may be listed long after its date."""
    first = build_search(query, rows, keyed)
    return ProviderRequest(first.path, (*first.params, ("sort", "publication_date:desc")))


def build_retracted(dois: Sequence[str]) -> ProviderRequest:
    """Ask which works with these DOIs are retracted; at most ``DOIS``."""
    limits = f"doi:{'|'.join(dois)},is_retracted:true"
    return ProviderRequest("/works", (("filter", limits), ("per_page", str(DOIS)), ("page", "1")))


def parse_page(ask: ProviderRequest, body: bytes) -> PageInfo:
    """Read the count and the next page."""
    content = json_object(body)
    if not ask.params:
        if not content.get("id"):
            raise BadResponse("JSON that is no work")
        return PageInfo(total=1)
    works, meta = require_list(content.get("results")), get_mapping(content.get("meta"))
    total, cursor = parse_count(meta.get("count")), meta.get("next_cursor")
    if ask.get_param("cursor"):
        return PageInfo(total, ask.next_page(cursor=cursor) if works and isinstance(cursor, str) and cursor else None)
    page, rows = parse_count(ask.get_param("page")) or 1, parse_count(ask.get_param("per_page")) or _ROWS
    more = works and page * rows < min(total or 0, MOST_UNKEYED)
    return PageInfo(total, ask.next_page(page=page + 1) if more else None)


def _build_paging(rows: int, keyed: bool) -> tuple[tuple[str, str], ...]:
    return ("per_page", str(min(rows, _ROWS))), ("cursor", "*") if keyed else ("page", "1")
