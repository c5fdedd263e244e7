from pathlib import Path

import pytest

from assistant.drafts.citations import CitationResolver, read_entries
from store.citation_keys import citation_keys
from store.ingest.corrections import merge
from tests.assistant.small import assistant, paper

PAPERS = (
    paper("10.1145/abc", "On Queues", authors="Ann Poe", year=2020, identifiers={"doi": "10.1145/abc"}),
    paper("two", "The Gröbner Bases", authors="Bo Roe", year=2021, identifiers={"arxiv": "2203.05482"}),
    paper("three", "Trees, again", authors="Bo Roe", year=2022),
    paper("four", "Trees: more", authors="Bo Roe", year=2022),
)
BIB = r"""
@article{mine, title={On {Q}ueues.}}
@article{byid, title={Other}, eprint={arXiv:2203.05482v3}}
@article{two, title={TREES again}}
@article{gone, title={Not there}}
"""


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> CitationResolver:
    return CitationResolver(assistant(tmp_path_factory.mktemp("keys") / "library", PAPERS).library)


@pytest.fixture(scope="module")
def with_bib(keys: CitationResolver) -> CitationResolver:
    return CitationResolver(keys._library, read_entries(BIB))


@pytest.mark.parametrize(
    ("key", "paper_id"),
    [
        ("two", "two"),
        ("poe2020queues", "10.1145/abc"),
        ("10.1145/abc", "10.1145/abc"),
        ("https://doi.org/10.1145/ABC", "10.1145/abc"),
        ("doi:10.1145/abc", "10.1145/abc"),
        ("2203.05482", "two"),
        ("arXiv:2203.05482v2", "two"),
        ("roe2021grobner", "two"),
    ],
)
def test_what_a_key_may_be(key: str, paper_id: str, keys: CitationResolver) -> None:
    found = keys.resolve_key(key).paper
    assert found
    assert found.id == paper_id


def test_a_key_that_two_papers_share_names_both(keys: CitationResolver) -> None:
    own = citation_keys(PAPERS)
    known = keys.resolve_key("roe2022trees")
    assert known.paper is None
    assert own["three"] in known.reason
    assert own["four"] in known.reason
    assert keys.resolve_key(own["four"]).paper == PAPERS[3]


@pytest.mark.parametrize("key", ["nobody", "10.1145/other", "a\0b", "é" * 1000])
def test_a_key_of_nothing_has_a_reason(key: str, keys: CitationResolver) -> None:
    assert keys.resolve_key(key) == (None, "the library has no paper of this key")


@pytest.mark.parametrize(("key", "paper_id"), [("mine", "10.1145/abc"), ("byid", "two"), ("two", "three")])
def test_the_keys_of_a_bib_file_come_first(key: str, paper_id: str, with_bib: CitationResolver) -> None:
    found = with_bib.resolve_key(key).paper
    assert found
    assert found.id == paper_id
    assert with_bib.key_of(found) == key


def test_an_entry_without_a_paper_and_a_paper_without_an_entry(with_bib: CitationResolver) -> None:
    assert "“Not there”, which is not in the library" in with_bib.resolve_key("gone").reason
    assert with_bib.key_of(PAPERS[3]) == citation_keys(PAPERS)["four"]


def test_an_empty_library_has_no_key(tmp_path: Path) -> None:
    empty = CitationResolver(assistant(tmp_path / "none").library, read_entries(BIB))
    assert empty.resolve_key("poe2020queues").paper is None
    assert empty.resolve_key("mine").paper is None


@pytest.mark.parametrize("key", ["poe2020queues", "poe2022queues", "10.1145/abc", "10.1000/talk", "talk", "heading"])
def test_a_merged_paper_is_found_by_what_its_records_were_cited_by(key: str, tmp_path: Path) -> None:
    talk = paper("10.1000/talk", "Queues, a talk", authors="Ann Poe", year=2022, identifiers={"doi": "10.1000/talk"})
    library = assistant(tmp_path / "library", (*PAPERS, talk)).library
    merge(library, [PAPERS[0].id, talk.id])
    bib = "@article{talk, title={T}, doi={10.1000/talk}} @article{heading, title={Queues: A Talk}}"
    found = CitationResolver(library, read_entries(bib)).resolve_key(key).paper
    assert found
    assert found.id == "10.1145/abc"
