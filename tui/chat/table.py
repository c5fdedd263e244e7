"""A table of the papers, over the chat: a row a paper, a column a question, the quote of the chosen cell below.

It can be saved to a file, and a cell corrected by hand: the correction stays, in every table that asks the same.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.coordinate import Coordinate
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import DataTable, Static

from assistant import Assistant, CellState, CellValue, TableReport, TableRow
from assistant.phrases import SCALE
from store.errors import ConspectusError
from tui.dialogs.ask import TextDialog
from tui.text import COLOURS, Glyphs, glyphs_of, one_line, safe
from tui.widgets.row_filter import RowFilter

# Characters of a title and of a value that a cell of the screen shows; chosen by hand.
_TITLE, _VALUE = 40, 30
_FACTS = 2  # Columns of facts of the catalogue: title and year.


class TableCells(DataTable[Content], RowFilter):
    """The cells, the rows of which letters filter."""

    class Filtered(Message):
        """Other rows are to be shown."""

    def show_fitting_rows(self) -> None:
        """Have them shown."""
        self.post_message(self.Filtered())


class TableScreen(ModalScreen[None]):
    """The table; Esc leaves it.

    Args:
        report: What was made.
        assistant: Of the library; saves the table and keeps corrections.
        remake: Makes the table again, which is free but for what was corrected.
        labels: What narrowed the papers, in words.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Close", id="table.close"),
        Binding("ctrl+s,f9", "save", "Save", id="table.save"),
        Binding("enter", "correct", "Correct", id="table.correct", priority=True),
    ]

    def __init__(
        self,
        report: TableReport,
        assistant: Assistant,
        remake: Callable[[], Awaitable[TableReport]],
        labels: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._labels = labels
        self.report = report
        self._assistant = assistant
        self._remake = remake
        self._shown: Sequence[TableRow] = ()
        """The rows that fit what is typed."""

    def compose(self) -> ComposeResult:
        """The table, and below it what the chosen cell rests on."""
        with Vertical(id="table"):
            yield TableCells(id="table-cells", fixed_columns=1)
            yield Static(markup=False, id="table-quote")

    def on_mount(self) -> None:
        """Fill it."""
        page = self.query_one("#table")
        count = len(self.report.rows)
        papers = f"Table of {count:,} paper{'s' * (count != 1)}"
        page.border_title = Content(safe(f"{papers}, only {', '.join(self._labels)}" if self._labels else papers))
        page.border_subtitle = "Letters filter · Ctrl+S saves · Enter corrects the cell · Esc closes"
        self._show_rows()
        self._cells.focus()
        self._cells.cursor_coordinate = Coordinate(0, _FACTS)  # The first cell that can be corrected.
        self._show_quote(self._cells.cursor_coordinate)

    @property
    def _cells(self) -> TableCells:
        return self.query_one(TableCells)

    def _show_rows(self) -> None:
        """Show the rows in place of those before."""
        cells, glyphs = self._cells, glyphs_of(self.app)
        place = cells.cursor_coordinate
        self._shown = [row for row in self.report.rows if cells.fits(_text_of(row))]
        rows = [
            [
                Content(one_line(row.title, _TITLE)),
                Content(str(row.year or "")),
                *(_show_cell(cell, glyphs) for cell in row.cells),
            ]
            for row in self._shown
        ]
        heads = ["Paper", "Year", *(one_line(column.name, _VALUE) for column in self.report.columns)]
        cells.clear(columns=True)
        for number, head in enumerate(heads):  # A DataTable does not measure Content: it would cut all to the head.
            shown = [Content(head), *(row[number] for row in rows)]
            cells.add_column(head, width=max(content.cell_length for content in shown))
        for row in rows:
            cells.add_row(*row)
        cells.cursor_coordinate = place

    @on(TableCells.Filtered)
    def _on_rows_filtered(self) -> None:
        self._show_rows()
        self._show_quote(self._cells.cursor_coordinate)

    @work(group="command")
    async def action_save(self) -> None:
        """Save the table to a file whose ending says the format."""
        file = await self.app.push_screen_wait(TextDialog("Where? FILE.csv, .xlsx, .md, .html or .json"))
        if not file:
            return
        try:
            files = await asyncio.to_thread(self._assistant.reports.save, self.report, file.strip())
        except ConspectusError as error:
            self._show_toast(str(error), failed=True)
            return
        self._show_toast(f"Written: {', '.join(str(one) for one in files)}")

    @work(group="command")
    async def action_correct(self) -> None:
        """Have the chosen cell say what its reader types, from now on, in every table that asks the same."""
        place = self._cells.cursor_coordinate
        if place.column < _FACTS or place.row >= len(self._shown):
            self._show_toast("Choose a cell of one of your columns.", failed=True)
            return
        row, column = self._shown[place.row], self.report.columns[place.column - _FACTS]
        cell = row.cells[place.column - _FACTS]
        question = f"{one_line(column.name, _VALUE)} of “{one_line(row.title, _TITLE)}”? “not stated” is an answer"
        value = await self.app.push_screen_wait(TextDialog(question, cell.text))
        if value is None:
            return
        try:
            await asyncio.to_thread(self._assistant.reports.correct, row.paper_id, column.name, value)
            self.report = await self._remake()
        except ConspectusError as error:
            self._show_toast(str(error), failed=True)
            return
        self._show_rows()
        self._show_quote(place)

    def _show_toast(self, text: str, failed: bool = False) -> None:
        self.app.notify(safe(text), severity="error" if failed else "information", markup=False)

    @on(DataTable.CellHighlighted)
    def _on_cell_highlighted(self, event: DataTable.CellHighlighted) -> None:
        event.stop()
        self._show_quote(event.coordinate)

    def _show_quote(self, place: Coordinate) -> None:
        """Show the title, and the sentence that a cell rests on."""
        if place.row >= len(self._shown):
            self.query_one("#table-quote", Static).update("")
            return
        row = self._shown[place.row]
        lines = [Content.styled(safe(row.title), "bold")]
        if place.column >= _FACTS:
            cell = row.cells[place.column - _FACTS]
            about = f"{self.report.columns[place.column - _FACTS].name}: {cell.text}"
            lines.append(Content(safe(f"{about} ({cell.note})" if cell.note else about)))
            lines += [Content(f"“{safe(cell.quote)}”")] if cell.quote else []
        self.query_one("#table-quote", Static).update(Content("\n").join(lines))


def _text_of(row: TableRow) -> str:
    return " ".join([row.title, str(row.year or ""), *(cell.text for cell in row.cells)])


def _show_cell(cell: CellValue, glyphs: Glyphs) -> Content:
    if cell.state is not CellState.STATED:
        return Content.styled(str(cell.state), "$text-muted")
    if cell.support is None:
        return Content(f"{one_line(cell.value, _VALUE)} (you)")
    sign = (safe(glyphs.of(cell.support)), COLOURS[SCALE[cell.support].colour])
    return Content.assemble(f"{one_line(cell.value, _VALUE)} ", sign)
