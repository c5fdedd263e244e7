import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.report.render.manuscript import build_manuscript
from assistant.report.render.output import escape_formula, write_tables
from store.errors import InputError
from tests.assistant.report.render import made_up


def cells(text: str) -> list[list[str]]:
    """The cells of CSV."""
    return list(csv.reader(StringIO(text, newline="")))


def test_a_table_with_its_sources() -> None:
    assert cells(write_tables(made_up.printed())) == [
        ["Paper", "Method"],
        ["On Rare Events", "We estimate them by sampling. [poe2018rare] (≈)"],
        ["Notes", "not stated in the abstract"],
    ]


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "|x", "\u202e=1"]
)
def test_a_formula_becomes_text(text: str) -> None:
    assert escape_formula(text)[0] == "'"


@given(st.text(st.sampled_from("=+-@|%＝\t\r\n \u202e\x00'\",;ab1"), min_size=1, max_size=20))
def test_no_cell_is_a_formula(text: str) -> None:
    rows = cells(write_tables(made_up.printed(text)))
    assert [len(row) for row in rows] == [2, 2, 2]
    assert all(not cell.lstrip().startswith(tuple("=+-@＝＋－＠")) for row in rows for cell in row)


def test_a_report_without_a_table_says_so() -> None:
    report = made_up.report().model_copy(update={"sections": made_up.report().sections[:2]})
    with pytest.raises(InputError, match="no table to write as CSV"):
        write_tables(build_manuscript(report, []))
