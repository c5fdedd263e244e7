"""Bodies that the providers really sent, replayed: each client pages and reads them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store.paper import Paper, Problem
from store.providers import arxiv_api as arxiv
from store.providers import crossref_api as crossref
from store.providers import openalex_api as openalex
from store.providers import pubmed_api as pubmed
from store.providers import semantic_scholar_api as semantic_scholar
from store.providers.fetch import start_run
from store.providers.provider import BadResponse, PageInfo, Provider, ProviderRequest
from store.providers.references import parse_references
from tests.store.providers.conftest import Connect
from tests.store.providers.loopback import Asked, Loopback, Reply


@pytest.fixture
def formats(shared: Path) -> Path:
    return shared / "formats"


Yielded = Callable[..., list[Any]]


@pytest.fixture
def yielded(connect: Connect) -> Yielded:
    """What references yield."""

    def yielded(*references: str, limit: int = 1000) -> list[Any]:
        with connect() as client:
            return list(start_run(client, parse_references(references), limit).items())

    return yielded


def test_arxivs_pages(formats: Path, server: Loopback, yielded: Yielded) -> None:
    def answering(asked: Asked) -> Reply:
        start = asked.params["start"]
        file = next((formats / "arxiv_atom").glob(f"arxivpy__q_testing_s{start}_m10_*"))
        return Reply(file.read_bytes(), kind="application/atom+xml")

    server.answering = answering
    found = yielded("arxiv:query all:testing", limit=20)
    assert [asked.params["start"] for asked in server.asked] == ["0", "10"]
    assert len([item for item in found if isinstance(item, Paper)]) == 20
    assert [item.reason for item in found if isinstance(item, Problem)] == [
        "arXiv has 214,881 papers, of which the first 20 were taken; --limit sets how many"
    ]


def test_arxivs_answer_for_an_id_that_there_is_none_of(formats: Path, server: Loopback, yielded: Yielded) -> None:
    file = next((formats / "arxiv_atom").glob("arxivpy__id_0000.0000_*"))
    server.says(Reply(file.read_bytes()))
    assert [item.reason for item in yielded("arxiv:2203.00001")] == ["there is no such paper at arXiv"]


@pytest.mark.parametrize(
    ("reference", "file"),
    [
        ("arxiv:1605.08386", "arxiv_atom/arxivpy__id_1605.08386_s0_m100_199195aa31ad.atom.xml"),
        ("arxiv:astro-ph/0601001", "arxiv_atom/arxivpy__id_astro-ph_0601001_s0_m100_3150dca9dc76.atom.xml"),
        ("10.1016/j.softx.2022.101207", "crossref_json/litstudy__5dec8d88_0.json"),
        ("10.1101/2024.04.01.587366", "crossref_json/paperqa__test_bulk_doi_search_6.json"),
        ("openalex:W2033425827", "openalex_json/paperqa__test_doi_search_paper_attributes3__2.json"),
        ("pmid:31671389", "pubmed_xml/metapub__31671389.xml"),
        ("pmid:28139132", "pubmed_xml/metapub__28139132.xml"),
    ],
)
def test_single_papers(formats: Path, server: Loopback, yielded: Yielded, reference: str, file: str) -> None:
    server.says(Reply((formats / file).read_bytes()))
    (paper,) = (item for item in yielded(reference) if isinstance(item, Paper))
    assert reference.removeprefix("openalex:").split(":")[-1] in (paper.id, *paper.identifiers.values())
    assert paper.source.line is None
    assert len(server.asked) == 1


LISTS: list[tuple[Provider, ProviderRequest, str]] = [
    (crossref, crossref.build_search("x", 20, False), "crossref_json/habanero__*.json"),
    (crossref, crossref.build_lookup("title", ["x"]), "crossref_json/paperqa__test_title*.json"),
    (openalex, openalex.build_search("x", 25, True), "openalex_json/paperqa__test_title*.json"),
    (semantic_scholar, semantic_scholar.build_search("x", 100, True), "s2_json/litstudy__245f82b3_0.json"),
    (semantic_scholar, semantic_scholar.build_lookup("doi", ["x"]), "s2_json/litstudy__c3c2090c_0.json"),
    (pubmed, pubmed.build_lookup("pmid", ["1"]), "pubmed_xml/metapub__*.xml"),
    (arxiv, arxiv.build_lookup("arxiv", ["1"]), "arxiv_atom/*.xml"),
]


@pytest.mark.parametrize(("provider", "ask", "pattern"), LISTS, ids=lambda value: getattr(value, "NAME", None))
def test_what_was_recorded_is_an_answer(formats: Path, provider: Provider, ask: ProviderRequest, pattern: str) -> None:
    files = sorted(formats.glob(pattern))
    assert files
    for file in files:
        body = file.read_bytes()
        assert isinstance(provider.parse_page(ask, body), PageInfo)
        with pytest.raises(BadResponse):
            provider.parse_page(ask, body[: len(body) * 2 // 3])


def test_crossrefs_lists_go_on(formats: Path) -> None:
    body = json.loads((formats / "crossref_json/habanero__test_works_field_queries_0.json").read_bytes())
    body["message"]["next-cursor"] = "AoJ=="
    said = crossref.parse_page(crossref.build_search("x", 20, False), json.dumps(body).encode())
    assert said.total == 1253
    assert said.next
    assert said.next.get_param("cursor") == "AoJ=="
