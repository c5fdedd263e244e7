"""Data that would be a command, a formula or another record in the file that it is written to."""

import csv
import io

import pytest

from assistant.export.library_export import FORMATS, format_papers
from store.citation_keys import citation_keys
from store.errors import InputError
from store.paper import Author, Paper, Source
from tests.assistant.export import bib

EVIL = "x}\\input{/etc/passwd}{\nER  - \nTY  - JOUR\n@misc{y,"
HOSTILE = Paper(
    id="h",
    title=f"=cmd|'/c calc'!A1 {EVIL}",
    authors=(Author(name=f"@SUM(A1) {EVIL}", position=1),),
    abstract=f"+1 {EVIL}",
    keywords=("-2+3", EVIL),
    venue=EVIL,
    urls=("https://a.org/}{\\write18{x}",),
    identifiers={"doi": "10.1000/}\\input{x}"},
    extra={"note": EVIL, "execute": "\\input{x}", "file": EVIL, "a}b": EVIL, "howpublished": EVIL, "C1": EVIL},
    source=Source(format="ris"),
)


def written(paper: Paper, format: str) -> str:
    return "".join(format_papers(lambda: [paper], format, citation_keys([paper])))


def test_bibtex_holds_no_command_and_no_other_entry() -> None:
    text = written(HOSTILE, "bibtex")
    (entry,) = bib.read(text)
    assert "execute" not in entry.fields
    assert "\\input" not in text
    assert "\\write" not in text
    for name in ("title", "author", "journal", "abstract", "keywords", "note"):
        assert bib.active(entry.fields[name].replace("\\textbackslash{}", "")) == []


def test_ris_holds_no_other_record() -> None:
    lines = written(HOSTILE, "ris").split("\r\n")
    assert [line[:2] for line in lines].count("TY") == 1
    assert lines.count("ER  - ") == 1
    assert all(line[2:6] == "  - " for line in lines if line)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "\t=", " ="])
def test_a_table_holds_no_formula(start: str) -> None:
    paper = HOSTILE.model_copy(update={"title": f"{start}cmd|'/c calc'!A1", "extra": {"own": f"{start}1+1"}})
    rows = list(csv.reader(io.StringIO(written(paper, "csv"))))
    assert len(rows) == 2
    assert not [cell for row in rows for cell in row if cell.strip().startswith(("=", "+", "-", "@", "＝", "\t"))]


def test_a_format_that_there_is_not_is_said_with_those_there_are() -> None:
    with pytest.raises(InputError, match=", ".join(FORMATS)):
        format_papers(list, "docx", {})


def test_two_papers_never_share_a_key() -> None:
    papers = [
        Paper(id=str(n), title="Same", date="2020", authors=(Author(name="Ann Poe"),), extra={"citation_key": "Poe20"})
        for n in range(3)
    ]
    keys = [entry.key for entry in bib.read("".join(format_papers(lambda: papers, "bibtex", citation_keys(papers))))]
    assert keys[0] == "Poe20"
    assert len(set(keys)) == 3
