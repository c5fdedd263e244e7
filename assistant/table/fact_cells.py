"""Cells by the facts that a report had a model list of a paper: what a column asks for by its role is known then."""

from assistant.report.facts import RULES as BY_RULES
from assistant.report.facts import Fact, FactKind
from assistant.table.cells import RULES, CellState, CellValue
from assistant.table.columns import Column, ColumnType
from assistant.table.roles import find_wanted_role
from assistant.types import Decision, Support

# Roles of columns by the kind of the facts that answer them. What is no kind is asked of the model.
_KINDS = {
    "aim": FactKind.AIM,
    "method": FactKind.METHOD,
    "data": FactKind.DATA,
    "result": FactKind.RESULT,
    "limitation": FactKind.LIMITATION,
}


def find_fact_kind(column: Column) -> FactKind | None:
    """Find the kind of the facts that answer a column of free text, None where none do."""
    return _KINDS.get(find_wanted_role(column)) if column.type is ColumnType.TEXT else None


def make_fact_cell(fact: Fact, by: str) -> CellValue:
    """Make a cell of a fact.

    Args:
        fact: The fact.
        by: Who listed it.
    """
    is_quoted = fact.text == " ".join(fact.quote.split())
    return CellValue(
        state=CellState.STATED,
        value=fact.text,
        quote=fact.quote,
        start=fact.start,
        end=fact.end,
        places=((fact.start, fact.end),) if is_quoted else (),
        by=RULES if by == BY_RULES else by,
        support=Support.QUOTED if is_quoted else Support.WORDED,
        decision=Decision(stage="quote") if is_quoted else Decision(),
    )
