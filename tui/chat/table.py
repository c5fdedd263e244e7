"""A table of the papers, over the chat: a row a paper, a column a question, the quote of the chosen cell below."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.coordinate import Coordinate
from textual.screen import ModalScreen
from textual.widgets import DataTable, Static

from assistant import CellState, CellValue, TableReport
from assistant.phrases import SCALE
from tui.text import COLOURS, Glyphs, glyphs_of, one_line, safe

# Characters of a title and of a value that a cell of the screen shows; chosen by hand.
_TITLE, _VALUE = 40, 30


class TableScreen(ModalScreen[None]):
    """The table; Esc leaves it.

    Args:
        report: What was made.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Close", id="table.close"),
    ]

    def __init__(self, report: TableReport) -> None:
        super().__init__()
        self.report = report

    def compose(self) -> ComposeResult:
        """The table, and below it what the chosen cell rests on."""
        with Vertical(id="table"):
            yield DataTable[Content](id="table-cells", fixed_columns=1)
            yield Static(markup=False, id="table-quote")

    def on_mount(self) -> None:
        """Fill it."""
        page = self.query_one("#table")
        page.border_title = "Table"
        page.border_subtitle = "Esc closes it"
        cells: DataTable[Content] = self.query_one(DataTable)
        cells.add_columns("Paper", "Year", *(one_line(column.name, _VALUE) for column in self.report.columns))
        glyphs = glyphs_of(self.app)
        for row in self.report.rows:
            values = (_show_cell(cell, glyphs) for cell in row.cells)
            cells.add_row(Content(one_line(row.title, _TITLE)), Content(str(row.year or "")), *values)
        cells.focus()
        self._show_quote(Coordinate(0, 0))

    @on(DataTable.CellHighlighted)
    def _on_cell_highlighted(self, event: DataTable.CellHighlighted) -> None:
        event.stop()
        self._show_quote(event.coordinate)

    def _show_quote(self, place: Coordinate) -> None:
        """Show the title, and the sentence that a cell rests on."""
        if place.row >= len(self.report.rows):
            return
        row = self.report.rows[place.row]
        lines = [Content.styled(safe(row.title), "bold")]
        if place.column > 1:
            cell = row.cells[place.column - 2]
            about = f"{self.report.columns[place.column - 2].name}: {cell.text}"
            lines.append(Content(safe(f"{about} ({cell.note})" if cell.note else about)))
            lines += [Content(f"“{safe(cell.quote)}”")] if cell.quote else []
        self.query_one("#table-quote", Static).update(Content("\n").join(lines))


def _show_cell(cell: CellValue, glyphs: Glyphs) -> Content:
    if cell.state is not CellState.STATED:
        return Content.styled(str(cell.state), "$text-muted")
    if cell.support is None:
        return Content(f"{one_line(cell.value, _VALUE)} (you)")
    sign = (safe(glyphs.of(cell.support)), COLOURS[SCALE[cell.support].colour])
    return Content.assemble(f"{one_line(cell.value, _VALUE)} ", sign)
