"""Web of Science, MEDLINE and Refer: where records begin and end, and lines that go on."""

from tests.store.readers.reading import Read, papers


def test_wos_lists_and_missing_ends(read: Read) -> None:
    text = """PT J
AU Poe, A
   Roe, J
TI A
DE one; two;
   three
CR X, 1997
   Y, 1998
XX odd
PT J
TI B
ER
"""
    first, second = papers(read(text))
    assert [author.name for author in first.authors] == ["A Poe", "J Roe"]
    assert first.keywords == ("one", "two", "three")
    assert (first.extra["references"], first.extra["XX"]) == ("X, 1997\nY, 1998", "odd")
    assert second.title == "B"


def test_wos_authors_of_a_book_stand_in_one_line(read: Read) -> None:
    (paper,) = papers(read("PT B\nBA Poe, Ann; Roe, Jo\nTI A\nER\n"))
    assert [author.name for author in paper.authors] == ["Ann Poe", "Jo Roe"]


def test_nbib_records_without_a_line_between(read: Read) -> None:
    items = read(
        "PMID- 1\nTI  - A\nMH  - *Soup/adverse\n      effects\nPMID- 2\nTI  - B\nPMC - PMC5\nCN  - The Group\n"
    )
    first, second = papers(items)
    assert first.keywords == ("Soup/adverse effects",)
    assert second.identifiers == {"pmid": "2", "pmcid": "PMC5"}
    assert second.authors[0].name == "The Group"


def test_nbib_initials_stand_first_where_full_names_are_missing(read: Read) -> None:
    (paper,) = papers(read("PMID- 1\nTI  - A\nAU  - van der Berg KM\nDP  - 2018 Mar-Apr\n"))
    assert (paper.authors[0].name, paper.date) == ("KM van der Berg", "2018-03")


def test_nbib_has_suffixes_behind_full_names(read: Read) -> None:
    (paper,) = papers(read("PMID- 1\nTI  - A\nFAU - Cobb, Fields W Jr\nFAU - King, Martin 3rd\nAU  - Cobb FW Jr\n"))
    assert [(author.family, author.given, author.suffix) for author in paper.authors] == [
        ("Cobb", "Fields W", "Jr"),
        ("King", "Martin", "3rd"),
    ]


def test_nbib_editors_with_full_names_stand_once(read: Read) -> None:
    (paper,) = papers(read("PMID- 1\nTI  - A\nED  - Roe M\nFED - Roe, Max\nDP  - 2018\n"))
    assert [(person.role, person.name) for person in paper.contributors] == [("editor", "Max Roe")]


def test_refer_without_types_is_parted_by_empty_lines(read: Read) -> None:
    items = read("%T A\n%A Ann Poe\n%K one, two\n\n%T B\n%D 1999\n")
    assert [(paper.title, paper.date) for paper in papers(items)] == [("A", None), ("B", "1999")]
    assert papers(items)[0].keywords == ("one", "two")


def test_the_links_of_ovid(read: Read) -> None:
    head = "VN  - Ovid Technologies\nDB  - BIOSIS Previews\n\n<1. >\nTI  - A.\n"
    (paper,) = papers(read(f"{head}UR  - https://example.org/a\nXL  - https://example.org/b\n"))
    assert paper.urls == ("https://example.org/a", "https://example.org/b")


def test_pages_of_medline_and_the_number_of_an_article_without_pages(read: Read) -> None:
    record = "PMID- 1\nTI  - A\nAID - S0140-6736(10)00001-X [pii]\nAID - e123 [pii]\n"
    (paged,) = papers(read(f"{record}PG  - 101-10\n", "nbib"))
    assert paged.extra["pages"] == "101–110"
    (numbered,) = papers(read(record.replace("AID - S0140-6736(10)00001-X [pii]\n", ""), "nbib"))
    assert numbered.extra["pages"] == "e123"
