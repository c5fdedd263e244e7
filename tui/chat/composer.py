"""Where questions are written: the text with what completes it above, a history, and what narrows the papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, TextArea
from textual.widgets.option_list import Option

from assistant.types import Restriction
from tui.chat.draft import Draft
from tui.chat.history import QuestionHistory
from tui.chat.scope_chips import ScopeChips
from tui.chat.scopes import ScopeName, find_begun
from tui.commands import ChatCommand, complete_command
from tui.key_names import key_names
from tui.text import one_line, safe


class Composer(Vertical):
    """The text field with the commands that fit what was typed above it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close_list", "Close the list", id="composer.close", show=False)
    ]

    @dataclass
    class Submitted(Message):
        """Something was sent: a question, or a command line that begins with a slash."""

        text: str

    class ScopeBegun(Message):
        """An ``@`` was typed: the names that may follow it are wanted."""

    @dataclass
    class ScopePicked(Message):
        """A scope was chosen among those that are offered."""

        scope: Restriction

    def __init__(self) -> None:
        super().__init__(id="composer")
        self._names: Sequence[ScopeName] = ()
        self._scopes: Sequence[ScopeName] = ()
        """Those that are offered now."""
        self._file = QuestionHistory()
        self._history: list[str] = self._file.load()
        self._place = len(self._history)
        """Where in the history one is; behind its last entry while something new is written."""
        self._unsent = ""
        self._completed = ""
        """The text that the completions were listed for; a quick typist may be further already."""
        self._as_it_stands: str | None = None
        """The text whose completions were closed: it is sent as it stands."""

    def compose(self) -> ComposeResult:
        """Completions, what narrows the papers, and text."""
        yield OptionList(id="completions")
        yield ScopeChips()
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

    def show_names(self, names: Sequence[ScopeName]) -> None:
        """Offer the names that scopes may have."""
        self._names = names
        self._offer()

    @on(TextArea.Changed)
    def _on_text_typed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._offer()

    def _offer(self) -> None:
        """List what may complete what is written."""
        draft = self.query_one(Draft)
        self._completed = text = draft.text
        self._as_it_stands = None
        begun = find_begun(draft.line_so_far)
        self._scopes = self._list_scopes(begun) if begun is not None else ()
        commands = [Option(_describe_command(command), id=command.name) for command in _list_fitting(text)]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(commands or [Option(_describe_scope(scope)) for scope in self._scopes])
        options.display = bool(options.option_count)
        options.highlighted = 0 if commands else None

    def _list_scopes(self, begun: str) -> Sequence[ScopeName]:
        """List the scopes that a name may be the beginning of, and ask for those that are not known yet."""
        from tui.chat.scope_names import complete_scope  # Here: it brings part of the engine with it.

        self.post_message(self.ScopeBegun())
        return complete_scope(self._names, begun)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The list is closed where there is one; else the key is for others."""
        return action != "close_list" or self.query_one(OptionList).display

    def action_close_list(self) -> None:
        """Close the completions, and take what is written as it stands."""
        options = self.query_one(OptionList)
        options.clear_options()
        options.display = False
        self._as_it_stands, self._scopes = self._completed, ()

    @on(OptionList.OptionSelected)
    def _on_option_picked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id:
            self.write("")
            self._send(f"/{event.option_id}")
        else:
            self._pick_scope(event.option_index)

    def _pick_scope(self, place: int) -> None:
        """Take a scope that is offered in place of what was typed of it."""
        draft = self.query_one(Draft)
        row, column = draft.cursor_location
        begin = draft.line_so_far.rindex("@")
        draft.delete((row, begin), (row, column))
        draft.focus()
        self.post_message(self.ScopePicked(self._scopes[place].scope))

    def on_draft_sent(self, event: "Draft.Sent") -> None:
        """Send what stood there when Enter was pressed, or the command that it begins."""
        begun = find_begun(event.text)
        highlighted = self.query_one(OptionList).highlighted
        if begun is not None and self._scopes and highlighted is not None and self._completed == event.text:
            self.write(event.text[: event.text.rindex("@")])
            self.post_message(self.ScopePicked(self._scopes[highlighted].scope))
            return
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
        """Write the highlighted command out, or take the highlighted scope; without one, go on to the next widget."""
        command = self._find_command(self.text)
        if command:
            self.write(f"/{command} ")
        elif self._scopes:
            self._pick_scope(self.query_one(OptionList).highlighted or 0)
        else:
            self.screen.focus_next()

    def on_draft_emptied(self) -> None:
        """Take out what narrows the papers, the last part first."""
        count = self.query_one(ScopeChips).count
        if count:
            self.post_message(ScopeChips.Dropped(count - 1))

    def _find_command(self, text: str) -> str | None:
        """Find the command that a text begins: the highlighted one, if the completions are those of this text."""
        fitting = _list_fitting(text)
        if not fitting or text == self._as_it_stands:
            return None
        highlighted = self.query_one(OptionList).highlighted if self._completed == text else None
        return fitting[highlighted or 0].name

    def _send(self, text: str) -> None:
        if text:
            self.remember(text)
            self._file.append(text)
            self.post_message(self.Submitted(text))


def _describe_command(command: ChatCommand) -> Content:
    keys = f"  {key_names(command.key)}" if command.key else ""
    name = f"/{command.name}"
    return Content.assemble((name, "bold"), f" {command.operand}  ", (command.help, "$text-muted"), (keys, "bold"))


def _describe_scope(scope: ScopeName) -> Content:
    return Content.assemble((f"@{one_line(scope.name, 60)}", "bold"), "  ", (one_line(scope.kind, 60), "$text-muted"))


def _list_fitting(text: str) -> Sequence[ChatCommand]:
    """List the commands that a text may be the beginning of; none for a question, or where an operand has begun."""
    return complete_command(text[1:]) if text.startswith("/") and not set(text) & set(" \n") else []
