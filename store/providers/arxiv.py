"""arXiv's API (info.arxiv.org/help/api/user-manual.html, …/tou.html): one request in three seconds, 30 000 results."""

import re
from collections.abc import Sequence
from typing import Any

from store.providers.base import Answer, Ask, Garbled, Refused
from store.providers.paging import tag, whole, xml_root

NAME = "arxiv"
LABEL = "arXiv"
FORMAT = "arxiv-atom"
KEY_HEADER = ""
KEY_PARAM = ""
CONTACT: tuple[tuple[str, str], ...] = ()
BATCH = 100
MOST = 30_000

_ROWS = 100


def interval(keyed: bool) -> float:
    """Three seconds, as its terms ask."""
    return 3.0


def lookup(scheme: str, values: Sequence[str]) -> Ask:
    """Papers by arXiv id."""
    return Ask("/query", (("id_list", ",".join(values)), ("max_results", str(len(values)))))


def search(query: str, rows: int, keyed: bool) -> Ask:
    """The newest first: in that order no page changes while the next one is read."""
    size = ("start", "0"), ("max_results", str(min(rows, _ROWS)))
    order = ("sortBy", "submittedDate"), ("sortOrder", "descending")
    return Ask("/query", (("search_query", query), *size, *order))


def answer(ask: Ask, body: bytes) -> Answer:
    """The count and the next page; an entry that tells of an error, and a page that is empty too early, are none."""
    root = xml_root(body)
    if tag(root) != "feed":
        raise Garbled("XML that is no Atom feed")
    found = root.findall("{*}entry")
    for entry in found:
        if "/api/errors" in (entry.findtext("{*}id") or ""):
            raise Refused(
                f"arXiv refuses the request: {_clean(entry.findtext('{*}summary'))}.", "Change what is asked."
            )
    if not ask.param("search_query"):
        return Answer(total=len(found))
    total = _count(root, "totalResults")
    after = (whole(ask.param("start")) or 0) + len(found)
    if not found and after < total:  # it does that at times, and has the page when it is asked again
        raise Garbled("an empty page in the middle of its results")
    return Answer(total, ask.turned(start=after) if after < min(total, MOST) else None)


def _count(root: Any, name: str) -> int:
    return whole(root.findtext(f"{{*}}{name}") or "") or 0


def _clean(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "it does not say why").strip(" .")
