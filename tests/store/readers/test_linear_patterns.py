"""Patterns that once took quadratic or exponential time: texts so long that they would not end that way."""

from pathlib import Path

import pytest

from store.errors import SourceError
from store.readers import read_bytes, read_papers
from store.readers.publication import settle_publication
from tests.store.readers.reading import Read, papers


def test_numbers_side_by_side_are_told_apart_however_many_there_are() -> None:
    assert settle_publication({"issn": "1536-5964 0025-7974"}, "")["issn"] == ["1536-5964", "0025-7974"]
    text = f"1536-5964 {'1' * 5000}{{"
    assert settle_publication({"issn": text}, "") == {"issn": "1536-5964"}


@pytest.mark.parametrize("repeated", ["<!-- -->", "<?xml ?>", "\n\n", "1. a\n", "<1. >", "<1     .", "1: x"])
def test_what_begins_in_no_format_is_refused_at_once(read: Read, repeated: str) -> None:
    with pytest.raises(SourceError):
        read(repeated * (60_000 // len(repeated)) + "x")


def test_a_page_behind_comments_is_still_a_page(read: Read) -> None:
    with pytest.raises(SourceError, match="is a web page"):
        read("<!-- a --> <!-- b -->\n<!DOCTYPE html><html></html>")


def test_a_record_of_ovid_begins_behind_its_number() -> None:
    text = "< 12. >\nVN  - Ovid Technologies\nTI  - One\n<13>\nTI  - Two\n"
    assert [paper.title for paper in papers(read_bytes(text.encode(), "a", "ovid"))] == ["One", "Two"]


def test_a_number_of_thousands_of_digits_is_a_problem_of_its_record(tmp_path: Path) -> None:
    path = tmp_path / "a.bib"
    path.write_text(f"@article{{a, title={{A}}, year={{2018}}, month={'7' * 4301}, volume={'1' * 5000}}}")
    assert [paper.date for paper in papers(read_papers(path))] == ["2018"]


@pytest.mark.parametrize("repeated", ["@", "(@", "a.", " ", "a ", "(author "])
@pytest.mark.parametrize("format", ["bibtex", "ris", "csv"])
def test_a_name_without_end_is_read_at_once(format: str, repeated: str) -> None:
    name = f"A ({repeated * (60_000 // len(repeated))}x"
    texts = {
        "bibtex": f"@article{{a, title={{A}}, author={{{name}}}}}",
        "ris": f"TY  - JOUR\nTI  - A\nAU  - {name}\nER  - \n",
        "csv": f"Title,Authors\nA,{name}\n",
    }
    assert len(papers(read_bytes(texts[format].encode(), "a", format))) == 1


@pytest.mark.parametrize("repeated", [",", "(,", "(a,)", "a, b (c, "])
def test_keywords_without_end_are_read_at_once(repeated: str) -> None:
    text = f'Title,Keywords\nA,"a (b, c), {repeated * (120_000 // len(repeated))}x"\n'
    [paper] = papers(read_bytes(text.encode(), "a", "csv"))
    assert paper.keywords[0] == "a (b, c)"


@pytest.mark.parametrize("between", [" ", "\t"])
@pytest.mark.parametrize("format", ["bibtex", "ris", "csv", "ovid"])
def test_blanks_without_end_in_a_name_are_read_at_once(format: str, between: str) -> None:
    name = f"Poe {between * (100_000 // len(between))}x Ann"
    texts = {
        "bibtex": f"@article{{a, title={{A}}, author={{{name}}}}}",
        "ris": f"TY  - JOUR\nTI  - A\nAU  - {name}\nER  - \n",
        "csv": f"Title,Authors\nA,{name}\n",
        "ovid": f"VN  - Ovid Technologies\n\n<1. >\nTI  - A\nAU  - {name}\n",
    }
    assert len(papers(read_bytes(texts[format].encode(), "a", format))) == 1


def test_a_remark_and_a_number_are_no_part_of_a_name_of_ovid() -> None:
    text = "VN  - Ovid Technologies\n\n<1. >\nTI  - A\nAU  - Poe,  Ann  [Author,  Reprint Author]\nAU  - Ye  2  Chen\n"
    [paper] = papers(read_bytes(text.encode(), "a", "ovid"))
    assert [author.name for author in paper.authors] == ["Ann Poe", "Ye Chen"]
