"""What is typed above the list of papers."""

from hypothesis import given
from hypothesis import strategies as st

from tests.assistant.small import FIELD, paper
from tui.papers.selection import Catalogue, PaperQuery, PaperSelection, Row, Sort


def found(typed: str) -> list[str]:
    return [row.id for row in Catalogue(map(Row.from_paper, FIELD)).select(PaperQuery.parse(typed))]


def test_words_stand_in_title_abstract_or_authors() -> None:
    assert found("thompson") == ["batches", "thompson", "fair"]
    assert found("NUNEZ") == ["fair", "audit"]
    assert found("thompson batch") == ["batches"]
    assert found('"rare events"') == ["rare"]
    assert found("xylophone") == []
    assert len(found("")) == len(FIELD)


def test_conditions_hold_together() -> None:
    assert found("author:Che") == ["batches", "queue"]
    assert found('author:"Dong Jing"') == ["queue", "silent"]
    assert found("year:2018") == ["rare", "fair"]
    assert found("year:2020-2023 code:yes") == ["batches", "audit"]
    assert found("year:2023-2020 code:no") == ["silent"]
    assert found("since:2024") == ["thompson", "queue"]
    assert found("until:2018 cat:ml") == ["rare", "fair"]
    assert found("year:-2018") == ["rare", "fair"]
    assert found("year:2025-") == ["thompson"]


def test_retracted_and_merged_papers() -> None:
    gone = paper("gone", "Cold Fusion", "", "Cy Roe", 2024, retraction="withdrawn")
    whole = paper("whole", "Queues", "", "Cy Roe", 2024, records=(paper("one", "Queues"), paper("two", "Queues")))
    rows = Catalogue(map(Row.from_paper, (gone, whole)))

    def ids(typed: str) -> list[str]:
        return [row.id for row in rows.select(PaperQuery.parse(typed))]

    assert ids("retracted:yes") == ids("merged:no") == ["gone"]
    assert ids("retracted:no") == ids("merged:YES roe") == ["whole"]
    assert ids("retracted:yes merged:yes") == []
    assert PaperQuery.parse("merged:y").doubt == "merged: takes yes or no"
    assert PaperQuery.parse("retracted:no").library_filters == {"retracted": False}
    assert PaperQuery.parse("merged:yes").library_filters is None


def test_what_is_not_finished_limits_nothing_and_is_told() -> None:
    for typed in ("year:20", "year:", "since:x", "code:y", "author:", "cat:", "year:2018-20"):
        assert len(found(typed)) == len(FIELD)
    assert PaperQuery.parse("year:20").doubt == "year: takes a year or years (2020-2023)"
    assert PaperQuery.parse("code:maybe").doubt == "code: takes yes or no"
    assert PaperQuery.parse("year:2020").doubt == ""


def test_only_years_and_code_are_the_same_filters_for_the_library() -> None:
    assert PaperQuery.parse("year:2020-2023 code:yes").library_filters == {
        "year_from": 2020,
        "year_to": 2023,
        "has_code": True,
    }
    assert PaperQuery.parse("").library_filters == {}
    assert PaperQuery.parse("year:2020 che").library_filters is None


@given(
    st.text(max_size=60)
    | st.from_regex(r"((author|year|since|cat|code|until|retracted|merged):[\w\"-]{0,9} ?){1,3}", fullmatch=True)
)
def test_anything_can_be_typed(typed: str) -> None:
    found(typed)


@given(st.lists(st.text('aehtnfir 2018:-yc"', max_size=12), min_size=1, max_size=6))
def test_key_by_key_finds_the_same_as_at_once(texts: list[str]) -> None:
    selection = PaperSelection()
    selection.replace_catalogue(Catalogue(map(Row.from_paper, FIELD), Sort.YEAR))
    for text in texts:
        for end in range(len(text) + 1):
            selection.filter(text[:end])
        assert [row.id for row in selection.shown_rows] == found(text)
