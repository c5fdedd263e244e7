"""A list of papers that draws only the lines that show: ten thousand are as quick as ten."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.papers.selection import Row, Sort
from tui.text import glyphs_of

# Widths in cells below which a column is left out, and how wide the author's and the category's are at most (chosen by
# hand: at 80 columns a title keeps half of the line).
_WITH_AUTHOR, _WITH_CATEGORY, _AUTHOR, _CATEGORY = 40, 60, 24, 9
# A character is at least half a cell wide on the whole; more of a title is not looked at.
_CHARS_A_CELL = 4


class ListColumn(NamedTuple):
    """A column: what stands above it, its width in cells, and the order that it stands for."""

    title: str
    width: int
    sort: Sort | None = None


class PaperList(ScrollView, can_focus=True):
    """Mark, title, year, first author and category of each paper, with a cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"papers--header", "papers--cursor", "papers--marked", "papers--retracted"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Down", id="papers.down", show=False),
        Binding("up", "move(-1)", "Up", id="papers.up", show=False),
        Binding("home", "move_to(0)", "First", id="papers.first", show=False),
        Binding("end", "move_to(-1)", "Last", id="papers.last", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", id="papers.page_down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", id="papers.page_up", show=False),
        Binding("space", "mark", "Mark", id="papers.mark"),
    ]
    cursor: reactive[int] = reactive(0, repaint=False)

    @dataclass
    class Moved(Message):
        """The cursor stands on another paper, None where there is none."""

        row: Row | None

    @dataclass
    class Toggled(Message):
        """A paper is to be marked, or no longer."""

        row: Row

    @dataclass
    class SortWanted(Message):
        """The head of a column was clicked."""

        sort: Sort

    def __init__(self) -> None:
        super().__init__(id="paper-list")
        self._rows: Sequence[Row] = ()
        self._marks: Collection[str] = ()
        self._sort = Sort.YEAR

    @property
    def row(self) -> Row | None:
        """The paper under the cursor."""
        return self._rows[self.cursor] if self.cursor < len(self._rows) else None

    def show_rows(self, rows: Sequence[Row], marks: Collection[str], sort: Sort) -> None:
        """Show other rows; the cursor stays on its paper where that is among them.

        Args:
            rows: From the top.
            marks: Ids of the papers that are marked; refresh the list when they change.
            sort: What the rows are sorted by.
        """
        before = self.row
        self._rows, self._marks, self._sort = rows, marks, sort
        self.virtual_size = Size(0, len(rows) + 1)
        self.cursor = (before and self._find_place(before.id)) or 0
        self.refresh()
        if (before and before.id) != (self.row and self.row.id):
            self.post_message(self.Moved(self.row))

    def go_to(self, id: str) -> bool:
        """Put the cursor on a paper; says whether it is among those that are shown."""
        place = self._find_place(id)
        if place is not None:
            self._move_cursor(place)
        return place is not None

    def _find_place(self, id: str) -> int | None:
        if (row := self.row) and row.id == id:
            return self.cursor
        return next((place for place, row in enumerate(self._rows) if row.id == id), None)

    # The cursor

    def watch_cursor(self, before: int, now: int) -> None:
        """Draw it where it stands now, and bring it in sight."""
        self.refresh_lines(before + 1)
        self.refresh_lines(now + 1)
        self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        room = max(1, self.scrollable_content_region.height - 1)
        top = round(self.scroll_offset.y)
        target = min(max(top, self.cursor - room + 1), self.cursor)
        if target != top:
            self.scroll_to(y=target, animate=False)

    def action_move(self, step: int) -> None:
        """Down or up by so many."""
        self._move_cursor(self.cursor + step)

    def action_page(self, step: int) -> None:
        """Down or up by what shows."""
        self._move_cursor(self.cursor + step * max(1, self.scrollable_content_region.height - 2))

    def action_move_to(self, place: int) -> None:
        """To the first (0) or the last (-1)."""
        self._move_cursor(place % max(1, len(self._rows)))

    def _move_cursor(self, place: int) -> None:
        before = self.row
        self.cursor = min(max(place, 0), max(0, len(self._rows) - 1))
        if self.row and self.row is not before:
            self.post_message(self.Moved(self.row))

    def action_mark(self) -> None:
        """Mark the paper, or take the mark away, and go on to the next."""
        if self.row:
            self.post_message(self.Toggled(self.row))
            self.action_move(1)

    def on_click(self, event: Click) -> None:
        """On a head: sort by it; on a paper: go there; on its mark, or twice: mark it."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        line = offset.y + round(self.scroll_offset.y) - 1
        if offset.y == 0:
            self._click_head(offset.x)
        elif line < len(self._rows):
            self._move_cursor(line)
            if event.chain == 2 or (event.chain == 1 and offset.x < self.columns[0].width):
                self.post_message(self.Toggled(self._rows[line]))

    def _click_head(self, x: int) -> None:
        for column in self.columns:
            x -= column.width
            if x < 0:
                if column.sort:
                    self.post_message(self.SortWanted(column.sort))
                return

    # The picture

    def on_resize(self, event: Resize) -> None:
        """Keep the cursor in sight."""
        self._keep_in_sight()

    @property
    def columns(self) -> tuple[ListColumn, ...]:
        """The columns that there is room for; together as wide as the list."""
        width = self.scrollable_content_region.width
        mark, last = ListColumn("", 2), [ListColumn("Year", 7, Sort.YEAR)]
        if width >= _WITH_AUTHOR:
            last.append(ListColumn("Author", min(_AUTHOR, width // 4), Sort.AUTHOR))
        if width >= _WITH_CATEGORY:
            last.append(ListColumn("Category", _CATEGORY))
        rest = width - sum(column.width for column in (mark, *last))
        return (mark, ListColumn("Title", max(0, rest), Sort.TITLE), *last)

    def render_line(self, y: int) -> Strip:
        """Draw a line: the heads, a paper, or nothing."""
        width = self.scrollable_content_region.width
        place = y + round(self.scroll_offset.y) - 1
        if y == 0:
            return self._draw_heads().adjust_cell_length(width)
        if place >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        return self._draw_row(self._rows[place], place == self.cursor).adjust_cell_length(width)

    def _draw_heads(self) -> Strip:
        style = self.get_component_rich_style("papers--header")
        chosen = style + Style(underline=True)
        parts = []
        for column in self.columns:
            sorts = column.sort is self._sort
            title = f"{column.title} {glyphs_of(self.app).sorted}" if sorts else column.title
            parts.append(Segment(self._fit_text(title, column.width), chosen if sorts else style))
        return Strip(parts)

    def _draw_row(self, row: Row, current: bool) -> Strip:
        marked = row.id in self._marks
        style = self.rich_style
        if marked:
            style += self.get_component_rich_style("papers--marked", partial=True)
        if current:
            style += self.get_component_rich_style("papers--cursor", partial=True)
        texts = {
            "": glyphs_of(self.app).marked if marked else glyphs_of(self.app).unmarked,
            "Year": str(row.year or "-"),
            "Author": row.author,
            "Title": row.title or row.id,
            "Category": row.category,
        }
        warned = style + self.get_component_rich_style("papers--retracted", partial=True) if row.retracted else style
        return Strip(
            [
                Segment(self._fit_text(texts[column.title], column.width), warned if column.title == "Title" else style)
                for column in self.columns
            ]
        )

    def _fit_text(self, text: str, width: int) -> str:
        """Return the text in just so many cells, the last of them empty, with an ellipsis where it was cut."""
        room = max(0, width - 1)
        text = text[: _CHARS_A_CELL * max(1, room)]
        if cell_len(text) > room:
            dots = glyphs_of(self.app).working
            text = set_cell_size(text, max(0, room - cell_len(dots))) + dots
        return set_cell_size(text, width)
