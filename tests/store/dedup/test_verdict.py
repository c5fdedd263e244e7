"""Whether two records are of one paper."""

from typing import Any

import pytest
from hypothesis import given

from store.dedup.keys import compute_fingerprint
from store.dedup.match import (
    DIFFERENT,
    SAME,
    UNSURE,
    Decisions,
    MatchDecision,
    compare_papers,
    find_conflict,
    is_preprint,
    judge_records,
    pair_fingerprints,
    same_first_author,
)
from store.embedding import EmbedderStamp
from store.paper import Paper
from store.record import LibraryState
from tests.store.dedup.records import ABSTRACT, record
from tests.store.test_record import papers

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], MatchDecision]] = {
    "one DOI": ({"doi": "10.1000/a"}, {"doi": "https://doi.org/10.1000/A.", "title": record().title.upper()}, SAME),
    "one PMID": ({"pmid": "1"}, {"pmid": "1", "doi": "10.1000/a"}, SAME),
    "one arXiv id in two versions": ({"arxiv": "2203.05482v1"}, {"arxiv": "2203.05482v3"}, SAME),
    "arXiv and its DOI": ({"arxiv": "2203.05482"}, {"doi": "10.48550/arXiv.2203.05482"}, SAME),
    "one DOI and a title that was cut": (
        {"doi": "10.1000/a"},
        {"doi": "10.1000/a", "title": "Adaptive Experiments in"},
        SAME,
    ),
    "chapters with the DOI of their book": (
        {"doi": "10.1000/b", "title": "The cultivation of roses"},
        {"doi": "10.1000/b", "title": "Bees in winter", "authors": "Carl Moss"},
        DIFFERENT,
    ),
    "chapters by one author": (
        {"doi": "10.1000/b", "title": "The cultivation of roses"},
        {"doi": "10.1000/b", "title": "Bees in winter"},
        UNSURE,
    ),
    "an erratum with the DOI of its paper": (
        {"doi": "10.1000/a"},
        {"doi": "10.1000/a", "title": f"Erratum to: {record().title}"},
        DIFFERENT,
    ),
    "parts under one DOI": (
        {"doi": "10.1000/a", "title": "Motion of glaciers I", "authors": "A"},
        {"doi": "10.1000/a", "title": "Motion of glaciers II", "authors": "B"},
        DIFFERENT,
    ),
    "title, author and year": ({}, {"id": "r2"}, SAME),
    "title, author and year, one with an id": ({}, {"doi": "10.1000/a"}, SAME),
    "names in another form": ({"authors": "A Lovelace, B Li"}, {"authors": "Ada Lovelace, Bo Li"}, SAME),
    "family name first": ({"authors": "Wei Li"}, {"authors": "Li Wei"}, SAME),
    "an umlaut in two letters": ({"authors": "Jörg Müller"}, {"authors": "J. Mueller"}, SAME),
    "one of two family names": ({"authors": "Ana García Márquez"}, {"authors": "A. García"}, UNSURE),
    "a name in another script": ({"authors": "Иван Цой"}, {"authors": "Ivan Tsoi"}, UNSURE),
    "a preprint years before": (
        {"arxiv": "1601.00001", "date": "2016-01", "venue": None},
        {"doi": "10.1000/a", "date": "2019"},
        SAME,
    ),
    "a preprint with a DOI of its own": (
        {"doi": "10.1101/014852", "date": "2016"},
        {"doi": "10.1000/a", "date": "2018"},
        SAME,
    ),
    "online in one year, printed in the next": ({"date": "2017"}, {"date": "2018"}, SAME),
    "another DOI": ({"doi": "10.1000/a"}, {"doi": "10.1000/b"}, UNSURE),
    "another PMID": ({"pmid": "1"}, {"pmid": "2"}, UNSURE),
    "two papers of arXiv": ({"arxiv": "1601.00001"}, {"arxiv": "1701.00001"}, UNSURE),
    "volumes of one conference": (
        {"authors": "[No author name available]", "abstract": ABSTRACT, "extra": {"volume": "6016 LNCS"}},
        {"authors": "[No author name available]", "abstract": ABSTRACT, "extra": {"volume": "6017 LNCS"}},
        UNSURE,
    ),
    "a talk and an article": ({"extra": {"pages": "105"}}, {"extra": {"pages": "2217–2225"}}, UNSURE),
    "before it was printed": (
        {"extra": {"pages": "1-12", "volume": ""}},
        {"extra": {"pages": "71-9", "volume": "4"}},
        SAME,
    ),
    "nobody is an author": ({"authors": "Anonymous"}, {}, UNSURE),
    "years apart": ({"date": "1966"}, {"date": "1969"}, UNSURE),
    "by others": ({}, {"authors": "Carl Moss"}, DIFFERENT),
    "by others, with the same abstract": (
        {"abstract": ABSTRACT},
        {"abstract": ABSTRACT, "authors": "Carl Moss"},
        UNSURE,
    ),
    "the title alone": ({"authors": "", "date": None}, {}, UNSURE),
    "no author, but the same abstract": (
        {"authors": "", "date": None, "abstract": ABSTRACT},
        {"abstract": ABSTRACT},
        SAME,
    ),
    "an editorial each": ({"title": "Editorial"}, {"title": "Editorial", "id": "r2"}, DIFFERENT),
    "an editorial with its DOI": (
        {"title": "Editorial", "doi": "10.1000/a"},
        {"title": "Editorial", "doi": "10.1000/a"},
        SAME,
    ),
    "the day, where one names no author": ({"authors": "", "date": "2018-05-31"}, {"date": "2018-05-31"}, SAME),
    "the day, by authors of whom one is nobody": (
        {"authors": "Anonymous", "date": "2018-05-31"},
        {"date": "2018-05-31"},
        UNSURE,
    ),
    "the year, where one names no author": ({"authors": "", "date": "2018"}, {"date": "2018"}, UNSURE),
    "a name in another script, years apart": (
        {"authors": "Иван Цой", "date": "2018"},
        {"authors": "Ivan Tsoi", "date": "2021"},
        DIFFERENT,
    ),
    "no title": ({"title": "(untitled)"}, {"title": "(untitled)", "id": "r2"}, DIFFERENT),
    "other titles": ({}, {"title": "On bees and the making of honey"}, DIFFERENT),
    "an erratum": ({}, {"title": f"Erratum to: {record().title}"}, DIFFERENT),
}


@pytest.mark.parametrize("name", CASES)
def test_the_rule(name: str) -> None:
    one, other, expected = CASES[name]
    for pair in ((record(**one), record(**other)), (record(**other), record(**one))):
        said = judge_records(*pair)
        assert said.decision is expected, said.reason
        assert said.reason


REASONS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "the same DOI": ({"doi": "10.1000/a"}, {"doi": "10.1000/a"}, "the same DOI"),
    "two ids": ({"doi": "10.1000/a", "pmid": "1"}, {"pmid": "1", "doi": "10.1000/a"}, "the same DOI and PMID"),
    "an id of Semantic Scholar": (
        {"identifiers": {"s2": "f0"}, "id": "a"},
        {"identifiers": {"s2": "f0"}, "id": "b"},
        "the same S2 id",
    ),
    "an id, but a notice": (
        {"doi": "10.1000/a"},
        {"doi": "10.1000/a", "title": f"Erratum to: {record().title}"},
        "the same DOI, but one is about the other",
    ),
    "an id, other titles": (
        {"doi": "10.1000/b", "title": "The cultivation of roses"},
        {"doi": "10.1000/b", "title": "Bees in winter"},
        "the same DOI and the same author, but the titles differ",
    ),
    "an id, other titles and authors": (
        {"doi": "10.1000/b", "title": "The cultivation of roses"},
        {"doi": "10.1000/b", "title": "Bees in winter", "authors": "Carl Moss"},
        "the same DOI, but titles and authors differ, as of chapters of one book",
    ),
    "two ids, other titles and authors": (
        {"doi": "10.1000/b", "pmid": "1", "title": "The cultivation of roses"},
        {"doi": "10.1000/b", "pmid": "1", "title": "Bees in winter", "authors": "Carl Moss"},
        "the same DOI and PMID, but the titles differ",
    ),
    "an id and the abstract, other titles and authors": (
        {"doi": "10.1000/b", "title": "The cultivation of roses", "abstract": ABSTRACT},
        {"doi": "10.1000/b", "title": "Bees in winter", "authors": "Carl Moss", "abstract": ABSTRACT},
        "the same DOI, but the titles differ",
    ),
    "other titles": ({}, {"title": "On bees and the making of honey"}, "the titles differ"),
    "a title that says nothing": ({"title": "Editorial"}, {"title": "Editorial"}, "such a title says nothing"),
    "other authors": ({}, {"authors": "Carl Moss"}, "the same title by other authors"),
    "another DOI": ({"doi": "10.1000/a"}, {"doi": "10.1000/b"}, "the same title, but another DOI"),
    "another arXiv id": ({"arxiv": "1601.00001"}, {"arxiv": "1701.00001"}, "the same title, but another arXiv id"),
    "another PMID": ({"pmid": "1"}, {"pmid": "2"}, "the same title, but another PMID"),
    "another volume": (
        {"extra": {"volume": "6016 LNCS"}},
        {"extra": {"volume": "6017 LNCS"}},
        "the same title, but another volume",
    ),
    "another page": (
        {"extra": {"pages": "105"}},
        {"extra": {"pages": "2217"}},
        "the same title, but another first page",
    ),
    "two years": ({"date": "2018"}, {"date": "2020"}, "the same title, but of 2018 and 2020"),
    "title, author, year": ({}, {}, "the same title, first author and year"),
    "title, author, another year and venue": (
        {"date": "2018"},
        {"date": "2019", "venue": "Proceedings of Bees"},
        "the same title and author, but of 2018 and 2019, and another venue",
    ),
    "title and abstract": (
        {"authors": "", "date": None, "abstract": ABSTRACT},
        {"abstract": ABSTRACT},
        "the same title and abstract",
    ),
    "title and day": ({"authors": "", "date": "2018-05-31"}, {"date": "2018-05-31"}, "the same title and day"),
    "title, author and venue": ({"date": None}, {}, "the same title, first author and venue"),
    "no author": ({"authors": ""}, {}, "the same title, but no author to compare"),
    "no year": ({"date": None, "venue": None}, {}, "the same title and all its authors"),
    "no year and one author": (
        {"date": None, "venue": None, "authors": "Ann Poe"},
        {"authors": "Ann Poe"},
        "the same title, but no year to compare",
    ),
    "nobody named": (
        {"title": "Proceedings of the Fifteenth Symposium on Bees", "authors": "", "date": "1983", "venue": None},
        {"title": "Proceedings of the Fifteenth Symposium on Bees", "authors": "", "date": "1983-03", "venue": None},
        "the same long title and year, and nobody named",
    ),
    "two DOIs of one server": (
        {"doi": "10.5194/egusphere-2022-498-rc1"},
        {"doi": "10.5194/egusphere-2022-498-rc2"},
        "the same title, but another DOI",
    ),
    "neither": ({"authors": "", "date": None}, {}, "the same title, but no author and no year to compare"),
    "a short title": (
        {"title": "Food fraud", "venue": None},
        {"title": "Food fraud", "date": "2019"},
        "the same title, but no more to compare",
    ),
}


@pytest.mark.parametrize("name", REASONS)
def test_the_reason(name: str) -> None:
    one, other, reason = REASONS[name]
    assert judge_records(record(**one), record(**other)).reason == reason


@pytest.mark.parametrize(
    ("years", "expected"),
    [(("2018", "2019"), SAME), (("2018", "2020"), UNSURE), (("2018", "2018"), SAME)],
)
def test_print_and_web_may_be_a_year_apart(years: tuple[str, str], expected: MatchDecision) -> None:
    assert judge_records(record(date=years[0]), record(date=years[1])).decision is expected


@pytest.mark.parametrize(("year", "expected"), [("2022", SAME), ("2023", UNSURE)])
def test_a_preprint_may_wait_for_six_years(year: str, expected: MatchDecision) -> None:
    preprint = record(arxiv="1601.00001", date="2016", venue=None)
    assert judge_records(preprint, record(doi="10.1000/a", date=year)).decision is expected


@pytest.mark.parametrize(("letters", "expected"), [(119, UNSURE), (120, SAME)])
def test_an_abstract_tells_from_120_letters_on(letters: int, expected: MatchDecision) -> None:
    records = [record(name, authors="", date=None, abstract="a" * letters) for name in ("r1", "r2")]
    assert judge_records(*records).decision is expected


def test_of_long_abstracts_the_first_400_letters_are_compared() -> None:
    def decide(first: str, second: str) -> MatchDecision:
        one, other = (record(authors="", date=None, abstract=abstract) for abstract in (first, second))
        return judge_records(one, other).decision

    assert decide("a" * 400 + "b", "a" * 400 + "c") is SAME
    assert decide("a" * 399 + "bb", "a" * 399 + "cc") is UNSURE
    assert decide("A-a. " * 200, "aa " * 200) is SAME


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Ada Lovelace", "A. Lovelace", True),
        ("Wei Li", "Li Wei", True),
        ("Jörg Müller", "J. Mueller", True),
        ("Ana García Márquez", "A. Garcíamárquez", True),
        ("Bo Li", "Bo Lindt", False),
        ("Ann Kim", "Ann Kimura", False),
        ("Ann Roth", "Ann Rothman", True),
        ("Bo Li, Ada Lovelace", "Ada Lovelace, Bo Li", True),
        ("Carl Moss, Bo Li", "Ada Lovelace, Bo Li", False),
        ("Ada Lovelace", "Carl Moss", False),
        ("", "Carl Moss", None),
        ("et al.", "Carl Moss", None),
    ],
)
def test_whether_first_authors_are_one(one: str, other: str, expected: bool | None) -> None:
    assert same_first_author(record(authors=one), record(authors=other)) is expected
    assert same_first_author(record(authors=other), record(authors=one)) is expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"doi": "10.1101/014852"}, True),
        ({"doi": "10.1000/a", "arxiv": "1601.00001"}, False),
        ({"arxiv": "1601.00001"}, True),
        ({"venue": "bioRxiv"}, True),
        ({"venue": "NBER Working Paper"}, True),
        ({"venue": "Journal of Gardens"}, False),
        ({"venue": None}, False),
        ({"identifiers": {"doi": "10.1000/a", "preprint-doi": "10.1101/014852"}}, False),
    ],
)
def test_what_is_a_preprint(fields: dict[str, Any], expected: bool) -> None:
    assert is_preprint(record(**fields)) is expected


BY_DOI, BY_PMID = record("a", doi="10.1000/a"), record("b", pmid="1", title="Bees in winter", authors="Carl Moss")


def test_of_papers_the_strongest_verdict_of_any_two_records_counts() -> None:
    nothing = record("n", title="Soil of the north", authors="Di Roe")
    assert compare_papers([nothing, BY_DOI], [record("d", doi="10.1000/a")], Decisions()) == (SAME, "the same DOI")
    assert compare_papers([nothing], [BY_DOI], Decisions()) == (DIFFERENT, "the titles differ")
    assert compare_papers([nothing, record(doi="10.1000/x")], [BY_DOI], Decisions()).decision is UNSURE


def test_another_record_with_another_id_makes_it_unsure() -> None:
    other = record("o", doi="10.1000/z")
    said = compare_papers([other, record("d", pmid="7")], [record("e", pmid="7", doi="10.1000/a")], Decisions())
    assert said == (UNSURE, "the same PMID, but another record has another DOI")


def test_what_a_person_decided_goes_before_the_rule() -> None:
    marks = (compute_fingerprint(BY_DOI), compute_fingerprint(BY_PMID))
    assert compare_papers([BY_DOI], [BY_PMID], Decisions(together=[marks])) == (SAME, "joined by hand")
    same = record("d", doi="10.1000/a")
    kept = (compute_fingerprint(BY_DOI), compute_fingerprint(same))
    assert compare_papers([same], [BY_DOI], Decisions(apart=[kept])) == (DIFFERENT, "kept apart by hand")
    assert compare_papers([same], [BY_DOI], Decisions(together=[kept], apart=[kept])).decision is DIFFERENT


def test_a_library_keeps_both_kinds_of_decisions() -> None:
    """Those of records that belong together are not read as those that do not, nor the other way about."""
    same = record("d", doi="10.1000/a")
    joined, kept = ((compute_fingerprint(BY_DOI), compute_fingerprint(other)) for other in (BY_PMID, same))
    state = LibraryState(
        embedder=EmbedderStamp(model="hash", weights="", dimension=4, max_tokens=8), together=(joined,), apart=(kept,)
    )
    decisions = Decisions.from_state(state)
    assert compare_papers([BY_DOI], [BY_PMID], decisions) == (SAME, "joined by hand")
    assert compare_papers([BY_DOI], [same], decisions) == (DIFFERENT, "kept apart by hand")
    assert decisions.list_partners(BY_DOI) == {compute_fingerprint(BY_PMID)}
    assert decisions.list_partners(same) == set()


def test_every_fingerprint_is_paired_with_every_other_but_itself() -> None:
    assert pair_fingerprints(["a", "b"], ["b", "c"]) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert pair_fingerprints(["a"], ["a"]) == pair_fingerprints([], ["a"]) == []


def test_a_paper_that_a_person_joined_may_have_two_dois() -> None:
    """What speaks against it was known then."""
    one, other, new = record("o", doi="10.1000/z"), record("d", pmid="7"), record("e", pmid="7", doi="10.1000/a")
    joined = Decisions(together=[(compute_fingerprint(one), compute_fingerprint(other))])
    assert compare_papers([one, other], [new], joined) == (SAME, "the same PMID")
    assert compare_papers([new], [one, other], joined) == (SAME, "the same PMID")


def test_what_speaks_against_it() -> None:
    assert find_conflict(record(doi="10.1000/a"), record(doi="10.1000/b")) == "DOI"
    assert find_conflict(record(doi="10.1000/a", pmid="1"), record(doi="10.1000/b", pmid="1")) == ""
    assert find_conflict(record(doi="10.1101/014852"), record(doi="10.1000/b")) == ""
    assert find_conflict(record(), record(doi="10.1000/b")) == ""
    assert find_conflict(record(arxiv="1601.00001"), record(arxiv="1701.00001")) == "arXiv id"
    assert find_conflict(record(extra={"volume": "3"}), record(extra={"volume": "4"})) == "volume"
    assert find_conflict(record(extra={"pages": "3-9"}), record(extra={"pages": "12-20"})) == "first page"
    assert find_conflict(record(extra={"pages": "1-9"}), record(extra={"pages": "12-20"})) == ""
    assert find_conflict(record(extra={"pages": "3-9"}), record(extra={"pages": "3"})) == ""
    assert find_conflict(record(extra={"volume": "3"}), record(extra={"volume": "Vol. 3"})) == ""
    for extra in ({"volume": "3"}, {"pages": "3-9"}):
        assert find_conflict(record(extra=extra), record()) == find_conflict(record(), record(extra=extra)) == ""


@given(papers, papers)
def test_it_does_not_matter_which_is_first(one: Paper, other: Paper) -> None:
    assert judge_records(one, other).decision is judge_records(other, one).decision
    assert find_conflict(one, other) == find_conflict(other, one)
