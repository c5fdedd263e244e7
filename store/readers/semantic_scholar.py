"""Semantic Scholar (api.semanticscholar.org/api-docs/graph): searches, batches, citations, recommendations, papers.

The older v1 of the API is read, too.
"""

import re
from collections.abc import Iterable
from typing import Any

from store.readers.json_records import JsonApiReader, as_object, as_objects, as_text, as_texts, get_text

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
        """Return our fields of a paper."""
        paper = next((as_object(paper[key]) for key in _INNER if isinstance(paper.get(key), dict)), paper)
        ids = {
            key.lower(): as_text(value)
            for key, value in as_object(paper.get("externalIds") or paper.get("externalids")).items()
        }
        journal, venue = as_object(paper.get("journal")), as_object(paper.get("publicationVenue"))
        links = (get_text(paper, "url"), get_text(as_object(paper.get("openAccessPdf")), "url"))
        corpus = get_text(paper, "corpusId", "corpusid")
        return {
            "title": get_text(paper, "title"),
            "abstract": get_text(paper, "abstract"),
            "authors": [get_text(author, "name") for author in as_objects(paper.get("authors"))],
            "date": get_text(paper, "publicationDate", "publicationdate", "year"),
            "venue": get_text(paper, "venue") or get_text(venue, "name") or get_text(journal, "name"),
            "doi": ids.get("doi") or get_text(paper, "doi"),
            "arxiv": ids.get("arxiv") or get_text(paper, "arxivId"),
            "pmid": ids.get("pubmed"),
            "identifiers": {ours: ids.get(theirs, "") for theirs, ours in _IDS.items()}
            | ({"s2": corpus} if corpus else {}),
            "urls": [url for url in links if url.startswith("http")],
            "volume": get_text(journal, "volume"),
            "pages": get_text(journal, "pages"),
            "type": as_texts(paper.get("publicationTypes")),
            "fields_of_study": as_texts(paper.get("fieldsOfStudy")),
            "cited_by_count": paper.get("citationCount"),
            "citation_count": paper.get("citationCount"),
            "tldr": get_text(as_object(paper.get("tldr")), "text"),
            "s2_paper_id": get_text(paper, "paperId"),
        }

    def list_records(self, answer: dict[str, Any]) -> Iterable[Any] | None:
        """Return the papers of an answer."""
        papers = next((answer[key] for key in _LISTS if isinstance(answer.get(key), list)), None)
        return None if "paperId" in answer or "title" in answer else papers
