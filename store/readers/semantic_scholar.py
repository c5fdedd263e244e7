"""Semantic Scholar (api.semanticscholar.org/api-docs/graph): searches, batches, citations, recommendations, papers.

The older v1 of the API is read, too.
"""

import re
from collections.abc import Iterable
from typing import Any

from store.readers.json_records import JsonApiReader, as_object, as_objects, as_text, as_texts

_SNIFF = re.compile(r'"(?:paperId|corpusId|corpusid)"\s*:')
_LISTS = ("data", "papers", "recommendedPapers", "results")
_INNER = ("citingPaper", "citedPaper", "paper")
_IDS = {"corpusid": "s2", "mag": "mag", "acl": "acl", "dblp": "dblp", "pubmedcentral": "pmcid"}


class SemanticScholarReader(JsonApiReader):
    """Reads papers of Semantic Scholar's API."""

    NAME = "semantic-scholar"
    LABEL = "Semantic Scholar JSON"
    SIGNS = ((_SNIFF,),)

    def map_fields(self, paper: dict[str, Any]) -> dict[str, Any]:
        """Our fields of a paper."""
        paper = next((as_object(paper[key]) for key in _INNER if isinstance(paper.get(key), dict)), paper)
        ids = {
            key.lower(): as_text(value)
            for key, value in as_object(paper.get("externalIds") or paper.get("externalids")).items()
        }
        journal, venue = as_object(paper.get("journal")), as_object(paper.get("publicationVenue"))
        links = (as_text(paper.get("url")), as_text(as_object(paper.get("openAccessPdf")).get("url")))
        corpus = as_text(paper.get("corpusId")) or as_text(paper.get("corpusid"))
        return {
            "title": as_text(paper.get("title")),
            "abstract": as_text(paper.get("abstract")),
            "authors": [as_text(author.get("name")) for author in as_objects(paper.get("authors"))],
            "date": as_text(paper.get("publicationDate"))
            or as_text(paper.get("publicationdate"))
            or as_text(paper.get("year")),
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

    def list_records(self, answer: dict[str, Any]) -> Iterable[Any] | None:
        """The papers of an answer."""
        papers = next((answer[key] for key in _LISTS if isinstance(answer.get(key), list)), None)
        return None if "paperId" in answer or "title" in answer else papers
