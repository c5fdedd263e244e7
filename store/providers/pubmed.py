"""PubMed by NCBI's E-utilities (www.ncbi.nlm.nih.gov/books/NBK25499): a search is kept there, its papers are fetched.

Of one search the first 9 999 papers can be had. Errors come with status 200, in the body.
"""

from collections.abc import Sequence
from typing import Any

from store.providers.base import Answer, Ask, Garbled, Refused
from store.providers.paging import json_object, mapped, tag, whole, xml_root

NAME = "pubmed"
LABEL = "PubMed"
FORMAT = "pubmed-xml"
KEY_HEADER = ""
KEY_PARAM = "api_key"
CONTACT: tuple[tuple[str, str], ...] = (("tool", "conspectus"), ("email", "{email}"))
BATCH = 200
MOST = 9_999

_SEARCH, _FETCH = "/esearch.fcgi", "/efetch.fcgi"
_DB = ("db", "pubmed")
_PASSING = ("failed", "temporarily", "unavailable", "try again", "timeout", "rate limit")
_SETS = {"PubmedArticleSet", "PubmedBookArticleSet"}


def interval(keyed: bool) -> float:
    """Three requests a second, ten with a key."""
    return 0.11 if keyed else 0.34


def lookup(scheme: str, values: Sequence[str]) -> Ask:
    """Papers by PMID."""
    return Ask(_FETCH, (_DB, ("retmode", "xml"), ("id", ",".join(values))))


def search(query: str, rows: int, keyed: bool) -> Ask:
    """A search whose result PubMed keeps; the papers are fetched from there."""
    keeping = ("usehistory", "y"), ("retmode", "json"), ("retmax", "0")
    return Ask(_SEARCH, (_DB, ("term", query), *keeping))


def answer(ask: Ask, body: bytes) -> Answer:
    """After a search where its papers are, after papers the next page."""
    return _found(ask, body) if ask.path == _SEARCH else _fetched(ask, body)


def _found(ask: Ask, body: bytes) -> Answer:
    said = json_object(body)
    result = mapped(said.get("esearchresult"))
    _check(said.get("error") or result.get("ERROR") or said.get("ERROR"))
    count = whole(result.get("count"))
    if count is None:
        raise Garbled("JSON that is no result of a search")
    where = (("WebEnv", str(result.get("webenv"))), ("query_key", str(result.get("querykey"))))
    size = ("retstart", "0"), ("retmax", str(BATCH))
    papers = Ask(_FETCH, (_DB, ("retmode", "xml"), *where, *size), page=1, total=count)
    return Answer(count, papers if count else None, has_papers=False)


def _fetched(ask: Ask, body: bytes) -> Answer:
    root = xml_root(body)
    if tag(root) not in _SETS:
        _check(_error(root))
        raise Garbled("XML that is no set of papers")
    if ask.param("id"):
        return Answer(total=len(root))
    after = (whole(ask.param("retstart")) or 0) + BATCH
    return Answer(ask.total, ask.turned(retstart=after) if after < min(ask.total, MOST) else None)


def _error(root: Any) -> str:
    return " ".join(" ".join(one.itertext()) for one in root.iter("ERROR")) or root.get("error", "")


def _check(error: object) -> None:
    text = " ".join(str(error).split()) if error else ""
    if any(word in text.lower() for word in _PASSING):
        raise Garbled(f"an error: {text[:200]}")
    if text:
        raise Refused(f"PubMed refuses the request: {text[:200]}.", "Change what is asked.")
