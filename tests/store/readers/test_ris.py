"""RIS as programs bend it."""

import pytest

from store.errors import SourceError
from tests.store.readers.reading import Read, doubts, lost, papers


@pytest.mark.parametrize("space", ["  - ", " - ", "  -", "- ", "   -  "])
def test_tags_may_be_spaced_in_other_ways(read: Read, space: str) -> None:
    text = "\ufeff\n TY{0}JOUR\nTI{0}A title\nAU{0}Poe, Ann\nER{0}\n".format(space.rstrip() + " ")
    (paper,) = papers(read(text))
    assert (paper.title, paper.authors[0].name) == ("A title", "Ann Poe")


def test_a_record_without_its_end_is_one_of_its_own(read: Read) -> None:
    items = read("TY  - JOUR\nTI  - A\nTY  - JOUR\nTI  - B\nER  - \nTY  - JOUR\nTI  - C\n")
    assert [paper.title for paper in papers(items)] == ["A", "B", "C"]


def test_a_stray_type_begins_no_record(read: Read) -> None:
    items = read("TY  - JOUR\nTI  - A\nTY  - OTHER\nPB  - P\nAB  - B.\nER  - \n")
    assert [(paper.title, paper.abstract) for paper in papers(items)] == [("A", "B.")]


def test_tags_before_any_type_are_a_record(read: Read) -> None:
    items = read("TI  - A\nAU  - B\nER  - \nTY  - JOUR\nTI  - C\nER  - \n", format="ris")
    assert [paper.title for paper in papers(items)] == ["A", "C"]


@pytest.mark.parametrize("tag", ["U1", "U2", "U3", "U4", "U5", "AN", "C2", "ID"])
def test_an_id_of_pubmed_central_may_stand_in_any_number(read: Read, tag: str) -> None:
    (paper,) = papers(read(f"TY  - JOUR\nTI  - A\n{tag}  - PMC1234567\nER  - \n"))
    assert paper.identifiers == {"pmcid": "PMC1234567"}


def test_lines_go_on_and_repeat_and_nothing_is_dropped(read: Read) -> None:
    text = """TY  - JOUR
T1  - A
KW  - one
two; three
KW  - *four
N1  - first
  - more
N1  - second
ZZ  - odd
AB  - Line one,
TI is not a tag here
ER  -
"""
    (paper,) = papers(read(text))
    assert paper.keywords == ("one", "two", "three", "four")
    assert paper.abstract == "Line one, TI is not a tag here"
    assert paper.extra == {"type": "JOUR", "note": ["first\n- more", "second"], "ZZ": "odd"}


def test_ids_come_from_wherever_they_stand(read: Read) -> None:
    ids = [
        "M3  - doi: 10.1234/X",
        "UR  - https://arxiv.org/abs/2203.05482v1",
        "AN  - 123",
        "DB  - PubMed",
        "C2  - PMC77",
    ]
    text = "\n".join(["TY  - JOUR", "TI  - A", *ids, "ER  - "])
    assert papers(read(text))[0].identifiers == {
        "doi": "10.1234/x",
        "arxiv": "2203.05482",
        "pmid": "123",
        "pmcid": "PMC77",
    }


@pytest.mark.parametrize(
    ("tags", "date"),
    [
        ("PY  - 2001/09/01/", "2001-09-01"),
        ("PY  - 2001///", "2001"),
        ("PY  - 2001\nDA  - May 5", "2001-05-05"),
        ("PY  - 2013\nY1  - 2013/07/22\nDA  - 2014/01/01", "2013-07-22"),
        ("Y1  - 4-8 Aug. 2020", "2020-08-04"),
        ("PY  - soon", None),
    ],
)
def test_dates(read: Read, tags: str, date: str | None) -> None:
    assert papers(read(f"TY  - JOUR\nTI  - A\n{tags}\nER  - \n"))[0].date == date


def test_a_record_with_nothing_but_an_identifier_is_taken_and_told_of(read: Read) -> None:
    """Its title can be fetched, and until then it is there."""
    items = read("TY  - JOUR\nDO  - 10.1234/x\nER  - \nTY  - JOUR\nPMID- 1\nER  - \nTY  - JOUR\nPMID- 2\nER  - \n")
    assert [(paper.title, paper.identifiers) for paper in papers(items)] == [
        ("(untitled)", {"doi": "10.1234/x"}),
        ("(untitled)", {"pmid": "1"}),
        ("(untitled)", {"pmid": "2"}),
    ]
    assert len({paper.id for paper in papers(items)}) == 3
    assert doubts(items) == ["no title"] * 3


def test_a_record_with_nothing_to_find_it_by_is_told_of(read: Read) -> None:
    items = read("TY  - JOUR\nAU  - Poe, Ann\nPY  - 2018\nER  - \n")
    assert papers(items) == []
    assert [(problem.line, problem.reason) for problem in lost(items)] == [
        (1, "neither title nor abstract, nor an identifier; there is type, authors, date")
    ]


def test_a_type_alone_is_no_ris(read: Read) -> None:
    with pytest.raises(SourceError, match="unknown"):
        read("TY  - JOUR\n")


@pytest.mark.parametrize(
    ("day", "date"), [("2018/05/31/", "2018-05-31"), ("2017/05/31/", "2018"), ("2018/05//", "2018-05")]
)
def test_a_day_counts_where_it_is_in_the_year_of_the_record(read: Read, day: str, date: str) -> None:
    (paper,) = papers(read(f"TY  - JOUR\nTI  - A\nPY  - 2018\nDA  - {day}\nER  - \n"))
    assert paper.date == date


@pytest.mark.parametrize(("database", "pmid"), [("Embase", None), ("Ovid MEDLINE(R)", "20137807")])
def test_an_accession_number_is_pubmeds_where_the_database_is(read: Read, database: str, pmid: str | None) -> None:
    (paper,) = papers(read(f"TY  - JOUR\nTI  - A\nDB  - {database}\nAN  - 20137807\nER  - \n"))
    assert paper.identifiers.get("pmid") == pmid


def test_an_entry_of_bibtex_between_records_is_reported(read: Read) -> None:
    items = read("TY  - JOUR\nTI  - Of tests\nER  - \n\n@article{poe2001,\n  title = {Of rests},\n}\n", "ris")
    assert [paper.title for paper in papers(items)] == ["Of tests"]
    assert [(one.line, one.reason.partition(",")[0]) for one in lost(items)] == [(5, "this is a record in BibTeX")]
