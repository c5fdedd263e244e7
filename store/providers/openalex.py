"""OpenAlex's API (developers.openalex.org): works by id, DOI or PMID, by author, by words.

Single works cost nothing; lists and searches cost credits, of which a free key brings a hundred times as many. Cursors
are for who has a key: without one pages are counted, up to 10 000 works.
"""

from collections.abc import Sequence

from store.providers.base import Answer, Ask, Garbled, in_path
from store.providers.paging import entries, json_object, mapped, whole

NAME = "openalex"
LABEL = "OpenAlex"
FORMAT = "openalex"
KEY_HEADER = ""
KEY_PARAM = "api_key"
CONTACT: tuple[tuple[str, str], ...] = (("mailto", "{email}"),)
BATCH = 1
MOST_UNKEYED = 10_000

_ROWS = 100
_PREFIXES = {"doi": "doi:", "pmid": "pmid:", "openalex": ""}


def interval(keyed: bool) -> float:
    """Ten requests a second."""
    return 0.1


def lookup(scheme: str, values: Sequence[str]) -> Ask:
    """A work by its OpenAlex id, DOI or PMID."""
    return Ask(f"/works/{_PREFIXES[scheme]}{in_path(values[0])}")


def search(query: str, rows: int, keyed: bool) -> Ask:
    """Works in whose title, abstract or text the words stand, the best first."""
    return Ask("/works", (("search", query), *_paging(rows, keyed)))


def by_author(author: str, rows: int, keyed: bool) -> Ask:
    """The works of an author."""
    return Ask("/works", (("filter", f"author.id:{author}"), *_paging(rows, keyed)))


def answer(ask: Ask, body: bytes) -> Answer:
    """The count and the next page."""
    said = json_object(body)
    if not ask.params:
        if not said.get("id"):
            raise Garbled("JSON that is no work")
        return Answer(total=1)
    found, meta = entries(said.get("results")), mapped(said.get("meta"))
    total, cursor = whole(meta.get("count")), meta.get("next_cursor")
    if ask.param("cursor"):
        return Answer(total, ask.turned(cursor=cursor) if found and isinstance(cursor, str) and cursor else None)
    page, rows = whole(ask.param("page")) or 1, whole(ask.param("per_page")) or _ROWS
    more = found and page * rows < min(total or 0, MOST_UNKEYED)
    return Answer(total, ask.turned(page=page + 1) if more else None)


def _paging(rows: int, keyed: bool) -> tuple[tuple[str, str], ...]:
    return ("per_page", str(min(rows, _ROWS))), ("cursor", "*") if keyed else ("page", "1")
