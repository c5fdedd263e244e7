"""Crossref's REST API (api.crossref.org, www.crossref.org/documentation/retrieve-metadata/rest-api).

How often it may be asked depends on whether it is told an e-mail address, and on its load; its headers say it.
"""

from collections.abc import Sequence

from store.providers.base import Answer, Ask, Garbled, in_path
from store.providers.paging import entries, json_object, mapped, whole

NAME = "crossref"
LABEL = "Crossref"
FORMAT = "crossref"
KEY_HEADER = ""
KEY_PARAM = ""
CONTACT: tuple[tuple[str, str], ...] = (("mailto", "{email}"),)
BATCH = 1

_ROWS = 100
_TITLES = 5


def interval(keyed: bool) -> float:
    """A second, with which it is at ease; its headers may ask for more."""
    return 1.0


def lookup(scheme: str, values: Sequence[str]) -> Ask:
    """A work by its DOI, or those that its title and first author may mean."""
    if scheme == "title":
        return Ask("/works", (("query.bibliographic", values[0]), ("rows", str(_TITLES))))
    return Ask(f"/works/{in_path(values[0])}")


def search(query: str, rows: int, keyed: bool) -> Ask:
    """Works that fit a query, the best first."""
    return Ask("/works", (("query", query), ("rows", str(min(rows, _ROWS))), ("cursor", "*")))


def answer(ask: Ask, body: bytes) -> Answer:
    """The count and the next page; Crossref names one after the last page, too."""
    message = mapped(json_object(body).get("message"))
    if not ask.params:
        if not message.get("DOI"):
            raise Garbled("JSON that is no work")
        return Answer(total=1)
    items, total = entries(message.get("items")), whole(message.get("total-results"))
    cursor, rows = message.get("next-cursor"), whole(ask.param("rows")) or _ROWS
    more = ask.param("cursor") and isinstance(cursor, str) and cursor and len(items) >= rows
    return Answer(total, ask.turned(cursor=cursor) if more else None)
