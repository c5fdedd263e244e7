"""The commands of the chat: one table that feeds slash commands, keys, the palette, the help and the README."""

import re
from difflib import get_close_matches
from functools import partial
from operator import itemgetter
from typing import NamedTuple

from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider

from assistant.phrases import STRICT
from tui.key_names import key_names


class ChatCommand(NamedTuple):
    """One thing that can be done.

    Attributes:
        name: What is typed after the slash; also the id of its key binding, for a keymap of the user's own.
        help: What it does, in a few words.
        action: The Textual action; it takes what follows the name as one string, "" for none.
        key: Keys as Textual names them, several with commas; "" for none.
        operand: What may follow the name ("FILE"), "" for nothing.
    """

    name: str
    help: str
    action: str
    key: str = ""
    operand: str = ""


COMMANDS = (
    ChatCommand("help", "Keys and commands", "app.help", "f1"),
    ChatCommand("papers", "Browse, filter and mark papers; restrict the chat to them", "app.papers", "f2"),
    ChatCommand("sessions", "Saved conversations: find, resume, rename, fork, delete", "app.sessions", "f3", "WORDS"),
    ChatCommand("evidence", "Show or hide the evidence beside the chat", "screen.evidence", "f4"),
    ChatCommand("retry", "Ask the last or the chosen question again", "screen.retry", "f5"),
    ChatCommand("edit", "Take the last or the chosen question back into the composer", "screen.edit", "f6"),
    ChatCommand("settings", "Models, strictness, number of papers, theme", "app.settings", "f7"),
    ChatCommand("add", "Add papers from a file or a folder", "app.add", "f8", "FILE"),
    ChatCommand("zotero", "Bring the papers in step with Zotero, or with a collection of it", "app.zotero", "", "NAME"),
    ChatCommand("update", "Add what is new of all that is watched, and show it", "screen.update"),
    ChatCommand(
        "export", "Save this conversation: Markdown, JSON or BibTeX (.md, .json, .bib)", "screen.export", "f9", "FILE"
    ),
    ChatCommand("themes", "Themes, their papers and years; make and open reports", "app.themes", "f10"),
    ChatCommand("where", "Find the papers that say a sentence or have a number", "screen.where", "", "TEXT"),
    ChatCommand("table", "A table of the papers: a column a question", "screen.table", "", "COLUMN; COLUMN"),
    ChatCommand("jump", "Letters for the parts and citations on the screen; one leads there", "app.jump", "alt+j"),
    ChatCommand("copy", "Copy the last or the chosen answer with its references", "screen.copy", "ctrl+t,alt+c"),
    ChatCommand("new", "Start another conversation", "screen.new", "ctrl+n,alt+n"),
    ChatCommand("fork", "Go on from the chosen answer in a new conversation", "screen.fork"),
    ChatCommand("rename", "Give this conversation a title", "screen.rename", "", "TITLE"),
    ChatCommand("undo", "Bring back what was removed or merged last", "app.undo"),
    ChatCommand("everything", "Answer from the whole library again", "app.everything"),
    ChatCommand("strict", f"{STRICT.capitalize()}, or show it again", "app.strict"),
    ChatCommand("model", "Choose the model, or none", "app.model", "", "MODEL"),
    ChatCommand("key", "Give the model's key, unseen; it is kept in the keyring", "app.key"),
    ChatCommand("theme", "Choose the colours", "app.theme", "", "NAME"),
    ChatCommand("editor", "Write the question in your $EDITOR", "screen.editor", "ctrl+g"),
    ChatCommand("cancel", "Stop the answer and keep what came", "screen.cancel", "escape"),
    ChatCommand("quit", "Leave; everything is saved", "app.quit", "ctrl+q,alt+q"),
)
_ALSO = {"exit": "quit"}
"""What shells call a command, as people type it before they have read anything."""
# What a command counts in the palette whose name does not fit. Chosen by hand: above what is no command, and below
# those whose name fits, which count more than 1.
_HELPS = 0.3
# How near a word has to be to what was typed to be asked about, as difflib counts it (0–1): one letter wrong of four,
# two of eight. Chosen by hand; not measured.
_NEAR = 0.75


def find_command(name: str) -> ChatCommand | None:
    """Return the command of a name, None where there is none."""
    name = _ALSO.get(name, name)
    return next((command for command in COMMANDS if command.name == name), None)


def other_names(command: ChatCommand) -> str:
    """Return what a command is called elsewhere, "" for nothing else."""
    return " ".join(other for other, name in _ALSO.items() if name == command.name)


def suggest_command(name: str) -> ChatCommand | None:
    """Return the command that may be meant by a name that is none; None where none comes near.

    One whose help has the word goes before one whose name is written nearly so: ``/report`` means those who make
    reports, and not ``/export``.
    """
    name = name.casefold()
    by_name = {command.name: command for command in COMMANDS}
    by_word = {  # The first command that has a word has it.
        word.casefold(): command for command in reversed(COMMANDS) for word in re.findall(r"\w{5,}", command.help)
    }
    in_full = [word for word in by_word if len(name) >= 5 and (word.startswith(name) or name.startswith(word))]
    in_full.sort(key=lambda word: abs(len(word) - len(name)))
    near = in_full or get_close_matches(name, by_name, 1, _NEAR) or get_close_matches(name, by_word, 1, _NEAR)
    return (by_word | by_name)[near[0]] if near else None


def key_of(name: str) -> str:
    """Return the key of a command, "" for none."""
    command = find_command(name)
    return command.key if command else ""


def complete_command(text: str) -> list[ChatCommand]:
    """Return the commands whose names begin with what stands after the slash so far; a whole name is the first."""
    fitting = [command for command in COMMANDS if command.name.startswith(text)]
    return sorted(fitting, key=lambda command: command.name != text)


def build_bindings(namespace: str) -> list[Binding]:
    """Return the key bindings of the commands whose actions are those of ``"screen"`` or of ``"app"``.

    They hold wherever the focus is, but for Esc, which every widget may take for itself.
    """
    return [
        Binding(key, action.partition(".")[2], help, id=name, show=False, priority=key != "escape")
        for name, help, action, key, _ in COMMANDS
        if key and action.startswith(f"{namespace}.")
    ]


def _describe(command: ChatCommand) -> str:
    """Say what a command does, and by which key."""
    return f"{command.help}  ({key_names(command.key)})" if command.key else command.help


def _does(command: ChatCommand, query: str) -> bool:
    """Whether every word begins one of what a command does, or of its other names."""
    words = re.findall(r"\w+", f"{command.help} {other_names(command)}".casefold())
    return all(any(word.startswith(typed) for word in words) for typed in query.casefold().split())


class Commands(Provider):
    """Finds commands for Textual's palette, by name and by what they do; ``App.COMMANDS = {Commands}`` offers them."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for command in self._list_possible():
            yield DiscoveryHit(command.name.capitalize(), partial(self._run_command, command), help=_describe(command))

    async def search(self, query: str) -> Hits:
        """Those whose name fits, then those in which every word that was typed begins one of what they do."""
        matcher = self.matcher(query)
        commands = self._list_possible()
        by_name = {command: 1 + fits for command in commands if (fits := matcher.match(command.name.capitalize())) > 0}
        by_help = {command: _HELPS for command in commands if _does(command, query) and command not in by_name}
        for command, score in [*sorted(by_name.items(), key=itemgetter(1), reverse=True), *by_help.items()]:
            title = matcher.highlight(command.name.capitalize())
            yield Hit(score, title, partial(self._run_command, command), help=_describe(command))

    def _list_possible(self) -> list[ChatCommand]:
        """Return the commands that can be done on the screen over which the palette was opened."""
        return [
            command
            for command in COMMANDS
            for place, action in [command.action.split(".")]
            if hasattr(self.app if place == "app" else self.screen, f"action_{action}")
        ]

    async def _run_command(self, command: ChatCommand) -> None:
        """Do it, with nothing behind its name."""
        await self.screen.run_action(f"{command.action}('')" if command.operand else command.action)
