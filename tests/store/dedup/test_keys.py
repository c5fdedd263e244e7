"""What a record can be found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.dedup.keys import (
    compute_fingerprint,
    fold_family_name,
    is_preprint_doi,
    list_fingerprints,
    list_identifier_keys,
    list_lookup_keys,
    list_paper_keys,
    list_record_keys,
    parse_notice,
)
from store.paper import Author, Paper, Source
from tests.store.dedup.records import TITLE, record


@pytest.mark.parametrize(
    ("scheme", "value", "key"),
    [
        ("doi", "10.1000/ABC", "doi:10.1000/abc"),
        ("doi", "https://dx.doi.org/10.1000/abc.", "doi:10.1000/abc"),
        ("doi", "DOI: 10.1000/abc;", "doi:10.1000/abc"),
        ("doi", "10.48550/arXiv.2203.05482", "arxiv:2203.05482"),
        ("doi", "10.48550/arXiv.2203.05482v3", "arxiv:2203.05482"),
        ("doi", "10.21203/rs.3.rs-123456/v2", "doi:10.21203/rs.3.rs-123456"),
        ("preprint-doi", "10.1101/014852", "doi:10.1101/014852"),
        ("arxiv", "arXiv:2203.05482v2", "arxiv:2203.05482"),
        ("arxiv", "https://arxiv.org/abs/math.ST/0601001v1", "arxiv:math/0601001"),
        ("pmid", "PMID: 12345", "pmid:12345"),
        ("pmcid", "PMC12345", "pmcid:12345"),
    ],
)
def test_every_form_of_an_identifier_is_one_key(scheme: str, value: str, key: str) -> None:
    assert key in list_identifier_keys(Paper(id="x", title="T", identifiers={scheme: value}))


@pytest.mark.parametrize(
    ("scheme", "value"), [("doi", "none"), ("doi", ""), ("pmid", "n/a"), ("arxiv", "yes"), ("issn", "1")]
)
def test_what_is_no_identifier_is_no_key(scheme: str, value: str) -> None:
    assert list_identifier_keys(Paper(id="x", title="T", identifiers={scheme: value})) == []


def test_a_title_is_a_key_unless_it_says_nothing() -> None:
    def titles(one: Paper) -> list[str]:
        return [key for key in list_record_keys(one) if key.startswith("title:")]

    assert titles(record()) == titles(record(title=record().title.upper() + ".", authors="Another Author"))
    assert titles(record(title="Food fraud")) != titles(record(title="Food fraud", authors="Another Author"))
    assert titles(record(title="Editorial")) == titles(record(title="Food fraud", authors="")) == []


def test_a_paper_has_the_keys_of_its_records() -> None:
    one, other = record("r1", doi="10.1000/a"), record("r2", pmid="77")
    joined = Paper(id="p", title="T", records=(one, other))
    assert {"id:p", "id:r1", "id:r2", "doi:10.1000/a", "pmid:77"} <= set(list_paper_keys(joined))
    assert set(list_record_keys(one)) | set(list_record_keys(other)) | {"id:p"} == set(list_paper_keys(joined))


def test_a_fingerprint_stays_when_abstract_and_place_change() -> None:
    assert compute_fingerprint(record(abstract="A.")) == compute_fingerprint(
        record(abstract="B.", source=Source(file="z"), venue=None)
    )
    assert (
        len({compute_fingerprint(one) for one in (record(), record("r2"), record(title="U"), record(date="2019"))}) == 4
    )


def test_an_undated_record_has_a_fingerprint_of_its_own() -> None:
    undated = record(date=None)
    assert compute_fingerprint(undated) == compute_fingerprint(undated.model_copy(update={"title": TITLE.upper()}))
    assert compute_fingerprint(undated) != compute_fingerprint(record(date="2018"))
    assert compute_fingerprint(record(date=None, title="None")) != compute_fingerprint(record(date="2018", title=""))


def test_a_paper_has_the_fingerprints_of_its_records_each_once() -> None:
    one, other = record("r1"), record("r2")
    paper = Paper(id="p", title="T", records=(one, other, one.model_copy(update={"venue": None})))
    assert list_fingerprints(paper) == [compute_fingerprint(one), compute_fingerprint(other)]
    assert list_fingerprints(one) == [compute_fingerprint(one)]


def test_a_published_doi_keeps_what_looks_like_a_version() -> None:
    assert list_identifier_keys(Paper(id="x", title="T", identifiers={"doi": "10.1000/abc.v2"})) == [
        "doi:10.1000/abc.v2"
    ]
    assert list_identifier_keys(Paper(id="x", title="T", identifiers={"s2": " A1;"})) == ["s2:a1;"]


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("doi:10.1000/A", "doi:10.1000/a"),
        ("https://doi.org/10.1000/a", "doi:10.1000/a"),
        ("10.1000/A", "doi:10.1000/a"),
        ("arXiv:2203.05482v1", "arxiv:2203.05482"),
        ("PMID:12", "pmid:12"),
        ("p~1", "id:p~1"),
    ],
)
def test_how_a_paper_is_asked_for(asked: str, key: str) -> None:
    assert key in list_lookup_keys(asked)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ludwig van Beethoven", "beethoven"),
        ("Müller, K.", "muller"),
        ("O'Kelly, M.", "okelly"),
        ("J. Roe, Jr.", "roe"),
    ],
)
def test_family_names(name: str, expected: str) -> None:
    assert fold_family_name(name) == expected


def test_preprints_by_their_doi() -> None:
    assert all(
        map(is_preprint_doi, ("10.1101/014852", "10.48550/arXiv.1", "10.2139/ssrn.1", "10.1101/2020.01.02.123456"))
    )
    assert not any(map(is_preprint_doi, ("10.1101/gr.123456.119", "10.1000/a", "10.5194/acp-1-1-2020")))


@given(
    st.builds(
        Paper,
        id=st.text(min_size=1),
        title=st.text(),
        authors=st.lists(st.builds(Author, name=st.text())).map(tuple),
        identifiers=st.dictionaries(st.sampled_from(["doi", "arxiv", "pmid", "pmcid", "x"]), st.text(), max_size=3),
    )
)
def test_any_record_has_keys(one: Paper) -> None:
    found = list_record_keys(one)
    assert len(set(found)) == len(found)
    assert all(len(key) < 600 for key in found)


@pytest.mark.parametrize(
    ("title", "notice"),
    [
        ("Erratum: Frogs", "erratum"),
        (" \n(Author's reply) to Smith", ""),
        ("“Reply to Smith on frogs", "reply"),
        ("Correction (2019) : Frogs", "correction"),
        ("Letters of frogs", ""),
        # Signs before a title are gone over once: to try each end of them anew would take hours.
        ("\n" * 100_000 + "Frogs", ""),
        ("Reply" + " " * 100_000 + "Frogs", ""),
    ],
)
def test_a_notice_says_what_it_is_at_its_beginning(title: str, notice: str) -> None:
    assert parse_notice(title) == notice
