"""Ids of a record in fields that are no places for them: notes, accession numbers, addresses, odd columns."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from store.readers.identifiers import NORMALISERS, normalise_doi, normalise_pmid

_LONGEST = 2000  # letters of a text in which ids are looked for; chosen by hand
_PIECES = re.compile(r"[;|]|,(?=\s*[A-Za-z])")
_LABELLED = re.compile(
    r"""(?:PubMed[ ]Central[ ])?(?:PMC(?:ID|[ ]ID)?\s*[:=]?\s*)?(?P<pmcid>PMC[0-9]{3,9})(?:\.[0-9]+)?(?:\s*\[pmcid\])?
    |PMCID\s*[:=]?\s*(?P<digits_pmcid>[0-9]{3,9})
    |(?:PubMed[ ]|MEDLINE[ ])?(?:PMID|PubMed[ ]ID|PubMed)\s*[:=]?\s*(?P<pmid>[0-9]{1,9})
    |(?P<marked_pmid>[0-9]{1,9})\s*\[pmid\]
    |(?:arXiv[ ])?(?:(?:e-?print|preprint)[ ])?(?P<arxiv>arXiv(?:[ ]ID)?\s*[:=]\s*[a-z0-9./-]+(?:\s*\[[\w.-]+\])?)
    |DOI\s*[:=]?\s*(?P<doi>10\.\S+)""",
    re.IGNORECASE | re.VERBOSE,
)
_PUBMED = re.compile(r"pubmed|medline|\bNLM\b", re.IGNORECASE)
_PUBMED_PAGE = re.compile(
    r"""https?://(?:pubmed\.ncbi\.nlm\.nih\.gov/|(?:www\.)?ncbi\.nlm\.nih\.gov/(?:m/)?pubmed/
    |europepmc\.org/(?:article|abstract)/med/)(?P<id>[0-9]{1,9})(?:[/?#].*)?""",
    re.IGNORECASE | re.VERBOSE,
)
_CENTRAL_PAGE = re.compile(
    r"""https?://(?:(?:www\.)?ncbi\.nlm\.nih\.gov/pmc|pmc\.ncbi\.nlm\.nih\.gov|europepmc\.org)
    /articles?/(?:PMC/)?(?P<id>PMC[0-9]{1,9})(?:[/?#].*)?""",
    re.IGNORECASE | re.VERBOSE,
)
# Pages of publishers and Scopus: ".../doi/full/10.1111/abc", ".../content/10.1101/2020.01.02.123456v1.full",
# "...?eid=2-s2.0-1&doi=10.1016%2Fj.x". A book's page is none of its chapters'.
_DOI_PAGE = re.compile(
    r"(?:/doi/(?:[a-z]+/)?|/(?:article|chapter|content|articles)/(?:doi/)?|[?&](?:doi|id)=(?:doi:)?)"
    r"(?P<id>10\.[0-9]{4,9}(?:/|%2F)[^?&#\s]{1,200})",
    re.IGNORECASE,
)
_DOI_TAIL = re.compile(
    r"(?:/(?:pdf|full|abstract|epdf|html|meta|summary|fulltext)|v[0-9]+(?:\.full)?(?:\.pdf)?|\.pdf|\.full)+/?$"
)
# What sources call a field that holds an id of the record, in small letters and without signs.
_FIELDS = {
    "pmid": "pmid", "pubmedid": "pmid", "pubmed": "pmid", "pubmedidentifier": "pmid", "medlinepmid": "pmid",
    "pmcid": "pmcid", "pmc": "pmcid", "pubmedcentralid": "pmcid", "pubmedcentral": "pmcid",
    "arxiv": "arxiv", "arxivid": "arxiv", "arxivnumber": "arxiv",
}  # fmt: skip


def find_own_ids(fields: Mapping[str, Any]) -> dict[str, str]:
    """Find the PubMed, PubMed Central and arXiv ids of a record in fields that have no place of their own.

    They are told by the name of their field ("PubMed ID"), by a line that names its kind ("PMID: 23690738", as notes
    and Zotero's "extra" have it), by a form that nothing else has (PMC3654245), or by the database that an accession
    number is of.
    """
    found: dict[str, str] = {}
    for name, value in fields.items():
        scheme = _find_scheme(name)
        if isinstance(value, str) and not scheme:  # most
            if len(value) <= _LONGEST and _has_label(value):
                found = _find_labelled_ids(value) | found
            continue
        for text in value if isinstance(value, list) else [value]:
            if scheme and isinstance(text, str | int) and (own := NORMALISERS[scheme](str(text))):
                found.setdefault(scheme, own)
            if isinstance(text, str) and len(text) <= _LONGEST and _has_label(text):
                found = _find_labelled_ids(text) | found
    if "pmid" in found or "accession" not in fields:
        return found
    database = f"{fields.get('database', '')} {fields.get('database_provider', '')}"
    if _PUBMED.search(database) and (own := normalise_pmid(str(fields.get("accession", "")))):
        found["pmid"] = own
    return found


def _has_label(text: str) -> bool:
    lower = text.lower()
    return "pm" in lower or "pubmed" in lower or "arxiv" in lower or "doi" in lower


@lru_cache(maxsize=4096)
def _find_scheme(name: str) -> str:
    return _FIELDS.get(re.sub(r"[\W_]+", "", name).lower(), "")


def identify_address(url: str) -> dict[str, str]:
    """Return the id of PubMed or PubMed Central, or the DOI, whose page an address is; empty for any other."""
    pages = {"pmid": _PUBMED_PAGE.fullmatch(url), "pmcid": _CENTRAL_PAGE.fullmatch(url)}
    found = {scheme: match["id"].upper() for scheme, match in pages.items() if match}
    landing = _DOI_PAGE.search(url)
    doi = normalise_doi(_DOI_TAIL.sub("", unquote(landing["id"]))) if landing else None
    return found | ({"doi": doi} if doi else {})


@lru_cache(maxsize=4096)  # Licences and databases stand in many records.
def _find_labelled_ids(text: str) -> dict[str, str]:
    """Find the ids in lines that are nothing but ids with the names of their kinds."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        pieces = [piece.strip(" .") for piece in _PIECES.split(line) if piece.strip(" .")]
        matches = [*map(_LABELLED.fullmatch, pieces)]
        for match in matches if None not in matches else ():
            named = (
                {scheme.split("_")[-1]: value for scheme, value in match.groupdict().items() if value} if match else {}
            )
            found = {scheme: own for scheme, value in named.items() if (own := NORMALISERS[scheme](value))} | found
    return found
