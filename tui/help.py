"""The help: all commands, the keys that are active on the screen beneath, the signs; what is typed is looked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Static

from tui.help_contents import (
    HelpSection,
    command_rows,
    guide_sections,
    key_sections,
    search_sections,
    sign_rows,
)
from tui.text import glyphs_of, keymap_of, one_line

_MORE = "Keys can be changed: docs/chat.md says how."


class HelpScreen(ModalScreen[None]):
    """What can be done on the screen beneath, by the keys that are active there; what is typed filters it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "dismiss(None)", "Close", id="help.close", priority=True),
        Binding("down", "scroll(1)", "Down", id="help.down", show=False, priority=True),
        Binding("up", "scroll(-1)", "Up", id="help.up", show=False, priority=True),
        Binding("pagedown", "scroll_page(1)", "Page down", id="help.page_down", show=False, priority=True),
        Binding("pageup", "scroll_page(-1)", "Page up", id="help.page_up", show=False, priority=True),
        Binding("home", "scroll_to(True)", "First", id="help.first", show=False, priority=True),
        Binding("end", "scroll_to(False)", "Last", id="help.last", show=False, priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._sections: list[HelpSection] = []

    def compose(self) -> ComposeResult:
        """What is looked for, over the sections."""
        self._sections = [*self._list_sections()]
        with Vertical(id="help"):
            yield Input(placeholder="Type what you look for", id="help-filter", compact=True)
            with VerticalScroll(id="help-page", can_focus=False):
                for section in self._sections:
                    with Vertical(classes="help-section"):
                        yield Static(one_line(section.title), markup=False, classes="help-title")
                        yield Static(_draw_table(section, self.app.size.width), markup=False, classes="help-rows")
                yield Static(_MORE, markup=False, classes="dialog-keys")

    def on_mount(self) -> None:
        """Say how it is left; let letters filter."""
        self.query_one("#help").border_title = "Help"
        self.query_one("#help").border_subtitle = "Esc closes it"
        self.query_one("#help-filter").focus()
        self._show_matches("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the rows that are looked for."""
        self._show_matches(event.value)

    def _show_matches(self, text: str) -> None:
        sections = search_sections(self._sections, text)
        for section, part in zip(sections, self.query(".help-section"), strict=True):
            part.display = bool(section.rows)
            part.query_one(".help-rows", Static).update(_draw_table(section, self.app.size.width))
        nothing = "Nothing here has these words. The palette (Ctrl+P) looks in papers and conversations."
        self.query_one(".dialog-keys", Static).update(_MORE if any(section.rows for section in sections) else nothing)
        self.action_scroll_to(True)

    def _list_sections(self) -> Iterator[HelpSection]:
        """Yield what acts on the screen beneath first: the commands do on the chat."""
        beneath = self._bindings_beneath()
        commands, keys = command_rows(keymap_of(self.app)), key_sections(beneath)
        is_chat = any(key.binding.id == "retry" for key in beneath)
        yield from (commands, *keys) if is_chat else (*keys, commands)
        yield sign_rows(glyphs_of(self.app))
        yield from guide_sections()

    def _bindings_beneath(self) -> list[ActiveBinding]:
        """The bindings of the screen beneath."""
        beneath: list[Screen[object]] = [screen for screen in self.app.screen_stack if screen is not self]
        return list(beneath[-1].active_bindings.values()) if beneath else []

    def action_scroll(self, lines: int) -> None:
        """Move the text."""
        self.query_one("#help-page").scroll_relative(y=lines, animate=False)

    def action_scroll_page(self, step: int) -> None:
        """Move it by a page."""
        self.action_scroll(step * max(self.query_one("#help-page").size.height - 2, 1))

    def action_scroll_to(self, top: bool) -> None:
        """To its beginning or its end."""
        page = self.query_one("#help-page")
        (page.scroll_home if top else page.scroll_end)(animate=False)


# Columns below which the name of a command stands over what it does (chosen by hand: what it does has 30 columns then).
_NARROW = 70


def _draw_table(section: HelpSection, width: int) -> Table:
    if width < _NARROW and not section.is_searched:
        return _draw_narrow_table(section)
    table = Table.grid(padding=(0, 2, 0, 0))
    if section.is_searched:
        table.add_column()
        for row in section.rows:
            table.add_row(Text(one_line(row.what, 1000)))
        return table
    named = any(row.name for row in section.rows)
    table.add_column(width=13)
    if named:
        table.add_column(width=20)
    table.add_column()
    for row in section.rows:
        cells = [(row.keys, "bold"), *[(row.name, "")] * named, (row.what, "")]
        table.add_row(*(Text(one_line(text), style) for text, style in cells))
    return table


def _draw_narrow_table(section: HelpSection) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(width=8)
    table.add_column()
    for row in section.rows:
        lines = [one_line(text) for text in (row.name, row.what) if text]
        table.add_row(Text(one_line(row.keys), "bold"), Text("\n".join(lines)))
    return table
