"""Semantic Scholar (api.semanticscholar.org/api-docs/graph): searches, batches, citations, recommendations, papers.

The older v1 of the API is read, too.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from store.readers.base import Item
from store.readers.json_records import begins_json, as_object, as_objects, read_json, as_text, as_texts
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
    paper = next((as_object(paper[key]) for key in _INNER if isinstance(paper.get(key), dict)), paper)
    ids = {
        key.lower(): as_text(value) for key, value in as_object(paper.get("externalIds") or paper.get("externalids")).items()
    }
    journal, venue = as_object(paper.get("journal")), as_object(paper.get("publicationVenue"))
    links = (as_text(paper.get("url")), as_text(as_object(paper.get("openAccessPdf")).get("url")))
    corpus = as_text(paper.get("corpusId")) or as_text(paper.get("corpusid"))
    return {
        "title": as_text(paper.get("title")),
        "abstract": as_text(paper.get("abstract")),
        "authors": [as_text(one.get("name")) for one in as_objects(paper.get("authors"))],
        "date": as_text(paper.get("publicationDate")) or as_text(paper.get("publicationdate")) or as_text(paper.get("year")),
        "venue": as_text(paper.get("venue")) or as_text(venue.get("name")) or as_text(journal.get("name")),
        "doi": ids.get("doi") or as_text(paper.get("doi")),
        "arxiv": ids.get("arxiv") or as_text(paper.get("arxivId")),
        "pmid": ids.get("pubmed"),
        "identifiers": {ours: ids.get(theirs, "") for theirs, ours in _IDS.items()}
        | ({"s2": corpus} if corpus else {}),
        "urls": [url for url in links if url.startswith("http")],
        "volume": as_text(journal.get("volume")),
        "pages": as_text(journal.get("pages")),
        "type": as_texts(paper.get("publicationTypes")),
        "fields_of_study": as_texts(paper.get("fieldsOfStudy")),
        "cited_by_count": paper.get("citationCount"),
        "tldr": as_text(as_object(paper.get("tldr")).get("text")),
        "s2_paper_id": as_text(paper.get("paperId")),
    }


def _papers(answer: dict[str, Any]) -> Iterable[Any] | None:
    found = next((answer[key] for key in _LISTS if isinstance(answer.get(key), list)), None)
    return None if "paperId" in answer or "title" in answer else found
