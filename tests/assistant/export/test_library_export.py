"""A library as a file."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.export.library_export import FORMATS, format_papers
from store.errors import InputError, LibraryError
from store.paper import Paper, Source
from store.readers import read_papers
from tests.assistant import small


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with small.assistant(tmp_path_factory.mktemp("field"), small.FIELD) as assistant:
        yield assistant


@pytest.mark.parametrize("format", FORMATS)
def test_each_format_holds_every_paper(field: Assistant, format: str, tmp_path: Path) -> None:
    written = field.papers.save(tmp_path / "papers", format)
    read = [one for one in read_papers(tmp_path / "papers", format) if isinstance(one, Paper)]
    assert written.papers == len(read) == len(small.FIELD)
    assert {paper.title for paper in read} == {paper.title for paper in small.FIELD}
    assert {paper.abstract for paper in read} == {paper.abstract for paper in small.FIELD}


def test_a_filter_chooses(field: Assistant) -> None:
    text = "".join(field.papers.export("jsonl", author="Namkoong"))
    assert [json.loads(line)["id"] for line in text.splitlines()] == [
        p.id for p in field.papers.list(author="Namkoong")
    ]
    assert json.loads("".join(field.papers.export("csl-json", author="Nobody"))) == []


def test_keys_are_those_that_answers_cite_by(field: Assistant) -> None:
    text = "".join(field.papers.export("bibtex"))
    for paper in small.FIELD:
        key = field.papers.cite(paper.id, "pandoc").strip("[@]")
        assert f"{{{key},\n" in text


def test_nothing_is_written_where_a_file_cannot_be(field: Assistant, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(LibraryError, match="cannot be written"):
        field.papers.save(tmp_path / "file" / "papers.bib")
    with pytest.raises(InputError):
        field.papers.save(tmp_path / "file", "docx")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_references_stand_by_author_and_year(field: Assistant) -> None:
    lines = field.papers.references()
    assert lines == sorted(lines, key=str.casefold)
    assert len(lines) == len(small.FIELD)
    assert field.papers.references("ieee")[0].startswith("[1] ")


def write(paper: Paper, format: str) -> str:
    return "".join(format_papers(lambda: iter([paper]), format, {paper.id: "key"}))


def test_ris_has_the_book_of_a_chapter_as_secondary_title_and_a_season_behind_the_date() -> None:
    paper = Paper(
        id="a", title="T", kind="chapter", venue="The book", date="2019", extra={"season": "1", "chapter": "7"}
    )
    text = write(paper, "ris")
    assert "T2  - The book\r\n" in text
    assert "DA  - 2019///Spring\r\n" in text
    assert "SE  - 7\r\n" in text


def test_ris_has_the_end_of_a_span_behind_the_date() -> None:
    paper = Paper(id="a", title="T", date="2018-03", extra={"date_end": "2018-04"})
    assert "DA  - 2018/03//to 2018-04\r\n" in write(paper, "ris")


@pytest.mark.parametrize(
    ("format", "line"),
    [
        ("bibtex", "langid = {ngerman}"),
        ("csl-json", '"language": "de"'),
        ("ris", "LA  - ger"),
    ],
)
def test_each_format_names_a_language_as_it_does(format: str, line: str) -> None:
    assert line in write(Paper(id="a", title="T", language="de", extra={"language": "ger"}), format)


def test_what_latex_calls_a_language_is_for_latex() -> None:
    paper = Paper(id="a", title="T", language="de", source=Source(format="bibtex"), extra={"language": "ngerman"})
    assert "langid = {ngerman}" in write(paper, "bibtex")
    assert "LA  - de\r\n" in write(paper, "ris")


@pytest.mark.parametrize(
    ("genre", "entry"),
    [("Master's thesis", "@mastersthesis{"), ("Bachelor's thesis", "@thesis{"), ("PhD thesis", "@phdthesis{")],
)
def test_the_entry_of_a_thesis_tells_its_degree(genre: str, entry: str) -> None:
    assert write(Paper(id="a", title="T", kind="thesis", extra={"genre": genre}), "bibtex").startswith(entry)


def test_csl_has_spans_of_other_dates_and_the_organization_as_publisher() -> None:
    extra = {"event_date": "2005-03-01/2005-03-04", "original_date": "1999", "organization": "IEEE"}
    (item,) = json.loads(write(Paper(id="a", title="T", kind="paper-conference", extra=extra), "csl-json"))
    assert item["event-date"] == {"date-parts": [[2005, 3, 1], [2005, 3, 4]]}
    assert item["original-date"] == {"date-parts": [[1999]]}
    assert item["publisher"] == "IEEE"
