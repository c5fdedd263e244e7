from typing import Any

import pytest
from hypothesis import given

from assistant.export.apa import format_apa
from store.paper import Author, Contributor, Paper
from tests.assistant.export.test_bibtex_writer import PAPERS
from tests.assistant.small import paper


def test_with_all_that_is_known() -> None:
    full = paper(
        "p",
        "On Rare Events",
        authors="Ann B. Poe, Ludwig van Beethoven, The ATLAS Collaboration",
        year=2018,
        venue="Biometrika",
        identifiers={"doi": "10.1000/x", "arxiv": "1805.01234"},
        extra={"volume": "12", "number": 3, "pages": "45–67"},
    )
    assert format_apa(full) == (
        "Poe, A. B., van Beethoven, L., & The ATLAS Collaboration. (2018). On Rare Events. "
        "Biometrika, 12(3), 45–67. https://doi.org/10.1000/x"
    )


@pytest.mark.parametrize(
    ("fields", "cited"),
    [
        ({}, "Poe, A. (n.d.). Why?"),
        ({"authors": ""}, "Why? (n.d.)."),
        ({"authors_truncated": True}, "Poe, A., et al. (n.d.). Why?"),
        ({"authors": "Ann Poe, E.B. White"}, "Poe, A., & White, E. B. (n.d.). Why?"),
        ({"authors": "Jean-Paul Sartre"}, "Sartre, J.-P. (n.d.). Why?"),
        ({"authors": "J.-P. Sartre"}, "Sartre, J.-P. (n.d.). Why?"),
        ({"authors": "Plato"}, "Plato. (n.d.). Why?"),
        (
            {"identifiers": {"arxiv": "1805.01234"}, "venue": "arXiv.org"},
            "Poe, A. (n.d.). Why? (arXiv:1805.01234). arXiv. https://arxiv.org/abs/1805.01234",
        ),
        ({"urls": ("https://example.org/p",)}, "Poe, A. (n.d.). Why? https://example.org/p"),
    ],
)
def test_what_is_not_known_is_left_out(fields: dict[str, Any], cited: str) -> None:
    assert format_apa(paper("p", "Why?", **{"authors": "Ann Poe", **fields})) == cited


def test_of_many_authors_the_first_and_the_last_are_named() -> None:
    many = ", ".join(f"A{chr(97 + n)} Name{n}" for n in range(25))
    cited = format_apa(paper("p", "T", authors=many, year=2020))
    assert cited.startswith("Name0, A., Name1, A.")
    assert "Name18, A., … Name24, A. (2020). T." in cited
    assert "Name19" not in cited


def test_a_suffix_stands_last() -> None:
    assert format_apa(Paper(id="p", title="T", authors=(Author(name="John Roe, Jr."),))) == "Roe, J., Jr. (n.d.). T."


@given(PAPERS)
def test_any_paper_is_one_line(paper: Paper) -> None:
    cited = format_apa(paper)
    assert cited == " ".join(cited.split())
    assert f"({paper.year or 'n.d.'})." in cited


@pytest.mark.parametrize(
    ("kind", "extra", "fields", "reference"),
    [
        ("thesis", {"publisher": "University of Somewhere", "genre": "PhD thesis"}, {},
         "Poe, A. (2011). A title [PhD thesis, University of Somewhere]."),
        ("report", {"publisher": "Institute X", "number": "TR-5"}, {},
         "Poe, A. (2011). A title (No. TR-5). Institute X."),
        ("book", {"publisher": "Press", "edition": "2"}, {}, "Poe, A. (2011). A title (2nd ed.). Press."),
        ("chapter", {"publisher": "Press", "pages": "1–9"}, {"venue": "The book"},
         "Poe, A. (2011). A title. In M. Roe & E. Moe (Eds.), The book (pp. 1–9). Press."),
        ("dataset", {"publisher": "Zenodo"}, {}, "Poe, A. (2011). A title [Data set]. Zenodo."),
    ],
)  # fmt: skip
def test_each_type_has_its_form(kind: str, extra: dict[str, Any], fields: dict[str, Any], reference: str) -> None:
    editors = [Contributor(name="Max Roe", role="editor"), Contributor(name="Eva Moe", role="editor")]
    paper = Paper(
        id="a", title="A title", authors=(Author(name="Ann Poe", position=1),), date="2011", kind=kind, extra=extra,
        contributors=tuple(editors), **fields,
    )  # fmt: skip
    assert format_apa(paper) == reference


def test_editors_lead_where_there_is_no_author() -> None:
    editors = (Contributor(name="Max Roe", role="editor"), Contributor(name="Eva Moe", role="editor"))
    paper = Paper(id="a", title="A title", date="2013", kind="book", contributors=editors, extra={"publisher": "Press"})
    assert format_apa(paper) == "Roe, M., & Moe, E. (Eds.). (2013). A title. Press."


def test_initials_in_capitals_are_initials_and_names_without_capitals_stay() -> None:
    people = (
        Author(name="SR Toukhsati", family="Toukhsati", given="SR", position=1),
        Author(name="王小明", family="王", given="小明", position=2),
    )
    paper = Paper(id="a", title="A title", date="2013", authors=people, venue="J")
    assert format_apa(paper) == "Toukhsati, S. R., & 王小明. (2013). A title. J."


@pytest.mark.parametrize(
    ("kind", "date", "extra", "year"),
    [
        ("webpage", "2019-05-04", {}, "2019, May 4"),
        ("article-newspaper", "2019-05", {}, "2019, May"),
        ("article-magazine", "2019", {"season": "4"}, "2019, Winter"),
        ("article-journal", "2019-05-04", {"season": "1"}, "2019"),
    ],
)
def test_what_appears_on_a_day_is_dated_to_it(kind: str, date: str, extra: dict[str, str], year: str) -> None:
    page = Paper(id="p", title="T", authors=(Author(name="Ann Poe"),), date=date, kind=kind, extra=extra)
    assert format_apa(page).startswith(f"Poe, A. ({year}). T.")
