import string
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.text import ASCII, UNICODE, Glyphs
from tui.themes.timeline_view import Years, bar_of, draw_timeline

YEARS = st.dictionaries(st.one_of(st.none(), st.integers(1500, 2100)), st.integers(1, 400), max_size=8)
NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20)


def drawn(counts: list[Years], width: int = 78, glyphs: Glyphs = UNICODE) -> list[str]:
    made = draw_timeline([f"Theme {letter}" for letter in string.ascii_uppercase[: len(counts)]], counts, width, glyphs)
    return [made.head.plain, *(row.plain for row in made.rows), made.legend]


def test_bars_and_numbers_stand_under_their_years() -> None:
    head, first, second, _ = drawn([Counter({2020: 1, 2022: 8}), Counter({2021: 4, None: 2})])
    at = {year: head.index(year) for year in ("2020", "2021", "2022", "n.d.", "all")}
    assert [first[at[year] :].split()[0] for year in at] == ["▁1", "·", "█8", "·", "9"]
    assert [second[at[year] :].split()[0] for year in at] == ["·", "▄4", "·", "▂2", "6"]


def test_without_unicode() -> None:
    head, row, legend = drawn([Counter({2020: 1, 2022: 8})], glyphs=ASCII)
    assert row.split() == ["Theme", "A", "_1", ".", "#8", "9"]
    assert (head + row + legend).isascii()


def test_years_that_do_not_fit_are_put_together() -> None:
    head, row, legend = drawn([Counter(range(1950, 2025))])
    assert "a column is 10 years" in legend
    assert head.split()[:2] == ["1950", "1960"]
    assert row.split()[-1] == "75"


def test_names_that_do_not_fit_are_cut() -> None:
    made = draw_timeline(["A very long name of a theme " * 3], [Counter({2020 + n: 1 for n in range(6)})], 60, UNICODE)
    assert "… " in made.rows[0].plain
    assert cell_len(made.rows[0].plain) <= 60


def test_no_years_at_all() -> None:
    assert drawn([]) == [drawn([])[0], "Papers of each theme by year"]
    assert drawn([Counter()])[1].split() == ["Theme", "A", "0"]


def test_the_highest_bar_is_the_largest_number() -> None:
    assert bar_of(5, 5, UNICODE) == "█"
    assert bar_of(1, 1000, UNICODE) == "▁"
    assert bar_of(0, 5, UNICODE) == ""


@given(st.lists(st.tuples(NAMES, YEARS), max_size=3), st.integers(0, 200), st.sampled_from([UNICODE, ASCII]))
def test_every_paper_is_counted_and_it_never_fails(
    themes: list[tuple[str, dict[int | None, int]]], width: int, glyphs: Glyphs
) -> None:
    made = draw_timeline([name for name, _ in themes], [Counter(years) for _, years in themes], width, glyphs)
    for row, (_, years) in zip(made.rows, themes, strict=True):
        assert row.plain.endswith(str(sum(years.values())))
        if width >= 60:
            assert cell_len(row.plain) <= width
