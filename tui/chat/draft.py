"""The text field in which a question is written: several lines, long pastes folded."""

from dataclasses import dataclass
from time import monotonic
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key, Paste
from textual.message import Message
from textual.widgets import TextArea

from tui.text import safe

PLACEHOLDER = "Ask your papers.  / lists commands, @ narrows, F1 helps"
SHORT_PLACEHOLDER = "Ask your papers.  F1 helps"
# Lines and characters above which a sign stands for a paste, and a question is folded: the composer shows twelve lines
# (chosen by hand).
LONG_LINES, LONG_CHARS = 8, 1000
# Seconds after a key in which somebody counts as typing: more than lie between keys of a slow typist (chosen by hand).
_PAUSE = 0.6


class Draft(TextArea):
    """The text field of the composer."""

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

    class Emptied(Message):
        """Backspace was pressed where nothing is written."""

    @dataclass
    class Moved(Message):
        """Up in the first line (-1), or down in the last (+1)."""

        step: int

    def __init__(self) -> None:
        super().__init__(id="draft", compact=True, highlight_cursor_line=False, placeholder=PLACEHOLDER)
        self._typed = -_PAUSE
        self._folded: dict[str, str] = {}
        """Long pastes by what stands for them."""

    @property
    def is_typed_in(self) -> bool:
        """Whether somebody types at this moment."""
        return monotonic() - self._typed < _PAUSE

    @property
    def line_so_far(self) -> str:
        """What stands before the cursor in its line."""
        row, column = self.cursor_location
        return self.document.get_line(row)[:column]

    @property
    def full_text(self) -> str:
        """What is written, long pastes in full."""
        text = self.text
        for sign, pasted in self._folded.items():
            text = text.replace(sign, pasted)
        return text

    def on_resize(self) -> None:
        """Say in the empty line what fits into it."""
        self.placeholder = PLACEHOLDER if self.size.width > len(PLACEHOLDER) else SHORT_PLACEHOLDER

    async def _on_key(self, event: Key) -> None:
        """Run what is bound to a key here in its turn; a priority binding would run before the letters before it."""
        bound = self.screen.active_bindings.get(event.key)
        if bound and bound.node is self and (bound.binding.id or "").startswith("composer."):
            event.stop()
            event.prevent_default()
            await self.run_action(bound.binding.action)
        else:
            self._typed = monotonic()

    def on_paste(self, event: Paste) -> None:
        """Take what is pasted without escape sequences: the terminal would get them when it is shown."""
        event.prevent_default()
        event.stop()
        self.insert(self._fold(safe(event.text.replace("\r\n", "\n").replace("\r", "\n"))))

    def _fold(self, text: str) -> str:
        """Return what stands for a long paste; a short one as it is."""
        lines = text.count("\n") + 1
        if lines <= LONG_LINES and len(text) <= LONG_CHARS:
            return text
        sign = f"[paste {len(self._folded) + 1}: {lines:,} line{'s' * (lines != 1)}, {len(text):,} characters]"
        self._folded[sign] = text
        return sign

    def action_send(self) -> None:
        """Send, and begin anew at once: what is typed next belongs to the next question."""
        self.post_message(self.Sent(self.full_text))  # first, while the completions are still those of this text
        self.text = ""
        self._folded.clear()

    def action_delete_left(self) -> None:
        """Delete, and where there is nothing to delete let what stands over it be taken out."""
        if self.text:
            super().action_delete_left()
        else:
            self.post_message(self.Emptied())

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
