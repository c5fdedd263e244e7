"""Lists whose rows letters filter: no letter does anything else there, and nothing is opened or removed by one."""

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from assistant.display import fold_text
from tui.widgets.controls import Choices

LETTERS_FILTER = Binding("slash", "filter", "Filter", id="list.filter", key_display="a-z")
"""What tells the footer so; the key itself leads to where one types, which may be here already."""


def read_typed(event: Key, screen: Screen[Any]) -> str:
    """Return the character that a key types, "" for a key that types none or stands for an action."""
    character = event.character or ""
    return character if character.isprintable() and event.key not in screen.active_bindings else ""


def type_into(line: Input, event: Key) -> None:
    """Let a key that types a character type it into a line over a list, and go there."""
    if character := read_typed(event, line.screen):
        event.stop()
        event.prevent_default()
        line.screen.set_focus(line)
        line.cursor_position = len(line.value)
        line.insert_text_at_cursor(character)


class RowFilter(Widget):
    """A list that what is typed filters: Backspace takes a letter back, Esc all of them; they stand over the list."""

    BINDINGS: ClassVar[list[BindingType]] = [LETTERS_FILTER]
    typed = ""

    def fits(self, text: str) -> bool:
        """Whether every word that was typed stands in a text; case and accents do not count."""
        folded = fold_text(text)
        return all(word in folded for word in fold_text(self.typed).split())

    def show_fitting_rows(self) -> None:
        """Show the rows that fit what is typed now."""
        raise NotImplementedError

    def filter_rows(self, typed: str) -> None:
        """Show the rows that fit."""
        self.typed = typed
        self.set_class(bool(typed), "-filtered")
        self.border_title = Content(f"/ {typed}") if typed else None
        self.show_fitting_rows()

    def action_filter(self) -> None:
        """Nothing: one can type here as it is."""

    def on_key(self, event: Key) -> None:
        """Take what is typed."""
        if event.key == "escape" and self.typed:
            typed = ""
        elif event.key == "backspace" and self.typed:
            typed = self.typed[:-1]
        elif self.typed and (event.character or "").isdigit():  # Else digits may stand for something.
            typed = self.typed + (event.character or "")
        else:
            typed = (self.typed + read_typed(event, self.screen)).lstrip()
        if typed != self.typed:
            event.stop()
            event.prevent_default()
            self.filter_rows(typed)


class FilteredChoices(Choices, RowFilter):
    """An option list that letters filter. Its rows count from 0 also where others between them are hidden."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[Option] = []

    @staticmethod
    def place_of(event: OptionList.OptionMessage) -> int:
        """Return the row that a message is about."""
        return int(event.option.id or 0)

    @property
    def place(self) -> int | None:
        """The row under the cursor; None where there is none."""
        option = self.highlighted_option
        return int(option.id or 0) if option else None

    @place.setter
    def place(self, place: int | None) -> None:
        if self._find_index(place) is None:
            self.filter_rows("")
        self.highlighted = self._find_index(place)

    def show_rows(self, rows: Iterable[Content], unchoosable: Iterable[int] = (), place: int | None = None) -> None:
        """Show others, the cursor on one that fits what is typed.

        Args:
            rows: Their texts.
            unchoosable: The numbers of those that are only read, and hidden while others are looked for.
            place: Where the cursor is to be; None to stay in its row.
        """
        place = self.place if place is None else place
        passed = frozenset(unchoosable)
        self._rows = [Option(row, str(number), number in passed) for number, row in enumerate(rows)]
        self._show_fitting(place)

    def clear_rows(self) -> None:
        """Show nothing, and forget what is typed."""
        self._rows = []
        self.filter_rows("")

    def show_fitting_rows(self) -> None:
        """Show the rows that fit what is typed now."""
        self._show_fitting(self.place)

    def _show_fitting(self, place: int | None) -> None:
        rows = [row for row in self._rows if not self.typed or (not row.disabled and self.fits(str(row.prompt)))]
        self.clear_options().add_options(rows)
        index = self._find_index(place)
        usable = (number for number, row in enumerate(rows) if not row.disabled)
        self.highlighted = next(usable, None) if index is None or rows[index].disabled else index

    def _find_index(self, place: int | None) -> int | None:
        """Find where a row stands among those that are shown; None where it is hidden."""
        return next((index for index, row in enumerate(self.options) if row.id == str(place)), None)

    def redraw_row(self, place: int, row: Content) -> None:
        """Show another text in a row, also in one that is hidden now."""
        self._rows[place] = Option(row, str(place), self._rows[place].disabled)
        if self._find_index(place) is not None:
            self.replace_option_prompt(str(place), row)
