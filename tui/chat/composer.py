"""Where questions are written: several lines, a history, commands completed as they are typed, the user's editor."""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key, Paste
from textual.message import Message
from textual.widgets import OptionList, TextArea
from textual.widgets.option_list import Option

from store.errors import InputError
from tui.chat.history import QuestionHistory
from tui.commands import ChatCommand, complete_command
from tui.text import safe

PLACEHOLDER = "Ask your papers.  Enter sends, / lists commands, F1 helps"


# Lines and characters of a paste above which a sign stands for it: the composer shows twelve lines (chosen by hand).
_LINES, _CHARS = 8, 1000


class Composer(Vertical):
    """The text field with the commands that fit what was typed above it."""

    @dataclass
    class Submitted(Message):
        """Something was sent: a question, or a command line that begins with a slash."""

        text: str

    def __init__(self) -> None:
        super().__init__(id="composer")
        self._file = QuestionHistory()
        self._history: list[str] = self._file.load()
        self._place = len(self._history)
        """Where in the history one is; behind its last entry while something new is written."""
        self._unsent = ""
        self._completed = ""
        """The text that the completions were listed for; a quick typist may be further already."""

    def compose(self) -> ComposeResult:
        """Completions and text."""
        yield OptionList(id="completions")
        yield Draft()

    def on_mount(self) -> None:
        """Nothing to complete yet."""
        self.query_one(OptionList).display = False
        self.query_one(OptionList).can_focus = False

    @property
    def text(self) -> str:
        """What is written, long pastes in full."""
        return self.query_one(Draft).full_text

    def write(self, text: str) -> None:
        """Replace what is written and go on there."""
        draft = self.query_one(Draft)
        draft.text = safe(text)
        draft.move_cursor(draft.document.end)
        draft.focus()

    def insert(self, text: str) -> None:
        """Write on where the cursor stands, wherever the focus was."""
        draft = self.query_one(Draft)
        draft.focus()
        draft.insert(safe(text))

    def clear(self) -> None:
        """Begin anew; what stood there is in the history."""
        if text := self.text.strip():
            self.remember(text)
        self.query_one(Draft).text = ""

    def remember(self, *questions: str) -> None:
        """Add to the history."""
        self._history += [question for question in questions if question not in self._history[-1:]]
        self._place = len(self._history)

    @on(TextArea.Changed)
    def _on_text_typed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._completed = text = event.text_area.text
        fitting = _list_fitting(text)
        options = self.query_one(OptionList)
        options.clear_options()
        for command in fitting:
            name = Content.assemble(
                (f"/{command.name}", "bold"), f" {command.operand}  ", (command.help, "$text-muted")
            )
            options.add_option(Option(name, id=command.name))
        options.display = bool(fitting)
        options.highlighted = 0 if fitting else None

    @on(OptionList.OptionSelected)
    def _on_command_picked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.write("")
        self._send(f"/{event.option_id}")

    def on_draft_sent(self, event: "Draft.Sent") -> None:
        """Send what stood there when Enter was pressed, or the command that it begins."""
        command = self._find_command(event.text)
        self._send(f"/{command}" if command else event.text.strip())

    def on_draft_moved(self, event: "Draft.Moved") -> None:
        """Move through the completions, else through the history."""
        options = self.query_one(OptionList)
        if not options.display:
            if self._place == len(self._history):
                self._unsent = self.text
            self._place = min(max(self._place + event.step, 0), len(self._history))
            self.write([*self._history, self._unsent][self._place])
        elif event.step > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def on_draft_completed(self) -> None:
        """Write the highlighted command out; without one, go on to the next widget."""
        command = self._find_command(self.text)
        if command:
            self.write(f"/{command} ")
        else:
            self.screen.focus_next()

    def _find_command(self, text: str) -> str | None:
        """Find the command that a text begins: the highlighted one, if the completions are those of this text."""
        fitting = _list_fitting(text)
        if not fitting:
            return None
        highlighted = self.query_one(OptionList).highlighted if self._completed == text else None
        return fitting[highlighted or 0].name

    def _send(self, text: str) -> None:
        if text:
            self.remember(text)
            self._file.append(text)
            self.post_message(self.Submitted(text))


def _list_fitting(text: str) -> Sequence[ChatCommand]:
    """List the commands that a text may be the beginning of; none for a question, or where an operand has begun."""
    return complete_command(text[1:]) if text.startswith("/") and not set(text) & set(" \n") else []


class Draft(TextArea):
    """The text field itself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "Send", id="composer.send"),
        Binding("ctrl+j,shift+enter,alt+enter", "newline", "New line", id="composer.newline"),
        Binding("tab", "complete", "Complete", id="composer.complete", show=False),
    ]

    @dataclass
    class Sent(Message):
        """Enter was pressed while this stood there."""

        text: str

    class Completed(Message):
        """Tab was pressed."""

    @dataclass
    class Moved(Message):
        """Up in the first line (-1), or down in the last (+1)."""

        step: int

    def __init__(self) -> None:
        super().__init__(id="draft", compact=True, highlight_cursor_line=False, placeholder=PLACEHOLDER)
        self._folded: dict[str, str] = {}
        """Long pastes by what stands for them."""

    @property
    def full_text(self) -> str:
        """What is written, long pastes in full."""
        text = self.text
        for sign, pasted in self._folded.items():
            text = text.replace(sign, pasted)
        return text

    async def _on_key(self, event: Key) -> None:
        """Run what is bound to a key here in its turn; a priority binding would run before the letters before it."""
        bound = self.screen.active_bindings.get(event.key)
        if bound and bound.node is self and (bound.binding.id or "").startswith("composer."):
            event.stop()
            event.prevent_default()
            await self.run_action(bound.binding.action)

    def on_paste(self, event: Paste) -> None:
        """Take what is pasted without escape sequences: the terminal would get them when it is shown."""
        event.prevent_default()
        event.stop()
        self.insert(self._fold(safe(event.text.replace("\r\n", "\n").replace("\r", "\n"))))

    def _fold(self, text: str) -> str:
        """Return what stands for a long paste; a short one as it is."""
        lines = text.count("\n") + 1
        if lines <= _LINES and len(text) <= _CHARS:
            return text
        sign = f"[paste {len(self._folded) + 1}: {lines:,} line{'s' * (lines != 1)}, {len(text):,} characters]"
        self._folded[sign] = text
        return sign

    def action_send(self) -> None:
        """Send, and begin anew at once: what is typed next belongs to the next question."""
        self.post_message(self.Sent(self.full_text))  # first, while the completions are still those of this text
        self.text = ""
        self._folded.clear()

    def action_newline(self) -> None:
        """Begin a line."""
        self.insert("\n")

    def action_complete(self) -> None:
        """Complete a command."""
        self.post_message(self.Completed())

    def action_cursor_up(self, select: bool = False) -> None:
        """Up, and from the first line to the question before."""
        if self.cursor_at_first_line and not select:
            self.post_message(self.Moved(-1))
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """Down, and from the last line to the question after."""
        if self.cursor_at_last_line and not select:
            self.post_message(self.Moved(1))
        else:
            super().action_cursor_down(select)


Run = Callable[[Sequence[str]], int]
"""Runs a program on the terminal and returns its exit status; raises OSError where it cannot be started."""

_UNCHANGED = "The text is as it was."


def edit_text(text: str, env: Mapping[str, str] = os.environ, run: Run = subprocess.call) -> str:
    """Return a text as the user's editor left it, without the newline that editors put at the end.

    It blocks while the editor runs and gives it the terminal: leave the app before (``with app.suspend():``).

    Args:
        text: What to edit.
        env: Where ``VISUAL`` or else ``EDITOR`` names the editor, options included.
        run: How it is started.

    Raises:
        InputError: There is none, it cannot be started, it failed, or left no text. Keep the text that you have.
    """
    command = _find_editor(env)
    with tempfile.TemporaryDirectory(prefix="conspectus-") as folder:  # Nobody else may read it.
        file = Path(folder) / "question.md"
        file.write_text(text, encoding="utf-8", errors="replace")
        _run_editor([*command, str(file)], run)
        return _read_file(file, command[0]).removesuffix("\n")


def _find_editor(env: Mapping[str, str]) -> list[str]:
    name = next((name for name in ("VISUAL", "EDITOR") if env.get(name, "").strip()), "")
    if not name:
        raise InputError("No editor is set.", "Name yours, for example: export EDITOR=nano")
    try:
        return shlex.split(env[name])
    except ValueError as error:
        raise InputError(f"${name} is no command: {error} ({env[name]}).", "Mend its quotes.") from error


def _run_editor(command: Sequence[str], run: Run) -> None:
    try:
        status = run(command)
    except OSError as error:
        raise InputError(
            f"The editor {command[0]} cannot be started: {error.strerror or error}.", "Look at $VISUAL and $EDITOR."
        ) from error
    if status:
        raise InputError(f"The editor {command[0]} ended with status {status}.", _UNCHANGED)


def _read_file(file: Path, editor: str) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The editor {editor} left no UTF-8 text: {error}.", _UNCHANGED) from error
