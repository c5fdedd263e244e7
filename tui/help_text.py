"""What the help says: the commands, the keys that are active, the signs."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from textual.app import App
from textual.binding import ActiveBinding

from tui.commands import COMMANDS, Command
from tui.key_names import key_names
from tui.text import Glyphs


class Row(NamedTuple):
    """Keys, what is typed instead or the id for a keymap, and what it does."""

    keys: str
    name: str
    what: str


class Section(NamedTuple):
    """Rows under a title."""

    title: str
    rows: tuple[Row, ...]


def command_rows(keymap: Mapping[str, str]) -> Section:
    """All commands, with the keys that they have after remapping."""
    return Section("Commands", tuple(_command(command, keymap) for command in COMMANDS))


def key_sections(active: Iterable[ActiveBinding]) -> list[Section]:
    """The bindings that are active beside the commands' own, by where they come from, the nearest first."""
    commands = {command.name for command in COMMANDS}
    found: dict[str, dict[str, list[ActiveBinding]]] = {}
    for one in active:
        if one.binding.description and one.binding.id not in commands:
            found.setdefault(_title(one), {}).setdefault(one.binding.action, []).append(one)
    return [Section(title, tuple(_key(same) for same in rows.values())) for title, rows in found.items()]


def sign_rows(glyphs: Glyphs) -> Section:
    """What the signs mean."""
    return Section("Signs", tuple(Row(getattr(glyphs, name), "", what) for name, what in SIGNS.items()))


SIGNS = {
    "supported": "quoted, or worded as in the cited sentence; whether the sense is the same is not compared",
    "partial": "partly worded as in it; the line below the answer says which part is missing",
    "unsupported": "not worded so in it",
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


def _command(command: Command, keymap: Mapping[str, str]) -> Row:
    keys = keymap.get(command.name, command.key) if command.key else ""
    return Row(key_names(keys), f"/{command.name} {command.operand}".rstrip(), command.help)


def _key(same: list[ActiveBinding]) -> Row:
    first = same[0].binding
    keys = key_names(",".join(one.binding.key for one in same if one.binding.key != "comma"))
    return Row(keys, next((one.binding.id for one in same if one.binding.id), ""), first.description)


def _title(one: ActiveBinding) -> str:
    """The name of the class that the binding stands in, in words."""
    if isinstance(one.node, App):
        return "Everywhere"
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]*", type(one.node).__name__)
    return " ".join(words).capitalize()
