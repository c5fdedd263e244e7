"""Where a paper is from, in words."""

from store.dedup.merge import merge_records, provenance
from store.paper import Paper, Source
from tests.assistant.small import paper
from tui.papers.detail import origin_content
from tui.text import ASCII, UNICODE, Glyphs


def told(one: Paper, glyphs: Glyphs = UNICODE) -> list[str]:
    return origin_content(one, provenance(one), glyphs).plain.split("\n")


def record(id: str, file: str, line: int | None = None, **fields: object) -> Paper:
    given = {"title": "Queues", "source": Source(file=file, line=line, format=file.rpartition(".")[2]), **fields}
    return paper(id, **given)  # type: ignore[arg-type]


def test_one_record_names_its_file_and_its_warnings() -> None:
    one = record("one", "/papers/library.bib", 12, warnings=("no abstract", "bad \x1b[31m\ndate"))
    assert told(one) == ["! no abstract", "! bad [31m date", "from library.bib:12 (bib)"]
    assert told(paper("bare", "Bare", source=Source())) == ["from an unknown file"]


def test_fields_of_a_merged_paper_stand_by_the_records_that_gave_them() -> None:
    mine = record("a", "a/library.bib", 12, authors="Ann Lee", year=2020)
    theirs = record("b", "pubmed.nbib", abstract="Queues hide.", identifiers={"pmid": "1"})
    lines = told(merge_records([mine, theirs], "a"))
    assert lines[:2] == ["Merged of 2 records", "library.bib:12 (bib), pubmed.nbib (nbib)"]
    assert "title, authors, date: library.bib:12" in lines
    assert "ids, abstract: pubmed.nbib" in lines
    assert not [line for line in lines if "abstract_raw" in line or "year_inferred" in line]


def test_files_of_one_name_are_told_apart_and_many_are_counted() -> None:
    lines = told(merge_records([record("a", "mine/x.bib"), record("b", "theirs/x.bib", year=2020)], "a"))
    assert lines[1] == "mine/x.bib (bib), theirs/x.bib (bib)"
    assert "date: theirs/x.bib" in lines
    many = merge_records([record(f"r{n}", f"f{n}.bib") for n in range(20)], "r0")
    assert told(many, ASCII)[1].endswith("f5.bib (bib), 14 more")
