"""Semantic Scholar (api.semanticscholar.org/api-docs/graph): searches, batches, citations, recommendations, papers.

The older v1 of the API is read, too.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from store.readers.base import Item
from store.readers.json_records import begins_json, mapping, mappings, read_json, text, texts
from store.readers.textfile import TextFile

NAME = "semantic-scholar"
LABEL = "Semantic Scholar JSON"

_SNIFF = re.compile(r'"(?:paperId|corpusId|corpusid)"\s*:')
_OURS = re.compile(r'"abstract_raw"\s*:')
_LISTS = ("data", "papers", "recommendedPapers", "results")
_INNER = ("citingPaper", "citedPaper", "paper")
_IDS = {"corpusid": "s2", "mag": "mag", "acl": "acl", "dblp": "dblp", "pubmedcentral": "pmcid"}


def sniff(head: str) -> bool:
    """A paper's id."""
    return bool(begins_json(head) and _SNIFF.search(head) and not _OURS.search(head))


def read(file: TextFile) -> Iterator[Item]:
    """Yield each paper; one without title, abstract and identifier is a problem."""
    return read_json(file, NAME, _papers, fields)


def fields(paper: dict[str, Any]) -> dict[str, Any]:
    """Our fields of a paper."""
    paper = next((mapping(paper[key]) for key in _INNER if isinstance(paper.get(key), dict)), paper)
    ids = {
        key.lower(): text(value) for key, value in mapping(paper.get("externalIds") or paper.get("externalids")).items()
    }
    journal, venue = mapping(paper.get("journal")), mapping(paper.get("publicationVenue"))
    links = (text(paper.get("url")), text(mapping(paper.get("openAccessPdf")).get("url")))
    corpus = text(paper.get("corpusId")) or text(paper.get("corpusid"))
    return {
        "title": text(paper.get("title")),
        "abstract": text(paper.get("abstract")),
        "authors": [text(one.get("name")) for one in mappings(paper.get("authors"))],
        "date": text(paper.get("publicationDate")) or text(paper.get("publicationdate")) or text(paper.get("year")),
        "venue": text(paper.get("venue")) or text(venue.get("name")) or text(journal.get("name")),
        "doi": ids.get("doi") or text(paper.get("doi")),
        "arxiv": ids.get("arxiv") or text(paper.get("arxivId")),
        "pmid": ids.get("pubmed"),
        "identifiers": {ours: ids.get(theirs, "") for theirs, ours in _IDS.items()}
        | ({"s2": corpus} if corpus else {}),
        "urls": [url for url in links if url.startswith("http")],
        "volume": text(journal.get("volume")),
        "pages": text(journal.get("pages")),
        "type": texts(paper.get("publicationTypes")),
        "fields_of_study": texts(paper.get("fieldsOfStudy")),
        "cited_by_count": paper.get("citationCount"),
        "tldr": text(mapping(paper.get("tldr")).get("text")),
        "s2_paper_id": text(paper.get("paperId")),
    }


def _papers(answer: dict[str, Any]) -> Iterable[Any] | None:
    found = next((answer[key] for key in _LISTS if isinstance(answer.get(key), list)), None)
    return None if "paperId" in answer or "title" in answer else found
