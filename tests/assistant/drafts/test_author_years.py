"""Citations by author and year: which they are in running text, and which papers they mean."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafts.check import check_draft
from assistant.drafts.checked_sentence import SentenceOutcome
from assistant.drafts.citations import CitationResolver, find_citations, read_author_year
from assistant.types import Support
from tests.assistant.small import assistant, paper
from tests.counting import LINEAR, growth

AUTHORS = {"Gold", "Lee", "Kim", "Noborio", "Smith"}


def is_author(name: str) -> bool:
    return name.split()[-1] in AUTHORS


@pytest.mark.parametrize(
    ("text", "marked", "keys", "apart"),
    [
        ("It is (Gold et al., 2005).", "(Gold et al., 2005)", ["Gold et al., 2005"], True),
        ("It is (Xu, 2019, pp. 3–4).", "(Xu, 2019, pp. 3–4)", ["Xu, 2019"], True),
        ("It is [Xu & Bai, 2019].", "[Xu & Bai, 2019]", ["Xu & Bai, 2019"], True),
        ("It is (Smith 2005, 23).", "(Smith 2005, 23)", ["Smith, 2005"], True),
        (
            "(e.g., Gold et al., 2005; Lee & Kim, 2007, p. 3; see also Noborio 2007a,b)",
            "(e.g., Gold et al., 2005; Lee & Kim, 2007, p. 3; see also Noborio 2007a,b)",
            ["Gold et al., 2005", "Lee & Kim, 2007", "Noborio, 2007a", "Noborio, 2007b"],
            True,
        ),
        ("Gold et al. (2005) found", "Gold et al. (2005)", ["Gold et al., 2005"], False),
        ("In Gold (2005), light", "Gold (2005)", ["Gold, 2005"], False),
        ("So Lee, You, and Park (2007) show", "Lee, You, and Park (2007)", ["Lee, You & Park, 2007"], False),
        ("Garcia Lopez und Kim (2011, S. 4)", "Garcia Lopez und Kim (2011, S. 4)", ["Garcia Lopez & Kim, 2011"], False),
        ("by van der Meer et al. (2019)", "van der Meer et al. (2019)", ["van der Meer et al., 2019"], False),
        ("Kim and others (2005, 2007)", "Kim and others (2005, 2007)", ["Kim et al., 2005", "Kim et al., 2007"], False),
        ("as in Gold et al., 2005, who say", "Gold et al., 2005", ["Gold et al., 2005"], False),
        ("(see the review of the whole field in Gold et al. 2005)", "Gold et al. 2005", ["Gold et al., 2005"], False),
        ("O’Neil et al.~(2010) show", "O’Neil et al.~(2010)", ["O’Neil et al., 2010"], False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("latex", [False, True])
def test_citations_by_author_and_year(text: str, marked: str, keys: list[str], apart: bool, latex: bool) -> None:
    [mark] = find_citations(text, latex, is_author)
    assert (text[mark.start : mark.end], [*mark.keys], mark.apart) == (marked, keys, apart)


@pytest.mark.parametrize(
    "text",
    [
        "ImageNet (2009) and PubMed (2019) are large.",
        "It began (March 2020), and (May, 2005) it ended.",
        "Of them (n = 28) some (p < .05; 2005) had light (415 nm, 2005).",
        "In 2005 (Gold) and since Windows (2000).",
        "(the whole of the review that was written by, 2005)",
        "A [link, 2005](https://x.org).",
        "(2005)",
    ],
)
def test_what_only_looks_like_one(text: str) -> None:
    assert find_citations(text, is_author=is_author) == []


def test_a_key_stands_within_others() -> None:
    marks = find_citations("It is (Gold et al., 2005) and [@poe2020, see Kim et al., 2001].", is_author=is_author)
    assert [mark.keys for mark in marks] == [("Gold et al., 2005",), ("poe2020",)]


@pytest.mark.parametrize("key", ["poe2020", "10.1000/x", "Gold 2005", "2005", ", 2005", "light, 2005"])
def test_other_keys_name_no_authors(key: str) -> None:
    assert read_author_year(key) is None


@given(st.text(alphabet="GoldLee &,;.()[]~2015ab alt", max_size=80))
def test_any_text_is_read(text: str) -> None:
    last = 0
    for mark in find_citations(text, is_author=lambda _: True):
        assert last <= mark.start < mark.end <= len(text)
        assert mark.keys
        last = mark.end


@pytest.mark.parametrize("piece", ["Gold ", "(Gold et al., 2005; ", "et al., 2005 ", "(", "Lee, ", "van der "])
def test_it_takes_linear_time(piece: str) -> None:
    assert growth(lambda size: find_citations(piece * size, is_author=lambda _: True), 200) <= LINEAR


LIGHT = "Blue light reduced lesions by an average of 34%, as compared to 14% for clindamycin."
PAPERS = (
    paper("gold", "Blue Light", LIGHT, authors="Michael Gold, Jaggi Rao, Ann Poe", year=2005),
    paper("gold2", "Red Light", "Red light reduced lesions by 9%.", authors="Michael Gold", year=2005),
    paper("meer", "Ponds", "Ponds are wet.", authors="Jan van der Meer, Bo Roe", year=2019),
    paper("lee1", "Trees", "Trees grow.", authors="Seung Lee, Bo Kim", year=2007),
    paper("lee2", "Moss", "Moss grows.", authors="Ann Lee, Cy Kim", year=2007),
    paper("lee3", "Ferns", "Ferns grow.", authors="Ann Lee, Cy Kim, Di Poe", year=2007),
)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> CitationResolver:
    return CitationResolver(assistant(tmp_path_factory.mktemp("years") / "library", PAPERS).library)


@pytest.mark.parametrize(
    ("key", "paper_id"),
    [
        ("Gold et al., 2005", "gold"),
        ("Gold, Rao & Poe, 2005", "gold"),
        ("Gold, 2005", "gold2"),
        ("van der Meer & Roe, 2019", "meer"),
        ("Meer, 2019", "meer"),
        ("Then Meer et al., 2019", "meer"),
        ("Lee et al., 2007", "lee3"),
    ],
)
def test_the_paper_is_that_of_its_authors_and_year(key: str, paper_id: str, keys: CitationResolver) -> None:
    found = keys.resolve_key(key).paper
    assert found
    assert found.id == paper_id


def test_what_no_paper_fits_or_several_do_is_said(keys: CitationResolver) -> None:
    assert keys.resolve_key("Gold et al., 2006").reason == "the library has no paper by Gold et al. of 2006"
    assert keys.resolve_key("Rao et al., 2005").paper is None
    assert keys.resolve_key("Gold & Poe, 2005").paper is None
    several = keys.resolve_key("Lee & Kim, 2007")
    assert several.paper is None
    assert several.reason.startswith("several papers fit: lee2007")


def test_a_list_of_authors_that_is_cut_may_have_more(tmp_path: Path) -> None:
    cut = paper("cut", "Long", "It is long.", authors="Ann Poe, Bo Roe", year=2001)
    cut = cut.model_copy(update={"authors_truncated": True})
    with assistant(tmp_path / "library", [cut]) as own:
        keys = CitationResolver(own.library)
        assert keys.resolve_key("Poe & Roe, 2001").paper == keys.resolve_key("Poe et al., 2001").paper == cut


def test_a_draft_is_compared_with_the_papers_of_authors_and_years(tmp_path: Path) -> None:
    draft = (
        "Blue light reduced lesions by an average of 34% (Gold et al., 2005; Lee & Kim, 2007). "
        "Meer (2019) says that ponds are dry. Bo Poe (2019) sees the whole of a pond by day."
    )
    with assistant(tmp_path / "library", PAPERS) as own:
        first, second, third = check_draft(own.library, draft)
    assert [(row.key, row.support) for row in first.papers] == [
        ("gold2005blue", Support.WORDED),
        ("Lee & Kim, 2007", None),
    ]
    assert second.papers[0].key == "meer2019ponds"
    assert second.text == "Meer (2019) says that ponds are dry."
    assert third.papers[0].reasons == ("the library has no paper by Bo Poe of 2019",)
    assert third.outcome is SentenceOutcome.UNKNOWN
