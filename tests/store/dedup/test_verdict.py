"""Whether two records are of one paper."""

from typing import Any

import pytest
from hypothesis import given

from store.dedup.match import DIFFERENT, SAME, UNSURE, Decision, find_conflict, judge_records
from store.paper import Paper
from tests.store.dedup.records import ABSTRACT, record
from tests.store.test_record import papers

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], Decision]] = {
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


def test_what_speaks_against_it() -> None:
    assert find_conflict(record(doi="10.1000/a"), record(doi="10.1000/b")) == "DOI"
    assert find_conflict(record(doi="10.1000/a", pmid="1"), record(doi="10.1000/b", pmid="1")) == ""
    assert find_conflict(record(doi="10.1101/014852"), record(doi="10.1000/b")) == ""
    assert find_conflict(record(), record(doi="10.1000/b")) == ""


@given(papers, papers)
def test_it_does_not_matter_which_is_first(one: Paper, other: Paper) -> None:
    assert judge_records(one, other).decision is judge_records(other, one).decision
    assert find_conflict(one, other) == find_conflict(other, one)
