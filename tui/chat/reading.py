"""How a question was read, in one line under it; a condition that was not meant is taken back with a click or a key."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from assistant.types import Trace
from tui.text import Glyphs, glyphs_of, safe

_CROSS = {False: "✕", True: "x"}


class ReadingLine(Static):
    """The line "papers · 2019 or later ✕ · about: transfer"; hidden where nothing is known of it."""

    @dataclass
    class Ignored(Message):
        """A condition is not to count."""

        condition: str

    def __init__(self) -> None:
        super().__init__(classes="reading", markup=False)
        self._conditions: tuple[str, ...] = ()

    def show_trace(self, trace: Trace | None) -> None:
        """Show how a question was read."""
        self._conditions = trace.conditions if trace else ()
        self.display = bool(trace and trace.query)
        if trace:
            self.update(reading_content(trace.query, self._conditions, glyphs_of(self.app)))

    def ignore_last(self) -> None:
        """Take the last condition back, where there is one."""
        if self._conditions:
            self.post_message(self.Ignored(self._conditions[-1]))

    def action_ignore(self, place: int) -> None:
        """Take a condition back by its place."""
        if place < len(self._conditions):
            self.post_message(self.Ignored(self._conditions[place]))


def reading_content(line: str, conditions: Sequence[str], glyphs: Glyphs) -> Content:
    """Return the line, its conditions marked as ones that can be taken back."""
    parts = []
    for part in line.split(" · "):
        if part in conditions:
            cross = _CROSS[glyphs.is_ascii]
            parts.append(Content.styled(f"{safe(part)} {cross}", f"@click=ignore({conditions.index(part)})"))
        else:
            parts.append(Content(safe(part)))
    return Content(f" {glyphs.separator} ").join(parts)
