"""Comparisons by a model: a cell a paper, of sentences that hold; the others stay as they are quoted."""

import json
from collections.abc import Sequence

from assistant.client import Assistant
from assistant.report.generative import FAILED, KEPT, fill_table
from assistant.report.kinds import NOT_STATED
from assistant.report.pipeline import build_report
from assistant.report.schema import Cell, Report, ReportKind, ReportSpec, Table
from assistant.testing.reply import Message
from assistant.types import EXTRACTIVE, Citation, Claim, Support
from tests.assistant import small
from tests.assistant.report.writing import blocks, chain_of, done, inventing, of_model

COMPARE = ReportSpec(kind=ReportKind.COMPARE)
PAPERS = [small.paper(id, f"Title {id}") for id in "abc"]
FACTS = 2
"""Columns of facts: title and year."""


def claim(text: str, *ids: str, support: Support = Support.WORDED) -> Claim:
    cited = tuple(Citation(n=1, paper_id=id, title="", quote="q", start=0, end=1) for id in ids)
    return Claim(text=text, support=support, citations=cited)


def table(*last: Cell) -> Table:
    return Table(head=("Paper", "Said"), rows=tuple((Cell(text="T"), cell) for cell in last))


def cells(report: Report) -> list[Cell]:
    made = report.sections[0].table
    assert made
    return [cell for row in made.rows for cell in row[FACTS:]]


def ends(messages: Sequence[Message]) -> str:
    """A model that tells of each paper in its own words the last thing that the abstract says."""
    told = [{"text": f"Here {abstract.split('. ')[-1]}", "sources": [int(n)]} for n, abstract in blocks(messages)]
    return json.dumps({"claims": told})


def test_the_first_sentence_of_a_paper_alone_that_holds_is_taken() -> None:
    quoted, silent = Cell(claims=(claim("quoted", "a"),)), Cell(text=NOT_STATED)
    told = [
        claim("of two", "a", "b"),
        claim("doubtful", "a", support=Support.DOUBTFUL),
        claim("first", "b"),
        claim("second", "b"),
    ]
    made, note = fill_table(table(quoted, silent, silent), PAPERS, [told])
    assert [row[1] for row in made.rows] == [quoted, Cell(claims=(claim("first", "b"),)), silent]
    assert [row[0].text for row in made.rows] == ["T"] * 3
    assert note == KEPT
    assert fill_table(table(silent, silent, silent), PAPERS, [told])[1] == ""


def test_a_sentence_told_in_several_cells_of_a_row_stands_where_a_quote_agrees() -> None:
    said = claim("said twice", "a")
    here = Cell(claims=(claim("quoted", "a"),))
    moved = said.citations[0].model_copy(update={"start": 5, "end": 9})
    there = Cell(claims=(said.model_copy(update={"text": "from elsewhere", "citations": (moved,)}),))
    rows = Table(head=("Paper", "Method", "Result"), rows=((Cell(text="T"), there, here),))
    made, note = fill_table(rows, PAPERS[:1], [[said], [said]])
    assert made.rows == ((Cell(text="T"), there, Cell(claims=(said,))),)
    assert note == KEPT


async def test_each_cell_is_cited_and_holds_or_says_that_nothing_is_stated(own: Assistant) -> None:
    chain, chat = chain_of(own.library, default=ends)
    report = (await done(of_model(own.library, chain, COMPARE))).report
    quoted = build_report(own.library, COMPARE)
    assert report.sections[0].mode == "scripted"
    assert len(chat.requests) >= 4
    for cell, old in zip(cells(report), cells(quoted), strict=True):
        assert cell.text == NOT_STATED or all(one.holds for one in cell.claims)
        assert cell == old or cell.claims[0].text.startswith("Here ")
    assert any(cell.claims and cell.claims[0].text.startswith("Here ") for cell in cells(report))
    assert [[cell.text for cell in row[:FACTS]] for row in (report.sections[0].table or table()).rows] == [
        [cell.text for cell in row[:FACTS]] for row in (quoted.sections[0].table or table()).rows
    ]


async def test_cells_that_fail_the_check_twice_are_quoted_and_said_to_be(own: Assistant) -> None:
    chain, _ = chain_of(own.library, default=inventing)
    report = (await done(of_model(own.library, chain, COMPARE))).report
    assert (report.sections[0].mode, report.sections[0].note) == (EXTRACTIVE, FAILED)
    assert [cell.text for cell in cells(report)] == [cell.text for cell in cells(build_report(own.library, COMPARE))]
