"""Parse what can be fetched: identifiers, addresses and queries, in the forms in which people have them."""

import re
from collections.abc import Iterable
from typing import Literal

from store.errors import InputError
from store.paper import Frozen
from store.readers.identifiers import ARXIV_DOI, normalise_arxiv_id, normalise_doi, normalise_pmid

Scheme = Literal["arxiv", "doi", "pmid", "openalex", "author", "s2", "corpus", "query"]
FORMS = (
    "arxiv:2203.05482, doi:10.1145/3292500 (also bare, or its https://doi.org/… or https://arxiv.org/abs/… address), "
    "pmid:31671389, openalex:W2741809807, openalex:author/A5023888391, CorpusID:215416146 or s2: with its 40 hex "
    'digits, and queries: arxiv:query "au:Namkoong_H", openalex:query "…", crossref:query "…", s2:query "…", '
    'pubmed:query "…"'
)
MAX_QUERY = 2000
"""Characters of a query, which goes into an address; chosen by hand."""

_QUERY = re.compile(r"(arxiv|openalex|crossref|s2|pubmed):query(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
_PREFIX = re.compile(r"(?:openalex:|https?://(?:api\.)?openalex\.org/)", re.IGNORECASE)
_WORK = re.compile(r"(?:works/)?(W[0-9]{1,15})", re.IGNORECASE)
_AUTHOR = re.compile(r"(?:authors?/)?(A[0-9]{1,15})", re.IGNORECASE)
_S2 = re.compile(
    r"(?:s2:|https?://(?:www\.)?semanticscholar\.org/paper/(?:[^/\s?#]{1,500}/)?)([0-9a-f]{40})", re.IGNORECASE
)
_CORPUS = re.compile(r"(?:s2:)?corpusid:\s*([0-9]{1,15})|s2:([0-9]{1,15})", re.IGNORECASE)


class FetchReference(Frozen):
    """One thing to fetch: a paper by its id, the works of an author, or a query (``provider`` says whose)."""

    scheme: Scheme
    value: str
    provider: Literal["", "arxiv", "openalex", "crossref", "s2", "pubmed"] = ""

    def __str__(self) -> str:
        """Write it in the form that is understood again."""
        if self.scheme == "query":
            return f"{self.provider}:query {self.value}"
        written = {"author": "openalex:author/", "corpus": "CorpusID:"}
        return written.get(self.scheme, f"{self.scheme}:") + self.value


def parse_references(texts: Iterable[str]) -> tuple[FetchReference, ...]:
    """Parse references, each once, in order; ``arxiv:query`` alone takes the text after it for its query.

    Raises:
        InputError: One cannot be understood, or there is none; the message lists the forms.
    """
    rest = list(texts)
    references: dict[FetchReference, None] = {}
    while rest:
        text = rest.pop(0)
        query = _QUERY.fullmatch(text.strip())
        if query and not query[2] and rest:
            text = f"{text} {rest.pop(0)}"
        references[parse_reference(text)] = None
    if not references:
        raise InputError("There is nothing to fetch.", f"Give some of: {FORMS}.")
    return tuple(references)


def parse_reference(text: str) -> FetchReference:
    """Parse one reference.

    Raises:
        InputError: It cannot be understood; the message lists the forms.
    """
    text = text.strip()
    query = _QUERY.fullmatch(text)
    if query:
        return _parse_query(query[1].lower(), query[2] or "", text)
    reference = _parse_openalex(text) or _parse_semantic_scholar(text) or _parse_identifier(text)
    if not reference:
        excerpt = "".join(letter if letter.isprintable() else "�" for letter in text[:80])
        raise InputError(f"{excerpt!r} names nothing that can be fetched.", f"Understood are {FORMS}.")
    return reference


def _parse_query(provider: str, value: str, text: str) -> FetchReference:
    words = " ".join(value.split())
    if not words or len(words) > MAX_QUERY or not words.isprintable():
        what = f"{provider}:query has to be followed by a query of 1–{MAX_QUERY} characters that can be shown."
        raise InputError(what, f'It looks like {provider}:query "deep learning".')
    return FetchReference.model_validate({"scheme": "query", "value": words, "provider": provider})


def _parse_openalex(text: str) -> FetchReference | None:
    prefix = _PREFIX.match(text)
    rest = text[prefix.end() :] if prefix else ""
    work, author = _WORK.fullmatch(rest), _AUTHOR.fullmatch(rest)
    if work:
        return FetchReference(scheme="openalex", value=work[1].upper())
    return FetchReference(scheme="author", value=author[1].upper()) if author else None


def _parse_semantic_scholar(text: str) -> FetchReference | None:
    paper, corpus = _S2.fullmatch(text), _CORPUS.fullmatch(text)
    if paper:
        return FetchReference(scheme="s2", value=paper[1].lower())
    return FetchReference(scheme="corpus", value=corpus[1] or corpus[2]) if corpus else None


def _parse_identifier(text: str) -> FetchReference | None:
    value = normalise_doi(text)
    if value and value.startswith(ARXIV_DOI):  # arXiv's own DOIs are not Crossref's
        text, value = value.removeprefix(ARXIV_DOI), None
    if value:
        return FetchReference(scheme="doi", value=value)
    preprint = normalise_arxiv_id(text)
    if preprint:
        return FetchReference(scheme="arxiv", value=preprint)
    number = None if text.isdecimal() else normalise_pmid(re.sub(r"(?i)^pubmed:", "pmid:", text))
    return FetchReference(scheme="pmid", value=number) if number else None
