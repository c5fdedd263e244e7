from hypothesis import given
from hypothesis import strategies as st

from assistant.report.figures import MOST, count_themes, lay_out_columns, read_counts
from assistant.report.kinds import tabulate_themes
from assistant.report.themes import Theme
from assistant.report.years import UNDATED
from tests.assistant import small

THEMES = [
    Theme("one", (small.paper("a", "A", year=2018), small.paper("b", "B", year=2018), small.paper("c", "C"))),
    Theme("two", (small.paper("d", "D", year=2021),)),
]
YEARS = st.one_of(st.just(UNDATED), st.integers(1600, 2100).map(str))


def test_themes_and_their_table_count_alike() -> None:
    counts = count_themes(THEMES)
    assert counts == {"one": {"2018": 2, UNDATED: 1}, "two": {"2021": 1}}
    assert read_counts(tabulate_themes(THEMES)) == counts


def test_years_without_a_paper_have_their_column() -> None:
    columns, found = lay_out_columns(count_themes(THEMES))
    assert columns == ["2018", "2019", "2020", "2021", UNDATED]
    assert found == count_themes(THEMES)


def test_many_years_share_columns() -> None:
    assert lay_out_columns({"one": {"1995": 1, "2004": 2, "2025": 1}}) == (
        [f"{year}–{year + 1}" for year in range(1994, 2026, 2)],
        {"one": {"1994–1995": 1, "2004–2005": 2, "2024–2025": 1}},
    )


@given(st.dictionaries(st.sampled_from("ab"), st.dictionaries(YEARS, st.integers(1, 9), max_size=9), max_size=2))
def test_no_paper_is_lost(counts: dict[str, dict[str, int]]) -> None:
    columns, found = lay_out_columns(counts)
    assert len(columns) <= MOST + 2
    assert {theme: sum(years.values()) for theme, years in found.items()} == {
        theme: sum(years.values()) for theme, years in counts.items()
    }
    assert {year for years in found.values() for year in years} <= set(columns)


def test_nothing_counted_is_no_timeline() -> None:
    assert lay_out_columns({}) == ([], {})
    assert lay_out_columns({"one": {}})[0] == []
