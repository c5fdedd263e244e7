"""One paper out of its records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.dedup.merge import merge_records, provenance, records_of
from store.paper import Author, Paper, Source
from store.record import pack, unpack
from tests.store.dedup.records import record
from tests.store.test_record import papers

BIB, CROSSREF, ARXIV = (Source(file=name, line=1, format=name) for name in ("bibtex", "crossref", "arxiv-atom"))


def both(first: dict[str, object], second: dict[str, object]) -> Paper:
    """Of a record of Crossref, which came first, and one of the user's own."""
    return merge_records([record("c", **first, source=CROSSREF), record("b", **second, source=BIB)], "p")  # type: ignore[arg-type]


def test_a_paper_of_one_record_is_that_record() -> None:
    one = record("r1")
    assert merge_records([one], "r1") is one
    renamed = merge_records([one], "r1~2")
    assert (renamed.id, renamed.records) == ("r1~2", (one,))
    assert records_of(one) == records_of(renamed) == (one,)


def test_the_users_own_file_goes_first() -> None:
    paper = both({"title": "As Crossref Has It", "venue": "J. C."}, {"title": "As I have it", "venue": "J. B."})
    assert (paper.title, paper.venue, paper.source) == ("As I have it", "J. B.", BIB)
    assert paper.records[0].source == CROSSREF


def test_a_field_that_says_more_goes_before_it() -> None:
    paper = both(
        {"abstract": "A long abstract.", "abstract_raw": "A <b>long</b> abstract.", "date": "2018-05-31"},
        {"abstract": "Short.", "abstract_raw": "Short.", "date": "2018"},
    )
    assert (paper.abstract, paper.abstract_raw, paper.date) == (
        "A long abstract.",
        "A <b>long</b> abstract.",
        "2018-05-31",
    )


def test_the_year_of_the_first_is_not_given_up_for_precision() -> None:
    assert both({"date": "2019-01-01"}, {"date": "2018"}).date == "2018"
    assert both({"date": "2019"}, {"date": "2018", "year_inferred": True}).date == "2019"


def test_publication_goes_before_preprint() -> None:
    paper = merge_records(
        [
            record(
                "a", doi="10.48550/arxiv.1601.00001", arxiv="1601.00001", date="2016-01-04", venue="arXiv", source=BIB
            ),
            record("b", doi="10.1000/a", date="2018", source=CROSSREF),
        ],
        "a",
    )
    assert (paper.date, paper.venue) == ("2018", "Journal of Gardens")
    assert paper.identifiers == {"doi": "10.1000/a", "preprint-doi": "10.48550/arxiv.1601.00001", "arxiv": "1601.00001"}


def test_the_longest_list_of_authors_that_is_whole() -> None:
    cut = {"authors": "Ada Lovelace, Bo Li, Cy Young", "authors_truncated": True}
    assert [a.name for a in both({"authors": "A. Lovelace, B. Li"}, cut).authors] == ["A. Lovelace", "B. Li"]
    assert not both({"authors": "A. Lovelace, B. Li"}, cut).authors_truncated
    assert [a.name for a in both({"authors": "Ada Lovelace, Bo Li"}, {"authors": "A. Lovelace, B. Li"}).authors] == [
        "Ada Lovelace",
        "Bo Li",
    ]


def test_lists_are_united_and_warnings_mended() -> None:
    paper = both(
        {"keywords": ("Plants", "bees"), "extra": {"volume": "1", "x": 1}, "warnings": ("no abstract",)},
        {"keywords": ("plants", "soil"), "extra": {"volume": "2"}, "warnings": ("odd",), "abstract": "Text."},
    )
    assert paper.keywords == ("plants", "soil", "bees")
    assert paper.extra == {"volume": "2", "x": 1}
    assert paper.warnings == ("odd",)


def test_what_one_says_of_a_retraction_holds_for_the_whole() -> None:
    assert both({"retraction": "retracted"}, {}).retraction == "retracted"


def test_a_withdrawn_preprint_says_nothing_of_the_published_paper() -> None:
    preprint: dict[str, object] = {"identifiers": {"arxiv": "2001.00001"}, "retraction": "withdrawn"}
    assert both(preprint, {"identifiers": {"doi": "10.1000/x"}}).retraction == ""
    assert both(preprint, {"identifiers": {"arxiv": "2001.00001"}}).retraction == "withdrawn"


def test_a_title_that_is_one_goes_before_none_and_before_capitals() -> None:
    assert both({"title": "As Crossref has it"}, {"title": "(untitled)"}).title == "As Crossref has it"
    assert both({"title": "As Crossref has it"}, {"title": "AS I HAVE IT"}).title == "As Crossref has it"
    assert both({"title": "(untitled)"}, {"title": "AS I HAVE IT"}).title == "AS I HAVE IT"


def test_where_no_record_names_authors_none_are_cut() -> None:
    assert not both({"authors": ""}, {"authors": ""}).authors_truncated
    cut = {"authors": "Ada Lovelace", "authors_truncated": True}
    assert both(cut, {"authors": ""}).authors_truncated


def test_a_missing_title_is_warned_of_until_a_record_has_one() -> None:
    untitled: dict[str, object] = {"title": "(untitled)", "warnings": ("no title", "odd")}
    assert both(untitled, untitled).warnings == ("no title", "odd")
    assert both(untitled, {"title": "As I have it"}).warnings == ("odd",)


def test_identifiers_name_the_records_that_gave_them() -> None:
    preprint = record("a", doi="10.1101/014852", source=BIB)
    published, other = record("b", doi="10.1000/a", source=CROSSREF), record("c", pmid="7", source=ARXIV)
    unused = record("d", doi="10.1000/z", file="d.bib")
    paper = merge_records([preprint, published, other, unused], "p")
    assert paper.identifiers == {"doi": "10.1000/z", "preprint-doi": "10.1101/014852", "pmid": "7"}
    assert provenance(paper)["identifiers"] == (BIB, unused.source, ARXIV)


def test_where_each_field_came_from() -> None:
    paper = both({"abstract": "A long abstract.", "keywords": ("bees",)}, {"abstract": "Short.", "keywords": ("soil",)})
    found = provenance(paper)
    assert found["abstract"] == (CROSSREF,)
    assert found["title"] == (BIB,)
    assert found["keywords"] == (BIB, CROSSREF)
    assert "retraction" not in found
    assert provenance(record("r1"))["title"] == (record("r1").source,)


@given(st.lists(papers, min_size=2, max_size=3), st.text(min_size=1))
def test_any_records_can_be_joined(records: list[Paper], paper_id: str) -> None:
    paper = merge_records(records, paper_id)
    assert (paper.id, paper.records) == (paper_id, tuple(records))
    assert paper.abstract in {one.abstract for one in records}
    assert len(paper.abstract) == max(len(one.abstract) for one in records)
    assert {key for one in records for key in one.extra} == set(paper.extra)
    assert unpack(pack(paper)) == paper
    assert set(provenance(paper)) <= set(Paper.model_fields) - {"id", "source", "records"}


@pytest.mark.parametrize("change", [{"title": "Other"}, {"id": "r9"}, {"abstract": "Other."}])
def test_a_change_of_a_record_changes_the_papers_hash(change: dict[str, str]) -> None:
    first, second = record("r1"), record("r2", authors="", venue=None)
    before = merge_records([first, second], "p").content_hash()
    assert merge_records([first, second.model_copy(update=change)], "p").content_hash() != before
    assert merge_records([first, second.model_copy(update={"source": BIB})], "p").content_hash() == before
    assert Paper(id="x", title="T", authors=(Author(name="A"),)).content_hash() != before
