"""A library as a file."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.export.library_export import FORMATS
from store.errors import InputError, LibraryError
from store.paper import Paper
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
