"""Tables: whose headers, which delimiter, and rows that are odd."""

import csv

import pytest

from store.readers.textfile import MAX_LINE
from tests.store.readers.reading import Read, doubts, lost, papers


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "header",
    [
        ["Title", "Authors", "Year", "Abstract"],
        ["Document Title", "Author Names", "Publication Year", "Abstract"],
        ["title", "author", "publication_year", "Abstract Note"],
        ["Titel", "Autoren", "Jahr", "Zusammenfassung"],
    ],
)
def test_headers_and_delimiters_are_found(read: Read, header: list[str], delimiter: str) -> None:
    rows = ["sep=;", "Exported on Monday", delimiter.join(header), delimiter.join(["A", "Ann Poe", "2018", "B."])]
    (paper,) = papers(read("\n".join(rows)))
    assert (paper.title, paper.date, paper.abstract, paper.authors[0].name) == ("A", "2018", "B.", "Ann Poe")
    assert paper.source.line == 4


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Lim SM, Shiau CWC, Lau Y.", ["SM Lim", "CWC Shiau", "Y Lau"]),
        ("Phillips J.C., Braun R.", ["J.C. Phillips", "R. Braun"]),
        ("P. Kogge; J. Shalf", ["P. Kogge", "J. Shalf"]),
        ("Poe, Ann; van Roe, John Max", ["Ann Poe", "John Max van Roe"]),
        ("['Marx, Karl', 'Lindgren, Astrid']", ["Karl Marx", "Astrid Lindgren"]),
        ("Ann Poe and John Roe et al.", ["Ann Poe", "John Roe"]),
    ],
)
def test_authors_in_one_cell(read: Read, cell: str, names: list[str]) -> None:
    (paper,) = papers(read(f'Title,Authors\nA,"{cell}"\n'))
    assert [author.name for author in paper.authors] == names


def test_web_of_science_has_tags_for_columns(read: Read) -> None:
    text = "PT\tAU\tTI\tSO\tDE\tAB\tPY\nJ\tPoe, A; Roe, J\tA\tSoups\tone; two\tB.\t2018\n"
    (paper,) = papers(read(text))
    assert [author.name for author in paper.authors] == ["A Poe", "J Roe"]
    assert (paper.title, paper.venue, paper.keywords, paper.abstract) == ("A", "Soups", ("one", "two"), "B.")


def test_foreign_columns_stay_under_their_names_and_take_no_field_of_ours(read: Read) -> None:
    (paper,) = papers(read("id,Title,Abstract,Rating,warnings,has_code,Title\n7,A,B.,5,w,maybe,C\n"))
    assert paper.id != "7"
    assert (paper.warnings, paper.has_code) == ((), False)
    assert paper.extra == {"id": "7", "Rating": "5", "warnings": "w", "has_code": "maybe", "other title": ["C"]}


def test_rows_that_are_empty_or_repeat_the_header_are_none(read: Read) -> None:
    items = read("Title,Abstract\n,\n\nA,B.\nTitle,Abstract\nC,D.\n")
    assert [paper.title for paper in papers(items)] == ["A", "C"]
    assert len(items) == 2


def test_a_row_with_a_year_alone_is_told_of(read: Read) -> None:
    items = read("Title,Year\nA,2018\n,2018\n")
    assert [problem.line for problem in lost(items)] == [3]


def test_a_quotation_that_does_not_close_is_told_of(read: Read) -> None:
    items = read('Title,Year\nA,2018\n"B,2018\nC,2018\n')
    assert [paper.title for paper in papers(items)] == ["A"]
    assert [problem.line for problem in lost(items)] == [3]
    assert "not closed" in lost(items)[0].reason


def test_more_cells_than_columns_are_kept_with_a_doubt(read: Read) -> None:
    items = read("Title,Year\nA,2018,more\n")
    assert papers(items)[0].extra == {"column 3": "more"}
    assert doubts(items) == ["the row has 3 cells for 2 columns"]


def test_a_row_has_at_most_as_many_cells_as_a_sheet_has_columns(read: Read) -> None:
    items = read(f"Title,Year\nA,2018{',' * 16_382}x\nB,2018{',' * 16_383}x\nC,2018\n")
    assert [paper.title for paper in papers(items)] == ["A", "C"]
    assert [(problem.line, problem.reason) for problem in lost(items)] == [
        (3, "the row has 16,385 cells, more than the 16,384 that one may have")
    ]


def test_a_cell_may_be_long(read: Read) -> None:
    items = read(f"Title,Abstract\nA,{'word ' * 38_000}\n")
    assert len(papers(items)[0].abstract) == 189_999
    assert csv.field_size_limit() >= MAX_LINE


def test_the_better_of_two_columns_of_one_field_is_taken_and_the_other_kept(read: Read) -> None:
    (paper,) = papers(read("Title,Source,Source title,Abstract\nA,Scopus,Journal of Soups,B.\n"))
    assert paper.venue == "Journal of Soups"
    assert paper.extra == {"other venue": ["Scopus"]}


def test_keywords_are_parted_at_commas_but_those_in_brackets(read: Read) -> None:
    [paper] = papers(read('Title,Keywords\nA,"bleeding (diagnosis, therapy), adult (a, b (c, d), e"\n'))
    assert paper.keywords == ("bleeding (diagnosis, therapy)", "adult (a", "b (c, d)", "e")


def test_keywords_are_parted_at_semicolons_where_there_are_some(read: Read) -> None:
    (paper,) = papers(read('Title,Author Keywords\nA,"soups, hot; bread"\n'))
    assert paper.keywords == ("soups, hot", "bread")


def test_a_row_with_one_known_column_is_no_header(read: Read) -> None:
    (paper,) = papers(read("Title,Monday's list\nTitle,Year\nA,2018\n"))
    assert (paper.title, paper.date) == ("A", "2018")


@pytest.mark.parametrize(
    ("column", "cell", "name", "value"),
    [
        ("Item DOI", "10.1000/a", "doi", "10.1000/a"),
        ("Journal Volume", "3", "volume", "3"),
        ("Journal URL", "https://a.org", "Journal URL", "https://a.org"),
        ("PubMedID", "23690738", "pmid", "23690738"),
        ("Art. No.", "e12", "article_number", "e12"),
        ("Abbreviated Source Title", "J. A", "journal_abbreviation", "J. A"),
    ],
)
def test_columns_that_name_what_has_the_property(read: Read, column: str, cell: str, name: str, value: str) -> None:
    (paper,) = papers(read(f"Paper Title,Authors,{column}\nA title,Ann Poe,{cell}\n"))
    assert (paper.identifiers | paper.extra)[name] == value


def test_first_and_last_page_in_columns_of_two_words_in_one(read: Read) -> None:
    (paper,) = papers(read("Title,Authors,StartPage,EndPage\nA title,Ann Poe,11,19\n"))
    assert paper.extra["pages"] == "11–19"


@pytest.mark.parametrize("text", ["Poe A & Roe M", "Poe, A., Roe, M.", "Poe, A. / Roe, M.", "Poe, A.; Roe, M."])
def test_two_people_however_they_are_listed(read: Read, text: str) -> None:
    (paper,) = papers(read(f'Title,Authors,Year\nA title,"{text}",2020\n'))
    assert [(author.family, author.given.strip(".")) for author in paper.authors] == [("Poe", "A"), ("Roe", "M")]


@pytest.mark.parametrize(
    ("date", "iso"),
    [("31/12/2019", "2019-12-31"), ("12/31/2019", "2019-12-31"), ("05/06/2019", "2019"), ("05/2019", "2019-05")],
)
def test_a_date_that_may_be_two_is_a_year(read: Read, date: str, iso: str) -> None:
    assert papers(read(f"Title,Authors,Date\nA title,Ann Poe,{date}\n"))[0].date == iso
