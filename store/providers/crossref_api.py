"""Crossref's REST API (api.crossref.org, www.crossref.org/documentation/retrieve-metadata/rest-api).

How often it may be asked depends on whether it is told an e-mail address, and on its load; its headers say it.
"""

from collections.abc import Sequence

from store.providers.paging import get_mapping, json_object, parse_count, require_list
from store.providers.provider import BadResponse, PageInfo, ProviderRequest, quote_path

NAME = "crossref"
LABEL = "Crossref"
FORMAT = "crossref"
KEY_HEADER = ""
KEY_PARAM = ""
CONTACT: tuple[tuple[str, str], ...] = (("mailto", "{email}"),)
BY_CHANGE = True
BATCH = 1
# Works of one page (Crossref allows 1,000), and those among which a title is looked for; chosen by hand.
_ROWS, _TITLES = 100, 5


def get_interval(keyed: bool) -> float:
    """Return one second, with which Crossref is at ease; its headers may ask for more."""
    return 1.0


def build_lookup(scheme: str, values: Sequence[str]) -> ProviderRequest:
    """Ask for a work by its DOI, or for those that its title and first author may mean."""
    if scheme == "title":
        return ProviderRequest("/works", (("query.bibliographic", values[0]), ("rows", str(_TITLES))))
    return ProviderRequest(f"/works/{quote_path(values[0])}")


def build_search(query: str, rows: int, keyed: bool) -> ProviderRequest:
    """Ask for works that fit a query, the best first."""
    return ProviderRequest("/works", (("query", query), ("rows", str(min(rows, _ROWS))), ("cursor", "*")))


def build_newest(query: str, rows: int, keyed: bool) -> ProviderRequest:
    """Ask for what was registered last first."""
    first = build_search(query, rows, keyed)
    return ProviderRequest(first.path, (*first.params, ("sort", "created"), ("order", "desc")))


def parse_page(ask: ProviderRequest, body: bytes) -> PageInfo:
    """Read the count and the next page; Crossref names one after the last page, too."""
    message = get_mapping(json_object(body).get("message"))
    if not ask.params:
        if not message.get("DOI"):
            raise BadResponse("JSON that is no work")
        return PageInfo(total=1)
    items, total = require_list(message.get("items")), parse_count(message.get("total-results"))
    cursor, rows = message.get("next-cursor"), parse_count(ask.get_param("rows")) or _ROWS
    more = ask.get_param("cursor") and isinstance(cursor, str) and cursor and len(items) >= rows
    return PageInfo(total, ask.next_page(cursor=cursor) if more else None)
