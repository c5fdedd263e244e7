"""The help: all commands, the keys that are active on the screen beneath, and the signs; what is typed filters them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, NamedTuple

from rich.table import Table
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Static

from assistant.phrases import SCALE
from tui.commands import COMMANDS, ChatCommand
from tui.key_names import key_names
from tui.text import Glyphs, glyphs_of, keymap_of, one_line

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

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the rows in which every word stands."""
        found = [filter_rows(section, event.value) for section in self._sections]
        for section, part in zip(found, self.query(".help-section"), strict=True):
            part.display = bool(section.rows)
            part.query_one(".help-rows", Static).update(_draw_table(section, self.app.size.width))
        nothing = "Nothing here has these words. The palette (Ctrl+P) looks in papers and conversations."
        self.query_one(".dialog-keys", Static).update(_MORE if any(section.rows for section in found) else nothing)
        self.action_scroll_to(True)

    def _list_sections(self) -> Iterator[HelpSection]:
        yield command_rows(keymap_of(self.app))
        yield from key_sections(self._bindings_beneath())
        yield sign_rows(glyphs_of(self.app))

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
    if width < _NARROW:
        return _draw_narrow_table(section)
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


def _draw_narrow_table(section: HelpSection) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(width=8)
    table.add_column()
    for row in section.rows:
        lines = [one_line(text) for text in (row.name, row.what) if text]
        table.add_row(Text(one_line(row.keys), "bold"), Text("\n".join(lines)))
    return table


# What it says


class HelpRow(NamedTuple):
    """Keys, what is typed instead or the id for a keymap, and what it does."""

    keys: str
    name: str
    what: str


class HelpSection(NamedTuple):
    """Rows under a title."""

    title: str
    rows: tuple[HelpRow, ...]


def filter_rows(section: HelpSection, words: str) -> HelpSection:
    """Return the rows of a section in which every word stands, in its title, too; case does not count."""
    sought = words.casefold().split()
    rows = [row for row in section.rows if all(word in " ".join((section.title, *row)).casefold() for word in sought)]
    return section._replace(rows=tuple(rows))


def command_rows(keymap: Mapping[str, str]) -> HelpSection:
    """Return all commands, with the keys that they have after remapping."""
    return HelpSection("Commands", tuple(_command_row(command, keymap) for command in COMMANDS))


def key_sections(active: Iterable[ActiveBinding]) -> list[HelpSection]:
    """Return the bindings that are active beside the commands' own, by where they come from, the nearest first."""
    commands = {command.name for command in COMMANDS}
    sections: dict[str, dict[str, list[ActiveBinding]]] = {}
    for key in active:
        if key.binding.description and key.binding.id not in commands:
            sections.setdefault(_section_title(key), {}).setdefault(key.binding.action, []).append(key)
    return [HelpSection(title, tuple(map(_key_row, rows.values()))) for title, rows in sections.items()]


def sign_rows(glyphs: Glyphs) -> HelpSection:
    """Return what the signs mean."""
    return HelpSection("Signs", tuple(HelpRow(getattr(glyphs, name), "", what) for name, what in SIGNS.items()))


SIGNS = {
    **{support: f"{sign.words}: {sign.meaning}" for support, sign in SCALE.items()},
    "done": "done; in the settings: it works",
    "abstained": "no answer: the library does not hold enough",
    "failed": "failed or cancelled; nothing is lost",
    "marked": "marked; in the list of conversations the one that is open",
    "unmarked": "not marked",
    "question": "a question",
    "working": "being worked on",
    "sorted": "the list is in the order of this column",
    "none": "no paper of that year",
    "bars": "few to many papers of that year",
}


def _command_row(command: ChatCommand, keymap: Mapping[str, str]) -> HelpRow:
    keys = keymap.get(command.name, command.key) if command.key else ""
    return HelpRow(key_names(keys), f"/{command.name} {command.operand}".rstrip(), command.help)


def _key_row(same: list[ActiveBinding]) -> HelpRow:
    first = same[0].binding
    keys = key_names(",".join(key.binding.key for key in same if key.binding.key != "comma"))
    return HelpRow(keys, next((key.binding.id for key in same if key.binding.id), ""), first.description)


def _section_title(key: ActiveBinding) -> str:
    """Return the name of the class that the binding stands in, in words."""
    if isinstance(key.node, App):
        return "Everywhere"
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]*", type(key.node).__name__)
    return " ".join(words).capitalize()
