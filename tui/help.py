"""Keys, commands and signs."""

from collections.abc import Iterator
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from tui.help_text import Section, command_rows, key_sections, sign_rows
from tui.host import glyphs_of, keymap_of
from tui.safe import one_line

_MORE = "Keys can be changed: docs/chat.md says how."


class HelpScreen(ModalScreen[None]):
    """What can be done on the screen beneath, by the keys that are active there; any of its keys leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss(None)", "Close", id="help.close"),
        Binding("j,down", "scroll(1)", "Down", id="help.down", show=False),
        Binding("k,up", "scroll(-1)", "Up", id="help.up", show=False),
        Binding("g,home", "scroll_to(True)", "First", id="help.first", show=False),
        Binding("G,end", "scroll_to(False)", "Last", id="help.last", show=False),
    ]

    def compose(self) -> ComposeResult:
        """The sections, one under the other."""
        with VerticalScroll(id="help"):
            for section in self._sections():
                yield Static(one_line(section.title), markup=False, classes="help-title")
                yield Static(_table(section), markup=False)
            yield Static(_MORE, markup=False, classes="dialog-keys")

    def on_mount(self) -> None:
        """Let the page keys scroll."""
        self.query_one("#help").border_title = "Help"
        self.query_one("#help").border_subtitle = "Esc closes it"
        self.query_one("#help").focus()

    def _sections(self) -> Iterator[Section]:
        yield command_rows(keymap_of(self.app))
        yield from key_sections(self._active())
        yield sign_rows(glyphs_of(self.app))

    def _active(self) -> list[ActiveBinding]:
        """The bindings of the screen beneath."""
        beneath: list[Screen[object]] = [screen for screen in self.app.screen_stack if screen is not self]
        return list(beneath[-1].active_bindings.values()) if beneath else []

    def action_scroll(self, lines: int) -> None:
        """Move the text."""
        self.query_one("#help").scroll_relative(y=lines, animate=False)

    def action_scroll_to(self, top: bool) -> None:
        """To its beginning or its end."""
        page = self.query_one("#help")
        (page.scroll_home if top else page.scroll_end)(animate=False)


def _table(section: Section) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    named = any(row.name for row in section.rows)
    table.add_column(width=13)
    if named:
        table.add_column(width=20)
    table.add_column()
    for row in section.rows:
        cells = [(row.keys, "bold"), *[(row.name, "")] * named, (row.what, "")]
        table.add_row(*(Text(one_line(text), style) for text, style in cells))
    return table
