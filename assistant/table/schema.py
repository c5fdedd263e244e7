"""What is asked of a table, and the table as a report: rows of typed cells beside what every report has."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from assistant.notebook import make_frame, write_block, write_heading, write_sign, write_table, write_text
from assistant.phrases import describe_support
from assistant.report.schema import Cell, Report, ReportSpec, Table
from assistant.table.cells import CellState, CellValue
from assistant.table.columns import Column, ColumnType, fold_name
from assistant.types import Citation, Claim, Decision, Support
from assistant.verify.numbers import Quantity, parse_quantities
from store.errors import InputError
from store.paper import Frozen

FACTS = ("Paper", "Year")
"""The columns before those that were asked for: facts of the catalogue."""
_FIGURE = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?")
_NUMERIC = (ColumnType.NUMBER, ColumnType.COUNT, ColumnType.PERCENTAGE)


class TableSpec(ReportSpec):
    """A table to make.

    Attributes:
        columns: What every paper is asked.
        sort: The column by which rows are sorted, behind a minus for the largest first; "" for the order of the scope.
        where: Conditions that a row has to meet to be shown: ``sample size >= 100``.
    """

    columns: tuple[Column, ...] = ()
    sort: str = ""
    where: tuple[str, ...] = ()


class TableRow(Frozen):
    """A paper and what it says to each column."""

    paper_id: str
    title: str
    year: int | None = None
    cells: tuple[CellValue, ...] = ()


class TableReport(Report):
    """A table of one's own: a report with typed cells.

    Attributes:
        columns: What was asked.
        rows: A paper each, in the order in which they are shown.
    """

    columns: tuple[Column, ...] = ()
    rows: tuple[TableRow, ...] = ()

    def find_cell(self, paper_id: str, column: str) -> CellValue:
        """Find the cell of a paper and a column.

        Raises:
            InputError: The table has no such row or column.
        """
        place = find_column(self.columns, column)
        row = next((row for row in self.rows if row.paper_id == paper_id), None)
        if row is None:
            raise InputError(f"The table has no row of the paper {paper_id}.", "Give the id of one of its papers.")
        return row.cells[place]

    def to_pandas(self, quotes: bool = False) -> Any:
        """Return the table as a ``pandas.DataFrame``, a row a paper; what is not stated is missing there.

        Numbers are numbers, in the unit that their abstract has; where these differ, a column beside has them.

        Args:
            quotes: Whether each column is followed by the sentences that say it.

        Raises:
            InputError: pandas is not installed.
        """
        data: dict[str, list[Any]] = {
            "paper_id": [row.paper_id for row in self.rows],
            "title": [row.title for row in self.rows],
            "year": [row.year for row in self.rows],
        }
        for place, column in enumerate(self.columns):
            cells = [row.cells[place] for row in self.rows]
            data[column.name] = [read_value(column, cell) for cell in cells]
            if len(_list_scales(cells)) > 1:
                data[f"{column.name} (unit)"] = [cell.unit or None for cell in cells]
            if quotes:
                data[f"{column.name} (quote)"] = [cell.quote or None for cell in cells]
        return make_frame(data)

    def _repr_html_(self) -> str:
        head = ("paper", "year", *(column.name for column in self.columns))
        rows = ([write_text(row.title), str(row.year or ""), *map(_write_cell, row.cells)] for row in self.rows)
        return write_block(write_heading(self.title), write_table(head, rows))


def _write_cell(cell: CellValue) -> str:
    if cell.support is None:
        return write_text(cell.text)
    words = describe_support(cell.support, cell.decision.by)
    quote = f"<br/><small>“{write_text(cell.quote)}”</small>" if cell.quote else ""
    return f"{write_text(cell.text)} {write_sign(cell.support, words)}{quote}"


def read_value(column: Column, cell: CellValue) -> str | float | bool | list[str] | None:
    """Read the value of a cell as Python has it; None where nothing is stated."""
    if cell.state is not CellState.STATED:
        return None
    if column.type in _NUMERIC and cell.number is not None:
        return cell.number
    if column.type is ColumnType.YES_NO:
        return cell.value == "yes"
    return cell.value.split(", ") if column.type is ColumnType.NAMES else cell.value


def find_column(columns: Sequence[Column], name: str) -> int:
    """Find the place of a column by its name, in any case.

    Raises:
        InputError: There is none of this name.
    """
    for place, column in enumerate(columns):
        if fold_name(column.name) == fold_name(name):
            return place
    raise InputError(f"The table has no column {name!r}.", f"It has: {', '.join(column.name for column in columns)}.")


def make_report_table(columns: Sequence[Column], rows: Sequence[TableRow]) -> Table:
    """Make the table as every report has it: text, or claims with their citations."""
    cells = tuple(
        (Cell(text=row.title), Cell(text=str(row.year or "")), *(make_report_cell(row, cell) for cell in row.cells))
        for row in rows
    )
    return Table(head=(*FACTS, *(column.name for column in columns)), rows=cells)


def make_report_cell(row: TableRow, cell: CellValue) -> Cell:
    """Make the cell as every report has it: a claim with its citation where the abstract says it."""
    if cell.state is not CellState.STATED or not cell.quote:
        return Cell(text=f"{cell.text} (by you)" if cell.by == "you" else cell.text)
    citation = Citation(n=0, paper_id=row.paper_id, title=row.title, quote=cell.quote, start=cell.start, end=cell.end)
    support = cell.support or Support.WORDED
    decision = Decision(stage="quote") if support is Support.QUOTED else cell.decision
    # A role's sentence is shown as the quote that it is.
    text = cell.quote if cell.value == " ".join(cell.quote.split()) else cell.value
    return Cell(claims=(Claim(text=text, support=support, citations=(citation,), decision=decision),))


class _Condition(NamedTuple):
    """A condition on a column: its place, what its cells have to be, whether its bound is a number without a unit."""

    place: int
    holds: Callable[[CellValue], bool]
    is_bare: bool = False


_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": lambda ours, theirs: ours >= theirs,
    "<=": lambda ours, theirs: ours <= theirs,
    ">": lambda ours, theirs: ours > theirs,
    "<": lambda ours, theirs: ours < theirs,
}


def parse_condition(columns: Sequence[Column], text: str) -> _Condition:
    """Parse a condition.

    It is ``NAME >= 100``, ``NAME >= 8 weeks``, ``NAME = yes``, ``NAME != yes``, ``NAME ~ word`` or ``NAME`` (stated).

    Raises:
        InputError: It names no column, or compares with no number.
    """
    sign = next((sign for sign in (*_OPERATORS, "!=", "=", "~") if sign in text), "")
    if not sign:
        return _Condition(find_column(columns, text.strip()), lambda cell: cell.state is CellState.STATED)
    name, _, value = text.partition(sign)
    place, operand = find_column(columns, name.strip()), value.strip().casefold()
    if sign in _OPERATORS:
        bound, unit = _parse_bound(text, operand)
        compare = _OPERATORS[sign]

        def holds(cell: CellValue) -> bool:
            number = _read_in_unit(cell, unit)
            return number is not None and compare(number, bound)

        return _Condition(place, holds, is_bare=not unit)
    if sign == "~":
        return _Condition(place, lambda cell: operand in cell.text.casefold())
    return _Condition(place, lambda cell: (cell.text.casefold() == operand) is (sign == "="))


def _parse_bound(text: str, operand: str) -> tuple[float, str]:
    """Parse what a condition compares with: a number, and its unit, "" without one ("%" says nothing of a column).

    Raises:
        InputError: It is no number, or several.
    """
    with suppress(ValueError):
        return float(operand.replace(",", "").removesuffix("%")), ""
    numbers = parse_quantities(operand)
    figure = _FIGURE.match(operand)
    if len(numbers) != 1 or not (figure or numbers[0].unit):
        raise InputError(
            f"The condition {text!r} compares with no number.", 'Write "sample size >= 100" or "duration >= 8 weeks".'
        )
    number = numbers[0]
    sign = -1 if operand.startswith(("-", "−")) else 1
    if number.unit:
        return sign * number.face, _name_scale(number)
    return sign * number.value, _fold_unit(_FIGURE.sub("", operand, count=1))


def _read_in_unit(cell: CellValue, unit: str) -> float | None:
    """Read the number of a cell in a unit; None where it has none, or one of another kind.

    A number that stands without a unit is taken in the one that is asked for.
    """
    if cell.state is not CellState.STATED:
        return None
    key = order_key(cell)
    number = key[1] if isinstance(key[1], float) else None
    quantity = _read_quantity(cell)
    if number is None or not unit or not cell.unit:
        return number
    if quantity is None:
        return number if _fold_unit(cell.unit) == unit else None
    dimension, _, scale = unit.partition(" ")
    if not scale or quantity.unit != dimension:
        return None
    return number * (quantity.value / quantity.face) / float(scale)


def _read_quantity(cell: CellValue) -> Quantity | None:
    """Read the number of a cell with its dimension (time, length …); None where it has none or is zero."""
    if cell.state is not CellState.STATED or cell.number is None:
        return None
    first = next(iter(parse_quantities(cell.value)), None)
    return first if first is not None and first.unit and first.face else None


def _name_scale(number: Quantity) -> str:
    """Name the dimension of a number and how many of its base units the number's own unit is."""
    return f"{number.unit} {number.value / number.face!r}" if number.face else number.unit


def _fold_unit(unit: str) -> str:
    return re.sub(r"[\s-]+", "", unit.casefold())


def _list_scales(cells: Sequence[CellValue]) -> dict[str, str]:
    """List the units in which the numbers of a column stand: their words by dimension and scale, in order."""
    units: dict[str, str] = {}
    for cell in cells:
        if quantity := _read_quantity(cell):
            units.setdefault(f"{quantity.unit} {quantity.value / quantity.face:.9g}", cell.unit)
    return units


def order_key(cell: CellValue) -> tuple[int, float | str]:
    """Make the key by which cells are sorted: numbers, then words; those that state nothing last."""
    if cell.state is not CellState.STATED:
        return 2, ""
    if cell.number is not None:
        return 0, cell.number
    digits = cell.value[:4]
    return (0, float(digits)) if digits.isdigit() and len(digits) == 4 else (1, cell.value.casefold())


def _order_by_size(cell: CellValue) -> tuple[int, str, float | str]:
    """Make the key where the numbers of a column stand in several units: ten minutes before eight weeks.

    Numbers without a unit stand behind them, for nobody knows their size.
    """
    quantity = _read_quantity(cell)
    if quantity is None:
        rank, key = order_key(cell)
        return rank + 1, "", key
    sign = -1 if (cell.number or 0) < 0 else 1
    return 0, quantity.unit, sign * quantity.value


def arrange_rows(request: TableSpec, rows: Sequence[TableRow]) -> tuple[TableRow, ...]:
    """Choose the rows that meet the conditions of a table, and sort them; those that state nothing stand last.

    Raises:
        InputError: A condition or the order names no column, or a condition has no unit where the column has several.
    """
    conditions = [parse_condition(request.columns, text) for text in request.where]
    for condition, text in zip(conditions, request.where, strict=True):
        units = list(_list_scales([row.cells[condition.place] for row in rows]).values())
        if condition.is_bare and len(units) > 1:
            raise InputError(
                f"The values of {request.columns[condition.place].name!r} stand in {', '.join(units)}; "
                f"the condition {text!r} says no unit.",
                f'Say it: "{text} {units[0]}".',
            )
    matching = [row for row in rows if all(condition.holds(row.cells[condition.place]) for condition in conditions)]
    if not request.sort:
        return tuple(matching)
    descending = request.sort.startswith("-")
    place = find_column(request.columns, request.sort.removeprefix("-"))
    stated = [row for row in matching if row.cells[place].state is CellState.STATED]
    rest = [row for row in matching if row.cells[place].state is not CellState.STATED]
    mixed = len(_list_scales([row.cells[place] for row in rows])) > 1
    make_key = _order_by_size if mixed else order_key
    ordered = sorted(stated, key=lambda row: make_key(row.cells[place]), reverse=descending)
    return (*ordered, *rest)
