"""Cells of a table: a typed value with its quote and place, and how it is found without a model."""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from assistant.abstracts.passages import Passage, PassageValue, list_passages
from assistant.abstracts.sample_size import is_sample_size
from assistant.table.availability import find_availability, find_object
from assistant.table.columns import Column, ColumnType
from assistant.table.measures import find_count, find_measure
from assistant.table.named_things import find_names_of_kind, is_known_kind
from assistant.table.roles import find_by_role, find_wanted_role
from assistant.table.study_years import find_years
from assistant.table.units import find_by_unit, find_unit, needs_unit
from assistant.types import Decision, Support
from assistant.verify.numbers import parse_quantities
from store.paper import Frozen, Paper


class CellState(StrEnum):
    """What is known of a cell.

    Attributes:
        STATED: The abstract says it.
        NOT_STATED: No sentence of the abstract says it.
        NOT_SURE: It may say it; what was proposed did not hold, or nobody could tell.
    """

    STATED = "stated"
    NOT_STATED = "not stated"
    NOT_SURE = "not sure"


class CellValue(Frozen):
    """What a paper says to a column.

    Attributes:
        state: What is known.
        value: The value in words and figures, with its unit; "" unless it is stated.
        number: The same as a number where it is one: of per cent 0–100, of a range its beginning.
        unit: The unit of the number, as it stands.
        quote: The sentence that says it: ``quote == paper.abstract[start:end]``.
        start: Where the quote begins.
        end: Where it ends.
        places: Where the value stands in the abstract, piece by piece; empty where it is said in other words.
        by: Who filled it: ``rules``, the name of a model, or ``you``.
        support: What the check of it came to, None where nothing is stated.
        decision: Who decided on that.
        note: Why it is not sure.
    """

    state: CellState = CellState.NOT_STATED
    value: str = ""
    number: float | None = None
    unit: str = ""
    quote: str = ""
    start: int = 0
    end: int = 0
    places: tuple[tuple[int, int], ...] = ()
    by: str = ""
    support: Support | None = None
    decision: Decision = Decision()
    note: str = ""

    @property
    def text(self) -> str:
        """What the table shows."""
        return self.value if self.state is CellState.STATED else str(self.state)


RULES, YOU = "rules", "you"
NOT_STATED = CellValue(by=RULES)
NEEDS_MODEL = "no rule answers this column; set a model to have it filled"

Finder = Callable[[Column, Sequence[Passage]], PassageValue | None]
_FINDERS: Mapping[ColumnType, Finder] = {
    ColumnType.NUMBER: lambda column, passages: _find_number(column, passages),
    ColumnType.COUNT: find_count,
    ColumnType.PERCENTAGE: find_measure,
    ColumnType.YEARS: find_years,
    ColumnType.NAMES: find_names_of_kind,
    ColumnType.YES_NO: find_availability,
}


def _find_number(column: Column, passages: Sequence[Passage]) -> PassageValue | None:
    """Find the number of a column: how many there are of a thing, or a measure by its noun or its unit."""
    if is_count_like(column):
        return find_count(column, passages)
    if needs_unit(column):
        return find_by_unit(column, passages)
    return find_measure(column, passages) or find_by_unit(column, passages)


def is_count_like(column: Column) -> bool:
    """Tell whether a column asks how many there are of a thing."""
    low = column.name.casefold().strip()
    return is_sample_size(column.name) or low.startswith(("number of ", "how many ", "total number of ", "no. of "))


def is_keyless(column: Column) -> bool:
    """Tell whether a column is filled by rules; others need a model."""
    if column.type is ColumnType.NAMES:
        return is_known_kind(column)
    if column.type is ColumnType.YES_NO:
        return bool(find_object(column))
    return column.type in _FINDERS or is_of_role(column)


def is_of_role(column: Column) -> bool:
    """Tell whether a column is filled by the sentence that has a role in the abstract."""
    return column.type in (ColumnType.ROLE, ColumnType.TEXT) and bool(find_wanted_role(column))


def fill_cells(paper: Paper, columns: Sequence[Column]) -> list[CellValue]:
    """Fill the cells of a paper by rules; a cell of a column that needs a model is not sure, and says so."""
    passages: tuple[Passage, ...] | None = None
    cells: list[CellValue] = []
    for column in columns:
        if not is_keyless(column):
            cells.append(CellValue(state=CellState.NOT_SURE, note=NEEDS_MODEL))
            continue
        if is_of_role(column):
            value = find_by_role(column, paper, [(cell.start, cell.end) for cell in cells if cell.end])
        else:
            passages = list_passages(paper) if passages is None else passages
            value = _FINDERS[column.type](column, passages)
        cells.append(make_cell(paper, column, value) if value else NOT_STATED)
    return cells


def make_cell(paper: Paper, column: Column, value: PassageValue) -> CellValue:
    """Make a cell of what a passage says; its quote is the sentence."""
    passage = value.passage
    places = tuple((passage.start + start, passage.start + end) for start, end in value.spans)
    text = value.text or ", ".join(" ".join(paper.abstract[start:end].split()) for start, end in places)
    number, unit = read_number(text) if column.type in _NUMERIC else (None, "")
    unit = (find_unit(column, text) if column.type in _NUMERIC else "") or unit
    return CellValue(
        state=CellState.STATED,
        value=text,
        number=number,
        unit=unit,
        quote=paper.abstract[passage.start : passage.end],
        start=passage.start,
        end=passage.end,
        places=places,
        by=RULES,
        support=Support.QUOTED,
        decision=Decision(stage="quote"),
    )


_NUMERIC = (ColumnType.NUMBER, ColumnType.COUNT, ColumnType.PERCENTAGE)
_SIGNS = {"percent": "%", "points": "percentage points", "times": "times", "order": "orders of magnitude"}

_MINUS = re.compile(r"^\s*[-−]$")


def read_number(text: str) -> tuple[float | None, str]:
    """Read the first number of a value, and its unit as it stands ("months", "%")."""
    numbers = parse_quantities(text)
    if not numbers:
        return None, ""
    first = numbers[0]
    sign = -1 if _MINUS.search(text, 0, first.start) else 1
    if first.kind in _SIGNS:
        return sign * first.value, _SIGNS[first.kind]
    if first.unit:  # The ends of a range share the unit behind the last.
        named = (number.text.split()[-1].lstrip("0123456789.,-") for number in numbers if number.unit == first.unit)
        return sign * first.face, next(filter(None, named), "")
    return sign * first.value, ""
