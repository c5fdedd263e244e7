"""Author listings as other pages may have them: parts missing, in another order, or wrong."""

import pytest

from store.paper import Profile
from store.readers import author_listing
from tests.store.readers.reading import Read, doubts, lost, only, papers

HEAD = "Ann Poe\n\nLG\nh-index3\n1papers\n1,234citations\nNovelty54%\nAI Score61\n\n1 Papers\n\n"
ONLY_OWN = "no authors but the page's own"
NOT_AMONG = "Ann Poe, whose page this is, is not among the authors"
ABSTRACT = (
    "In this paper, we study the question of how a reader finds out what a line is, and we show that the shape of it "
    "tells enough in all but the rarest of cases. Experiments support this."
)
RECORD = f"LGMar 10, 2022Code\nA title: of some kind\n\nAnn Poe, John Roe\n\n{ABSTRACT}\n"


def test_a_page(read: Read) -> None:
    profile, paper = read(HEAD + RECORD)
    assert isinstance(profile, Profile)
    assert (profile.name, profile.category, profile.citations) == ("Ann Poe", "LG", 1234)
    assert papers([paper])[0].model_dump(
        include={"title", "date", "categories", "has_code", "abstract", "year_inferred"}
    ) == {
        "title": "A title: of some kind",
        "date": "2022-03-10",
        "categories": ("LG",),
        "has_code": True,
        "abstract": ABSTRACT,
        "year_inferred": False,
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", " \n"])
@pytest.mark.parametrize("squeeze", [False, True])
def test_line_ends_and_blank_lines_do_not_matter(read: Read, end: str, squeeze: bool) -> None:
    text = HEAD + RECORD + RECORD.replace("title", "second title")
    text = text.replace("\n\n", "\n") if squeeze else text.replace("\n\n", "\n\n\n")
    found = papers(read(text.replace("\n", end)))
    assert [(paper.title, paper.abstract) for paper in found] == [
        ("A title: of some kind", ABSTRACT),
        ("A second title: of some kind", ABSTRACT),
    ]


def test_the_head_may_be_in_any_order_and_incomplete(read: Read) -> None:
    text = "AI Score 61\nStat\n6.981 citations\nAnn Poe\nh-index 42\n\n" + RECORD
    profile = only(Profile, read(text.replace("Stat", "ST")))[0]
    assert profile.model_dump(exclude={"source"}) == {
        "name": "Ann Poe",
        "category": "ST",
        "h_index": 42,
        "papers": None,
        "citations": 6981,
        "novelty_percent": None,
        "ai_score": 61,
    }


@pytest.mark.parametrize(
    "number", ["6,981,000", "6.981.000", "6 981 000", "6\u00a0981\u00a0000", "6’981’000", "6981000"]
)
def test_thousands_separators(read: Read, number: str) -> None:
    assert only(Profile, read(f"Ann Poe\nh-index1\n{number}citations\n" + RECORD))[0].citations == 6_981_000


def test_longer_category_codes_are_kept_as_given(read: Read) -> None:
    items = read(HEAD.replace("LG", "quant-ph") + RECORD.replace("LGMar", "quant-phMar"))
    assert only(Profile, items)[0].category == "quant-ph"
    assert papers(items)[0].categories == ("quant-ph",)


def test_lines_of_the_head_that_mean_nothing_are_reported(read: Read) -> None:
    items = read(HEAD.replace("Novelty54%", "Novelty\x1b[1m high") + RECORD)
    assert doubts(items) == [r"not understood: 'Novelty\x1b[1m high'"]
    assert len(papers(items)) == 1


def test_a_page_without_a_name_still_has_its_papers(read: Read) -> None:
    items = read(RECORD)
    assert (len(papers(items)), only(Profile, items)) == (1, [])
    assert "names no author" in doubts(items)[0]


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (HEAD.replace("1 Papers", "2 Papers"), "the count line says 2, but the file holds 1 "),
        (HEAD.replace("1papers", "3papers"), "the profile says 3 and the count line says 1, but the file holds 1 "),
        (HEAD.replace("1papers\n", ""), ""),
        (HEAD.replace("1papers\n", "").replace("1 Papers", ""), ""),
    ],
)
def test_the_counts_are_checked(read: Read, head: str, says: str) -> None:
    said = doubts(read(head + RECORD))
    assert says in said[0] if says else said == []


def test_a_page_without_papers_says_so(read: Read) -> None:
    assert doubts(read("Ann Poe\nh-index0\n\n0 Papers\n")) == ["no paper was found in this file"]


def test_dates_without_a_year_are_of_the_year_after_the_newest(read: Read) -> None:
    found = papers(read(HEAD + RECORD.replace(", 2022Code", "Code") + RECORD + RECORD.replace("2022", "9999")))
    assert [(paper.date, paper.year_inferred) for paper in found] == [
        ("2023-03-10", True),
        ("2022-03-10", False),
        (None, False),
    ]


@pytest.mark.parametrize(
    ("first", "date", "warning"),
    [
        ("LGFeb 31, 2020", "2020-02", "no day 31"),
        ("LGFeb 29", "2023-02", "no day 29"),
        ("LGMar 0, 2020", "2020-03", "no day 0"),
        ("LGMar 10, 0000", None, "year 0"),
        ("LGMar 10, 22", None, "could not be read"),
        ("LGMarch 10, 2022", None, "could not be read"),
        ("LGMar 2022Code", None, "could not be read"),
    ],
)
def test_bad_dates_are_cut_kept_and_said(read: Read, first: str, date: str | None, warning: str) -> None:
    items = read(RECORD + RECORD.replace("LGMar 10, 2022Code", first), format="listing")
    paper = papers(items)[1]
    assert paper.date == date
    assert [text for text in paper.warnings if warning in text]
    assert [text for text in doubts(items) if warning in text]
    assert paper.extra == ({} if date else {"first_line": first})


def test_a_page_on_which_no_date_has_a_year(read: Read) -> None:
    paper = papers(read(HEAD + RECORD.replace(", 2022Code", "")))[0]
    assert (paper.date, paper.year_inferred, paper.extra) == (None, False, {"first_line": "LGMar 10"})
    assert "names no year" in paper.warnings[0]


@pytest.mark.parametrize(
    ("record", "title", "authors", "abstract", "warnings"),
    [
        (f"\n\nAnn Poe, J. Roe\n\n{ABSTRACT}", "(untitled)", ["Ann Poe", "J. Roe"], ABSTRACT, ["no title"]),
        (f"J. Roe et al.\n{ABSTRACT}", "(untitled)", ["J. Roe", "Ann Poe"], ABSTRACT, ["no title"]),
        (f"Titles are fun\n\n{ABSTRACT}", "Titles are fun", ["Ann Poe"], ABSTRACT, [ONLY_OWN]),
        ("Titles are fun\n\nAnn Poe", "Titles are fun", ["Ann Poe"], "", ["no abstract"]),
        ("Titles are fun", "Titles are fun", ["Ann Poe"], "", [ONLY_OWN, "no abstract"]),
        (
            f"Titles\n{ABSTRACT} It is by Roe et al.",
            "Titles",
            ["Ann Poe"],
            f"{ABSTRACT} It is by Roe et al.",
            [ONLY_OWN],
        ),
        (ABSTRACT * 2, "(untitled)", ["Ann Poe"], ABSTRACT * 2, [ONLY_OWN, "no title"]),
        (f"T\n\nJ. Roe\n\n{ABSTRACT}", "T", ["J. Roe"], ABSTRACT, [NOT_AMONG]),
    ],
)
def test_records_with_parts_missing(
    read: Read, record: str, title: str, authors: list[str], abstract: str, warnings: list[str]
) -> None:
    items = read(f"{HEAD}LGMar 10, 2022\n{record}\n")
    paper = papers(items)[0]
    assert (paper.title, [author.name for author in paper.authors]) == (title, authors)
    assert (paper.abstract, list(paper.warnings)) == (abstract, warnings)
    assert doubts(items) == [warning for warning in warnings if warning != "no abstract"]


def test_untitled_papers_have_ids_of_their_own(read: Read) -> None:
    record = f"LGMar 10, 2022\nAnn Poe et al.\n\n{ABSTRACT}"
    first, second = papers(read(HEAD + record + "\n\n" + record + " More."))
    assert first.id != second.id


@pytest.mark.parametrize("nothing", ["", "\n\n", "Ann Poe et al.\n", "\x1b[0m\n"])
def test_a_record_of_nothing_is_reported_with_its_line(read: Read, nothing: str) -> None:
    items = read(HEAD + f"LGMar 10, 2022\n{nothing}" + RECORD)
    assert [problem.line for problem in lost(items)] == [12]
    assert "neither title nor abstract" in lost(items)[0].reason
    assert len(papers(items)) == 1
    assert doubts(items) == [
        "the profile says 1 and the count line says 1, but the file holds 2 records: compare it with the page"
    ]


@pytest.mark.parametrize("given", ["Ann Poe", "A. Poe", "Ann B. Poe", "ANN POE"])
def test_the_page_author_is_not_added_twice(read: Read, given: str) -> None:
    paper = papers(read(HEAD + RECORD.replace("Ann Poe, John Roe", f"John Roe, {given} et al.")))[0]
    assert [author.name for author in paper.authors] == ["John Roe", given]
    assert paper.authors_truncated


def test_a_hidden_page_author_is_added_without_a_position(read: Read) -> None:
    paper = papers(read(HEAD + RECORD.replace("Ann Poe, John Roe", "John Roe, Jr., Max Moe et al.")))[0]
    assert [(author.name, author.position) for author in paper.authors] == [
        ("John Roe, Jr.", 1),
        ("Max Moe", 2),
        ("Ann Poe", None),
    ]


def test_an_abstract_may_have_paragraphs_and_begin_like_a_record(read: Read) -> None:
    text = "AI agents do things.\n\nLGMar 10, 2022 was the day.\n\nMar 10, 2022 it was. See https://x.org/a."
    paper = papers(read(HEAD + RECORD.replace(ABSTRACT, text)))[0]
    assert paper.abstract_raw == text
    assert paper.abstract == text.replace("\n\n", " ")
    assert paper.urls == ("https://x.org/a",)


def test_a_record_without_a_category_is_one_after_a_blank_line(read: Read) -> None:
    text = HEAD + RECORD + "\nMay 4, 2021\nMay 4\n\nAnn Poe\n\nA short abstract that says little, and says it slowly.\n"
    second = papers(read(text))[1]
    assert (second.title, second.date, second.categories) == ("May 4", "2021-05-04", ())


@pytest.mark.parametrize(
    ("link", "identifiers", "urls"),
    [
        ("https://arxiv.org/abs/2203.05482v2", {"arxiv": "2203.05482"}, ("https://arxiv.org/abs/2203.05482v2",)),
        ("arXiv:math.ST/0601001", {"arxiv": "math.ST/0601001"}, ()),
        ("https://doi.org/10.1000/ABC", {"doi": "10.1000/abc"}, ("https://doi.org/10.1000/ABC",)),
    ],
)
def test_a_line_that_is_an_identifier_identifies(
    read: Read, link: str, identifiers: dict[str, str], urls: tuple[str, ...]
) -> None:
    paper = papers(read(HEAD + RECORD.replace("\nAnn Poe", f"\n{link}\nAnn Poe")))[0]
    assert (paper.identifiers, paper.urls, paper.id) == (identifiers, urls, *identifiers.values())
    assert paper.abstract == ABSTRACT


def test_an_identifier_in_a_sentence_is_another_papers(read: Read) -> None:
    paper = papers(read(HEAD + RECORD.replace(ABSTRACT, "It extends arXiv:2001.00001 and doi:10.1000/1.")))[0]
    assert paper.identifiers == {}


def test_a_record_of_eleven_megabytes_is_reported_and_the_next_one_read(read: Read) -> None:
    items = read(HEAD + RECORD + "word " * 2_200_000 + "\n" + RECORD.replace("title", "second"))
    assert [problem.line for problem in lost(items)] == [12]
    assert [paper.title for paper in papers(items)] == ["A second: of some kind"]


def test_a_record_over_the_limit_is_lost_and_the_next_is_read(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(author_listing, "MAX_LINE", 1000)
    long = "LGMar 10, 2022\nA title\n\nAnn Poe\n\n" + "word word word word word\n" * 15
    items = read(f"Ann Poe\n\n{long}\nLGMar 11, 2022\nAnother\n\nAnn Poe\n\nIts abstract.\n")
    assert [paper.title for paper in papers(items)] == ["Another"]
    assert ["longer than 10 million characters" in problem.reason for problem in lost(items)] == [True]
