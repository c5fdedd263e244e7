"""What a paper is, its language, what readers put on it, and how often it is cited, in each format that says so."""

import json
from typing import Any

import pytest

from tests.store.readers.reading import Read, papers

BIBTEX = """@inproceedings{a, title={A title of a paper}, langid={ngerman}, mendeley-tags={to read, good},
groups={Chapter 2; Methods}}"""
RIS = """TY  - CHAP
TI  - A title of a paper
LA  - eng
N1  - Export Date: 1 May 2020; Cited By :12 | RAYYAN-LABELS: good,to read
ER  - 
"""
WOS = "PT J\nTI A title of a paper\nDT Proceedings Paper\nLA English\nTC 7\nER\n"
CSV = (
    "Title,Item Type,Language,Manual Tags,Collections,Cited by\n"
    'A title of a paper,bookSection,fr,good; old,Mine,"1,204"\n'
)
CROSSREF = {
    "DOI": "10.1000/a",
    "type": "dissertation",
    "language": "es",
    "title": ["A title"],
    "is-referenced-by-count": 0,
}
OPENALEX = {
    "id": "https://openalex.org/W1",
    "title": "A title",
    "type": "preprint",
    "cited_by_count": 3,
    "language": "de",
}


@pytest.mark.parametrize(
    ("content", "kind", "language", "tags", "collections", "count"),
    [
        (BIBTEX, "paper-conference", "de", ("to read", "good"), ("Chapter 2", "Methods"), None),
        (RIS, "chapter", "en", ("good", "to read"), (), 12),
        (WOS, "paper-conference", "en", (), (), 7),
        (CSV, "chapter", "fr", ("good", "old"), ("Mine",), 1204),
        (json.dumps(CROSSREF), "thesis", "es", (), (), 0),
        (json.dumps(OPENALEX), "article", "de", (), (), 3),
    ],
)
def test_what_a_source_says(
    read: Read, content: str, kind: str, language: str, tags: Any, collections: Any, count: int | None
) -> None:
    (paper,) = papers(read(content))
    assert (paper.kind, paper.language, paper.tags) == (kind, language, tags)
    assert (paper.collections, paper.citation_count) == (collections, count)


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ("@misc{a, title={A title}, eprint={2101.00001}, archiveprefix={arXiv}}", "article"),
        ("@article{a, title={A title}, journal={arXiv preprint}, eprint={2101.00001}}", "article"),
        ("@article{a, title={A title}, eprint={2101.00001}, eprinttype={arxiv}}", "article"),
        ("@article{a, title={A title}, eprint={2101.00001}, eprinttype={arxiv}, doi={10.1000/a}}", "article-journal"),
        ("@article{a, title={A title}, doi={10.48550/arXiv.2101.00001}}", "article"),
        ("@article{a, title={A title}, journal={Nature}, eprint={2101.00001}}", "article-journal"),
        ("@whatever{a, title={A title}, journal={Nature}}", ""),
    ],
)
def test_a_preprint_is_no_article_of_a_journal(read: Read, entry: str, kind: str) -> None:
    assert papers(read(entry))[0].kind == kind
