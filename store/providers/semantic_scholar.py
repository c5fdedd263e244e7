"""Semantic Scholar's Academic Graph API (api.semanticscholar.org/api-docs/graph)."""

from collections.abc import Sequence

from store.providers.base import Answer, Ask, Garbled, in_path
from store.providers.paging import entries, json_object, whole

NAME = "s2"
LABEL = "Semantic Scholar"
FORMAT = "semantic-scholar"
KEY_HEADER = "x-api-key"
KEY_PARAM = ""
CONTACT: tuple[tuple[str, str], ...] = ()
BATCH = 1
FIELDS = (
    "title,abstract,authors,year,publicationDate,venue,publicationVenue,journal,externalIds,corpusId,url,openAccessPdf,"
    "publicationTypes,fieldsOfStudy,citationCount"
)

_PREFIXES = {"s2": "", "corpus": "CorpusId:", "doi": "DOI:", "arxiv": "ARXIV:", "pmid": "PMID:"}


def interval(keyed: bool) -> float:
    """One request a second with a key; without one everybody shares what there is."""
    return 1.0 if keyed else 3.0


def lookup(scheme: str, values: Sequence[str]) -> Ask:
    """A paper by its id, or the one whose title comes nearest."""
    if scheme == "title":
        return Ask("/paper/search/match", (("query", values[0]), ("fields", FIELDS)))
    return Ask(f"/paper/{_PREFIXES[scheme]}{in_path(values[0])}", (("fields", FIELDS),))


def search(query: str, rows: int, keyed: bool) -> Ask:
    """Papers in whose title or abstract the words stand, 1000 a page."""
    return Ask("/paper/search/bulk", (("query", query), ("fields", FIELDS)))


def answer(ask: Ask, body: bytes) -> Answer:
    """The count and the next page."""
    said = json_object(body)
    if not ask.param("query"):
        if not said.get("paperId"):
            raise Garbled("JSON that is no paper")
        return Answer(total=1)
    found, token = entries(said.get("data")), said.get("token")
    more = found and isinstance(token, str) and token
    return Answer(whole(said.get("total")), ask.turned(token=token) if more else None)
