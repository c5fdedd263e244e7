"""arXiv's API (info.arxiv.org/help/api/user-manual.html, …/tou.html): one request in three seconds, 30 000 results."""

import re
from collections.abc import Sequence

from store.providers.paging import parse_count, strip_namespace, xml_root
from store.providers.provider import BadResponse, PageInfo, ProviderRequest, RequestRefused
from store.readers.xml_records import Element

NAME = "arxiv"
LABEL = "arXiv"
FORMAT = "arxiv-atom"
KEY_HEADER = ""
KEY_PARAM = ""
CONTACT: tuple[tuple[str, str], ...] = ()
BY_CHANGE = True
BATCH = 100
"""Papers of one look-up by ids; chosen by hand, not measured."""
MOST = 30_000
"""Results of one search that arXiv gives, by its manual."""
# Papers of one page; the manual allows 2,000. Chosen by hand.
_ROWS = 100


def get_interval(keyed: bool) -> float:
    """Return three seconds, as arXiv's terms ask."""
    return 3.0


def build_lookup(scheme: str, values: Sequence[str]) -> ProviderRequest:
    """Ask for papers by arXiv id."""
    return ProviderRequest("/query", (("id_list", ",".join(values)), ("max_results", str(len(values)))))


def build_search(query: str, rows: int, keyed: bool) -> ProviderRequest:
    """Ask for the newest first: in that order no page changes while the next one is read."""
    size = ("start", "0"), ("max_results", str(min(rows, _ROWS)))
    order = ("sortBy", "submittedDate"), ("sortOrder", "descending")
    return ProviderRequest("/query", (("search_query", query), *size, *order))


def build_newest(query: str, rows: int, keyed: bool) -> ProviderRequest:
    """Ask for what was submitted or replaced last first: a paper that is withdrawn is replaced, too."""
    first = build_search(query, rows, keyed)
    return ProviderRequest(first.path, tuple((dict(first.params) | {"sortBy": "lastUpdatedDate"}).items()))


def parse_page(ask: ProviderRequest, body: bytes) -> PageInfo:
    """Read the count and the next page; refuse an entry that tells of an error, and a page that is empty too early."""
    root = xml_root(body)
    if strip_namespace(root) != "feed":
        raise BadResponse("XML that is no Atom feed")
    papers = root.findall("{*}entry")
    for entry in papers:
        if "/api/errors" in (entry.findtext("{*}id") or ""):
            raise RequestRefused(
                f"arXiv refuses the request: {_clean_summary(entry.findtext('{*}summary'))}.", "Change what is asked."
            )
    if not ask.get_param("search_query"):
        return PageInfo(total=len(papers))
    total = _read_count(root, "totalResults")
    after = (parse_count(ask.get_param("start")) or 0) + len(papers)
    if not papers and after < total:  # it does that at times, and has the page when it is asked again
        raise BadResponse("an empty page in the middle of its results")
    return PageInfo(total, ask.next_page(start=after) if after < min(total, MOST) else None)


def _read_count(root: Element, name: str) -> int:
    return parse_count(root.findtext(f"{{*}}{name}") or "") or 0


def _clean_summary(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "it does not say why").strip(" .")
